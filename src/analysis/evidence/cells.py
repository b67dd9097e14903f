"""One cell of a family: which creators are compared, by which estimator, or why they are not."""

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.evidence.bookings.cost import cost_ratio
from analysis.evidence.estimators.checks import Superiority, superiority
from analysis.evidence.estimators.elasticity import follower_elasticity
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.portfolio import pooled_rate_ratio
from analysis.evidence.estimators.synthesis import ratio_of_ratios
from analysis.evidence.estimators.typical import geometric_mean_ratio, mean_rate_ratio
from analysis.evidence.metrics import METRICS, Estimand, Metric
from analysis.evidence.results import ALL_NICHES, NAMED_AGAINST_OTHERS
from analysis.evidence.view import View
from analysis.scope import FollowerRange
from analysis.study import Claim


@dataclass(frozen=True, slots=True)
class Cell:
    """One comparison.

    Attributes:
        metric, estimand, platform, niche, contrast: what is compared.
        group: named niches, other niches or all niches; part of the family.
        n_micro, n_macro: creators that enter.
        fit: the estimate, None where there is none.
        why: the reason where there is none.
        check: distribution-free check of the typical creator over the same rows.
    """

    metric: str
    estimand: Estimand
    platform: str
    niche: str
    contrast: str
    group: str
    n_micro: int
    n_macro: int
    fit: Estimate | None
    why: str = ""
    check: Superiority | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The creators of a cell as arrays, one entry per creator."""

    numerator: npt.NDArray[np.float64]
    exposure: npt.NDArray[np.float64]
    micro: npt.NDArray[np.bool_]
    stratum: npt.NDArray[np.int64]
    person: npt.NDArray[np.int64]
    followers: npt.NDArray[np.float64]


def contrast_name(view: View, macro: FollowerRange) -> str:
    """``1K-100K vs 100K+``."""
    return f"{view.micro} vs {macro}"


def cells_of(view: View, declared: Claim) -> Iterator[Cell]:
    """Every cell of a claim."""
    return (
        _between_niches(view, declared) if declared.between == "niches" else _tiers(view, declared)
    )


def _between_niches(view: View, declared: Claim) -> Iterator[Cell]:
    """The typical ratio in the named niches over that in all others, per set of aliases."""
    for name in declared.metrics:
        metric = METRICS[name]
        for platform, accounts in _panel(view, metric).groupby("platform"):
            for aliases in view.study.niches.aliases:
                named = accounts["niche"].map(partial(view.study.niches.names, aliases=aliases))
                place = (str(platform), f"{NAMED_AGAINST_OTHERS}, {aliases} aliases")
                sides = [
                    _cell(view, metric, "typical", accounts[side], view.macro, place)
                    for side in (named, ~named)
                ]
                yield _ratio_of(sides[0], sides[1], view)


def _ratio_of(named: Cell, others: Cell, view: View) -> Cell:
    fit, why = None, named.why or others.why
    if named.fit and others.fit:
        logs = [
            (math.log(c.fit.ratio), c.fit.standard_error, float(c.n_micro + c.n_macro - 2))
            for c in (named, others)
            if c.fit
        ]
        fit = ratio_of_ratios(logs[0], logs[1], level=view.study.level)
    return replace(
        named,
        group=ALL_NICHES,
        n_micro=named.n_micro + others.n_micro,
        n_macro=named.n_macro + others.n_macro,
        fit=fit,
        why=why,
        check=None,
    )


def _panel(view: View, metric: Metric) -> pd.DataFrame:
    panel = view.bookings if metric.within == "campaign" else view.creators
    return panel.assign(micro=panel["followers"].map(view.micro.contains))


def _tiers(view: View, declared: Claim) -> Iterator[Cell]:
    """Metrics, platforms, niches, contrasts, estimands."""
    for name in declared.metrics:
        for platform, accounts in _panel(view, METRICS[name]).groupby("platform"):
            for niche in [ALL_NICHES, *sorted(accounts["niche"].unique())]:
                inside = accounts if niche == ALL_NICHES else accounts[accounts["niche"] == niche]
                for contrast in view.contrasts:
                    for estimand in METRICS[name].estimands:
                        if estimand != "elasticity" or contrast == view.macro:
                            place = (str(platform), str(niche))
                            yield _cell(view, METRICS[name], estimand, inside, contrast, place)


def _cell(
    view: View,
    metric: Metric,
    estimand: Estimand,
    creators: pd.DataFrame,
    macro: FollowerRange,
    place: tuple[str, str],
) -> Cell:
    platform, niche = place
    compared = _compared(view, metric, estimand, creators, macro)
    arms = compared.groupby("micro")["creator_id"].nunique()
    n_micro, n_macro = int(arms.get(True, 0)), int(arms.get(False, 0))
    fit, check, why = None, None, _too_little(view, metric, creators, n_micro, n_macro)
    if not why:
        try:
            rows = _rows(compared, metric)
            fit = _ESTIMATORS[estimand](rows, metric, view)
            check = _check(rows, view) if estimand == "typical" and macro == view.macro else None
        except NotEstimableError as error:
            why = str(error)
    return Cell(
        metric=metric.name,
        estimand=estimand,
        platform=platform,
        niche=niche,
        contrast=contrast_name(view, macro),
        group=_group(view, niche),
        n_micro=n_micro,
        n_macro=n_macro,
        fit=fit,
        why=why,
        check=check,
    )


def _compared(
    view: View, metric: Metric, estimand: Estimand, creators: pd.DataFrame, macro: FollowerRange
) -> pd.DataFrame:
    """Creators of both arms with enough exposure.

    In a portfolio those without exposure count too: who was paid and brought no order is a cost.
    """
    minimum = getattr(view.study.minimums, metric.minimum) if metric.minimum else 0
    numerator, exposure = creators[metric.numerator], creators[metric.exposure]
    enough = (exposure >= minimum) & (exposure > 0)
    if estimand == "portfolio":
        enough = (exposure > 0) | ((exposure == 0) & (numerator > 0))
    in_arms = creators["micro"] | creators["followers"].map(macro.contains)
    return creators[enough & numerator.notna() & in_arms]


def _too_little(
    view: View, metric: Metric, creators: pd.DataFrame, n_micro: int, n_macro: int
) -> str:
    if not creators[metric.exposure].notna().any():
        return f"no {metric.needs} in this selection"
    least = view.study.minimums.creators_per_arm
    if min(n_micro, n_macro) < least:
        return f"{n_micro} micro and {n_macro} macro creators; {least} of each are needed"
    return ""


def _rows(compared: pd.DataFrame, metric: Metric) -> _Rows:
    both = compared.groupby(metric.within)["micro"].transform("nunique") == 2
    if not both.any():
        raise NotEstimableError(f"no {metric.within} has creators of both arms")
    kept = compared[both]
    return _Rows(
        numerator=kept[metric.numerator].to_numpy(dtype=float),
        exposure=kept[metric.exposure].to_numpy(dtype=float),
        micro=kept["micro"].to_numpy(dtype=bool),
        stratum=np.unique(kept[metric.within], return_inverse=True)[1],
        person=np.unique(kept["person"], return_inverse=True)[1],
        followers=kept["followers"].to_numpy(dtype=float),
    )


def _typical(rows: _Rows, metric: Metric, view: View) -> Estimate:
    arrays = (rows.numerator, rows.exposure, rows.micro, rows.stratum)
    if metric.typical == "mean of rates":
        return mean_rate_ratio(*arrays, person=rows.person, level=view.study.level)
    return geometric_mean_ratio(*arrays, person=rows.person, level=view.study.level)


def _portfolio(rows: _Rows, metric: Metric, view: View) -> Estimate:
    ratio = cost_ratio if metric.is_cost else pooled_rate_ratio
    return ratio(
        rows.numerator,
        rows.exposure,
        rows.micro,
        rows.stratum,
        person=rows.person,
        level=view.study.level,
        permutations=view.study.permutations,
        rng=np.random.default_rng([view.seed, zlib.crc32(metric.name.encode())]),
    )


def _elasticity(rows: _Rows, _: Metric, view: View) -> Estimate:
    return follower_elasticity(
        np.log((rows.numerator + 0.5) / rows.exposure),
        np.log(rows.followers),
        rows.stratum,
        cluster=rows.person,
        level=view.study.level,
    )


_ESTIMATORS: dict[Estimand, Callable[[_Rows, Metric, View], Estimate]] = {
    "typical": _typical,
    "portfolio": _portfolio,
    "elasticity": _elasticity,
}


def _check(rows: _Rows, view: View) -> Superiority:
    rate = (rows.numerator + 0.5) / rows.exposure
    return superiority(rate, rows.micro, rows.stratum, level=view.study.level)


def _group(view: View, niche: str) -> str:
    if niche == ALL_NICHES:
        return ALL_NICHES
    return "named niches" if view.study.niches.names(niche) else "other niches"
