"""One comparison of a family: who is compared, by which estimator, or why nobody is."""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from analysis.evidence.estimators.elasticity import follower_gap
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.synthesis import ratio_of_ratios
from analysis.evidence.gates import passed
from analysis.evidence.methods import (
    ESTIMATORS,
    NO_CHECKS,
    Checks,
    Rows,
    check_typical,
    comparable_rows,
    in_like_campaigns,
)
from analysis.evidence.metrics import METRICS, Estimand, Metric
from analysis.evidence.results import ALL_NICHES, NAMED_AGAINST_OTHERS
from analysis.evidence.view import View
from analysis.study.ranges import FollowerRange
from analysis.study.registration import Claim

_WHO = ("platform", "niche", "person", "followers")


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Who would be compared, before any outcome is looked at.

    Attributes:
        metric, estimand, platform, niche, contrast: what is compared.
        group: named niches, other niches or all niches.
        n_micro, n_macro: persons that enter.
        rows: theirs; None where they cannot be compared.
        why: the reason where they cannot.
    """

    metric: str
    estimand: Estimand
    platform: str
    niche: str
    contrast: str
    group: str
    n_micro: int
    n_macro: int
    rows: Rows | None
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One comparison.

    Attributes:
        cell: who is compared.
        fit: the estimate, None where there is none.
        why: the reason where there is none.
        checks: of the same rows, for the whole macro arm.
        gap: how many times as many followers macro has, between geometric means.
    """

    cell: Cell
    fit: Estimate | None
    why: str = ""
    checks: Checks = NO_CHECKS
    gap: float = 1.0


def contrast_label(view: View, macro: FollowerRange) -> str:
    """``1K-100K vs 100K+``."""
    return f"{view.micro} vs {macro}"


def cells_of(view: View, declared: Claim) -> Iterator[Cell]:
    """Metrics, platforms, niches, contrasts, estimands of a claim between tiers."""
    for name in declared.metrics:
        metric = METRICS[name]
        for platform, accounts in panel_of(view, metric).groupby("platform"):
            for niche, inside in _niches(accounts):
                for contrast in view.contrasts:
                    for estimand in metric.estimands:
                        if estimand != "elasticity" or contrast == view.macro:
                            place = (str(platform), niche)
                            yield _cell(view, metric, estimand, inside, contrast, place)


def first_rows(view: View, declared: Claim) -> Iterator[list[Cell]]:
    """Per platform the row of the first grid: the claim's first metric that can be tested.

    All niches first, then each niche that can be compared; of the whole macro arm, by the metric's
    first estimand. A platform without such a metric has no row.
    """
    for platform in sorted(view.creators["platform"].unique()):
        for metric in (METRICS[name] for name in declared.metrics):
            panel = panel_of(view, metric)
            row = (
                _cell(view, metric, metric.estimands[0], inside, view.macro, (str(platform), niche))
                for niche, inside in _niches(panel[panel["platform"] == platform])
            )
            whole = next(row)
            if whole.rows is not None:
                yield [whole, *(cell for cell in row if cell.rows is not None)]
                break


def compared(view: View, cell: Cell) -> Comparison:
    """Estimate one cell, with the second ways to the whole macro arm."""
    if cell.rows is None:
        return Comparison(cell, None, cell.why)
    metric, checks = METRICS[cell.metric], NO_CHECKS
    try:
        fit = ESTIMATORS[cell.estimand](cell.rows, metric, view)
    except NotEstimableError as error:
        return Comparison(cell, None, str(error))
    whole = cell.contrast == contrast_label(view, view.macro)
    if whole and cell.estimand == "typical":
        with suppress(NotEstimableError):  # the estimate stands without a second way
            checks = check_typical(cell.rows, metric, view)
    if whole and metric.within == "campaign":
        low, high = in_like_campaigns(fit, cell.rows, metric, cell.estimand, view)
        checks = replace(checks, campaigns_low=low, campaigns_high=high)
    gap = follower_gap(cell.rows.followers, cell.rows.micro, cell.rows.stratum)
    return Comparison(cell, fit, checks=checks, gap=gap)


