"""One comparison of a family: who is compared, by which estimator, or why nobody is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.synthesis import ratio_of_ratios
from analysis.evidence.methods import CHECKS, ESTIMATORS, NO_CHECKS, Checks, comparable_rows
from analysis.evidence.metrics import METRICS, Estimand, Metric
from analysis.evidence.results import ALL_NICHES, NAMED_AGAINST_OTHERS
from analysis.evidence.view import View
from analysis.study.ranges import FollowerRange
from analysis.study.registration import Claim


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison.

    Attributes:
        metric, estimand, platform, niche, contrast: what is compared.
        group: named niches, other niches or all niches; part of the family.
        n_micro, n_macro: creators that enter.
        fit: the estimate, None where there is none.
        why: the reason where there is none.
        checks: of the same rows, for the whole macro arm.
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
    checks: Checks = NO_CHECKS


def contrast_label(view: View, macro: FollowerRange) -> str:
    """``1K-100K vs 100K+``."""
    return f"{view.micro} vs {macro}"


def comparisons_of(view: View, declared: Claim) -> Iterator[Comparison]:
    """Every comparison of a claim."""
    return (
        _between_niches(view, declared) if declared.between == "niches" else _tiers(view, declared)
    )


def _between_niches(view: View, declared: Claim) -> Iterator[Comparison]:
    """Typical ratio of the named niches over that of others.

    Once per set of aliases.
    """
    for name in declared.metrics:
        metric = METRICS[name]
        for platform, accounts in _panel(view, metric).groupby("platform"):
            for aliases in view.study.niches.aliases:
                named = accounts["niche"].map(partial(view.study.niches.names, aliases=aliases))
                place = (str(platform), f"{NAMED_AGAINST_OTHERS}, {aliases} aliases")
                sides = [
                    _comparison(view, metric, "typical", accounts[side], view.macro, place)
                    for side in (named, ~named)
                ]
                yield _ratio_of(sides[0], sides[1], view)


def _ratio_of(named: Comparison, others: Comparison, view: View) -> Comparison:
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
        checks=NO_CHECKS,
    )


def _panel(view: View, metric: Metric) -> pd.DataFrame:
    panel = view.creators_by_campaign if metric.within == "campaign" else view.creators
    return panel.assign(micro=panel["followers"].map(view.micro.contains))


def _tiers(view: View, declared: Claim) -> Iterator[Comparison]:
    """Metrics, platforms, niches, contrasts, estimands."""
    for name in declared.metrics:
        for platform, accounts in _panel(view, METRICS[name]).groupby("platform"):
            for niche in [ALL_NICHES, *sorted(accounts["niche"].unique())]:
                inside = accounts if niche == ALL_NICHES else accounts[accounts["niche"] == niche]
                for contrast in view.contrasts:
                    for estimand in METRICS[name].estimands:
                        if estimand != "elasticity" or contrast == view.macro:
                            place = (str(platform), str(niche))
                            yield _comparison(
                                view, METRICS[name], estimand, inside, contrast, place
                            )


def _comparison(
    view: View,
    metric: Metric,
    estimand: Estimand,
    creators: pd.DataFrame,
    macro: FollowerRange,
    place: tuple[str, str],
) -> Comparison:
    platform, niche = place
    compared = _compared(view, metric, estimand, creators, macro)
    arms = compared.groupby("micro")["creator_id"].nunique()
    n_micro, n_macro = int(arms.get(True, 0)), int(arms.get(False, 0))
    fit, checks, why = None, NO_CHECKS, _too_little(view, metric, creators, n_micro, n_macro)
    if not why:
        try:
            rows = comparable_rows(compared, metric)
            fit = ESTIMATORS[estimand](rows, metric, view)
            if macro == view.macro and estimand in CHECKS:
                checks = CHECKS[estimand](rows, metric, view)
        except NotEstimableError as error:
            why = str(error)
    return Comparison(
        metric=metric.name,
        estimand=estimand,
        platform=platform,
        niche=niche,
        contrast=contrast_label(view, macro),
        group=_group(view, niche),
        n_micro=n_micro,
        n_macro=n_macro,
        fit=fit,
        why=why,
        checks=checks,
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
    if creators.empty:
        return "no creators on one of the two sides"
    if not creators[metric.exposure].notna().any():
        return f"no {metric.needs} in this selection"
    least = view.study.minimums.creators_per_arm
    short = [name for name, n in (("micro", n_micro), ("macro", n_macro)) if n < least]
    if short:
        return f"fewer than {least} {' and '.join(short)} creators"
    return ""


def _group(view: View, niche: str) -> str:
    if niche == ALL_NICHES:
        return ALL_NICHES
    return "named niches" if view.study.niches.names(niche) else "other niches"
