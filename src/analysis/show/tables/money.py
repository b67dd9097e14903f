"""Tables of money: what each arm was paid and brought, beside the ratio that was decided."""

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.decisions.bookings import bookings, still_open
from analysis.decisions.decide import COST_METRIC
from analysis.decisions.money import Money, money_by_arm
from analysis.evidence.estimators.intervals import Bounds
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View
from analysis.evidence.wording import MISSING, SUPPRESSED, bare_money, platform_name, row_ratio
from analysis.evidence.wording import money as in_currency
from analysis.show.advice import PER, some_bookings
from analysis.show.tables.layout import sentences, table

_WHY = {
    "cost_per_order": "levels add up every booking and count orders net of refunds; the ratio"
    " compares inside campaigns and counts orders before refunds",
    **dict.fromkeys(
        ("cost_per_click", "cost_per_1000_views"),
        "levels add up every booking; the ratio compares inside campaigns",
    ),
}


def money(view: View) -> GT | HTML:
    """Show what each tier was paid and brought, and from which margin that pays."""
    outcome = view.dataset.manifest.settings.outcome
    rows = bookings(view)
    arms, waiting = money_by_arm(rows, view), int(still_open(rows, view).sum())
    if not arms:
        which = " whose window has ended" if waiting else ""
        return HTML(f"<p>No booking{which} states what it cost and what it brought.</p>")
    shown = pd.DataFrame([_row(arm, view.currency, outcome) for arm in arms])
    if view.dataset.manifest.settings.margin is None:
        shown = shown.drop(columns="left at the margin", errors="ignore")
    if shown["revenue"].eq(MISSING).all():
        shown = shown.drop(columns=["revenue", "pays from a margin of"])
    counts = dict.fromkeys({"bookings", "creators"} & set(shown.columns), "Int64")
    without = f", without {some_bookings(waiting)} that are still open" if waiting else ""
    return table(shown.astype(counts), title=f"Money by platform and tier{without}", first="where")


def _row(arm: Money, currency: str, outcome: str) -> dict[str, object]:
    """One arm in words; all of it withheld where its creators are few."""
    per, one = PER[outcome]
    names = ("paid", f"{outcome} net" if outcome == "orders" else outcome, "revenue")
    amounts = (arm.cost, arm.outcome, arm.revenue)
    said = {
        name: _amount(amount, currency if name != names[1] else None, hidden=arm.creators is None)
        for name, amount in zip(names, amounts, strict=True)
    }
    hidden = SUPPRESSED if arm.creators is None else MISSING
    typical = arm.typical is not None and in_currency(arm.typical * per, currency)
    return {
        "where": platform_name(arm.platform) if arm.tier else "all of these",
        "tier": arm.tier,
        "bookings": arm.bookings,
        "creators": arm.creators,
        **said,
        f"paid per {one}": hidden if arm.creators is None else _pooled(arm, per, currency),
        "typical": typical or hidden,
        "pays from a margin of": _share(arm.break_even_margin, hidden),
        "left at the margin": _amount(arm.contribution, currency, hidden=arm.creators is None),
        "held by": hidden if arm.alike is None else _held(arm),
    }


def _amount(amount: float | None, currency: str | None, *, hidden: bool) -> str:
    if amount is None:
        return SUPPRESSED if hidden else MISSING
    return f"{amount:,.0f}" if currency is None else in_currency(amount, currency)


def _share(margin: float | None, missing: str) -> str:
    if margin is None:
        return missing
    return f"{margin:.0%}" if margin <= 1 else f"{margin:.0%}, more than there is"


def _pooled(arm: Money, per: int, currency: str) -> str:
    if isinstance(arm.pooled, str):
        return arm.pooled
    middle, ends = arm.pooled.rate * per, _ends(arm.pooled.interval, per, currency)
    return f"{in_currency(middle, currency)} ({ends})"


def _ends(bounds: Bounds, per: int, currency: str) -> str:
    if bounds.low is None or bounds.high is None:
        return "no upper end"
    low, high = (bare_money(end * per, currency) for end in (bounds.low, bounds.high))
    return f"{low} to {high}"


def _held(arm: Money) -> str:
    return f"as if {arm.alike:,.0f} alike; the largest {arm.largest:.0%}"


def levels_and_ratios(view: View, cost: Answer) -> GT | HTML:
    """Show whether the amounts per outcome and the decided ratio say the same.

    Args:
        view: whose bookings are added up.
        cost: the answer about costs; what it says over all niches of the outcome is compared.
    """
    levels = {
        (arm.platform, arm.tier): arm.pooled.rate
        for arm in money_by_arm(bookings(view), view)
        if arm.tier and arm.pooled and not isinstance(arm.pooled, str)
    }
    metric = COST_METRIC[view.dataset.manifest.settings.outcome]
    decided = cost.main
    decided = decided[decided["metric"].eq(metric) & decided["niche"].eq(ALL_NICHES)]
    rows = []
    for row in decided[decided["estimate"].notna()].to_dict("records"):
        pair = [levels.get((row["platform"], str(tier))) for tier in (view.micro, view.macro)]
        if pair[0] is not None and pair[1] is not None:
            ratio = pair[0] / pair[1]
            inside = row["deciding_low"] <= ratio <= row["deciding_high"]
            said = "they agree" if inside else _WHY[row["metric"]]
            rows.append((platform_name(row["platform"]), f"{ratio:.2f}", row_ratio(row), said))
    if not rows:
        return sentences(["No ratio of these costs was tested that the amounts could agree with."])
    columns = ["where", "amounts, micro / macro", "decided, inside campaigns", "together"]
    title = "Do the amounts and the decided ratio agree?"
    return table(pd.DataFrame(rows, columns=columns), title=title, first="where")
