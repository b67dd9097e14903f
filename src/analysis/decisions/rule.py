"""The rule: what to do with the next budget, from numbers alone."""

from dataclasses import dataclass
from typing import Literal

State = Literal["SHIFT", "KEEP", "TEST FIRST", "TEST NOT WORTH IT", "REFUSED"]
Strength = Literal["firm", "likely", ""]

SMALL_GAIN = 0.05  # at best, of the outcome: less is not worth moving money for
_SURE, _LEAST_GAIN = 0.95, 0.02
_FEWEST_CAMPAIGNS = 4  # from which others like them can be spoken of


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rule looks at.

    Attributes:
        refused: whether anything stands in the way of a split.
        gain: low end, median and high end of 80 % of what the best split adds, on average over
            campaigns like the past ones.
        gain_once: likewise in one such campaign.
        helps: share of draws in which it adds in one such campaign.
        twice_found: whether the count model and the closed form find splits of nearly one outcome.
        agrees: whether a decided verdict on cost, nowhere contradicted, points the same way.
        equivalent: whether the tiers cost alike on every platform that was judged.
        without_largest: median gain of the split without any one creator; the smallest.
        campaigns: that the interval rests on.
        price, worth: of the deciding test, over the campaigns ahead.
        experiment: whether tiers were assigned by lot.
        depends: whether a verdict on cost depends on how it is counted.
    """

    refused: bool
    gain: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gain_once: tuple[float, float, float] = (0.0, 0.0, 0.0)
    helps: float = 0.0
    twice_found: bool = True
    agrees: bool = False
    equivalent: bool = False
    without_largest: float = 0.0
    campaigns: int = 0
    price: float = 0.0
    worth: float = 0.0
    experiment: bool = False
    depends: bool = False


def decided(found: Findings) -> tuple[State, Strength]:
    """What to do, and how firmly.

    KEEP goes before SHIFT: a gain under 5 % at best is not worth moving money for, however sure it
    is. Nothing rests on a verdict that depends on how it was measured, or on a split that a second
    calculation does not find. Probabilities below .95 are no reason to act: of .85 to .95 they came
    true .45 to .82.

    Example:
        >>> decided(Findings(refused=False, gain=(0.05, 0.1, 0.2), gain_once=(0.04, 0.1, 0.2),
        ...                  helps=0.97, agrees=True, without_largest=0.06, campaigns=4))
        ('SHIFT', 'likely')
    """
    if found.refused:
        return "REFUSED", ""
    alike = found.equivalent and not found.depends
    if found.twice_found and (found.gain[2] < SMALL_GAIN or alike):
        return "KEEP", ""
    if found.twice_found and not found.depends and _moves(found):
        return "SHIFT", "firm" if found.experiment else "likely"
    return ("TEST FIRST" if found.worth > found.price else "TEST NOT WORTH IT"), ""


def _moves(found: Findings) -> bool:
    return (
        found.helps >= _SURE
        and found.gain_once[0] > 0
        and found.gain[1] >= _LEAST_GAIN
        and found.agrees
        and found.without_largest > 0
        and found.campaigns >= _FEWEST_CAMPAIGNS
    )
