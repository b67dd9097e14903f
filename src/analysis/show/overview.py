"""The first screen of a site: the answer and its doubts."""

from collections.abc import Sequence
from itertools import chain, repeat

import pandas as pd
from IPython.display import display

from analysis.evidence.breakdown.conversions import order_shares
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.orders import Concentration
from analysis.evidence.results import ALL_NICHES, ALSO_ELSEWHERE, Answer, in_campaigns, standing
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import listed, platform_name, row_ratio
from analysis.panel import data_quality
from analysis.panel.doubts import doubts
from analysis.show import sentences
from analysis.show.markup import render
from analysis.show.media_type import RESULTS_MIME
from analysis.show.recording import recorded_rows
from analysis.study.contract import PLATFORMS

_MOST_HELD = 0.5


def record(view: View, answers: Sequence[Answer]) -> None:
    """Show the conclusion over all answers, and record their rows.

    Args:
        view: where the answers come from.
        answers: of the study's confirmatory claims first; the first screen shows those.
    """
    rows = headline_rows(view, answers)
    headline = conclusion(view, answers)
    found = data_quality.origins(view.dataset, view.study.tiers.steps)["found through"]
    ways = [way for way in found if way != "not stated"]
    screen = render(
        "show",
        "first_screen",
        headline=headline,
        platforms={
            platform_name(platform): _measures(of)
            for platform, of in rows.groupby("platform", sort=False)
        },
        view=view,
        ways=listed(ways) if ways else "",
        doubt=_doubt(view, answers, shown=rows["metric"]),
        turns=_what_would_turn(rows),
    )
    bundle = {
        "text/html": screen,
        "text/plain": headline,
        RESULTS_MIME: recorded_rows(answers, stated=rows),
    }
    display(bundle, raw=True)


def conclusion(view: View, answers: Sequence[Answer]) -> str:
    """State the conclusion over all answers, one sentence per group of platforms that agree."""
    rows = headline_rows(view, answers)
    others = pd.concat([answer.main for answer in answers])
    return sentences.overall(rows, _niches_of(rows, answers), others)


def headline_rows(view: View, answers: Sequence[Answer]) -> pd.DataFrame:
    """Rows of the first screen: one per platform and confirmatory claim.

    Of each claim its first measure that can be tested, over all niches or, where one is selected,
    in that niche. A claim that no platform can test has no row; a platform for which the claims are
    not registered has one only where no other is there.
    """
    asked = [answer for answer in answers if answer.claim in view.study.confirmatory]
    rows = pd.concat([answer.main for answer in asked or answers])
    whole = rows[rows["niche"] == ALL_NICHES]
    rows = rows if whole.empty else whole
    registered = rows["platform"].isin(PLATFORMS)
    rows = rows[registered] if registered.any() else rows
    tested = rows[rows["verdict"] != Verdict.NOT_TESTABLE]
    return tested.drop_duplicates(["platform", "claim"])


def _niches_of(rows: pd.DataFrame, answers: Sequence[Answer]) -> pd.DataFrame:
    """The niches behind the rows of the first screen."""
    every = pd.concat([answer.main for answer in answers])
    key = ["claim", "platform", "metric", "estimand"]
    return every[every["niche"] != ALL_NICHES].merge(rows[key], on=key)


def _measures(rows: pd.DataFrame) -> list[str]:
    """``engagement per follower 1.32 times macro's (1.22 to 1.44), ahead``."""
    units = chain([" times macro's"], repeat(""))
    return [
        f"{METRICS[row['metric']].label} {row_ratio(row, unit=unit)},"
        f" {standing(row)}{in_campaigns(row).removeprefix(ALSO_ELSEWHERE)}"
        for row, unit in zip(rows.to_dict("records"), units, strict=False)
    ]


def _doubt(view: View, answers: Sequence[Answer], *, shown: pd.Series) -> str:
    """The first of: sample, denominator, who counts, few creators.

    Empty where none applies. Who counts is a doubt about the metrics of the first screen alone.
    """
    rows = pd.concat([answer.main for answer in answers])
    rows = rows[(rows["niche"] == ALL_NICHES) & rows["estimate"].notna()]
    sample = doubts(view.dataset, view.creators)
    return (
        (f"{sample[0].says[0].upper()}{sample[0].says[1:]}." if sample else "")
        or _other_denominator(rows)
        or _not_organic(rows)
        or _other_estimand(rows[rows["metric"].isin(shown)])
        or _few_hold_the_orders(view)
    )


