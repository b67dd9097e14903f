"""What an answer is worth once it was asked in other ways: one pure function, four words."""

import math
from dataclasses import dataclass
from enum import StrEnum

from analysis.evidence.robustness.counting.joint import Joint
from analysis.evidence.verdict import DECIDED, Verdict

_MOSTLY = 0.9  # share of ways on one side
_HALF = 0.5  # of the reported log ratio
_FEWEST = 8  # ways that say anything together
_ENOUGH_ALIKE = 30  # equal creators


class Survival(StrEnum):
    """How a decided answer stands."""

    HOLDS = "HOLDS"
    LEANS = "LEANS"
    DEPENDS = "DEPENDS"
    NOT_CHECKED = "NOT CHECKED"


@dataclass(frozen=True, slots=True)
class Standing:
    """A word and, in a few words, what it rests on; of an answer that holds, what limits it.

    Empty where nothing speaks against.
    """

    word: Survival
    reason: str = ""


NOTHING_DECIDED = Standing(Survival.NOT_CHECKED, "nothing is decided that could be lost")


@dataclass(frozen=True, slots=True)
class Spread:
    """A fork that moves the answer most.

    Attributes:
        choice: its name.
        options: in words, the registered one first.
        ratios: median ratio of the ways that take each option.
        share: of the spread of all ways that the choice carries alone.
    """

    choice: str
    options: tuple[str, ...]
    ratios: tuple[float, ...]
    share: float

    @property
    def furthest(self) -> tuple[str, float]:
        """The option whose ratio is furthest from the registered one, and its ratio."""
        apart = [abs(math.log(ratio / self.ratios[0])) for ratio in self.ratios]
        at = apart.index(max(apart))
        return self.options[at], self.ratios[at]


@dataclass(frozen=True, slots=True)
class Doubts:
    """What else an answer was asked; None where it does not apply.

    Attributes:
        alike: ratio and interval among creators who are alike.
        fewest_alike: equal creators that would weigh as those of the smaller arm do there.
        counts_off: interval that is left if follower counts are off by a fifth.
        two_captures: ratio and interval with the tier by one day's follower counts and the rate by
            another's, where nearly all accounts have both and they are off by more than a little.
        without_largest: ratio of sums without the three who hold most.
        control_flagged: whether revenue per order differs, which a tier should not move.
    """

    alike: tuple[float, float, float] | None = None
    fewest_alike: float = 0.0
    counts_off: tuple[float, float] | None = None
    two_captures: tuple[float, float, float] | None = None
    without_largest: float | None = None
    control_flagged: bool = False


NO_DOUBTS = Doubts()


def survives(
    verdict: Verdict,
    reported: float,
    ways: int,
    joint: Joint | None,
    *,
    level: float,
    margin: tuple[float, float],
    moves: Spread | None,
    doubts: Doubts = NO_DOUBTS,
) -> Standing:
    """Say whether an answer stands once it is counted in other ways.

    Nothing here makes an answer: an undecided one has nothing to lose. That it is decided in most
    ways is no condition, because it would refuse two of five true differences of 15 %.

    Args:
        verdict, reported: the registered ones; the ratio micro over macro.
        ways: with enough creators in both tiers.
        joint: of those; None where they are too few.
        level: of the study.
        margin: inside which a difference is too small to act on.
        moves: the choice that moves the ratio most.
        doubts: what else it was asked.

    Example:
        >>> survives(Verdict.SUPPORTED, 1.4, 4, None, level=0.95, margin=(0.8, 1.25),
        ...          moves=None).word.value
        'NOT CHECKED'
    """
    if verdict not in (*DECIDED, Verdict.EQUIVALENT):
        return NOTHING_DECIDED
    if joint is None or ways < _FEWEST:
        return Standing(Survival.NOT_CHECKED, f"{ways} ways of counting keep enough creators")
    if verdict == Verdict.EQUIVALENT:
        return _still_alike(joint, margin=margin, moves=moves, doubts=doubts)
    lost = _turned(reported, joint, moves=moves, doubts=doubts)
    weak = _leaning(reported, joint, level=level, moves=moves) or _doubted(reported, doubts)
    if lost:
        return Standing(Survival.DEPENDS, lost)
    if weak:
        return Standing(Survival.LEANS, weak)
    return Standing(Survival.HOLDS, _slight_among_alike(doubts, margin=margin))


