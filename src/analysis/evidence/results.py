"""Answers: frozen records with one tidy frame and the sentence that it supports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import listed, platform_name, row_ratio
from analysis.study.declared import declared_rows

_DECLARED = declared_rows("analysis.evidence", "results.csv")
RESULT_MEANINGS = {row["column"]: row["meaning"] for row in _DECLARED}
RESULT_COLUMNS = tuple(RESULT_MEANINGS)
READ_FROM = {row["column"]: row["read from"] for row in _DECLARED if row["read from"]}
ALL_NICHES = "all niches"
NAMED_AGAINST_OTHERS = "named against others"
ALSO_ELSEWHERE = ", in these campaigns and in ones like them"
_OTHERWISE = {
    "typical": "every creator the same it is",
    "portfolio": "all of a tier added up it is",
}
_NAMED = {
    Verdict.SUPPORTED: "larger",
    Verdict.CONTRADICTED: "smaller",
    Verdict.EQUIVALENT: "alike",
    Verdict.INCONCLUSIVE: "open",
}
_WHOSE = {"typical": "The typical micro creator", "portfolio": "Micro creators together"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one claim.

    Attributes:
        claim: id in study.yml.
        says: the claim in plain words.
        direction: whether the claim says that micro is ``higher`` or ``lower``.
        frame: ``RESULT_COLUMNS``, one row per metric, estimand, platform, niche and contrast;
            ``estimate`` is a ratio micro/macro, missing where nothing can be tested.
        main_contrast: the contrast of the whole macro arm.
    """

    claim: str
    says: str
    direction: str
    frame: pd.DataFrame
    main_contrast: str

    @property
    def main(self) -> pd.DataFrame:
        """Rows of the whole macro arm."""
        return self.frame[self.frame["contrast"] == self.main_contrast]

    @property
    def first(self) -> pd.DataFrame:
        """Rows of the first metric and estimand, for the whole macro arm."""
        same = self.main[["metric", "estimand"]].eq(self.main[["metric", "estimand"]].iloc[0])
        return self.main[same.all(axis=1)]

    def headline(self, *beside: "Answer") -> str:
        """One line over the platforms: the claim's first metric and estimand.

        Args:
            beside: answers that count the same outcome otherwise; what contradicts is said.
        """
        return _line(self.first, self._others(beside))

    def _others(self, beside: Iterable["Answer"]) -> pd.DataFrame:
        return pd.concat([self.main, *(answer.main for answer in beside)])

    def lines(self, *beside: "Answer") -> list[str]:
        """Rows beside the headline: other estimands, then other metrics.

        Measures that no platform can be compared by are left out.
        """
        first = self.main.drop_duplicates("metric")
        chosen = [*zip(first["metric"], first["estimand"], strict=True)]
        others = self.main[self.main["metric"] == chosen[0][0]]["estimand"].unique()
        found = [
            self.main[(self.main["metric"] == metric) & (self.main["estimand"] == estimand)]
            for metric, estimand in [*((chosen[0][0], one) for one in others[1:]), *chosen[1:]]
        ]
        others = self._others(beside)
        tested = [rows for rows in found if (rows["verdict"] != Verdict.NOT_TESTABLE).any()]
        return [_line(rows, others) for rows in tested]


def _line(rows: pd.DataFrame, others: pd.DataFrame) -> str:
    """One measure over the platforms.

    Where a niche is selected, in that niche. What other ways to count contradict is said.
    """
    told = rows.drop_duplicates("platform")
    if str(rows["niche"].iloc[0]).startswith(NAMED_AGAINST_OTHERS):
        return " ".join(_named(row) for row in told.to_dict("records"))
    first = told.iloc[0]
    where = "" if first["niche"] == ALL_NICHES else f" in {first['niche']}"
    label = METRICS[str(first["metric"])].label
    if first["estimand"] == "elasticity":
        powers = "; ".join(_grown(row) for row in told.to_dict("records"))
        return f"Growth of {label} with followers{where}, to the power of: {powers}."
    whose = _WHOSE[str(first["estimand"])]
    records = told.to_dict("records")
    spoken = {in_campaigns(row) for row in records if row["verdict"] in DECIDED}
    shared = spoken.pop() if len(spoken) == 1 else ""
    places = "; ".join(_place(row, others, within=not shared) for row in records) + shared
    return f"{whose}{where}, {label}: {places}."


def _grown(row: dict[str, object]) -> str:
    name = platform_name(row["platform"])
    return (
        f"not enough data on {name}"
        if row["verdict"] == Verdict.NOT_TESTABLE
        else f"{_power(row)} on {name}"
    )


