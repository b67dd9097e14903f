"""A view's bookings -> one frozen decision: money, split, deciding test, state and refusals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.decisions.ahead import Ahead, came_true, forecasts_ahead, not_ahead, stamped
from analysis.decisions.bookings import bookings, last_day, planned, still_open, whole
from analysis.decisions.creators import Prospects, prospects
from analysis.decisions.deciding_test import DecidingTest, price_of_a_test
from analysis.decisions.model.counts_model import Posterior, fit_counts, lay_out
from analysis.decisions.model.forecast import Backtest, replay
from analysis.decisions.model.modelled_returns import modelled_returns
from analysis.decisions.model.returns import ARM, arm_returns
from analysis.decisions.money import Money, money_by_arm
from analysis.decisions.next_euro import NextMoney, next_money
from analysis.decisions.refusals import Question, Refusal, refusals
from analysis.decisions.rule import Findings, State, Strength, decided
from analysis.decisions.split import Split, falls_short, median_gain, split_budget
from analysis.evidence.families import answer
from analysis.evidence.results import ALL_NICHES
from analysis.evidence.robustness.survival import Survival
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import listed
from analysis.study import project

_DRAWS = 4_000  # of the closed form
_ALIKE = 0.03  # of the outcome, between the splits of the model and of the closed form
_WITHHELD = Refusal(
    "split",
    "an arm has few creators, or one or two were paid nearly all of it, so its money is withheld",
    "more creators there",
)
COST_METRIC = {
    "orders": "cost_per_order",
    "clicks": "cost_per_click",
    "views": "cost_per_1000_views",
}
"""By outcome, whose verdict has to point where money moves; where no claim asks it, none moves."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What the bookings of a view say about the next budget.

    Attributes:
        state, strength: by the rule.
        outcome: what is counted: orders (net), clicks or views.
        currency: of every amount.
        margin: declared share of revenue left before marketing; None where none is.
        tiers: follower ranges of micro and macro.
        money: by arm, all arms last; empty without bookings.
        next_money: what the next unit goes with in each arm, against the average one.
        campaigns: that the bookings belong to.
        refusals: what stands in the way of which question.
        split: None where it is refused.
        test: None likewise.
        prospects: of everybody who was booked; None where whom to book again is refused.
        backtest: forecasts of past campaigns, replayed; None where a forecast is refused.
        made_before: likewise, of those that were made before their campaign began; None where none
            has its outcome.
        ahead: forecasts of planned campaigns.
        still_open: bookings whose window ends after the data; they are in no number but those of
            forecasts.
        cost_is_asked: whether a claim of the study compares what the outcome costs.
    """

    state: State
    strength: Strength
    outcome: str
    currency: str
    margin: float | None
    tiers: tuple[str, str]
    money: tuple[Money, ...]
    next_money: tuple[NextMoney, ...]
    campaigns: int
    refusals: tuple[Refusal, ...]
    split: Split | None
    test: DecidingTest | None
    prospects: Prospects | None
    backtest: Backtest | None
    made_before: Backtest | None
    ahead: tuple[Ahead, ...]
    still_open: int
    cost_is_asked: bool

    def refused(self, question: str) -> tuple[Refusal, ...]:
        """What stands in the way of a question."""
        return tuple(one for one in self.refusals if one.stops in ("any", question))


def decide(view: View, *, today: date | None = None, made_before: Sequence[Ahead] = ()) -> Decision:
    """Decide on the next budget of a view.

    Over every niche and platform, whichever its pages select.

    Args:
        view: whose bookings, study and settings count.
        today: day on which advice is asked for; None leaves the data's age to their reader.
        made_before: forecasts that were kept when they were made, to be judged.

    Example:
        >>> from analysis import open_view
        >>> decide(open_view("demo")).state
        'KEEP'
    """
    view = whole(view)
    settings = view.dataset.manifest.settings
    rows = bookings(view)
    waiting = still_open(rows, view)
    known = rows[~waiting].dropna(subset=["cost", "outcome"])
    money = money_by_arm(rows, view)
    stops = refusals(rows, view, today=today)
    if any(arm.cost is None for arm in money):
        stops = (*stops, _WITHHELD)
    refused: set[Question] = {one.stops for one in stops}
    rng = np.random.default_rng(view.seed)
    split, test, people, findings = None, None, None, Findings(refused=True)
    if "any" not in refused and not {"split", "creators"} <= refused:
        posterior = fit_counts(lay_out(known), rng)
        if "split" not in refused:
            split, test, findings = _found(known, posterior, view)
        if "creators" not in refused:
            people = prospects(posterior, known, target=settings.target_cost_per_order, rng=rng)
    told, not_told = _forecasts(view, rows, refused, made_before, rng)
    stops = (*stops, *not_told)
    state, strength = decided(findings)
    return Decision(
        state=state,
        strength=strength,
        outcome=settings.outcome,
        currency=view.currency,
        margin=settings.margin,
        tiers=(str(view.micro), str(view.macro)),
        money=money,
        next_money=next_money(known, money, view),
        campaigns=int(known["campaign"].nunique()),
        refusals=stops,
        split=split,
        test=test,
        prospects=people,
        backtest=told.replayed,
        made_before=told.made_before,
        ahead=told.ahead,
        still_open=int(waiting.sum()),
        cost_is_asked=_claim_on(COST_METRIC[settings.outcome], view) is not None,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    replayed: Backtest | None = None
    made_before: Backtest | None = None
    ahead: tuple[Ahead, ...] = ()


def _forecasts(
    view: View,
    rows: pd.DataFrame,
    refused: set[Question],
    made_before: Sequence[Ahead],
    rng: np.random.Generator,
) -> tuple[_Told, tuple[Refusal, ...]]:
    """What is forecast, what was, and why nothing is where no other reason is known yet."""
    if refused & {"any", "forecast"}:
        return _Told(), ()
    ends, counted = last_day(rows, view), rows.dropna(subset=["cost", "outcome"])
    replayed = replay(counted, rng=rng, last_day=ends)
    coming = planned(view)
    unclear = not_ahead(rows, coming)
    to_forecast = coming[~coming["campaign"].isin(unclear)]
    made = forecasts_ahead(counted, to_forecast, last_day=ends, seed=view.seed)
    over = [one for one in made_before if not coming["campaign"].eq(one.forecast.campaign).any()]
    outcome = view.dataset.manifest.settings.outcome
    before = came_true(over, rows, outcome=outcome, last_day=ends)
    told = _Told(replayed, before, stamped(made, view, last_day=ends, today=project.today()))
    return told, (*_doubts(replayed, before), *_not_forecast(unclear))


def _doubts(replayed: Backtest | None, before: Backtest | None) -> Iterator[Refusal]:
    """Why forecasts are not to be planned by."""
    if replayed is None:
        says = "fewer than three campaigns one after the other, so no forecast could be checked"
        yield Refusal("forecast", says, "another campaign")
        return
    for which, found in (("replayed forecasts", replayed), ("forecasts made beforehand", before)):
        if found is not None and found.has_not_held:
            says = f"only {found.held} of {len(found.forecasts)} {which} held"
            remedy = "more campaigns, or what sets the last ones apart"
            yield Refusal("forecast", says, remedy)
            return


def _not_forecast(unclear: Sequence[str]) -> Iterator[Refusal]:
    """Why planned campaigns are none that lie ahead."""
    if "" in unclear:
        says = "planned bookings that name no campaign are not forecast"
        yield Refusal("forecast", says, "the name of the campaign they belong to")
    if named := [one for one in unclear if one]:
        says = f"{listed(named)}: begun, or named as one before, so it is not forecast"
        yield Refusal("forecast", says, "a name of its own for every campaign, before it begins")


def _found(
    known: pd.DataFrame, posterior: Posterior, view: View
) -> tuple[Split, DecidingTest, Findings]:
    rng = np.random.default_rng([view.seed, 1])
    budget, decisions = view.dataset.manifest.settings.budget, view.study.decisions
    returns = modelled_returns(posterior, known, rng)
    split = split_budget(returns, decisions, budget=budget, rng=rng)
    closed = arm_returns(known, draws=_DRAWS, rng=rng)
    other = split_budget(closed, decisions, budget=budget, rng=rng)
    test = price_of_a_test(known, returns, view.study, budget=budget)
    agrees, equivalent, depends = _cost_verdict(
        view, towards_micro=split.share_best > split.share_now
    )
    findings = Findings(
        refused=False,
        gain=split.gain,
        gain_once=split.gain_once,
        twice_found=falls_short(split, other, returns, decisions, rng=rng) <= _ALIKE,
        helps=split.helps,
        agrees=agrees,
        equivalent=equivalent,
        without_largest=_without_largest(known, split, view, rng),
        campaigns=int(known["campaign"].nunique()),
        price=test.price,
        worth=test.worth,
        depends=depends,
    )
    return split, test, findings


def _claim_on(metric: str, view: View) -> str | None:
    """The first claim of the study that asks a metric; None where none does."""
    return next((name for name, one in view.study.claims.items() if metric in one.metrics), None)


def _cost_verdict(view: View, *, towards_micro: bool) -> tuple[bool, bool, bool]:
    """What the verdict on cost says of the split.

    Returns:
        Whether a decided one points where the split goes, whether all are equivalent, and whether
        one depends on how it is counted.
    """
    metric = COST_METRIC[view.dataset.manifest.settings.outcome]
    claim = _claim_on(metric, view)
    if claim is None:
        return False, False, False
    rows = answer(view, claim).main
    whole = rows["niche"].eq(ALL_NICHES) | ~rows["niche"].eq(ALL_NICHES).any()
    judged = rows[rows["metric"].eq(metric) & whole & rows["verdict"].ne(Verdict.NOT_TESTABLE)]
    settled = judged[judged["verdict"].isin(DECIDED)]
    cheaper_micro = settled["estimate"] < 1
    agrees = len(settled) > 0 and bool((cheaper_micro == towards_micro).all())
    alike = len(judged) > 0 and bool(judged["verdict"].eq(Verdict.EQUIVALENT).all())
    return agrees, alike, bool(judged["robustness"].eq(Survival.DEPENDS).any())


def _without_largest(
    known: pd.DataFrame, split: Split, view: View, rng: np.random.Generator
) -> float:
    """Smallest median gain of the split when an arm's largest creator is left out."""
    gains = []
    for _, rows in known.groupby(ARM):
        largest = rows.groupby("person")["outcome"].sum().idxmax()
        returns = arm_returns(known[known["person"] != largest], draws=_DRAWS // 4, rng=rng)
        gains.append(median_gain(split, returns, view.study.decisions, rng=rng))
    return min(gains)
