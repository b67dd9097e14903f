"""Tables of what an answer survives: its choices, likeness, follower counts, few creators."""

from collections.abc import Sequence

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.metrics import METRICS
from analysis.evidence.robustness.examination import Alike, Examination
from analysis.evidence.robustness.line_word import LineWord
from analysis.evidence.robustness.survival import NOTHING_DECIDED
from analysis.evidence.wording import MISSING, listed, platform_name, with_interval
from analysis.show.tables.layout import noted, sentences, table

_MOST_CHOICES = 3
_LINE, _BASKET = "at the line itself", "revenue per order"
_NOTES = {
    _LINE: (
        "At the line itself a difference jumps, or is gradual and grows all along the way to it:"
        " that says where it begins, not whether it stands."
    ),
    _BASKET: (
        "Revenue per order should be alike; where it is not, an order of one tier is worth more"
        " than one of the other."
    ),
}


def standing(found: Sequence[Examination]) -> GT | HTML:
    """Whether each headline answer stands, and what it rests on."""
    rows = [
        {
            "answer": _called(one),
            "reported": with_interval(one.ratio, one.low, one.high),
            "stands": _stands(one),
            "ways of counting": _ways(one),
            "without one niche": _without_a_niche(one),
            _LINE: _line(one),
            _BASKET: _control(one),
            "what limits it": MISSING if one.standing == NOTHING_DECIDED else one.standing.reason,
        }
        for one in found
    ]
    said = [
        name
        for name in (rows[0] if rows else ())
        if any(row[name] not in {"", MISSING} for row in rows)
    ]
    return _laid(
        [{name: row[name] for name in said} for row in rows],
        "Does each answer stand? Micro over macro",
        none="There is no headline answer to ask again.",
        notes=[said_of for name, said_of in _NOTES.items() if name in said],
    )


def _stands(one: Examination) -> str:
    return "not decided" if one.standing == NOTHING_DECIDED else one.standing.word.value.lower()


def choices(found: Sequence[Examination]) -> GT | HTML:
    """What the three weightiest choices do: the median of the ways that take each option."""
    rows = [
        {
            "choice": spread.choice,
            "answer": _called(one),
            "options, the reported one first, each with the middle ratio of its ways": "; ".join(
                f"{option}: {ratio:.2f}"
                for option, ratio in zip(spread.options, spread.ratios, strict=True)
            ),
            "share of the spread": f"{spread.share:.0%}",
        }
        for one in found
        for spread in one.counted.spreads[:_MOST_CHOICES]
    ]
    return _laid(
        rows,
        "What the weightiest choices do",
        first="choice",
        groups="answer",
        none="No answer could be counted in several ways.",
    )


def alike(found: Sequence[Examination]) -> GT | HTML:
    """The answer among creators who are alike, and what an unseen cause would have to be."""
    rows = [
        {
            "answer": _called(one),
            "as reported": f"{one.ratio:.2f}",
            "like with like": with_interval(one.alike.ratio, one.alike.low, one.alike.high),
            "by regression instead": f"{one.alike.adjusted:.2f}",
            "furthest apart in": _apart(one.alike),
            "weighs as so many creators, micro and macro": (
                f"{one.alike.effective_micro:,.0f} and {one.alike.effective_macro:,.0f}"
            ),
            "without a match": f"{one.alike.outside:.0%}",
            "unseen cause that would undo it": _unseen(one),
        }
        for one in found
        if one.alike is not None
    ]
    return _laid(
        rows,
        "Like with like",
        none="Of no answer could creators be matched.",
        notes=_reasons(found, "like with like"),
    )


def follower_counts(found: Sequence[Examination]) -> GT | HTML:
    """What would be left of a lead per follower if follower counts were off."""
    rows = [
        {
            "answer": _called(one),
            **{
                f"off by {error:.0%}": with_interval(ratio, low, high)
                for error, ratio, low, high in one.counts.bands
            },
            "would explain all": f"{one.counts.explaining_error:.0%}",
            "no people among followers": (
                f"{one.counts.bots_share:.0%} of {one.counts.bots_in} accounts', no others'"
            ),
        }
        for one in found
        if one.counts is not None
    ]
    return _laid(
        rows,
        "If follower counts are off",
        none="No answer is divided by followers, so their counts only sort creators into tiers.",
        notes=_reasons(found, "follower counts"),
    )


