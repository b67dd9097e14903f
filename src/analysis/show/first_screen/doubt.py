"""Doubts about a site's answer, in words, the gravest first."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.evidence.breakdown.conversions import order_shares
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.orders import Concentration
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View
from analysis.evidence.wording import platform_name
from analysis.panel.doubts import doubts as doubts_of_the_sample
from analysis.show.gaps import gap_range, state

Row = dict[str, Any]
_MOST_HELD = 0.5


def doubts(view: View, answers: Sequence[Answer], *, shown: pd.Series) -> list[str]:
    """Sample, denominator, posts left out, who counts, few creators: those that apply.

    Args:
        view: where the answers come from.
        answers: every answer.
        shown: measures of the first screen; who counts is a doubt about these alone.
    """
    rows = pd.concat([answer.main for answer in answers])
    rows = rows[(rows["niche"] == ALL_NICHES) & rows["estimate"].notna()]
    sample = [one.says for one in doubts_of_the_sample(view.dataset, view.creators)]
    found = [
        *(f"{says[0].upper()}{says[1:]}{'' if says.endswith('?') else '.'}" for says in sample),
        _other_denominator(rows),
        _not_organic(rows),
        _other_estimand(rows[rows["metric"].isin(shown)]),
        few_hold_the_orders(view),
    ]
    return [said for said in found if said]


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
                f"On {platform_name(viewed['platform'])} {METRICS[str(viewed['metric'])].label} is"
                f" {_stands(viewed)}, unlike per follower."
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
                f" matter: with them engagement per follower is {_stands(every)}."
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
                f" depends on who counts: every creator the same, {_stands(typical)}; all of a tier"
                f" added up, {_stands(together)}."
            )
    return ""


def few_hold_the_orders(view: View) -> str:
    """Say whose orders the answer speaks of, where five creators hold most of a tier's."""
    for platform, found in order_shares(view).items():
        if isinstance(found, Concentration):
            share, tier = max((found.micro_share, "micro"), (found.macro_share, "macro"))
            if share > _MOST_HELD:
                return (
                    f"On {platform_name(platform)} {found.largest} {tier} creators hold"
                    f" {share:.0%} of {tier}'s orders: the answer speaks of a few."
                )
    return ""


def _stands(row: Row) -> str:
    """``alike (−4 to +14%)``: how a row stands, and its interval."""
    low, high = float(row["deciding_low"]), float(row["deciding_high"])
    found = state(row)
    said = f"{found.word} ahead" if found.word in {"micro", "macro"} else found.word
    said = "about the same" if found.kind == "alike" else said
    return f"{said} ({gap_range(low, high)})"
