"""The metrics: what is divided by what, for whom, and how it is compared; one row each."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from analysis.panel.columns import RELATIONSHIP_COLUMNS
from analysis.study.declared import declared_rows
from analysis.study.forms import Frozen

Estimand = Literal["typical", "portfolio", "elasticity"]
Typical = Literal["geometric mean", "mean of rates"]
Within = Literal["niche", "campaign"]


class Metric(Frozen):
    """A rate per creator: numerator and exposure in the panel.

    Attributes:
        name: as in study.yml and results.csv.
        label: how a sentence calls it, and the unit of the rate.
        numerator: column of the panel, summed over the creator's posts or placements.
        exposure: column of the same rows that the numerator is divided by.
        needs: what the input must hold, named when it does not.
        estimands: ``typical`` gives every creator the same weight, ``portfolio`` every unit of
            exposure; both are shown because they can disagree. ``elasticity`` is the slope of the
            log rate on log followers, against 1.
        typical: how a typical creator is compared: by geometric means of rates that are rarely 0,
            or by the mean of the rates of creators with enough exposure.
        minimum: entry of ``minimums`` in study.yml below which a creator's own rate is not
            used; empty where every rate is.
        sized_by: column of the panel whose followers say which tier a creator is in; growth goes by
            those at its beginning, because who has grown is larger at its end.
        within: what is compared like with like: engagement inside niches, because niches differ in
            it; placements inside campaigns, which removes brand, product, price and season.
        per: units of exposure in which the rate is shown.
    """

    name: str
    label: str
    numerator: str
    exposure: str
    needs: str
    estimands: Annotated[tuple[Estimand, ...], BeforeValidator(str.split)] = Field(min_length=1)
    typical: Typical
    minimum: str
    within: Within
    per: int
    sized_by: str = "followers"

    @property
    def needs_relationship(self) -> bool:
        """Whether its columns are joined to the panel from formats and follower counts."""
        return self.numerator in RELATIONSHIP_COLUMNS

    @property
    def is_cost(self) -> bool:
        """Whether the numerator is money.

        Then a creator without exposure still counts.
        """
        return self.name.startswith("cost")

    @property
    def outcome(self) -> str:
        """What is counted, in words: ``orders`` of orders per click and of cost per order."""
        counted, _, base = self.label.partition(" per ")
        return base if self.is_cost else counted

    @property
    def base(self) -> str:
        """What the outcome is divided by, in words: ``exposure``, or ``costs`` of a cost."""
        return "costs" if self.is_cost else self.exposure.replace("_", " ")

    def counts_alike(self, other: "Metric") -> bool:
        """Whether both are rates of one outcome, over whatever exposure."""
        rates = "elasticity" not in (*self.estimands, *other.estimands)
        return rates and (self.is_cost, self.outcome) == (other.is_cost, other.outcome)

    @property
    def sides(self) -> tuple[str, str]:
        """Words for a higher and a lower rate.

        A higher cost is no lead.
        """
        less_is_better = self.is_cost or self.name.startswith("refunds")
        return ("higher", "lower") if less_is_better else ("ahead", "behind")


METRICS = {
    row["name"]: Metric.model_validate(row)
    for row in declared_rows("analysis.evidence", "metrics.csv")
}