def _place(row: dict[str, object], others: pd.DataFrame, *, within: bool) -> str:
    """One platform's numbers, with what contradicts them and, if asked, of which campaigns."""
    name = platform_name(row["platform"])
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return f"not enough data on {name}"
    numbers = row_ratio(row, unit=" times macro's")
    against = [f"{told} {row_ratio(other, unit=' times')}" for told, other in contrary(row, others)]
    against += _pairs(row)
    contradicted = f", although {listed(against)}" if against else ""
    return (
        f"{standing(row)} on {name}, {numbers}{in_campaigns(row) if within else ''}{contradicted}"
    )


def contrary(
    row: Mapping[str, object], others: pd.DataFrame
) -> list[tuple[str, dict[str, object]]]:
    """Other ways to count the same outcome that are decided on the other side.

    Args:
        row: of a result.
        others: rows among which to look: the same platform and niche, another denominator, or
            the other estimand.

    Returns:
        In words how it is counted, and the row.
    """
    if row["verdict"] not in DECIDED:
        return []
    own, above = METRICS[str(row["metric"])], float(str(row["estimate"])) > 1
    here = others[others["platform"].eq(row["platform"]) & others["niche"].eq(row["niche"])]
    here = here[here["verdict"].isin(DECIDED) & here["estimate"].gt(1).ne(above)]
    found = []
    for other in here.to_dict("records"):
        metric = METRICS[str(other["metric"])]
        of_another = metric is not own and other["estimand"] == row["estimand"]
        if of_another and metric.counts_alike(own):
            found.append((f"{metric.label} is", other))
        elif metric is own and other["estimand"] != row["estimand"]:
            found.append((_OTHERWISE[str(other["estimand"])], other))
    return found


def _pairs(row: Mapping[str, object]) -> list[str]:
    """What pairs of creators say, where they contradict a decided verdict."""
    if row["verdict"] not in DECIDED or row.get("superiority_low") is None:
        return []
    low, high = (float(str(row[name])) for name in ("superiority_low", "superiority_high"))
    above = float(str(row["estimate"])) > 1
    if (above and high < 0.5) or (not above and low > 0.5):
        return [f"{float(str(row['superiority'])):.0%} of pairs say the contrary"]
    return []


def in_campaigns(row: Mapping[str, object]) -> str:
    """Of which campaigns a decided comparison of placements speaks.

    Example:
        >>> in_campaigns({"verdict": "SUPPORTED", "metric": "orders_per_click",
        ...               "campaigns_low": 0.9, "campaigns_high": 2.5})
        ', in these campaigns (in ones like them open, 0.90 to 2.50)'
    """
    if row["verdict"] not in DECIDED or METRICS[str(row["metric"])].within != "campaign":
        return ""
    ends = [row.get("campaigns_low"), row.get("campaigns_high")]
    if any(end is None or pd.isna(end) for end in ends):
        return ", in these campaigns"
    low, high = (float(str(end)) for end in ends)
    if low <= 1 <= high:
        return f", in these campaigns (in ones like them open, {low:.2f} to {high:.2f})"
    return ALSO_ELSEWHERE


def standing(row: dict[str, object]) -> str:
    """Whether micro is ahead, behind, alike or open."""
    if row["verdict"] == Verdict.EQUIVALENT:
        return "alike"
    if row["verdict"] == Verdict.INCONCLUSIVE:
        one_half = not float(str(row["deciding_low"])) <= 1 <= float(str(row["deciding_high"]))
        return "open, with one half of the claim" if one_half else "open"
    above, below = METRICS[str(row["metric"])].sides
    return above if float(str(row["estimate"])) > 1 else below


def _power(row: dict[str, object]) -> str:
    """Elasticity, interval and how it stands to proportional growth."""
    numbers = row_ratio(row)
    if row["verdict"] == Verdict.INCONCLUSIVE:
        return f"{numbers}, in proportion or not, we cannot tell,"
    if row["verdict"] == Verdict.EQUIVALENT:
        return f"{numbers}, practically in proportion,"
    size = "less" if float(str(row["estimate"])) < 1 else "more"
    return f"{numbers}, {size} than in proportion,"


def _named(row: dict[str, object]) -> str:
    """The ratio of the named niches over that of all others."""
    where = platform_name(row["platform"])
    label = METRICS[str(row["metric"])].label
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return f"On {where}, the lead in {label} cannot be compared: {row['reason']}."
    aliases = str(row["niche"]).removeprefix(f"{NAMED_AGAINST_OTHERS}, ")
    numbers = row_ratio(row, unit=" times")
    found = _NAMED[Verdict(str(row["verdict"]))]
    return (
        f"On {where}, the lead in {label} is {numbers} as large in the named niches: {found}"
        f" ({aliases})."
    )