def _slight_among_alike(doubts: Doubts, *, margin: tuple[float, float]) -> str:
    """What is left of it where creators are alike, in words, where that is too small to act on."""
    if doubts.alike is None or doubts.fewest_alike < _ENOUGH_ALIKE:
        return ""
    ratio, low, high = doubts.alike
    if not margin[0] <= low <= high <= margin[1]:
        return ""
    return f"among creators who are alike it is {ratio:.2f}, too small to act on"


def _turned(reported: float, joint: Joint, *, moves: Spread | None, doubts: Doubts) -> str:
    """What decides the contrary, in words; empty where nothing does."""
    if joint.against > 0:
        return f"some ways of counting are decided the other way{_by(moves)}"
    if doubts.alike is not None and doubts.fewest_alike >= _ENOUGH_ALIKE:
        ratio, low, high = doubts.alike
        if (high < 1) if reported > 1 else (low > 1):
            return f"{reported:.2f} as reported, {ratio:.2f} among creators who are alike"
    if doubts.two_captures is not None:
        ratio, low, high = doubts.two_captures
        if not (low > 1 if reported > 1 else high < 1):
            return f"it is {ratio:.2f} ({low:.2f} to {high:.2f}) by the follower counts of two days"
    left = doubts.without_largest
    if left is not None and (left > 1) != (reported > 1):
        return f"without the three largest creators it is {left:.2f}"
    return ""


def _leaning(reported: float, joint: Joint, *, level: float, moves: Spread | None) -> str:
    """What is weak about it, in words; empty where nothing is."""
    middle = math.log(joint.median)
    same = (middle > 0) == (reported > 1)
    on_side = joint.same_side if same else 1 - joint.same_side
    if on_side < _MOSTLY:
        return f"{on_side:.0%} of the ways have its direction{_by(moves)}"
    if abs(middle) < _HALF * abs(math.log(reported)):
        return f"the typical way of counting gives {joint.median:.2f}{_by(moves)}"
    if joint.p_value > 1 - level:
        return f"all ways together could be chance (p = {joint.p_value:.2g})"
    return ""


def _doubted(reported: float, doubts: Doubts) -> str:
    """Which doubt halves the answer or takes its decision, in words; empty where none does."""
    side = 1 if reported > 1 else -1
    if doubts.alike is not None:
        ratio = doubts.alike[0]
        if side * math.log(ratio) < _HALF * side * math.log(reported):
            return f"it is {ratio:.2f} among creators who are alike"
    if doubts.counts_off is not None and doubts.counts_off[0] <= 1 <= doubts.counts_off[1]:
        return "follower counts that are a fifth off could feign it"
    if doubts.control_flagged:
        return "revenue per order differs too, so the tiers sell different things"
    return ""


def _still_alike(
    joint: Joint, *, margin: tuple[float, float], moves: Spread | None, doubts: Doubts
) -> Standing:
    """An answer of alike is lost where some way lies beyond the margin and is decided."""
    beyond = joint.high > margin[1] or joint.low < margin[0]
    if beyond and joint.decided + joint.against > 0:
        return Standing(
            Survival.DEPENDS, f"some ways of counting lie beyond the margin{_by(moves)}"
        )
    if doubts.alike is not None and doubts.fewest_alike >= _ENOUGH_ALIKE:
        ratio, low, high = doubts.alike
        if low > margin[1] or high < margin[0]:
            return Standing(Survival.DEPENDS, f"it is {ratio:.2f} among creators who are alike")
    return Standing(Survival.HOLDS)


def _by(moves: Spread | None) -> str:
    """The option that moves the answer most, in words."""
    if moves is None:
        return ""
    option, ratio = moves.furthest
    return f"; most by {moves.choice}, {option}: {ratio:.2f}"
