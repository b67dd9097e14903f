"""Tables of the relationship of creators and followers."""

from collections.abc import Callable
from functools import partial

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.breakdown.rates import rates_by_arm
from analysis.evidence.metrics import METRICS
from analysis.evidence.relationship.answer_times import HOURS, AnswerTimes, answer_times
from analysis.evidence.relationship.formats import MIXED, Use, format_use, rates_by_format
from analysis.evidence.relationship.growth import Growth, growth_gaps, own_growth
from analysis.evidence.relationship.replies import odds_at_equal_comments, reply_gaps
from analysis.evidence.view import View
from analysis.evidence.wording import MISSING, count, platform_name, with_interval
from analysis.panel.suppression import suppress
from analysis.show.tables.layout import per_platform, table


def rates(view: View, metric: str) -> GT:
    """Show the rate of each arm and of each part of macro."""
    found = rates_by_arm(view, metric)
    shown = pd.DataFrame(
        {
            "where": found["platform"].map(platform_name),
            "followers": found["followers"],
            "creators": _told(found, micro=str(view.micro)),
            "typical creator": [
                with_interval(*row) if pd.notna(row[0]) else MISSING
                for row in found[["rate", "low", "high"]].itertuples(index=False)
            ],
        }
    )
    if found["together"].notna().any():
        together = found["together"]
        shown["all together"] = [f"{x:.3g}" if pd.notna(x) else MISSING for x in together]
    return table(shown, title=f"{METRICS[metric].label}, by followers", first="where")


def _told(found: pd.DataFrame, *, micro: str) -> list[str]:
    """Counts of creators in words; the parts of macro, which add up to it, come after it."""
    told: list[str] = []
    for _, rows in found.groupby("platform", sort=False):
        counts = rows.set_index("followers")["creators"].astype("int64")
        macro = counts.drop(micro)
        parts_first = pd.DataFrame([[*macro.iloc[1:], macro.iloc[0]]])
        held = suppress(parts_first, across="last" if len(macro) > 1 else "none").iloc[0]
        own = suppress(pd.DataFrame([[counts[micro]]])).iloc[0]
        told += [count(one) for one in (own.iloc[0], held.iloc[-1], *held.iloc[:-1])]
    return told


def replies(view: View) -> GT | HTML:
    """Show the share of comments answered within 48 hours, as difference and as ratio."""
    return per_platform(
        reply_gaps(view),
        {
            "who counts": lambda of: _WHOSE[of.estimand],
            "against": lambda of: of.macro,
            "micro": lambda of: f"{of.micro_share:.3f}",
            "macro": lambda of: f"{of.macro_share:.3f}",
            "micro - macro": lambda of: with_interval(of.difference, of.low, of.high, form="+.3f"),
            "micro / macro": lambda of: with_interval(of.ratio.ratio, of.ratio.low, of.ratio.high),
        },
        title="Share of comments answered within 48 hours, niches together",
    )


_WHOSE = {"typical": "every creator the same", "portfolio": "all comments of a tier"}


def replies_at_equal_comments(view: View) -> GT | HTML:
    """Show the odds of an answer at equal numbers of comments."""
    return per_platform(
        odds_at_equal_comments(view),
        {"odds, micro / macro": lambda of: with_interval(of.ratio, of.low, of.high)},
        title="Odds of an answer at equal numbers of comments per post",
    )


def time_to_answer(view: View) -> GT | HTML:
    """Show the share of comments answered by the hour, and answers per post."""
    columns: dict[str, Callable[[AnswerTimes], str]] = {"tier": lambda of: of.arm}
    columns |= {f"{hour} h": partial(_answered_by, hour=hour) for hour in HOURS}
    return per_platform(
        answer_times(view),
        columns | {"answers per post": lambda of: f"{of.per_post:.2f}"},
        title="Share of comments answered by then (Kaplan and Meier), every creator the same",
    )


def _answered_by(of: AnswerTimes, *, hour: int) -> str:
    return with_interval(*of.by[hour], form=".3f")


def format_shares(view: View) -> GT | HTML:
    """Show how often each format is used, and how evenly the newest posts mix them."""
    return per_platform(
        format_use(view),
        {"share of posts": lambda of: of.of, **_sides(".3f")},
        title="Share of each format in a creator's posts, niches together",
    )


def format_rates(view: View) -> GT | HTML:
    """Show engagement in each format beside what mixing them would say."""
    return per_platform(
        rates_by_format(view),
        {
            "posts": lambda of: f"{of.of} (not an answer)" if of.of == MIXED else of.of,
            "engagement per": lambda of: of.per,
            "creators": lambda of: f"{of.micro:,} against {of.macro:,}",
            "micro / macro": lambda of: with_interval(of.ratio.ratio, of.ratio.low, of.ratio.high),
        },
        title="Engagement format by format, niches together",
    )


def follower_growth(view: View) -> GT | HTML:
    """Show how fast followers grew in 30 days."""
    return per_platform(
        growth_gaps(view),
        {"against": lambda of: of.macro, **_sides(".4f")},
        title="Mean log growth of followers over 30 days, tiers by followers at the beginning",
    )


def engagement_with_growth(view: View) -> GT | HTML:
    """Show whether engagement keeps pace with a creator's own followers."""
    return per_platform(
        own_growth(view),
        {
            "tier": lambda of: of.arm,
            "creators": lambda of: f"{of.creators:,}",
            "grows to the power": lambda of: with_interval(
                of.power.ratio, of.power.low, of.power.high, form=".2f"
            ),
        },
        title="Engagement of a post against the creator's own followers (1 keeps pace)",
    )


def _sides(form: str) -> dict[str, Callable[[Use | Growth], str]]:
    """Columns of two means and their difference."""
    return {
        "micro": lambda of: f"{of.gap.micro:{form}}",
        "macro": lambda of: f"{of.gap.macro:{form}}",
        "micro - macro": lambda of: with_interval(
            of.gap.difference, of.gap.low, of.gap.high, form=f"+{form}"
        ),
    }
