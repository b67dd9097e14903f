"""The creators of one cell compared: the metric's estimator, and second ways to the same rows."""

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.estimators.bootstrap import bootstrap_ratios
from analysis.evidence.estimators.checks import Superiority, permuted_p_value, superiority
from analysis.evidence.estimators.elasticity import follower_elasticity
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.portfolio import affordable, pooled_rate_ratio
from analysis.evidence.estimators.rows import Flags, Floats, Integers
from analysis.evidence.estimators.typical import geometric_mean_ratio, mean_rate_ratio
from analysis.evidence.metrics import Estimand, Metric
from analysis.evidence.placements.cost import cost_ratio
from analysis.evidence.view import View

_BOOTSTRAP_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Checks:
    """Second ways to the same rows.

    What does not apply is missing.

    Attributes:
        superiority: how often a micro creator is ahead, of the typical creator.
        permuted_p_value: of the typical creator's log rate, tiers permuted over persons.
        bootstrap_low, bootstrap_high: interval of the portfolio from persons drawn again.
    """

    superiority: Superiority | None = None
    permuted_p_value: float = math.nan
    bootstrap_low: float = math.nan
    bootstrap_high: float = math.nan


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


def comparable_rows(compared: pd.DataFrame, metric: Metric) -> Rows:
    """Creators in strata (niches, campaigns) that hold both arms.

    Raises:
        NotEstimableError: there is no such stratum.
    """
    both = compared.groupby(metric.within)["micro"].transform("nunique") == 2
    if not both.any():
        raise NotEstimableError(f"no {metric.within} has creators of both arms")
    kept = compared[both]
    return Rows(
        numerator=kept[metric.numerator].to_numpy(dtype=float),
        exposure=kept[metric.exposure].to_numpy(dtype=float),
        micro=kept["micro"].to_numpy(dtype=bool),
        stratum=np.unique(kept[metric.within], return_inverse=True)[1],
        person=pd.factorize(kept["person"])[0],  # by arrival: pseudonyms depend on a key
        followers=kept["followers"].to_numpy(dtype=float),
    )


def _typical(rows: Rows, metric: Metric, view: View) -> Estimate:
    ratio = mean_rate_ratio if metric.typical == "mean of rates" else geometric_mean_ratio
    return ratio(*rows.compared, person=rows.person, level=view.study.level)


def _portfolio(rows: Rows, metric: Metric, view: View) -> Estimate:
    ratio = cost_ratio if metric.is_cost else pooled_rate_ratio
    return ratio(
        *rows.compared,
        person=rows.person,
        level=view.study.level,
        permutations=view.study.permutations,
        rng=_rng(metric, view),
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


def _check_typical(rows: Rows, metric: Metric, view: View) -> Checks:
    rate = (rows.numerator + 0.5) / rows.exposure
    ahead = superiority(rate, rows.micro, rows.stratum, level=view.study.level)
    if metric.typical == "mean of rates":
        return Checks(ahead)
    permuted = permuted_p_value(
        np.log(rate),
        rows.micro,
        rows.stratum,
        person=rows.person,
        permutations=affordable(view.study.permutations, len(rate)),
        rng=_rng(metric, view),
    )
    return Checks(ahead, permuted)


def _check_portfolio(rows: Rows, metric: Metric, view: View) -> Checks:
    drawn = bootstrap_ratios(
        *rows.compared,
        person=rows.person,
        draws=affordable(_BOOTSTRAP_DRAWS, len(rows.micro)),
        rng=_rng(metric, view),
    )
    kept = drawn[np.isfinite(drawn)]
    if len(kept) < 0.95 * len(drawn):
        return NO_CHECKS
    tail = (1 - view.study.level) / 2
    low, high = np.quantile(kept, [tail, 1 - tail])
    return Checks(bootstrap_low=float(low), bootstrap_high=float(high))


CHECKS: dict[Estimand, Callable[[Rows, Metric, View], Checks]] = {
    "typical": _check_typical,
    "portfolio": _check_portfolio,
}


def _rng(metric: Metric, view: View) -> np.random.Generator:
    return np.random.default_rng([view.seed, zlib.crc32(metric.name.encode())])
