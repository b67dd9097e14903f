"""Tables of a decision: the split arm by arm, the deciding test, and what is refused."""

import numpy as np
import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.decisions.decide import Decision
from analysis.decisions.model.forecast import Backtest
from analysis.evidence.wording import MISSING, money, platform_name, sum_of_money
from analysis.show.advice import PER
from analysis.show.tables.layout import table

_CLASS = {
    "rebook": "likely below the target",
    "test": "not known yet",
    "drop": "likely above the target",
}
_QUESTION = {
    "any": "any advice",
    "split": "the split",
    "creators": "whom to book again",
    "forecast": "a forecast",
}


def refused(decision: Decision) -> GT | HTML:
    """Show which questions have no answer, why, and what it would take."""
    if not decision.refusals:
        return HTML("<p>Nothing that is looked for is missing.</p>")
    rows = [(_QUESTION[one.stops], one.says, one.remedy) for one in decision.refusals]
    shown = pd.DataFrame(rows, columns=["question", "why it has no answer", "it would take"])
    return table(shown, title="Questions without an answer", first="question")


def split(decision: Decision) -> GT | HTML:
    """Show the best split arm by arm, beside today's.

    Why there is none where it is refused.
    """
    found = decision.split
    if found is None:
        return HTML("<p>No split is shown; the table above says why.</p>")
    rows = [
        (
            platform_name(row["platform"]),
            decision.tiers[0 if row["micro"] else 1],
            money(row["spend_now"], decision.currency),
            money(row["spend_then"], decision.currency),
            f"{row['bookings_now']:.0f}",
            f"{row['bookings_then']:.0f}",
            f"{row['outcome_now']:,.0f}",
            f"{row['outcome_then']:,.0f} ({row['outcome_low']:,.0f} to {row['outcome_high']:,.0f})",
        )
        for row in found.arms.to_dict("records")
    ]
    what = decision.outcome
    names = ["where", "tier", "spend now", "spend then", "bookings now", "bookings then"]
    shown = pd.DataFrame(rows, columns=[*names, f"{what} now", f"{what} then (80 % range)"])
    return table(shown, title="One campaign's money, now and in the best split", first="where")


def gain(decision: Decision) -> GT | HTML:
    """Show what moving the money would go with, and what it rests on."""
    found = decision.split
    if found is None:
        return HTML("")
    low, middle, high = found.gain
    rows = [
        ("low end of the 80 % range", f"{low:+.1%}"),
        ("middle", f"{middle:+.1%}"),
        ("high end", f"{high:+.1%}"),
        ("low end in one campaign", f"{found.gain_once[0]:+.1%}"),
        ("high end in one campaign", f"{found.gain_once[2]:+.1%}"),
        ("chance that one campaign is more than today's mix", f"{found.helps:.0%}"),
        ("lost on average where it is not", f"{found.loss_if_wrong:.1%}"),
        ("what perfect knowledge of the arms would add", f"{found.value_of_knowing:.1%}"),
        ("middle, if more money in an arm brings least more", f"{found.at_ends[0]:+.1%}"),
        ("middle, if it brings in proportion", f"{found.at_ends[1]:+.1%}"),
        (f"share of {decision.tiers[0]} now", f"{found.share_now:.0%}"),
        (
            "shares within 2 % of the best",
            f"{found.nearly[0]:.0%} to {found.nearly[1]:.0%}",
        ),
    ]
    shown = pd.DataFrame(rows, columns=["of the best split", f"{decision.outcome} per campaign"])
    return table(shown, title="What moving the money goes with", first="of the best split")


def creators(decision: Decision) -> GT | HTML:
    """Show how many creators of each class there are, and their money so far; never one of them."""
    found = decision.prospects
    if found is None:
        return HTML("<p>Nobody is called worth another booking; the first table says why.</p>")
    rows = [
        (
            _CLASS[one.name],
            one.creators,
            one.bookings,
            MISSING if one.cost is None else money(one.cost, decision.currency),
            MISSING if one.outcome is None else f"{one.outcome:,.0f}",
        )
        for one in found.classes
    ]
    paid, brought = "paid so far", f"{decision.outcome} so far"
    shown = pd.DataFrame(rows, columns=["next booking", "creators", "bookings", paid, brought])
    whole = shown.astype({"creators": "Int64", "bookings": "Int64"})
    return table(whole, title="Creators by what the next booking would cost", first="next booking")


def rebooking(decision: Decision) -> HTML:
    """Say what the classes go by, how far off the list may be, and how much is luck."""
    found = decision.prospects
    if found is None:
        return HTML("")
    per, one = PER[decision.outcome]
    target = money(found.target * per, decision.currency)
    whose = "declared" if found.is_declared else "what all bookings cost; none is declared"
    regret = (
        ""
        if found.regret is None
        else (
            f" Those to book again return {found.regret:.0%} less than as many of the best, on"
            " average over what is likely: nobody can know the best beforehand."
        )
    )
    dropped = next(one for one in found.classes if one.name == "drop")
    freed = (
        ""
        if not dropped.creators or dropped.cost is None or dropped.outcome is None
        else (
            " Not booking those likely above it would release"
            f" {money(dropped.cost, decision.currency)} of what was paid so far, which went with"
            f" {dropped.outcome:,.0f} {decision.outcome}."
        )
    )
    booking, person = found.luck
    once = (
        " Most were booked once, and little tells a creator from the luck of one booking: what is"
        " said of the best may be a tenth off, among hundreds of creators too high."
        if found.once_and_lucky
        else ""
    )
    return HTML(
        f"<p>Target: {target} per {one} ({whose}). A single booking spreads by a factor of"
        f" {np.exp(booking):.1f} around its creator, creators by {np.exp(person):.1f} around each"
        f" other.{once}{regret}{freed} <code>micromacro shortlist</code> writes the list with"
        " names, for the owner of the data alone.</p>"
    )


