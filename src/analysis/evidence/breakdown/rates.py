"""What each arm's own creators show: rates of the typical creator and of all together."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import selected_arms
from analysis.evidence.comparisons import panel_of
from analysis.evidence.estimators.estimate import t_interval
from analysis.evidence.metrics import METRICS, Metric
from analysis.evidence.view import View
from analysis.panel.suppression import FEW

RATE_COLUMNS = ("platform", "followers", "creators", "rate", "low", "high", "together")


def rates_by_arm(view: View, metric: str) -> pd.DataFrame:
    """Rate of the typical creator of micro, macro and each part of macro, per platform.

    Niches are not set apart, so the ratio of two of these rates is not the answer of the claim,
    which compares inside niches.

    Args:
        metric: one with a typical creator.

    Returns:
        ``RATE_COLUMNS``, one row per platform and follower range: persons; the mean over persons of
        their own rates, a geometric mean where the metric's typical creator is one; its interval
        by t, at the study's level and never below 0; and ``together``, the ratio of the range's
        sums, missing where the metric has no portfolio. Rates are missing with fewer than five
        persons.

    Example:
        >>> from analysis import open_view
        >>> found = rates_by_arm(open_view("demo", platform="tiktok"), "engagement_per_view")
        >>> found["followers"].tolist()
        ['1K-100K', '100K+', '100K-1M', '1M+']
    """
    chosen = METRICS[metric]
    rows = selected_arms(panel_of(view, chosen), view)
    rows = rows[(rows[chosen.exposure] > 0) & rows[chosen.numerator].notna()]
    return pd.DataFrame(_lines(rows, chosen, view), columns=list(RATE_COLUMNS))


def _lines(rows: pd.DataFrame, metric: Metric, view: View) -> Iterator[tuple[object, ...]]:
    for platform, accounts in rows.groupby("platform"):
        for followers in (view.micro, *view.contrasts):
            inside = accounts[accounts["followers"].map(followers.contains).astype(bool)]
            told = typical_rate(inside, metric, level=view.study.level)
            yield (str(platform), str(followers), *told)


def typical_rate(accounts: pd.DataFrame, metric: Metric, *, level: float) -> tuple[float, ...]:
    """Persons, their rate, its interval, and the ratio of sums, as ``rates_by_arm`` says."""
    is_geometric = metric.typical == "geometric mean"
    rate = (accounts[metric.numerator] + 0.5 * is_geometric) / accounts[metric.exposure]
    own = (np.log(rate) if is_geometric else rate).groupby(accounts["person"]).mean()
    if len(own) < FEW:
        return (len(own), np.nan, np.nan, np.nan, np.nan)
    mean, error = float(own.mean()), float(own.sem())
    low, high = t_interval(mean, error, len(own) - 1, level=level)
    shown = np.exp([mean, low, high]) if is_geometric else (mean, max(low, 0.0), high)
    together = np.nan
    if "portfolio" in metric.estimands:
        together = float(accounts[metric.numerator].sum() / accounts[metric.exposure].sum())
    return (len(own), *map(float, shown), together)
