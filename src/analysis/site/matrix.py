"""The matrix of the index: niche by question and platform, one linked state per cell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES
from analysis.evidence.wording import platform_name
from analysis.show.gaps import State, gap, state
from analysis.site.changes import Row
from analysis.site.exports.summaries import first_answers
from analysis.site.links import answering
from analysis.site.records import PageRecord

_KEY = ("claim", "metric", "estimand", "platform", "contrast")
_MOST_ROWS = 16  # of 500 reports the index is 1,100 pixels high
_NO_DATA = State("none", "\N{EN DASH}", "no data")


@dataclass(frozen=True, slots=True)
class Cell:
    """One comparison.

    Attributes:
        state: who is ahead.
        text: micro against macro, such as ``+39%``; empty without an estimate.
        report: id of the page that holds it; empty without an estimate.
        name: of the link, in words.
    """

    state: State
    text: str
    report: str
    name: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """What the front page's questions say, niche by niche.

    Attributes:
        questions: label and platforms of each, in the order of the cells.
        rows: niche and its cells, all niches first; those that have any estimate.
        folded: of many rows those in which least is decided.
        missing: niche and what it lacks, of those without any estimate.
    """

    questions: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    folded: tuple[tuple[str, tuple[Cell, ...]], ...]
    missing: tuple[tuple[str, str], ...]

    @property
    def counts(self) -> Counter[str]:
        """How many cells stand how, by the kind of their state."""
        shown = (*self.rows, *self.folded)
        return Counter(cell.state.kind for _, cells in shown for cell in cells)


def matrix(records: Sequence[PageRecord]) -> Matrix | None:
    """Lay out the first answers of a site; None where no page states any.

    Of a single niche the row of all niches says the same again and is left out.

    Args:
        records: of every report, in the order of the plan.
    """
    front, answers = first_answers(records)
    if front is None:
        return None
    columns = [tuple(row[name] for name in _KEY) for row in answers]
    columns.sort(key=lambda key: [row["claim"] for row in answers].index(key[0]))
    found: dict[str, dict[tuple[object, ...], Row]] = {}
    for row in front.rows:
        key = tuple(row[name] for name in _KEY)
        if key in columns:
            found.setdefault(str(row["niche"]), {})[key] = row
    pages = answering(records)
    laid = {
        niche: tuple(_cell(own.get(key), pages, front.report_id) for key in columns)
        for niche, own in found.items()
    }
    kept = {niche: cells for niche, cells in laid.items() if any(cell.text for cell in cells)}
    if len(laid) == len(kept) == 2 and len({_said(cells) for cells in kept.values()}) == 1:
        kept.pop(ALL_NICHES, None)
    told = sorted(kept, key=lambda niche: (niche != ALL_NICHES, -_settled(kept[niche])))
    shown = set(told[:_MOST_ROWS])
    return Matrix(
        questions=_questions(columns),
        rows=tuple(item for item in kept.items() if item[0] in shown),
        folded=tuple(item for item in kept.items() if item[0] not in shown),
        missing=tuple(
            (niche, "; ".join(dict.fromkeys(str(row["reason"]) for row in found[niche].values())))
            for niche in laid
            if niche not in kept
        ),
    )


def _questions(columns: Sequence[tuple[object, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Columns that stand side by side and ask the same, under one label."""
    grouped: dict[str, list[str]] = {}
    for _, metric, _, platform, _ in columns:
        grouped.setdefault(METRICS[str(metric)].label, []).append(platform_name(platform))
    return tuple((label, tuple(names)) for label, names in grouped.items())


def _settled(cells: Sequence[Cell]) -> int:
    return sum(cell.state.kind not in ("open", "none") for cell in cells)


def _said(cells: Sequence[Cell]) -> tuple[tuple[State, str], ...]:
    return tuple((cell.state, cell.text) for cell in cells)


def _cell(row: Row | None, pages: Mapping[str, Sequence[str]], front: str) -> Cell:
    if row is None or row["estimate"] is None:
        return Cell(_NO_DATA, "", "", "")
    stands, said = state(dict(row)), gap(row["estimate"])
    where = f"{row['niche']}, {METRICS[str(row['metric'])].label}, {platform_name(row['platform'])}"
    name = f"{where}: {stands.word}, {said}"
    others = [page for page in pages.get(str(row["result_id"]), ()) if page != front]
    return Cell(stands, said, [*others, front][0], name)
