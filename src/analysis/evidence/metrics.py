"""The metrics: what is divided by what, for whom, and how it is compared; one row each."""

from dataclasses import dataclass
from typing import Literal, get_args

from analysis.study.declared import declared_rows

Estimand = Literal["typical", "portfolio", "elasticity"]
Typical = Literal["geometric mean", "mean of rates"]
Within = Literal["niche", "campaign"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate per creator: a numerator and an exposure of the creator panel.

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
        minimum: entry of ``minimums`` in study.yml below which a creator's own rate is not used.
        within: what is compared like with like: engagement inside niches, because niches differ in
            it; placements inside campaigns, which removes brand, product, price and season.
        per: units of exposure in which the rate is shown.
    """

    name: str
    label: str
    numerator: str
    exposure: str
    needs: str
    estimands: tuple[Estimand, ...]
    typical: Typical
    minimum: str | None
    within: Within
    per: int

    @property
    def is_cost(self) -> bool:
        """Whether the numerator is money, so that a creator without exposure still counts."""
        return self.name.startswith("cost")

    @property
    def sides(self) -> tuple[str, str]:
        """Words for a higher and a lower rate.

        A higher cost is no lead.
        """
        less_is_better = self.is_cost or self.name.startswith("refunds")
        return ("higher", "lower") if less_is_better else ("ahead", "behind")


def _metric(row: dict[str, str]) -> Metric:
    estimands = tuple(row["estimands"].split())
    for column, kind in (("typical", Typical), ("within", Within)):
        _refuse_unknown(row, column, [row[column]], get_args(kind))
    _refuse_unknown(row, "estimands", estimands, get_args(Estimand))
    words = ("name", "label", "numerator", "exposure", "needs", "typical", "within")
    return Metric(
        **{name: row[name] for name in words},  # type: ignore[arg-type]
        estimands=estimands,  # type: ignore[arg-type]
        minimum=row["minimum"] or None,
        per=int(row["per"]),
    )


def _refuse_unknown(
    row: dict[str, str], column: str, found: list[str] | tuple[str, ...], known: tuple[str, ...]
) -> None:
    if not found or not set(found) <= set(known):
        raise ValueError(f"metrics.csv, {row['name']}, {column}: write one of {', '.join(known)}")


METRICS = {row["name"]: _metric(row) for row in declared_rows("analysis.evidence", "metrics.csv")}