def _other_denominator(rows: pd.DataFrame) -> str:
    """Does the lead stand per view?

    Engagement per follower falls with size by arithmetic.
    """
    typical = rows[rows["estimand"] == "typical"]
    for _, of in typical.groupby("platform", sort=False):
        by_metric = {str(row["metric"]): row for row in of.to_dict("records")}
        follower = by_metric.get("engagement_per_follower")
        viewed = by_metric.get("engagement_per_view", by_metric.get("engagement_per_reach"))
        if follower and viewed and follower["verdict"] != viewed["verdict"]:
            return (
                f"On {platform_name(viewed['platform'])} the answer depends on the"
                f" denominator: {METRICS[str(viewed['metric'])].label} it is"
                f" {standing(viewed)}, {_ratio(viewed)}."
            )
    return ""


def _not_organic(rows: pd.DataFrame) -> str:
    """Do boosted posts and giveaways, which are left out, matter?"""
    typical = rows[rows["estimand"] == "typical"]
    for platform, of in typical.groupby("platform", sort=False):
        by_metric = {str(row["metric"]): row for row in of.to_dict("records")}
        organic = by_metric.get("engagement_per_follower")
        every = by_metric.get("engagement_per_follower_any_post")
        if organic and every and organic["verdict"] != every["verdict"]:
            return (
                f"On {platform_name(platform)} boosted posts and giveaways, which are left out,"
                f" matter: with them engagement per follower is {row_ratio(every, unit=' times')}."
            )
    return ""


def _other_estimand(rows: pd.DataFrame) -> str:
    """Do the typical creator and all creators together give one answer?"""
    for (platform, metric), of in rows.groupby(["platform", "metric"], sort=False):
        by_estimand = {str(row["estimand"]): row for row in of.to_dict("records")}
        if not {"typical", "portfolio"} <= by_estimand.keys():
            continue
        typical, together = by_estimand["typical"], by_estimand["portfolio"]
        if typical["verdict"] != together["verdict"]:
            return (
                f"On {platform_name(platform)} the verdict on {METRICS[str(metric)].label}"
                f" depends on who counts: every creator the same, {_ratio(typical)}; all of a tier"
                f" added up, {_ratio(together)}."
            )
    return ""


def _few_hold_the_orders(view: View) -> str:
    for platform, found in order_shares(view).items():
        if isinstance(found, Concentration):
            share, tier = max((found.micro_share, "micro"), (found.macro_share, "macro"))
            if share > _MOST_HELD:
                return (
                    f"On {platform_name(platform)} the {found.largest} largest {tier} creators"
                    f" hold {share:.0%} of that tier's orders: the answer speaks of a few."
                )
    return ""


def _what_would_turn(rows: pd.DataFrame) -> str:
    """More creators, or a difference that nobody saw.

    Empty where neither is known.
    """
    undecided = rows[(rows["verdict"] == Verdict.INCONCLUSIVE) & (rows["more_creators"] > 0)]
    turns = [
        f"about {_roughly(row['more_creators'])} more creators on"
        f" {platform_name(row['platform'])} would decide {METRICS[str(row['metric'])].label}"
        for row in undecided.drop_duplicates("metric").to_dict("records")
    ]
    decided = rows[rows["verdict"].isin([Verdict.SUPPORTED, Verdict.CONTRADICTED])]
    if len(decided):
        weakest = min(decided.to_dict("records"), key=_distance)
        undone = "this answer" if len(decided) == 1 else "the weakest of these answers"
        turns.append(
            f"something unseen that sets the tiers apart by a factor {_distance(weakest):.2f} in"
            f" {METRICS[str(weakest['metric'])].label} would undo {undone}"
        )
    said = "; ".join(turns)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _roughly(count: float) -> str:
    """Two digits of a count."""
    return f"{float(f'{count:.2g}'):,.0f}"


def _distance(row: dict[str, object]) -> float:
    """Factor from the nearer end of the interval to 1."""
    low, high = float(str(row["deciding_low"])), float(str(row["deciding_high"]))
    return low if low > 1 else 1 / high


def _ratio(row: dict[str, object]) -> str:
    return row_ratio(row, unit=" times")
