"""Tables of the relationship of creators and followers, and of whom the list holds."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.breakdown.frame.audiences import audiences_by_arm
from analysis.evidence.breakdown.frame.booked import Selection, booked_against_others
from analysis.evidence.breakdown.frame.spending import spending
from analysis.evidence.breakdown.rates import rates_by_arm
from analysis.evidence.metrics import METRICS
from analysis.evidence.relationship.answer_times import HOURS, AnswerTimes, answer_times
from analysis.evidence.relationship.formats import MIXED, Use, format_use, rates_by_format
from analysis.evidence.relationship.growth import Growth, growth_gaps, own_growth
from analysis.evidence.relationship.replies import odds_at_equal_comments, share_gaps
from analysis.evidence.view import View
from analysis.evidence.wording import MISSING, count, listed, money, platform_name, with_interval
from analysis.panel.suppression import suppress
from analysis.show.tables.layout import noted, per_platform, sentences, table


def rates(view: View, metric: str) -> GT | HTML:
    """Show the rate of each arm and of each part of macro."""
    found, of = rates_by_arm(view, metric), METRICS[metric]
    if found.empty:
        return sentences([f"{of.label}, by followers: no {of.needs} here."])
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
    return table(shown, title=f"{of.label}, by followers", first="where")


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


def shares(view: View, metric: str) -> GT | HTML:
    """Show a share of each arm, as difference and as ratio."""
    return per_platform(
        share_gaps(view, metric),
        {
            "who counts": lambda of: _WHOSE[of.estimand],
            "against": lambda of: of.macro,
            "micro": lambda of: f"{of.micro_share:.3f}",
            "macro": lambda of: f"{of.macro_share:.3f}",
            "micro - macro": lambda of: with_interval(of.difference, of.low, of.high, form="+.3f"),
            "micro / macro": lambda of: with_interval(of.ratio.ratio, of.ratio.low, of.ratio.high),
        },
        title=f"{METRICS[metric].label}, niches together",
    )


_WHOSE = {"typical": "every creator the same", "portfolio": "all of a tier together"}


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


_BOOKED = "Engagement per follower of booked creators, over that of the others on the list"


def booked(view: View) -> GT | HTML:
    """Show whether booked creators are like the others of the list."""
    found = booked_against_others(view)
    if not any(one.others for one in found):
        everybody = "everybody on the list was booked" if found else "nobody says who was booked"
        return sentences(
            [f"{_BOOKED}: {everybody}; creators need a column booked, with those looked at too."]
        )
    blocks = [
        [one for one in found if one.platform == platform]
        for platform in dict.fromkeys(one.platform for one in found)
    ]
    shown = pd.concat([_selections(block) for block in blocks], ignore_index=True)
    reasons = [
        f"{platform_name(one.platform)}, {one.group}: {one.why}." for one in found if one.why
    ]
    return noted(table(shown, title=_BOOKED, first="where"), reasons)


def _selections(of: Sequence[Selection]) -> pd.DataFrame:
    """Rows of one platform, the whole first; tiers and origins add up to it, each by themselves."""
    counts = pd.DataFrame(
        {"booked": [one.booked for one in of], "others": [one.others for one in of]}
    )
    whole, tiers, origins = counts.iloc[:1], counts.iloc[1:3], counts.iloc[3:]
    held = [
        suppress(pd.concat([part, whole]), across="known", down="last")
        for part in (tiers, origins)
        if len(part)
    ]
    first = held[0].iloc[-1:].where(held[-1].iloc[-1:].notna())
    told = pd.concat([first, *(part.iloc[:-1] for part in held)])
    return pd.DataFrame(
        {
            "where": platform_name(of[0].platform),
            "who": [one.group for one in of],
            "booked": [count(number) for number in told["booked"]],
            "others": [count(number) for number in told["others"]],
            "booked / others": [
                with_interval(one.ratio.ratio, one.ratio.low, one.ratio.high)
                if one.ratio
                else MISSING
                for one in of
            ],
        }
    )


def audiences(view: View) -> GT | HTML:
    """Show of how many creators audiences are known, and how many a comparison takes."""
    found = audiences_by_arm(view)
    title = "Audiences that tell the share of the target"
    if all(isinstance(of, str) for of in found.values()):
        return sentences(f"{platform_name(name)}: {of}." for name, of in found.items())
    rows = [
        {
            "where": platform_name(platform),
            "followers": one.followers,
            "audience tells the target": one.telling,
            "another audience": one.silent,
            "no audience": one.without,
            "creators": one.creators,
            "needed": f"{one.needed}",
        }
        for platform, of in found.items()
        if not isinstance(of, str)
        for one in of
    ]
    return table(pd.DataFrame(rows), title=title, first="where", across="last")


def spent(view: View) -> GT | HTML:
    """Show what 1,000 impressions cost over all bookings."""
    found = spending(view)
    laid = per_platform(
        found,
        {
            "fee per 1,000 impressions": lambda of: money(of.cost.rate, view.currency),
            "interval": lambda of: " to ".join(
                MISSING if end is None else money(end, view.currency)
                for end in (of.cost.interval.low, of.cost.interval.high)
            ),
            "creators": lambda of: f"{of.cost.creators:,}",
            "bookings": lambda of: f"{of.placements:,}",
        },
        title="What 1,000 impressions cost, all bookings together",
    )
    twins = [
        f"{platform_name(name)}: {listed(of.twins)} has the creators and fees of another campaign"
        " and is left out."
        for name, of in found.items()
        if not isinstance(of, str) and of.twins
    ]
    return noted(laid, twins) if isinstance(laid, GT) else laid
