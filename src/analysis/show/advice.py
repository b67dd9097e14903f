"""What to do next in words: money, range and condition, and no cause without an experiment."""

from analysis.decisions.decide import Decision
from analysis.decisions.deciding_test import DecidingTest
from analysis.decisions.lots.experiment import AssignedDifference, ListMean
from analysis.decisions.rule import SMALL_GAIN
from analysis.decisions.split import Split
from analysis.evidence.wording import money, sum_of_money
from analysis.panel.suppression import FEW

PER = {"orders": (1, "order"), "clicks": (1, "click"), "views": (1_000, "1,000 views")}
_KEPT = ("KEEP", "TEST NOT WORTH IT")  # states in which no money moves and nothing is asked
_CONDITION = "if the next creators are like those already booked; no experiment tested it."


def advice(decision: Decision) -> str:
    """State what to do with the next budget, the money first.

    Nothing is said where no booking is known: a dataset of engagement gets no advice.

    Args:
        decision: numbers and state; every number in the text is one of its.

    Returns:
        Two sentences or three, or an empty text.
    """
    if not decision.money and not decision.still_open:
        return ""
    if any(one.stops == "any" for one in decision.refusals):
        return _refused(decision, "any")
    if decision.split is None or decision.test is None:
        return f"{_spent(decision)} {_refused(decision, 'split')}"
    said = {
        "SHIFT": _shift,
        "KEEP": _keep,
        "TEST FIRST": _test_first,
        "TEST NOT WORTH IT": _not_worth_it,
    }[decision.state](decision, decision.split, decision.test)
    return f"{_spent(decision)} {said}"


def brief(decision: Decision) -> str:
    """State the same in half a minute's words, for the first screen; empty where ``advice`` is."""
    if not decision.money and not decision.still_open:
        return ""
    question = "any" if any(one.stops == "any" for one in decision.refusals) else "split"
    if question == "any" or decision.split is None or decision.test is None:
        return (
            f"No other split{_of_all(decision)} is advised: {decision.refused(question)[0].says}."
        )
    split, test = decision.split, decision.test
    budget = _about(split.budget, decision)
    keep = f"leave a campaign's {budget} as it is, {split.share_now:.0%} micro: "
    best = f"the best other share, {split.share_best:.0%}, goes with"
    found = f"{_more(split)} {decision.outcome} (80% range)"
    said = {
        "KEEP": f"{keep}{_why_kept(decision, split)} {found}",
        "SHIFT": f"{decision.strength}: move {_moved(decision, split)} of a campaign's {budget}:"
        f" that goes with {found}",
        "TEST FIRST": f"test first, for {money(test.money, decision.currency)}, before you move any"
        f" of a campaign's {budget}: {best} {found}",
        "TEST NOT WORTH IT": f"{keep}no test is worth it; {best} {found}",
    }[decision.state]
    said = f"{said[0].upper()}{said[1:]}, if the next creators are like these."
    return f"{_pays(decision)}{said}{_left_open(decision)}"


def settled_by(decision: Decision) -> str:
    """State what a random test costs where knowing is worth less; empty where it may be worth it.

    Args:
        decision: whose split is kept, so that nobody needs to know more for it.
    """
    test = decision.test
    if decision.state not in _KEPT or test is None or test.worth >= test.price:
        return ""
    asked = _about(test.money, decision)
    return f"Nothing that pays: a random test of {asked} costs more than it is worth."


def _why_kept(decision: Decision, split: Split) -> str:
    """That the best change is small, or else that the sizes cost alike, as the rule has it."""
    if split.gain[2] < SMALL_GAIN:
        return f"the best change, {_moved(decision, split)}, goes with just"
    return "the sizes cost alike; the best change goes with"


def _of_all(decision: Decision) -> str:
    """What all bookings cost, where it is known."""
    spent = decision.money[-1].cost if decision.money else None
    return "" if spent is None else f" of the {_about(spent, decision)} spent"


def _about(amount: float, decision: Decision) -> str:
    return money(float(f"{amount:.3g}"), decision.currency).removesuffix(".00")


def _more(split: Split) -> str:
    """``0.8 to 4.9% more``, or ``2.0% fewer to 9.0% more``."""
    low, _, high = split.gain
    ends = f"{abs(100 * low):.1f}", f"{abs(100 * high):.1f}%"
    if low < 0 < high:
        return f"{ends[0]}% fewer to {ends[1]} more"
    return f"{ends[0]} to {ends[1]} {'more' if high > 0 else 'fewer'}"


def _moved(decision: Decision, split: Split) -> str:
    grows = "micro" if split.share_best > split.share_now else "macro"
    return f"{_about(split.moved, decision)} mostly to {grows}"


def _grows(decision: Decision, split: Split) -> str:
    """The tier that gets a larger share in the best split."""
    return decision.tiers[0 if split.share_best > split.share_now else 1]


def _pays(decision: Decision) -> str:
    """At which margin bookings earn their cost, or what they left at the declared one."""
    whole = decision.money[-1]
    if whole.break_even_margin is None:
        return ""
    of = "revenue" if whole.outcome_with_revenue == whole.outcome else "the revenue stated"
    if decision.margin is not None and whole.contribution is not None:
        verb = "left" if whole.contribution >= 0 else "lost"
        amount = money(abs(whole.contribution), decision.currency)
        return f"At your margin of {decision.margin:.0%} bookings {verb} {amount}. "
    if whole.break_even_margin > 1:
        return f"Bookings cost {whole.break_even_margin:.0%} of {of}: they pay at no margin. "
    return (
        "Bookings pay only where your margin before marketing is above"
        f" {whole.break_even_margin:.0%} of {of}. "
    )


