"""The next unit of money against the average one: three margins, and bounds from all of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.decisions.model.returns import ARM
from analysis.decisions.money import Money
from analysis.evidence.breakdown.arms import labels
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rows import Floats
from analysis.evidence.placements.next_euro import own_elasticity
from analysis.evidence.view import View

_REPEATED, _THIRD = 20, 3  # persons with a third booking, before the same again is spoken of

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class NextMoney:
    """What the next unit goes with in an arm, in what the average unit went with.

    Attributes:
        platform, tier: the arm.
        alike: more creators of this kind, at least and at most: the return of the third that looks
            worst, and the average, since those booked were picked.
        larger: larger creators inside the arm; None where it cannot be told.
        again: the same creators a third time and later; None from fewer than 20 of them.
    """

    platform: str
    tier: str
    alike: Range
    larger: Range | None
    again: Range | None

    @property
    def bounds(self) -> Range:
        """From the least to the most of all margins that are known."""
        known = [one for one in (self.alike, self.larger, self.again) if one is not None]
        return min(low for low, _ in known), max(high for _, high in known)


def next_money(known: pd.DataFrame, money: tuple[Money, ...], view: View) -> tuple[NextMoney, ...]:
    """The three margins of every arm of enough creators whose money is shown.

    Args:
        known: bookings with ``cost`` and ``outcome``.
        money: of the same arms; a withheld one has no margins either.
        view: study and arms.
    """
    shown = {(one.platform, one.tier) for one in money if one.cost is not None}
    found = []
    for (platform, micro), rows in known.groupby(ARM):
        tier = str(view.micro if micro else view.macro)
        enough = rows["person"].nunique() >= view.study.minimums.creators_per_arm
        if (platform, tier) in shown and enough and rows[["cost", "outcome"]].sum().min() > 0:
            level = view.study.level
            margins = (_alike(rows), _larger(rows, level), _again(rows, level))
            found.append(NextMoney(str(platform), tier, *margins))
    return tuple(found)


def _alike(rows: pd.DataFrame) -> Range:
    """Return of the third of persons that looks worst, pulled to the arm's; and 1.

    Gamma-Poisson by moments: of the spread of persons' outcomes around what their cost predicts,
    counting explains a part; the rest is theirs.
    """
    sums = rows.groupby("person")[["cost", "outcome"]].sum()
    sums = sums[sums["cost"] > 0]
    expected = sums["cost"] * sums["outcome"].sum() / sums["cost"].sum()
    beyond = ((sums["outcome"] - expected) ** 2 - expected).sum() / (expected**2).sum()
    weight = 1 / max(float(beyond), 1e-6)
    pulled = (weight + sums["outcome"]) / (weight + expected)
    worst = pulled.nsmallest(max(len(pulled) // 3, 1)).index
    share = float((pulled * sums["cost"])[worst].sum() / sums["cost"][worst].sum())
    return min(share, 1.0), 1.0


def _larger(rows: pd.DataFrame, level: float) -> Range | None:
    outcome, cost, followers = (
        rows[name].to_numpy(dtype=float) for name in ("outcome", "cost", "followers")
    )
    person = labels(rows["person"])
    try:
        bounds = own_elasticity(outcome, cost, followers, person, level=level).interval
    except NotEstimableError:
        return None
    if bounds.low is None or bounds.high is None:
        return None
    return bounds.low, bounds.high


def _again(rows: pd.DataFrame, level: float) -> Range | None:
    """Return of a person's third booking and later ones over that of the first, with its interval.

    Log ratio of sums over persons with a third booking, with their jackknife error.
    """
    dated = rows.dropna(subset=["placed_at"]).sort_values("placed_at", kind="stable")
    dated = dated.assign(nth=dated.groupby("person").cumcount() + 1)
    often = dated.groupby("person")["nth"].transform("max") >= _THIRD
    dated = dated[often]
    people = dated["person"].nunique()
    if people < _REPEATED:
        return None
    first, later = (
        dated[side].groupby("person")[["cost", "outcome"]].sum()
        for side in (dated["nth"] == 1, dated["nth"] >= _THIRD)
    )
    sums = [float(one[name].sum()) for one in (first, later) for name in ("cost", "outcome")]
    if min(sums) <= 0:
        return None
    pull: Floats = (
        later["outcome"] / sums[3]
        - later["cost"] / sums[2]
        - first["outcome"] / sums[1]
        + first["cost"] / sums[0]
    ).to_numpy()
    error = np.sqrt((pull**2).sum() * people / (people - 1))
    middle = np.log(sums[3] / sums[2]) - np.log(sums[1] / sums[0])
    half = stats.t.ppf((1 + level) / 2, people - 1) * error
    return float(np.exp(middle - half)), float(np.exp(middle + half))
