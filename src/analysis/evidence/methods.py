"""The creators of one cell compared: the metric's estimator, and second ways to the same rows."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
import pandas as pd

from analysis.evidence.estimators.campaigns import like_campaigns
from analysis.evidence.estimators.checks import Superiority, permuted_p_value, superiority
from analysis.evidence.estimators.elasticity import follower_elasticity
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.rate_ratio import Weight, rate_ratio
from analysis.evidence.estimators.rows import Flags, Floats, Integers, affordable
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.metrics import Estimand, Metric
from analysis.evidence.placements.cost import cost_ratio
from analysis.evidence.view import View


@dataclass(frozen=True, slots=True)
class Checks:
    """Second ways to the same rows.

    What does not apply is missing.

    Attributes:
        superiority: how often a micro creator is ahead, of the typical creator.
        permuted_p_value: of the typical creator's log rate, tiers permuted over persons.
        campaigns_low, campaigns_high: interval of a rate in campaigns like these, where there are
            enough of them.
    """

    superiority: Superiority | None = None
    permuted_p_value: float = math.nan
    campaigns_low: float = math.nan
    campaigns_high: float = math.nan


NO_CHECKS = Checks()


@dataclass(frozen=True, slots=True)
class Rows:
    """The creators of a cell as arrays, one entry per creator."""

    numerator: Floats
    exposure: Floats
    micro: Flags
    stratum: Integers
    person: Integers
    followers: Floats

    @property
    def compared(self) -> tuple[Floats, Floats, Flags, Integers]:
        """Numerator, exposure, arm and stratum, as a ratio of arms takes them."""
        return self.numerator, self.exposure, self.micro, self.stratum

    def only(self, kept: Flags) -> "Rows":
        """Some of the rows."""
        return Rows(*(getattr(self, field.name)[kept] for field in fields(self)))

    def one_per_person(self) -> "Rows":
        """Of a person's rows in one arm the one with the most exposure."""
        order = np.lexsort([-self.exposure, self.micro, self.person])
        first = np.unique(2 * self.person[order] + self.micro[order], return_index=True)[1]
        return self.only(np.isin(np.arange(len(order)), order[first]))


def comparable_rows(compared: pd.DataFrame, metric: Metric) -> Rows:
    """Creators in strata (niches, campaigns) that hold both arms.

    Raises:
        NotEstimableError: there is no such stratum.
    """
    kept = compared
    if compared["micro"].nunique() == 2:
        within = pd.factorize(compared[metric.within])[0] + 1  # 0 where it is not known
        micro = compared["micro"].to_numpy(dtype=bool)
        both = (np.bincount(within, micro) > 0) & (np.bincount(within, ~micro) > 0)
        both[0] = False
        kept = compared[both[within]]
        if kept.empty:
            raise NotEstimableError(f"no {metric.within} has creators of both arms")
    return Rows(
        numerator=kept[metric.numerator].to_numpy(dtype=float),
        exposure=kept[metric.exposure].to_numpy(dtype=float),
        micro=kept["micro"].to_numpy(dtype=bool),
        stratum=np.unique(kept[metric.within], return_inverse=True)[1],
        person=pd.factorize(kept["person"])[0],  # by arrival: pseudonyms depend on a key
        followers=kept["followers"].to_numpy(dtype=float),
    )


def _typical(rows: Rows, metric: Metric, view: View) -> Estimate:
    if metric.typical == "mean of rates":
        return _of_rates(rows, metric, view, weight="person")
    return geometric_mean_ratio(*rows.compared, person=rows.person, level=view.study.level)


def _portfolio(rows: Rows, metric: Metric, view: View) -> Estimate:
    return _of_rates(rows, metric, view, weight="exposure")


def _of_rates(rows: Rows, metric: Metric, view: View, *, weight: Weight) -> Estimate:
    ratio = cost_ratio if metric.is_cost else partial(rate_ratio, weight=weight)
    return ratio(
        *rows.compared,
        person=rows.person,
        level=view.study.level,
        permutations=view.study.permutations,
        rng=np.random.default_rng(view.seed),
    )


def _elasticity(rows: Rows, _: Metric, view: View) -> Estimate:
    return follower_elasticity(
        np.log((rows.numerator + 0.5) / rows.exposure),
        np.log(rows.followers),
        rows.stratum,
        cluster=rows.person,
        level=view.study.level,
    )


ESTIMATORS: dict[Estimand, Callable[[Rows, Metric, View], Estimate]] = {
    "typical": _typical,
    "portfolio": _portfolio,
    "elasticity": _elasticity,
}


def in_like_campaigns(
    fit: Estimate, rows: Rows, metric: Metric, estimand: Estimand, view: View
) -> tuple[float, float]:
    """The interval of a rate in campaigns like these; missing with fewer than four."""
    count, exposure, micro, campaign = rows.compared
    within = (fit.low, fit.high)
    if metric.is_cost:
        count, exposure, within = exposure, count, (1 / fit.high, 1 / fit.low)
    low, high = like_campaigns(
        count,
        exposure,
        micro,
        campaign,
        weight="person" if estimand == "typical" else "exposure",
        person=rows.person,
        within=within,
        level=view.study.level,
    )
    return (1 / high, 1 / low) if metric.is_cost else (low, high)


def check_typical(rows: Rows, metric: Metric, view: View) -> Checks:
    """Second ways to the typical creator; of a person with several rows the largest counts."""
    rate = (rows.numerator + 0.5) / rows.exposure
    once = rows.one_per_person()
    own = (once.numerator + 0.5) / once.exposure
    ahead = superiority(own, once.micro, once.stratum, level=view.study.level)
    if metric.typical == "mean of rates":
        return Checks(ahead)
    permuted = permuted_p_value(
        np.log(rate),
        rows.micro,
        rows.stratum,
        person=rows.person,
        permutations=affordable(view.study.permutations, len(rate)),
        rng=np.random.default_rng(view.seed),
    )
    return Checks(ahead, permuted)
