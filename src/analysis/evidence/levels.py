"""What a comparison may claim: the level that decides it, and its status; fixed beforehand.

The headline family is every first row of the study's headline claims on every platform for which
they are registered, over all niches; the first grid is the niches of these rows. Both keep their
promise where nothing differs: at most one study in 20 claims anything in its headline, at most one
in ten colours any cell.
"""

from dataclasses import dataclass
from functools import lru_cache

from analysis.evidence.comparisons import Cell, contrast_label, first_rows
from analysis.evidence.metrics import METRICS
from analysis.evidence.view import DECISION, View
from analysis.study.contract import PLATFORMS

CONFIRMATORY, INTERIM, EXPLORATORY = "confirmatory", "interim", "exploratory"


@dataclass(frozen=True, slots=True)
class FirstGrid:
    """The comparisons that the headline and the first grid may speak of.

    Attributes:
        metrics: first metric that can be tested, by claim and platform.
        headline: how many headline cells there are, on all decision days together.
        niches: how many niche cells there are, likewise.
    """

    metrics: dict[tuple[str, str], str]
    headline: int
    niches: int

    def holds(self, view: View, claim: str, cell: Cell) -> bool:
        """Whether a cell stands in the first grid or its headline."""
        return (
            self.metrics.get((claim, cell.platform)) == cell.metric
            and cell.estimand == METRICS[cell.metric].estimands[0]
            and cell.contrast == contrast_label(view, view.macro)
        )


@lru_cache(maxsize=1)  # every claim of a page asks for the same
def first_grid(view: View) -> FirstGrid:
    """Count what can be tested of the study's headline claims, by what is known beforehand."""
    rows = {
        (claim, row[0].platform): row
        for claim in view.study.confirmatory
        for row in first_rows(view, view.study.claims[claim])
        if row[0].platform in PLATFORMS
    }
    looks = len(view.study.decide_on) if view.period == DECISION else 1
    niches = sum(len(row) - 1 for row in rows.values())
    metrics = {key: row[0].metric for key, row in rows.items()}
    return FirstGrid(metrics, looks * len(rows), looks * niches)


def status(view: View, metric: str, *, first: bool) -> str:
    """The status of one comparison.

    Confirmatory rests on posts published, or placements placed, after the study was registered,
    through a day that it names (``period=decision``), in its tiers, in the first row of a claim
    that it lists. What would be so on a decision day is interim between them. Everything else is
    exploratory, and so is whatever rests on placements without a day.

    Args:
        view: the scope.
        metric: what is compared.
        first: whether the comparison stands in the headline or the first grid.
    """
    if view.off_study or not first:
        return EXPLORATORY
    if view.period == DECISION:
        return CONFIRMATORY
    manifest = view.dataset.manifest
    placed = METRICS[metric].within == "campaign"
    day = manifest.placed_from if placed else manifest.first_day
    return INTERIM if day is not None and day > view.study.registered else EXPLORATORY