def ahead(decision: Decision) -> GT | HTML:
    """Show what the planned bookings of each campaign are likely to bring together."""
    if not decision.ahead:
        return HTML(
            "<p>No booking is planned that could be forecast: <code>booking_status</code> planned,"
            " for five creators or more of one campaign, on platforms booked before.</p>"
        )
    rows = [
        (one.campaign, one.bookings, _with_range(one.middle, one.low, one.high), f"{one.seen}")
        for one in (made.forecast for made in decision.ahead)
    ]
    names = ["campaign", "bookings", f"{decision.outcome}, 80 % range", "campaigns before"]
    doubts = "".join(f": {one.says}" for one in decision.refused("forecast")[:1])
    title = f"What planned bookings are likely to bring{doubts}"
    return table(pd.DataFrame(rows, columns=names), title=title, first="campaign")


def backtest(decision: Decision) -> GT | HTML:
    """Show what was forecast for each past campaign from those before it, and what came."""
    if decision.backtest is None:
        return HTML("<p>Nothing is forecast; the first table says why.</p>")
    title = "Replayed forecasts: from what stood before"
    return _beside_outcomes(decision.backtest, decision.outcome, title)


def made_before(decision: Decision) -> GT | HTML:
    """Show the forecasts that were made before their campaign began, and what came."""
    if decision.made_before is None:
        return HTML(
            "<p>No forecast was made before a campaign whose outcome is in. Each that this page"
            " makes of planned bookings is kept, and stands here once its campaign is over.</p>"
        )
    title = "Forecasts made beforehand: ranges in proportion to the bookings that took place"
    return _beside_outcomes(decision.made_before, decision.outcome, title)


def _beside_outcomes(found: Backtest, outcome: str, title: str) -> GT | HTML:
    rows = [
        (
            one.campaign,
            f"{one.seen}",
            one.bookings,
            _with_range(one.middle, one.low, one.high),
            f"{one.outcome:,.0f}",
            "inside" if one.held else "outside",
            MISSING if one.below is None else f"{one.below:.0%}",
        )
        for one in found.forecasts
    ]
    named = ["campaign", "campaigns before", "bookings", f"{outcome}, 80 % range"]
    shown = pd.DataFrame(rows, columns=[*named, f"{outcome} that came", "so", "draws below"])
    return table(shown, title=title, first="campaign")


def _with_range(middle: float, low: float, high: float) -> str:
    return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"


def judged(decision: Decision) -> HTML:
    """Say how many forecasts held, replayed and made beforehand, each by themselves."""
    how = (
        (decision.backtest, "They were replayed from the data of today, not made then."),
        (decision.made_before, "They were made before their campaigns began."),
    )
    return HTML("".join(_held(found, said) for found, said in how if found is not None))


def _held(found: Backtest, said: str) -> str:
    low, high = found.share
    struck = (
        " <b>The forecasts have not held: do not plan by them.</b>" if (found.has_not_held) else ""
    )
    return (
        f"<p>{found.held} of {len(found.forecasts)} held ({low:.0%} to {high:.0%} would in the long"
        f" run).{struck} The middle was off by a factor of {np.exp(found.error):.2f} on average;"
        f" the mean booking of the campaign before by {np.exp(found.error_as_before):.2f}."
        f" {said}</p>"
    )


def next_money(decision: Decision) -> GT | HTML:
    """Show what the next unit of money goes with, against the average one."""
    if not decision.next_money:
        return HTML("<p>No arm has enough creators for its next unit of money.</p>")
    rows = [
        (
            platform_name(arm.platform),
            arm.tier,
            _range(arm.alike),
            _range(arm.larger),
            _range(arm.again),
            _range(arm.bounds),
        )
        for arm in decision.next_money
    ]
    names = ["where", "tier", "more creators alike", "larger creators", "the same a third time"]
    shown = pd.DataFrame(rows, columns=[*names, "so between"])
    title = "The next unit of money, in what the average one went with"
    return table(shown, title=title, first="where")


def _range(ends: tuple[float, float] | None) -> str:
    return MISSING if ends is None else f"{ends[0]:.2f} to {ends[1]:.2f}"


def deciding_test(decision: Decision) -> GT | HTML:
    """Show what a test of the tiers' costs takes, and what knowing is worth."""
    found = decision.test
    if found is None:
        return HTML("<p>No test is priced; the first table says what is missing.</p>")
    rows = [
        ("ratio of costs that it would find in 4 of 5 cases", f"{found.ratio:g}"),
        (f"bookings of {decision.tiers[0]}", f"{found.micro:,}"),
        (f"bookings of {decision.tiers[1]}", f"{found.macro:,}"),
        ("money for them", sum_of_money(found.money, decision.currency)),
        (
            f"{decision.outcome} forgone in the dearer tier, in money",
            sum_of_money(found.price, decision.currency),
        ),
        (
            "what the test is worth over the campaigns ahead",
            sum_of_money(found.worth, decision.currency),
        ),
        (
            "what certainty would be worth",
            sum_of_money(found.worth_of_certainty, decision.currency),
        ),
    ]
    shown = pd.DataFrame(rows, columns=["the deciding test", "amount"])
    return table(shown, title="What it would take to know", first="the deciding test")
