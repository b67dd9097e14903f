"""Whether the headline answers stand, in one sentence and four chips, from records alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from IPython.display import display

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import Answer
from analysis.evidence.robustness.examination import Examination, Line
from analysis.evidence.robustness.line_word import LineWord
from analysis.evidence.robustness.survival import Survival
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import platform_name, with_interval
from analysis.show.gaps import gap, gap_range
from analysis.show.markup import render
from analysis.show.media_type import RESULTS_MIME
from analysis.show.recording import recorded_rows
from analysis.study.ranges import in_short

_WAYS, _OPENS = "Other ways of counting", "Where the gap opens"
_ALIKE, _OFF = "Against similar creators", "Follower counts 20% wrong"


@dataclass(frozen=True, slots=True)
class Robustness:
    """What the first screen says of the ways of counting.

    Attributes:
        sentence: one, from records.
        subject: the answer that is asked, where it is one alone; the first screen names it already.
        undoing: what would take it away, where that was measured.
        chips: word and number of each doubt that could be asked, always in the same order.
    """

    sentence: str
    subject: str
    undoing: str
    chips: tuple[tuple[str, str], ...]


def robustness(found: Sequence[Examination]) -> Robustness | None:
    """Say whether the headline answers stand.

    Args:
        found: of the rows of the first screen.

    Returns:
        None where nothing was counted in several ways.
    """
    told = [one for one in found if one.counted.joint is not None]
    if not told:
        return None
    if len(told) == 1:
        one = told[0]
        return Robustness(_of_one(one), _subject(one), _undoing(one), _chips_of_one(one))
    return Robustness(_of_several(told), "", "", _chips_of_several(told))


def record(answers: Sequence[Answer], found: Sequence[Examination]) -> None:
    """Say whether the headline answers stand, and record their rows.

    Args:
        answers: of the study's confirmatory claims.
        found: what was examined of them.
    """
    told = robustness(found)
    sentence = told.sentence if told else "No answer here can be counted in enough ways to ask."
    stated = [answer.first.drop_duplicates("platform") for answer in answers]
    display(
        {
            "text/html": render("show", "robustness", sentence=sentence, told=told),
            "text/plain": sentence,
            RESULTS_MIME: recorded_rows(answers, stated=pd.concat(stated))
            | {"ways": [way for one in found for way in _ways(one)]},
        },
        raw=True,
    )


def _ways(one: Examination) -> Iterator[dict[str, str | float]]:
    """Every way that an answer was counted, the options it took in words."""
    for way in one.counted.ways:
        taken = (
            f"{name}: {options[option]}"
            for (name, options), option in zip(one.counted.choices, way.options, strict=True)
        )
        yield {
            "claim": one.claim,
            "metric": one.metric,
            "estimand": one.estimand,
            "platform": one.platform,
            "counted": "; ".join(taken),
            "ratio": float(f"{way.ratio:.6g}"),
            "t": float(f"{way.t:.4g}"),
        }


def _of_one(one: Examination) -> str:
    joint, number = one.counted.joint, len(one.counted.ways)
    assert joint is not None  # noqa: S101
    choices = sum(len(options) > 1 for _, options in one.counted.choices)
    counted = f"({_choices(choices)}, {number:,} combinations)"
    if one.standing.word == Survival.HOLDS:
        share = f"All {number:,}" if one.agreeing == number else f"{one.agreeing:,} of {number:,}"
        says = "agree" if one.verdict == Verdict.EQUIVALENT else f"point to {_side(one)}"
        range_of_all = f"{gap_range(joint.low, joint.high)}, middle {gap(joint.median)}"
        return f"{share} ways of counting {says} ({range_of_all}){_at_line(one.line)}{_limit(one)}."
    if one.standing.word in {Survival.LEANS, Survival.DEPENDS}:
        verb = "leans" if one.standing.word == Survival.LEANS else "depends"
        return f"This {verb} on how it is counted: {one.standing.reason} {counted}."
    share = f"All {number:,}" if one.agreeing == number else f"{one.agreeing:,} of {number:,}"
    return (
        f"{share} ways of counting point to {_side(one)}, as chance alone often does"
        f" (p = {joint.p_value:.2g}): not decided."
    )


def _at_line(line: Line | None) -> str:
    if line is None or line.word not in {LineWord.GRADUAL, LineWord.JUMPS}:
        return ""
    jump = "no jump" if line.word == LineWord.GRADUAL else "a jump"
    return f", with {jump} at {in_short(line.registered.followers)}"


def _subject(one: Examination) -> str:
    """The answer that is asked, with its interval."""
    label = METRICS[one.metric].label
    told = with_interval(one.ratio, one.low, one.high)
    named = f"{label[0].upper()}{label[1:]} on {platform_name(one.platform)}"
    return f"{named}, micro over macro, is {told}."


def _undoing(one: Examination) -> str:
    """What would take a decided answer away: the weakest yardstick of an unseen cause."""
    if one.alike is None or one.verdict not in DECIDED:
        return ""
    if (one.alike.ratio > 1) != (one.ratio > 1):
        return ""  # it is gone already
    known = [(y.multiple, y.covariate) for y in one.alike.yardsticks if y.multiple is not None]
    if not known:
        return ""
    multiple, covariate = min(known)
    return (
        f"Among creators who are alike it is {one.alike.ratio:.2f}, and nothing would be left if"
        f" something we did not see weighed {multiple:.1f} times as much as {covariate}."
    )


def _side(one: Examination) -> str:
    """The tier that is ahead by the ratio, whether or not that is decided."""
    more_is_better = METRICS[one.metric].sides[0] == "ahead"
    return "micro" if (one.ratio > 1) == more_is_better else "macro"


def _choices(count: int) -> str:
    return f"{count} choice" if count == 1 else f"{count} choices"


def _of_several(found: Sequence[Examination]) -> str:
    answered = [one for one in found if one.verdict in (*DECIDED, Verdict.EQUIVALENT)]
    holding = [one for one in answered if one.standing.word == Survival.HOLDS]
    ways = sum(len(one.counted.ways) for one in answered)
    if not answered:
        return "Nothing is decided, and no way of counting makes it so."
    if len(holding) == len(answered):
        return f"All {len(answered)} answers hold, counted in {ways:,} ways."
    weak = [one for one in answered if one.standing.word in {Survival.LEANS, Survival.DEPENDS}]
    first = min(weak, key=lambda one: one.standing.word != Survival.DEPENDS, default=None)
    said = f"{len(holding)} of {len(answered)} answers hold, counted in {ways:,} ways"
    if first is None:
        return f"{said}."
    verb = "depends" if first.standing.word == Survival.DEPENDS else "leans"
    return (
        f"{said}; {METRICS[first.metric].label} on {platform_name(first.platform)} {verb}:"
        f" {first.standing.reason}."
    )


def _chips_of_one(one: Examination) -> tuple[tuple[str, str], ...]:
    number, line = len(one.counted.ways), one.line
    asked = (
        (_WAYS, f"{one.agreeing:,} of {number:,} point to {_side(one)}"),
        (_OPENS, _opens(line) if line and line.word else ""),
        (_ALIKE, _among_alike(one)),
        (_OFF, _off(one)),
    )
    return tuple((name, said) for name, said in asked if said)


def _opens(line: Line) -> str:
    """Where a gap between the tiers opens, which is no test that it passes or fails."""
    return {
        LineWord.JUMPS: f"right {_at(line)}",
        LineWord.GRADUAL: f"gradually, not {_at(line)}",
        LineWord.CANNOT_TELL: "cannot tell",
    }[LineWord(line.word)]


def _at(line: Line) -> str:
    return f"at {in_short(line.registered.followers)}"


def _limit(one: Examination) -> str:
    """What an answer that holds is limited by: a difference among similar creators too small."""
    return f"; against similar creators it is {_among_alike(one)}" if _is_limited(one) else ""


def _is_limited(one: Examination) -> bool:
    return bool(one.alike and one.standing.word == Survival.HOLDS and one.standing.reason)


def _among_alike(one: Examination) -> str:
    """``+21%, too small to act on`` where that limits an answer, else whose side it is on."""
    if one.alike is None:
        return ""
    if _is_limited(one):
        return f"{gap(one.alike.ratio)}, too small to act on"
    return _then(one.alike.ratio, one)


def _off(one: Examination) -> str:
    if one.counts is None:
        return "changes nothing"
    return _then(one.counts.off_by_a_fifth[0], one)


def _then(ratio: float, one: Examination) -> str:
    """``+21%, same side``, or ``−33%, other side``."""
    return f"{gap(ratio)}, {'same' if (ratio > 1) == (one.ratio > 1) else 'other'} side"


def _chips_of_several(found: Sequence[Examination]) -> tuple[tuple[str, str], ...]:
    answered = [one for one in found if one.verdict in (*DECIDED, Verdict.EQUIVALENT)]
    lines = [one.line for one in answered if one.line and one.line.word]
    jumping = [line for line in lines if line.word == LineWord.JUMPS]
    alike = [one for one in answered if one.alike]
    same = [one for one in alike if one.alike and (one.alike.ratio > 1) == (one.ratio > 1)]
    counts = [one for one in answered if one.counts]
    kept = [one for one in counts if _still_decided(one)]
    holding = [one for one in answered if one.standing.word == Survival.HOLDS]
    asked = (
        (_WAYS, len(holding), len(answered), "hold"),
        (_OPENS, len(jumping), len(lines), f"right {_at(lines[0])}" if lines else ""),
        (_ALIKE, len(same), len(alike), "point the same way"),
        (_OFF, len(kept), len(counts), "still decided"),
    )
    return tuple((name, f"{part} of {whole} {does}") for name, part, whole, does in asked if whole)


def _still_decided(one: Examination) -> bool:
    assert one.counts is not None  # noqa: S101
    _, low, high = one.counts.off_by_a_fifth
    return not low <= 1 <= high
