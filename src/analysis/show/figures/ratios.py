"""Figures of ratios micro over macro: one interval a row, one estimand a figure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.conversions import conversion_chains
from analysis.evidence.breakdown.followers import pooled_against_stratified
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.chain import Chain, Step
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View
from analysis.evidence.wording import SHOWN, count, platform_name
from analysis.show.figures.drawing import Figure
from analysis.show.figures.intervals import Bounds, axis_ends, judged, line_of, ratio_panel
from analysis.show.figures.numbers import numbers_table, ratios_in_words
from analysis.show.gaps import gap_range
from analysis.study.contract import PLATFORM_NAMES

_COLUMNS = ["platform", "niche", *SHOWN, "ci_low", "ci_high", "n_micro", "n_macro"]
_NAMES = {
    "estimate": "micro / macro",
    "deciding_low": "low, deciding",
    "deciding_high": "high, deciding",
    "ci_low": "low, alone",
    "ci_high": "high, alone",
}
_WHOSE = {
    "typical": "the typical creator",
    "portfolio": "all creators together",
    "elasticity": "growth with followers",
}
_EVERYWHERE = "all platforms"


def forest(answer: Answer, metric: str, view: View) -> Figure | None:
    """Draw the ratio of every niche and platform with its interval.

    Of the measure's first estimand that can be tested: one figure answers one question.

    Args:
        answer: rows of one claim.
        metric: name of the metric to draw.
        view: whose study says which differences are too small to act on.

    Returns:
        None where no comparison of the metric can be tested; the table beside it says why.
    """
    tested = answer.main[(answer.main["metric"] == metric) & answer.main["estimate"].notna()]
    if tested.empty:
        return None
    estimand = str(tested["estimand"].iloc[0])
    rows = tested[tested["estimand"] == estimand]
    margin = view.study.claims[answer.claim].margin
    order = _order(rows)
    by_platform = dict([*rows.groupby("platform", sort=False)])
    axis = axis_ends(rows)
    panels = tuple(
        ratio_panel(
            platform_name(name),
            [
                line_of(row)
                for row in of.set_index("niche")
                .loc[_kept(order, of)]
                .reset_index()
                .to_dict("records")
            ],
            axis=axis,
            margin=margin,
            metric=metric,
            beside=len(by_platform),
            description=ratios_in_words(of, "niche"),
        )
        for name, of in by_platform.items()
    )
    label = METRICS[metric].label
    alone = f"{view.study.level:.0%}"
    shown = rows.assign(**{name: rows[name].map(count) for name in ("n_micro", "n_macro")})
    return Figure(
        f"Niche by niche, who is ahead in {label}?",
        f"Micro against macro, {_WHOSE[estimand]}; niches sorted by the size of the ratio. "
        f"{_key(margin)} Thick line: {alone} interval of this comparison alone; thin line: the"
        f" interval that decides, which allows for how many are looked at.{_planted_key(rows)}",
        panels,
        numbers_table(shown[_COLUMNS].rename(columns=_NAMES)),
    )


def _key(margin: Bounds) -> str:
    ends = gap_range(*margin).replace("\N{NO-BREAK SPACE}", " ")
    return (
        f"Grey band: too small to act on ({ends}). Circle: micro is ahead; square: macro; diamond:"
        " alike; hollow: open."
    )


def _planted_key(rows: pd.DataFrame) -> str:
    planted = rows["planted"].notna().any()
    return " Cross: the true ratio of the invented data." if planted else ""


def _order(rows: pd.DataFrame) -> list[str]:
    """All niches, then the others by their mean over the platforms, the largest first."""
    means = np.log(rows["estimate"].astype(float)).groupby(rows["niche"]).mean()
    niches = [str(name) for name in means.sort_values(ascending=False, kind="stable").index]
    return sorted(niches, key=lambda name: name != ALL_NICHES)


def _kept(order: Sequence[str], rows: pd.DataFrame) -> list[str]:
    there = set(rows["niche"])
    return [name for name in order if name in there]


def pooled(view: View, metric: str) -> Figure | None:
    """Draw whether pooling everyone turns the answer around (Simpson's paradox).

    Args:
        view: its creators, all of them.
        metric: name of the metric to compare.

    Returns:
        None where nothing can be compared.
    """
    rows = pooled_against_stratified(view, metric)
    if rows.empty:
        return None
    rows = rows.assign(compared=rows["compared"].replace(PLATFORM_NAMES, regex=True))
    label, margin = METRICS[metric].label, _margin(view, metric)
    parts = rows["compared"].str.partition(", ")
    alone = parts[2] == ""  # compared within platforms: a line of all of them
    where, how = parts[0].mask(alone, _EVERYWHERE), parts[2].mask(alone, parts[0])
    by_platform = dict([*rows.assign(how=how).groupby(where, sort=False)])
    axis = axis_ends(rows)
    panels = tuple(
        ratio_panel(
            str(name),
            [judged(row, str(row["how"]), metric, margin) for row in of.to_dict("records")],
            axis=axis,
            margin=margin,
            metric=metric,
            beside=len(by_platform),
            description=ratios_in_words(of, "compared"),
        )
        for name, of in by_platform.items()
    )
    return Figure(
        "Does pooling everyone turn the answer around?",
        f"Micro against macro in {label}: everyone pooled, and like compared with like."
        f" {_key(margin)} Lines: {view.study.level:.0%} intervals.",
        panels,
        numbers_table(_with_counts_in_words(rows)),
    )


def _with_counts_in_words(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].map(count) for name in ("n_micro", "n_macro")})


def _margin(view: View, metric: str) -> Bounds:
    """Of the first claim that names the metric."""
    return next(claim.margin for claim in view.study.claims.values() if metric in claim.metrics)


def chain(view: View) -> Figure | None:
    """Draw at which step from reach to orders the tiers part.

    Returns:
        None where no platform has a chain.
    """
    chains = {
        platform: (*of.steps, of.total)
        for platform, of in conversion_chains(view).items()
        if isinstance(of, Chain)
    }
    if not chains:
        return None
    rows = pd.DataFrame(
        [
            (platform, step.name, fit.ratio, fit.low, fit.high, step.micro_rate, step.macro_rate)
            for platform, steps in chains.items()
            for step in steps
            for fit in (step.estimate,)
        ],
        columns=["platform", "step", *SHOWN, "micro", "macro"],
    )
    axis, margin = axis_ends(rows), _margin(view, "orders_per_click")
    panels = tuple(
        ratio_panel(
            platform_name(platform),
            [
                judged(row, _sign(row["step"], steps), "orders_per_click", margin)
                for row in of.to_dict("records")
            ],
            axis=axis,
            margin=margin,
            metric="orders_per_click",
            beside=len(chains),
            description=ratios_in_words(of, "step"),
        )
        for platform, steps in chains.items()
        for of in (rows[rows["platform"] == platform],)
    )
    names = dict(zip(SHOWN, ("micro / macro", "low", "high"), strict=True))
    return Figure(
        "At which step from reach to orders do the tiers part?",
        f"Micro against macro at each step, all creators together; the steps multiply to the last"
        f" row. {_key(margin)} Lines: {view.study.level:.0%} intervals.",
        panels,
        numbers_table(rows.rename(columns=names)),
    )


def _sign(name: str, steps: Sequence[Step]) -> str:
    return f"= {name}" if name == steps[-1].name else name if name == steps[0].name else f"× {name}"