def between_niches(view: View, declared: Claim) -> Iterator[Comparison]:
    """The typical ratio in the named niches over that in all others.

    Once per set of aliases; sets that name the same creators are one comparison.
    """
    for name in declared.metrics:
        metric = METRICS[name]
        for platform, accounts in panel_of(view, metric).groupby("platform"):
            seen: list[pd.Series] = []
            for aliases in view.study.niches.aliases:
                named = accounts["niche"].map(partial(view.study.niches.names, aliases=aliases))
                if any(named.equals(before) for before in seen):
                    continue
                seen.append(named)
                place = (str(platform), f"{NAMED_AGAINST_OTHERS}, {aliases} aliases")
                cells = (
                    _cell(view, metric, "typical", accounts[side], view.macro, place)
                    for side in (named, ~named)
                )
                found = [compared(view, cell) for cell in cells]
                yield _ratio_of(*found, view=view, why=_one_sided(named))


def _one_sided(named: pd.Series) -> str:
    if not named.any():
        return "no creator is in a niche that the study names"
    return "every creator is in a niche that the study names" if named.all() else ""


def _ratio_of(named: Comparison, others: Comparison, *, view: View, why: str) -> Comparison:
    fit, why = None, why or named.why or others.why
    if named.fit and others.fit:
        logs = [
            (math.log(side.ratio), side.widening * side.standard_error, side.degrees_of_freedom)
            for side in (named.fit, others.fit)
        ]
        fit = ratio_of_ratios(logs[0], logs[1], level=view.study.level)
    cell = replace(
        named.cell,
        group=ALL_NICHES,
        n_micro=named.cell.n_micro + others.cell.n_micro,
        n_macro=named.cell.n_macro + others.cell.n_macro,
    )
    return Comparison(cell, fit, why)


def panel_of(view: View, metric: Metric) -> pd.DataFrame:
    """The panel with a metric's columns, ``followers`` those that it is sized by, and ``micro``."""
    panel = view.creators_by_campaign if metric.within == "campaign" else view.creators
    if metric.needs_relationship:
        panel = view.relationship
    asked = {*_WHO, metric.numerator, metric.exposure, metric.within}
    followers = panel[metric.sized_by].fillna(panel["followers"])
    micro = followers.map(view.micro.contains)
    return panel[sorted(asked)].assign(followers=followers, micro=micro)


def _niches(accounts: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield ALL_NICHES, accounts
    for niche in sorted(accounts["niche"].unique()):
        yield str(niche), accounts[accounts["niche"] == niche]


def _cell(
    view: View,
    metric: Metric,
    estimand: Estimand,
    creators: pd.DataFrame,
    macro: FollowerRange,
    place: tuple[str, str],
) -> Cell:
    platform, niche = place
    counted = _counted(view, metric, estimand, creators, macro)
    micro = counted["micro"].astype(bool)
    rows, why = None, _nothing(metric, creators)
    if not why:
        try:
            rows, why = passed(
                comparable_rows(counted, metric), metric, estimand, view.study.minimums
            )
        except NotEstimableError as error:
            why = str(error)
    return Cell(
        metric=metric.name,
        estimand=estimand,
        platform=platform,
        niche=niche,
        contrast=contrast_label(view, macro),
        group=_group(view, niche),
        n_micro=counted.loc[micro, "person"].nunique(),
        n_macro=counted.loc[~micro, "person"].nunique(),
        rows=None if why else rows,
        why=why,
    )


def _counted(
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
    in_macro = (creators["followers"] >= macro.low) & (creators["followers"] < macro.high)
    in_arms = creators["micro"] | in_macro
    return creators[enough & numerator.notna() & in_arms]


def _nothing(metric: Metric, creators: pd.DataFrame) -> str:
    if creators.empty:
        return "no creators on one of the two sides"
    if not creators[metric.exposure].notna().any():
        return f"no {metric.needs} in this selection"
    return ""


def _group(view: View, niche: str) -> str:
    if niche == ALL_NICHES:
        return ALL_NICHES
    return "named niches" if view.study.niches.names(niche) else "other niches"
