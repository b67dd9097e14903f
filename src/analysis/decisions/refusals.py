"""Where the product says what is missing instead of advice, and what would mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from analysis.decisions.bookings import still_open
from analysis.evidence.breakdown.costs import (
    declares_other_basis,
    follows_sales,
    is_set_by_sales,
)
from analysis.evidence.view import View
from analysis.evidence.wording import listed, money, platform_name

Question = Literal["any", "split", "creators", "forecast"]

LEAST_BOOKINGS = 20  # of an arm
LEAST_REPEATED = 20  # creators with two bookings or more
LEAST_ALIKE = 5  # equal creators that would spread an arm's outcome so
_MOST_HELD = 0.5  # of an arm's outcome, by one creator
_MOST_OPEN = 0.5  # of the bookings; fewer are left out
_CODES, _LINKS = ("code",), ("link", "utm", "last click", "click")
_OTHER_CURRENCY = "amounts are in "


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that stands in the way of advice.

    Attributes:
        stops: which question it leaves without an answer; ``any`` is all of them.
        says: what is missing or wrong.
        remedy: what it would take, as a noun: pages without money give no orders.
    """

    stops: Question
    says: str
    remedy: str


def refusals(
    bookings: pd.DataFrame, view: View, *, today: date | None = None
) -> tuple[Refusal, ...]:
    """Everything that stands in the way of advice, the weightiest first.

    Args:
        bookings: ``BOOKING_COLUMNS``.
        view: study, settings and what was left out on the way in.
        today: day on which advice is asked for; None leaves the data's age to their reader, as a
            page does, which states until when it holds.
    """
    outcome = view.dataset.manifest.settings.outcome
    waiting = still_open(bookings, view)
    if waiting.mean() > _MOST_OPEN:
        return (_open(waiting),)
    known = bookings[~waiting].dropna(subset=["cost", "outcome"])
    if nothing := _nothing_known(bookings, known, outcome):
        return (nothing,)
    return (
        *_several_currencies(view),
        *_expired(view, today),
        *_two_rulers(known),
        *_pay_follows_sales(known, view),
        *_no_margin_left(known, view),
        *_beyond_what_was_tried(known, view),
        *_thin_arms(known, view),
        *_campaigns(known),
        *_no_repeats(known),
    )


def _open(waiting: pd.Series) -> Refusal:
    says = f"{waiting.sum()} of {len(waiting)} bookings are still open: their orders may yet come"
    return Refusal("any", says, "an export after their windows (window_days) have ended")


def _nothing_known(all_of: pd.DataFrame, known: pd.DataFrame, outcome: str) -> Refusal | None:
    if len(known) and known["cost"].sum() > 0 and known["outcome"].sum() > 0:
        return None
    missing = [
        what
        for what, column in (("fees", "cost"), (outcome, "outcome"))
        if all_of.empty or not all_of[column].fillna(0).sum() > 0
    ]
    says = f"no booking states {listed(missing or ['fees', outcome])}"
    remedy = f"fee and {outcome} in placements, or another outcome in dataset.yml"
    return Refusal("any", f"{says}{'' if missing else ' together'}", remedy)


def _several_currencies(view: View) -> Iterator[Refusal]:
    excluded = view.dataset.exclusions()
    other = excluded["reason"].str.startswith(_OTHER_CURRENCY)
    if (left := int(excluded.loc[other, "rows"].sum())) > 0:
        says = f"{left} bookings are paid in several currencies without rates"
        yield Refusal("any", says, "currency and rates in dataset.yml")


def _expired(view: View, today: date | None) -> Iterator[Refusal]:
    last = view.dataset.manifest.last_day
    if today is None or last is None:
        return
    until = date.fromisoformat(last) + timedelta(days=view.study.valid_for_days)
    if today > until:
        says = f"the data end on {last} and held until {until.isoformat()}"
        yield Refusal("any", says, "a newer export")


def _two_rulers(known: pd.DataFrame) -> Iterator[Refusal]:
    """One tier's orders by code and the other's by link count other buyers."""
    stated = known["attribution"].str.strip().str.lower()
    arms = [set(stated[known["micro"] == arm].dropna()) for arm in (True, False)]
    by_code = [bool(rules) and rules <= set(_CODES) for rules in arms]
    by_link = [bool(rules) and rules <= set(_LINKS) for rules in arms]
    if (by_code[0] and by_link[1]) or (by_code[1] and by_link[0]):
        says = "orders of one tier are counted by code and those of the other by link"
        yield Refusal("any", says, "one rule for both tiers")


