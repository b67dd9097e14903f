"""The single doubts about an answer: the line, like with like, follower counts, basket value."""

import numpy as np
import pandas as pd

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.robustness import follower_counts
from analysis.evidence.robustness.counting.forks import posts_behind
from analysis.evidence.robustness.counting.units import Units
from analysis.evidence.robustness.examination import (
    Alike,
    Captures,
    Control,
    Cut,
    Line,
    OffCounts,
    Yardstick,
)
from analysis.evidence.robustness.like_with_like import (
    basket_value,
    like_log_rates,
    like_rates,
)
from analysis.evidence.robustness.line_word import creators_needed, largest_share, line_word
from analysis.evidence.robustness.overlap import covariate_columns
from analysis.evidence.robustness.sensitivity import e_value, sensitivity
from analysis.evidence.robustness.threshold import Step, count_step, placebo_cuts, tier_steps
from analysis.panel.captures import DAYS_APART, two_counts
from analysis.panel.relationship import KEY

Interval = tuple[float, float]
_SAME = 0.5  # of the accounts; more are no second count


def of_the_line(units: Units, *, margin: tuple[float, float], decided: bool) -> Line:
    """Ask whether anything happens at the line itself."""
    view, level = units.view, units.view.study.level
    rows = units.registered()
    line = view.macro.low
    if units.kind == "log rates":
        cuts = [line, *(cut for cut in placebo_cuts(rows.followers) if cut != line)]
        steps = tier_steps(
            rows.value, rows.followers, rows.stratum, cuts=cuts, level=level, person=rows.person
        )
    else:
        paid = rows.base > 0  # a gift without cost has no outcome per cost of its own
        steps = [
            count_step(
                rows.value[paid],
                rows.base[paid],
                rows.followers[paid],
                rows.stratum[paid],
                cut=line,
                weight="person" if units.estimand == "typical" else "exposure",
                level=level,
                person=rows.person[paid],
            )
        ]
    word = line_word(steps[0], margin=margin, lead_decided=decided, level=level)
    cuts_found = [_cut(step, is_cost=units.metric.is_cost) for step in steps]
    return Line(
        word=word.value if word else "",
        registered=cuts_found[0],
        most_of_lead=largest_share(steps[0], level=level),
        creators_needed=creators_needed(steps[0], margin=margin, level=level),
        placebos=tuple(sorted(cuts_found[1:], key=lambda cut: cut.followers)),
    )


def _cut(step: Step, *, is_cost: bool) -> Cut:
    jump = step.jump
    if is_cost:
        return Cut(step.cut, 1 / step.lead, 1 / jump.ratio, 1 / jump.high, 1 / jump.low)
    return Cut(step.cut, step.lead, jump.ratio, jump.low, jump.high)


def among_alike(units: Units) -> Alike:
    """Compare creators who are alike, and measure what an unseen cause would have to be."""
    if units.estimand == "portfolio":
        raise NotEstimableError("of a sum over all creators there is no typical one to match")
    level = units.view.study.level
    rows = units.registered()
    frame, known = units.covariates()
    columns = covariate_columns(frame[known])
    micro, person, value = rows.micro[known], rows.person[known], rows.value[known]
    if units.kind == "log rates":
        found = like_log_rates(value, micro, columns, person=person, level=level)
    else:
        sums = rows.count[known], rows.exposure[known]
        found = like_rates(*sums, micro, columns, person=person, level=level)
    hidden = sensitivity(value, micro, columns, level=level)
    apart = {one.covariate: one.before for one in found.overlap.balance}
    estimate = found.estimate
    nearer = estimate.low if estimate.ratio > 1 else estimate.high
    return Alike(
        ratio=estimate.ratio,
        low=estimate.low,
        high=estimate.high,
        adjusted=found.least_squares.ratio,
        effective_micro=found.overlap.effective_micro,
        effective_macro=found.overlap.effective_macro,
        outside=found.overlap.outside,
        robustness_value=hidden.robustness_value,
        e_value=e_value(nearer) if (nearer > 1) == (estimate.ratio > 1) else 1.0,
        yardsticks=tuple(
            Yardstick(one.covariate, apart[one.covariate], one.multiple)
            for one in hidden.benchmarks
        ),
    )


