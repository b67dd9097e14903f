"""The first screen of a site: the answer, its ranges, what to do, and its gravest doubt."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from IPython.display import display

from analysis.decisions.decide import Decision
from analysis.evidence.breakdown.costs import pay_follows_sales
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.robustness.examination import Examination
from analysis.evidence.robustness.survival import Survival
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import listed
from analysis.panel import data_quality
from analysis.show.advice import brief, settled_by
from analysis.show.first_screen import box, sentences
from analysis.show.first_screen.doubt import doubts
from analysis.show.first_screen.strip import WIDTH, strip
from analysis.show.first_screen.totals import totals
from analysis.show.grid import relationship_rows
from analysis.show.markup import render
from analysis.show.media_type import RESULTS_MIME
from analysis.show.recording import recorded_rows
from analysis.show.robustness import robustness
from analysis.study.contract import PLATFORMS

_MOST_BESIDE = 2
_MEASURE = ["claim", "metric", "estimand"]


def record(
    view: View,
    answers: Sequence[Answer],
    *,
    asked: Sequence[Examination] = (),
    decision: Decision | None = None,
) -> None:
    """Show the first screen over all answers, and record their rows.

    Args:
        view: where the answers come from.
        answers: of the study's confirmatory claims first; the first screen shows those.
        asked: the headline answers, asked in other ways; nothing is said of those that are not.
        decision: on the next budget; without it the box says what the evidence allows.
    """
    shown = headline_rows(view, answers)
    rows = standing(shown)
    others = _all_niches(answers)
    lacks_money = sentences.lacks_money(rows, others)
    beside, looked_at = decided_beside(view, answers, rows)
    found = doubts(view, answers, shown=rows["metric"])
    screen = render(
        "show",
        "first_screen",
        answer=sentences.answer(rows, others),
        lead=sentences.lead(
            rows, _niches_of(rows, answers), others, beside=beside, looked_at=looked_at
        ),
        questions=strip(view, pd.concat([shown, beside]), answers) if len(rows) else (),
        width=WIDTH,
        view=view,
        ways=_found_through(view),
        what_to_do=_what_to_do(decision, rows, lacks_money=lacks_money),
        how_sure=box.how_sure(rows),
        settles=box.what_would_settle(
            rows, lacks_money=lacks_money, test=settled_by(decision) if decision else ""
        ),
        robustness=robustness([one for one in asked if _is_shown(one, shown)]),
        totals=totals(view),
        doubts=found,
    )
    bundle = {
        "text/html": screen,
        "text/plain": conclusion(view, answers),
        RESULTS_MIME: recorded_rows(_shown_in(view, answers, rows), stated=rows),
    }
    display(bundle, raw=True)


def _what_to_do(decision: Decision | None, rows: pd.DataFrame, *, lacks_money: bool) -> str:
    """The advice; where it is refused and nothing is decided, what to do meanwhile before it."""
    said = brief(decision) if decision else ""
    meanwhile = box.what_to_do(rows, lacks_money=lacks_money)
    if decision and decision.state == "REFUSED" and not rows["verdict"].isin(DECIDED).any():
        return f"{meanwhile} {said}".strip()
    return said or meanwhile


def _shown_in(view: View, answers: Sequence[Answer], rows: pd.DataFrame) -> list[Answer]:
    """The answers cut to what the summary shows.

    That is the measures of the first screen, over all niches and in each, and what else is
    claimed, over all niches. Everything else is recorded on the pages of its claims. Where nothing
    is shown nothing is cut.
    """
    measures = pd.MultiIndex.from_frame(rows[_MEASURE])
    if measures.empty:
        return list(answers)
    beside, _ = relationship_rows(view, answers)
    return [
        replace(one, frame=kept)
        for one in answers
        if len(
            kept := one.main[
                pd.MultiIndex.from_frame(one.main[_MEASURE]).isin(measures)
                | one.main["result_id"].isin(beside["result_id"])
            ]
        )
    ]


def _found_through(view: View) -> str:
    found = data_quality.origins(view.dataset, view.study.tiers.steps)["found through"]
    ways = [way for way in found if way != "not stated"]
    return listed(ways) if ways else "not stated"


def standing(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as the headline takes them: an answer that leans or depends is not decided there."""
    lost = rows["robustness"].isin([Survival.LEANS, Survival.DEPENDS])
    return rows.assign(verdict=rows["verdict"].mask(lost, Verdict.INCONCLUSIVE.value))


