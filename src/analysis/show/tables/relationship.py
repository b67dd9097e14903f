"""Tables of the relationship of creators and followers."""

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.breakdown.rates import rates_by_arm
from analysis.evidence.breakdown.replies import odds_at_equal_comments, reply_gaps
from analysis.evidence.metrics import METRICS
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