def of_counts(units: Units, ratio: float, interval: Interval) -> OffCounts:
    """Take off a ratio per follower what follower counts that are off would feign."""
    view = units.view
    if not units.metric.exposure.startswith(("followers_exposed", "lifetime_exposure")):
        raise NotEstimableError("its rate is not divided by followers")
    slope = follower_counts.feigned_slope(
        units.registered().followers, micro=view.micro, macro=view.macro
    )
    bands = follower_counts.count_band(ratio, interval, slope=slope)
    bots = follower_counts.bots(ratio)
    return OffCounts(
        bands=tuple((band.error, band.ratio, band.low, band.high) for band in bands),
        explaining_error=follower_counts.explaining_error(ratio, slope),
        bots_in=bots.arm,
        bots_share=bots.share,
    )


def of_two_captures(units: Units) -> Captures:
    """Compare by the follower counts of two days: tier by the earlier, rate by the later."""
    view, metric, rows = units.view, units.metric, units.registered()
    accounts = units.rows.iloc[units.registered_heads]
    counts = two_counts(view.growth).reindex(pd.MultiIndex.from_frame(accounts[KEY]))
    known = counts["earlier"].notna().to_numpy()
    if not known.any():
        raise NotEstimableError(
            f"no account's followers were counted on two days {DAYS_APART} days apart; a second"
            " roster in a folder named by its day would tell"
        )
    twice, both, held = counts[known], accounts[known], rows.person[known]
    if (twice["earlier"] == twice["later"]).mean() > _SAME:
        raise NotEstimableError("most accounts have the same count on both days, as if copied")
    sides = [twice["earlier"].map(tier.contains) for tier in (view.micro, view.macro)]
    least = view.study.minimums.creators_per_arm
    if min(len(np.unique(held[side.to_numpy(dtype=bool)])) for side in sides) < least:
        raise NotEstimableError(f"fewer than {least} creators of a tier were counted on two days")
    sums, level = both[metric.numerator].astype(float), view.study.level
    same = geometric_mean_ratio(
        sums, both[metric.exposure], rows.micro[known], rows.stratum[known], level=level,
        person=held,
    )  # fmt: skip
    found = follower_counts.two_captures(
        sums, both[posts_behind(metric.exposure)], twice["earlier"], twice["later"],
        rows.stratum[known], micro=view.micro, macro=view.macro, level=level, person=held,
    )  # fmt: skip
    return Captures(
        accounts=int(known.sum()),
        share=float(known.mean()),
        days=float(twice["days"].median()),
        error=follower_counts.count_error(twice["earlier"], twice["later"]),
        same_accounts=same.ratio,
        ratio=found.ratio,
        low=found.low,
        high=found.high,
    )


def of_baskets(units: Units, ratio: float, *, margin: tuple[float, float]) -> Control:
    """Compare revenue per order, which a tier should not move."""
    if units.metric.within != "campaign":
        raise NotEstimableError("it is not about orders")
    rows = units.rows
    known = rows["revenue_ordered"].notna() & rows["orders_earning"].notna()
    if not known.any():
        raise NotEstimableError("no placement knows orders and revenue")
    sold = rows[known]
    found = basket_value(
        sold["revenue_ordered"].to_numpy(dtype=float),
        sold["orders_earning"].to_numpy(dtype=float),
        sold["followers"].map(units.view.micro.contains).to_numpy(dtype=bool),
        np.unique(sold["campaign"], return_inverse=True)[1],
        person=np.unique(sold["person"], return_inverse=True)[1],
        lead=1 / ratio if units.metric.is_cost else ratio,
        margin=margin,
        level=units.view.study.level,
    )
    estimate = found.estimate
    return Control(estimate.ratio, estimate.low, estimate.high, found.flagged)
