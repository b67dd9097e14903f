"""Behind the replies: shares of the arms side by side, and at equal numbers of comments."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.evidence.breakdown.arms import arrays, by_platform, labels, selected_arms
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, with_t
from analysis.evidence.estimators.rate_ratio import rate_ratio
from analysis.evidence.gates import few_persons, few_sold
from analysis.evidence.metrics import METRICS, Estimand, Metric
from analysis.evidence.placements.orders import difference_per_thousand
from analysis.evidence.relationship.differences import difference
from analysis.evidence.view import View
from analysis.study.ranges import FollowerRange


@dataclass(frozen=True, slots=True)
class ShareGap:
    """Shares of two arms, niches together.

    Attributes:
        estimand: ``typical``, the mean of persons' own shares, or ``portfolio``, of all together.
        macro: follower range of the macro side.
        micro_share, macro_share: of the arms.
        difference, low, high: micro minus macro, with its interval.
        ratio: micro over macro.
    """

    estimand: Estimand
    macro: str
    micro_share: float
    macro_share: float
    difference: float
    low: float
    high: float
    ratio: Estimate


def share_gaps(view: View, metric: str) -> dict[str, tuple[ShareGap, ...] | str]:
    """Per platform, the share of comments answered or posts naming a brand: difference and ratio.

    Against macro and each of its parts that has enough creators, typical and pooled; niches are not
    set apart, as they are in the claim's own ratio. Errors are of persons: Welch's t of their own
    shares (Welch 1947, Biometrika 34), of pooled shares by leaving persons out.

    Args:
        metric: a share with a portfolio: its numerator is a part of its exposure.
    """
    chosen = METRICS[metric]
    return by_platform(_answerable(view, chosen), _gaps, metric=chosen, view=view)


def _answerable(view: View, metric: Metric) -> pd.DataFrame:
    rows = selected_arms(view.creators, view)
    return rows[rows[metric.exposure].fillna(0) > 0]


def _gaps(rows: pd.DataFrame, *, metric: Metric, view: View) -> tuple[ShareGap, ...]:
    found = [
        _gap(inside, macro, estimand, metric, view)
        for macro in view.contrasts
        for inside in (rows[rows["micro"] | rows["followers"].map(macro.contains).astype(bool)],)
        if macro == view.macro or not _refused(inside, metric, view)
        for estimand in metric.estimands
    ]
    return tuple(found)


def _refused(rows: pd.DataFrame, metric: Metric, view: View) -> str:
    (micro,), person = arrays(rows, "micro"), labels(rows["person"])
    (answered,) = arrays(rows, metric.numerator)
    minimums = view.study.minimums
    return few_persons(micro, person, least=minimums.creators_per_arm) or few_sold(
        answered, micro, person, what=metric.outcome, least=minimums.creators_with_outcome
    )


def _gap(
    rows: pd.DataFrame, macro: FollowerRange, estimand: Estimand, metric: Metric, view: View
) -> ShareGap:
    if why := _refused(rows, metric, view):
        raise NotEstimableError(why)
    part, whole, micro = arrays(rows, metric.numerator, metric.exposure, "micro")
    person, level = labels(rows["person"]), view.study.level
    ratio = rate_ratio(
        part,
        whole,
        micro,
        np.zeros(len(rows), dtype=np.int64),
        weight="person" if estimand == "typical" else "exposure",
        level=level,
        permutations=view.study.permutations,
        rng=np.random.default_rng(view.seed),
        person=person,
    )
    if estimand == "portfolio":
        of = difference_per_thousand(part, whole, micro, level=level, person=person)
        values = [of.micro_rate, of.macro_rate, of.difference, of.low, of.high]
        shares = [value / 1000 for value in values]
    else:
        own = difference(pd.Series(part / whole, rows.index), rows, level=level)
        shares = [own.micro, own.macro, own.difference, own.low, own.high]
    micro_share, macro_share, apart, low, high = shares
    return ShareGap(
        estimand=estimand,
        macro=str(macro),
        micro_share=micro_share,
        macro_share=macro_share,
        difference=apart,
        low=low,
        high=high,
        ratio=ratio,
    )


def odds_at_equal_comments(view: View) -> dict[str, Estimate | str]:
    """Per platform, odds of an answer, micro over macro, at equal numbers of comments.

    Large creators get more comments than anybody answers, and that is part of what is claimed; this
    asks what is left beside it. Only posts whose comments are all there, and comments of others
    alone, because a total that holds the creator's own answers rises with them. Logistic regression
    of comments (McCullagh and Nelder 1989) on the arm and log comments per post, errors clustered
    by person, t with persons less coefficients.
    """
    metric = METRICS["comments_answered_on_complete_posts"]
    return by_platform(_answerable(view, metric), _odds, metric=metric, view=view)


def _odds(rows: pd.DataFrame, *, metric: Metric, view: View) -> Estimate:
    if why := _refused(rows, metric, view):
        raise NotEstimableError(why)
    answered, comments, posts, micro = arrays(
        rows, metric.numerator, metric.exposure, "posts_complete", "micro"
    )
    person = labels(rows["person"])
    design = np.column_stack([micro, np.log(comments / posts), np.ones(len(rows))]).astype(float)
    logit = sm.families.Binomial()
    fitted = sm.GLM(answered / comments, design, family=logit, var_weights=comments).fit()
    # statsmodels clusters no errors under weights: the sandwich of Liang and Zeger (1986).
    scores = design * (answered - comments * fitted.fittedvalues)[:, None]
    of_persons = pd.DataFrame(scores).groupby(person).sum().to_numpy()
    changes = of_persons @ np.asarray(fitted.normalized_cov_params)
    return with_t(
        float(fitted.params[0]),
        float(np.sqrt((changes[:, 0] ** 2).sum())),
        float(len(changes) - design.shape[1]),
        level=view.study.level,
        method="logistic regression, clustered by person, t",
    )