def _refused(decision: Decision, question: str) -> str:
    first = decision.refused(question)[0]
    return f"No split of the money is advised: {first.says}. It would take {first.remedy}."


def _spent(decision: Decision) -> str:
    """What all bookings cost, and at which margin that pays."""
    whole = decision.money[-1]
    if whole.cost is None or whole.outcome is None:
        return "What was spent is withheld, since few creators were paid."
    each = _each(whole.cost, whole.outcome, decision)
    return (
        f"{money(whole.cost, decision.currency)} went with {whole.outcome:,.0f}"
        f" {_counted(decision)}, {each} per {PER[decision.outcome][1]}. {_pays(decision)}".rstrip()
        + _left_open(decision)
    )


def _left_open(decision: Decision) -> str:
    """How many bookings no number counts, since some of what they bring is still to come."""
    if not decision.still_open:
        return ""
    return f" {some_bookings(decision.still_open).capitalize()} are still open and left out."


def some_bookings(number: int) -> str:
    """A number of bookings, withheld where it would point at few creators."""
    return f"{number} bookings" if number >= FEW else "a few bookings"


def _each(cost: float, outcome: float, decision: Decision) -> str:
    """What one outcome, or a thousand views, cost."""
    return money(cost / max(outcome, 1) * PER[decision.outcome][0], decision.currency)


def _counted(decision: Decision) -> str:
    return "orders net of refunds" if decision.outcome == "orders" else decision.outcome


def _keep(decision: Decision, split: Split, _test: DecidingTest) -> str:
    share = f"{split.share_now:.0%} for {decision.tiers[0]}"
    return f"Keep the split of {share}: {_range(decision, split)}, {_CONDITION}"


def _shift(decision: Decision, split: Split, _test: DecidingTest) -> str:
    low, _, high = (gain * split.now for gain in split.gain_once)
    tier = _grows(decision, split)
    word = f"{decision.strength}: " if decision.strength else ""
    return (
        f"{word.capitalize()}moving {money(split.moved, decision.currency)} of"
        f" {money(split.budget, decision.currency)}, mostly to {tier}, goes with {low:,.0f} to"
        f" {high:,.0f} more {decision.outcome} per campaign (80 % range), from {split.now:,.0f},"
        f" {_CONDITION}"
    )


def _test_first(decision: Decision, split: Split, test: DecidingTest) -> str:
    return (
        f"Do not decide yet: {_range(decision, split)}, {_CONDITION} {_needed(decision, test)}"
        f"{_unjudged(decision)}"
    )


def _not_worth_it(decision: Decision, split: Split, test: DecidingTest) -> str:
    return (
        f"Not decided, so keep the split: {_range(decision, split)}, {_CONDITION}"
        f" {_needed(decision, test)} That costs more than it is worth.{_unjudged(decision)}"
    )


def _unjudged(decision: Decision) -> str:
    """That no verdict stands behind the outcome, where the study asks for none."""
    if decision.cost_is_asked:
        return ""
    return (
        f" The study asks for no verdict on what {decision.outcome} cost, and without one no money"
        " moves."
    )


def _range(decision: Decision, split: Split) -> str:
    low, _, high = split.gain
    return (
        f"the best one within the range tried would go with {low:+.1%} to {high:+.1%}"
        f" {decision.outcome} on average over campaigns (80 % range)"
    )


def _needed(decision: Decision, test: DecidingTest) -> str:
    amounts = [sum_of_money(one, decision.currency) for one in (test.money, test.price, test.worth)]
    return (
        f"{test.micro:,} + {test.macro:,} more bookings, {amounts[0]}, would find a ratio of"
        f" {test.ratio:g} in 4 of 5 cases; they cost {amounts[1]} in {decision.outcome} forgone,"
        f" and knowing is worth about {amounts[2]}."
    )


def assigned(found: AssignedDifference, *, outcome: str, unit: str) -> str:
    """State what a factor that was assigned by lot brings; less where the lot came too late."""
    interval = f"({found.low:+,.1f} to {found.high:+,.1f}, {found.level:.0%})"
    counted = f"{found.units[0]} and {found.units[1]} {unit}s, p = {found.p_value:.3f}"
    if found.evidence == "experiment":
        return (
            f"{found.arms[0]} brings {found.difference:+,.1f} {outcome} per {unit} {interval}"
            f" against {found.arms[1]}; assigned by lot, {counted}."
        )
    return (
        f"{found.arms[0]} came with {found.difference:+,.1f} {outcome} per {unit} {interval}"
        f" against {found.arms[1]}; {counted}. The lot was not drawn before the outcomes began, so"
        " this is no experiment."
    )


def drawn_from_lists(found: tuple[ListMean, ...], *, outcome: str) -> str:
    """State what lists return on average; nothing about why their tiers differ."""
    each = "; ".join(
        f"{one.tier}: {one.mean:,.1f} {outcome} per booking ({one.low:,.1f} to {one.high:,.1f},"
        f" {one.level:.0%}), {one.drawn} of {one.listed} drawn at random from your list"
        for one in found
    )
    return f"{each}. Nobody was assigned a tier: why the lists differ is not known from this."