def _pay_follows_sales(known: pd.DataFrame, view: View) -> Iterator[Refusal]:
    share = float(known["cost"][follows_sales(known["fee_basis"])].sum() / known["cost"].sum())
    undeclared = known[~declares_other_basis(known["fee_basis"])]
    sold = undeclared[(undeclared["cost"] > 0) & (undeclared["outcome"] > 0)]
    sales = sold["revenue"].where(sold["revenue"] > 0, sold["outcome"])
    if share >= _MOST_HELD or is_set_by_sales(sold["cost"], sales, least=LEAST_BOOKINGS):
        one = "order" if view.dataset.manifest.settings.outcome == "orders" else "outcome"
        says = f"pay follows sales, so contracts set what an {one} costs"
        remedy = "another ranking, such as orders per hour of handling"
        yield Refusal("split", says, remedy)
        yield Refusal("creators", says, remedy)


def _no_margin_left(known: pd.DataFrame, view: View) -> Iterator[Refusal]:
    margin = view.dataset.manifest.settings.margin
    earning = known.dropna(subset=["revenue"])
    if margin is None or earning.empty:
        return
    arms = earning.groupby(["platform", "micro"])[["cost", "revenue"]].sum()
    if (arms["cost"] > margin * arms["revenue"]).all():
        says = f"at your margin of {margin:.0%} no arm earns its cost"
        yield Refusal("split", says, "lower fees or a higher margin, before any split")


def _beyond_what_was_tried(known: pd.DataFrame, view: View) -> Iterator[Refusal]:
    """A budget so much larger than a campaign ever had that no split of it was nearly tried."""
    budget, most = view.dataset.manifest.settings.budget, view.study.decisions.bounds[1]
    spent = float(known["cost"].sum() / known["campaign"].nunique())
    if budget is not None and budget > most * spent:
        says = (
            f"a budget of {money(budget, view.currency)} is more than {most:g} times the"
            f" {money(spent, view.currency)} that a campaign had, and nothing like it was tried"
        )
        yield Refusal("split", says, "a smaller budget first, or campaigns of about that size")


def _thin_arms(known: pd.DataFrame, view: View) -> Iterator[Refusal]:
    thin, empty, held = [], [], []
    for (platform, micro), rows in known.groupby(["platform", "micro"]):
        name = f"{view.micro if micro else view.macro} on {platform_name(platform)}"
        by_person = rows.groupby("person")["outcome"].sum()
        if len(rows) < LEAST_BOOKINGS:
            thin.append(name)
        elif by_person.sum() <= 0 or rows["cost"].sum() <= 0:
            empty.append(name)
        elif by_person.max() > _MOST_HELD * by_person.sum() or _alike(by_person) < LEAST_ALIKE:
            held.append(name)
    if thin:
        says = f"fewer than {LEAST_BOOKINGS} bookings: {listed(thin)}"
        yield Refusal("split", says, "more bookings of them, drawn by lot from a list")
    if empty:
        says = f"no cost or no outcome at all: {listed(empty)}"
        yield Refusal("split", says, "fees above 0 and some outcome in every arm")
    if held:
        says = f"a few creators hold the outcome: {listed(held)}"
        yield Refusal("split", says, "more creators before money is moved")
    if known["micro"].nunique() < 2:
        yield Refusal(
            "split", "there is one tier, so nothing can be split", "bookings of the other"
        )


def _alike(outcome: pd.Series) -> float:
    """Equal creators that would spread an outcome so."""
    return float(outcome.sum() ** 2 / (outcome**2).sum())


def _campaigns(known: pd.DataFrame) -> Iterator[Refusal]:
    if known["placed_at"].isna().any():
        says = "placed_at is missing, so nobody knows what was known before a booking"
        yield Refusal("forecast", says, "the day of every booking (placed_at)")
    elif known["campaign"].nunique() < 2:
        says = "fewer than two campaigns, so nothing tells how far campaigns differ"
        yield Refusal("forecast", says, "the name of each campaign, or the next one")


def _no_repeats(known: pd.DataFrame) -> Iterator[Refusal]:
    bookings = known.groupby("person").size()
    if int((bookings >= 2).sum()) < LEAST_REPEATED:
        says = (
            f"fewer than {LEAST_REPEATED} creators were booked twice, so luck and skill look alike"
        )
        yield Refusal("creators", says, "second bookings of some")