def captures(found: Sequence[Examination]) -> GT | HTML:
    """The answer by the follower counts of two days, where accounts were counted on both."""
    rows = [
        {
            "answer": _called(one),
            "accounts counted twice": f"{one.captures.accounts:,} ({one.captures.share:.0%})",
            "days between": f"{one.captures.days:,.0f}",
            "off by, at most": f"{one.captures.error:.1%}",
            "these accounts, as reported": f"{one.captures.same_accounts:.2f}",
            "by both counts": with_interval(*one.captures.ends),
        }
        for one in found
        if one.captures is not None
    ]
    lacking = _reasons(found, "two captures")
    return _laid(
        rows,
        "With the follower counts of two days",
        none=" ".join(lacking) or "No answer is divided by followers.",
        notes=lacking,
    )


def largest(found: Sequence[Examination]) -> GT | HTML:
    """Sums without the creators who hold most of them."""
    rows = [
        {
            "answer": _called(one),
            "as reported": f"{one.ratio:.2f}",
            **{f"without {count}": f"{ratio:.2f}" for count, ratio in one.counted.without_largest},
        }
        for one in found
        if one.counted.without_largest
    ]
    return _laid(
        rows,
        "Without the creators who bring most",
        none="Every creator has the same weight in these answers.",
    )


def _laid(
    rows: list[dict[str, str]],
    title: str,
    *,
    none: str,
    first: str = "answer",
    groups: str | None = None,
    notes: Sequence[str] = (),
) -> GT | HTML:
    """A table with notes, or a sentence where it would have no rows."""
    if not rows:
        return sentences([none])
    shown = pd.DataFrame(rows, dtype="object").fillna(MISSING)
    return noted(table(shown, title=title, first=first, groups=groups), notes)


def _reasons(found: Sequence[Examination], doubt: str) -> list[str]:
    """Why some answers have no row, a sentence per reason."""
    by_reason: dict[str, list[str]] = {}
    for one in found:
        if doubt in one.reasons:
            by_reason.setdefault(one.reasons[doubt], []).append(_called(one))
    return [f"Not of {listed(names)}: {reason}." for reason, names in by_reason.items()]


def _called(one: Examination) -> str:
    return f"{METRICS[one.metric].label}, {platform_name(one.platform)}"


def _ways(one: Examination) -> str:
    joint, ways = one.counted.joint, one.counted.ways
    if joint is None:
        return f"{len(ways)}, too few"
    return (
        f"{len(ways):,}, {joint.low:.2f} to {joint.high:.2f}, {joint.same_side:.0%} on one side,"
        f" p = {joint.p_value:.2g}"
    )


def _without_a_niche(one: Examination) -> str:
    ends = one.counted.without_a_niche
    return f"{ends[0]:.2f} to {ends[1]:.2f}" if ends else MISSING


def _line(one: Examination) -> str:
    if one.line is None or not one.line.word:
        return MISSING
    if one.line.word == LineWord.GRADUAL:
        return f"gradual, at most {one.line.most_of_lead:.0%} of the lead begins there"
    if one.line.word == LineWord.CANNOT_TELL:
        needed = float(f"{one.line.creators_needed:.2g}")
        return f"cannot tell; it takes about {needed:,.0f} creators"
    return f"jumps, {with_interval(*one.line.registered.ends)}"


def _control(one: Examination) -> str:
    if one.control is None:
        return MISSING
    return with_interval(one.control.ratio, one.control.low, one.control.high)


def _apart(alike: Alike) -> str:
    """The covariate in which the tiers differed most before weights, in standard deviations."""
    most = max(alike.yardsticks, key=lambda one: abs(one.apart), default=None)
    return f"{most.covariate}, {abs(most.apart):.2f} sd" if most else MISSING


def _unseen(one: Examination) -> str:
    assert one.alike is not None  # noqa: S101
    measured = [known for known in one.alike.yardsticks if known.multiple is not None]
    if not measured:
        share = one.alike.robustness_value
        return (
            f"one that explains {share:.0%} of what is left of tier and rate; E-value"
            f" {one.alike.e_value:.1f}"
        )
    return "; ".join(f"{known.multiple:.1f} times {known.covariate}" for known in measured)