def _is_shown(one: Examination, rows: pd.DataFrame) -> bool:
    same = rows[["claim", "platform", "metric"]] == [one.claim, one.platform, one.metric]
    return bool(same.all(axis=1).any())


def conclusion(view: View, answers: Sequence[Answer]) -> str:
    """State the conclusion over all answers in one line: the answer and the lead."""
    rows = standing(headline_rows(view, answers))
    beside, looked_at = decided_beside(view, answers, rows)
    return sentences.overall(
        rows, _niches_of(rows, answers), _all_niches(answers), beside=beside, looked_at=looked_at
    )


def decided_beside(
    view: View, answers: Sequence[Answer], rows: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """What is decided although every row of the first screen is open, over all niches.

    At most two other measures of the confirmatory claims, or of what the first screen counts over
    another exposure; decided ones before those that are alike. Empty where a row of the first
    screen is decided. Claims about the relationship have a block of their own and are not among
    them. Beside them how many measures they were found among.
    """
    every = _all_niches(answers)
    if rows.empty or (rows["verdict"] != Verdict.INCONCLUSIVE).any():
        return every.iloc[:0], 0
    first = METRICS[rows["metric"].iloc[0]]
    own = every["claim"].isin(view.study.confirmatory)
    other = every["metric"].map(lambda name: METRICS[name].counts_alike(first))
    other &= every["claim"].map(lambda claim: view.study.claims[claim].about == "results")
    variant = every["metric"].map(lambda name: METRICS[name].label.startswith(first.label))
    asked = every[(own | other) & ~variant & every["niche"].eq(ALL_NICHES)]
    tested = asked[asked["estimate"].notna() & asked["platform"].isin(rows["platform"])]
    tested = _without_contract_terms(tested.drop_duplicates(["platform", "metric"]), view)
    tested = tested[~tested["metric"].isin(rows["metric"])]
    decided = tested[tested["verdict"].isin(DECIDED)]
    alike = tested[tested["verdict"] == Verdict.EQUIVALENT]
    return pd.concat([decided, alike]).head(_MOST_BESIDE), len(tested)


def headline_rows(view: View, answers: Sequence[Answer]) -> pd.DataFrame:
    """Rows of the first screen, money first: one per platform and confirmatory claim.

    Of each claim its first measure that can be tested, over all niches or, where one is selected,
    in that niche. A claim that no platform can test has no row; a platform for which the claims are
    not registered has one only where no other is there; costs have none where pay follows sales,
    because the contract sets them.
    """
    asked = [answer for answer in answers if answer.claim in view.study.confirmatory]
    rows = pd.concat([answer.main for answer in asked or answers])
    whole = rows[rows["niche"] == ALL_NICHES]
    rows = rows if whole.empty else whole
    registered = rows["platform"].isin(PLATFORMS)
    rows = rows[registered] if registered.any() else rows
    tested = rows[rows["verdict"] != Verdict.NOT_TESTABLE]
    first = tested.drop_duplicates(["platform", "claim"])
    return sentences.in_order_of_money(_without_contract_terms(first, view))


def _without_contract_terms(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    costs = pd.Series([METRICS[name].is_cost for name in rows["metric"]], rows.index, dtype=bool)
    if not costs.any():
        return rows
    return rows[~(costs & rows["platform"].isin(pay_follows_sales(view)))]


def _all_niches(answers: Sequence[Answer]) -> pd.DataFrame:
    return pd.concat([answer.main for answer in answers])


def _niches_of(rows: pd.DataFrame, answers: Sequence[Answer]) -> pd.DataFrame:
    """The niches behind the rows of the first screen."""
    every = _all_niches(answers)
    key = ["claim", "platform", "metric", "estimand"]
    return every[every["niche"] != ALL_NICHES].merge(rows[key], on=key)
