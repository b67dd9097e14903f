"""Answers: frozen records with one tidy frame and the sentence that it supports."""

from dataclasses import dataclass

import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import platform_name, row_ratio
from analysis.study.declared import declared_rows

_DECLARED = declared_rows("analysis.evidence", "results.csv")
RESULT_MEANINGS = {row["column"]: row["meaning"] for row in _DECLARED}
RESULT_COLUMNS = tuple(RESULT_MEANINGS)
READ_FROM = {row["column"]: row["read from"] for row in _DECLARED if row["read from"]}
ALL_NICHES = "all niches"
NAMED_AGAINST_OTHERS = "named against others"
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

    def headline(self) -> str:
        """One line over the platforms: the claim's first metric and estimand."""
        return _line(self.first)

    def lines(self) -> list[str]:
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
        return [_line(rows) for rows in found if (rows["verdict"] != Verdict.NOT_TESTABLE).any()]


def _line(rows: pd.DataFrame) -> str:
    """One measure over the platforms.

    Where a niche is selected, in that niche.
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
    places = "; ".join(_place(row) + _second_way(row) for row in told.to_dict("records"))
    return f"{whose}{where}, {label}: {places}."


def _grown(row: dict[str, object]) -> str:
    name = platform_name(row["platform"])
    return (
        f"not enough data on {name}"
        if row["verdict"] == Verdict.NOT_TESTABLE
        else f"{_power(row)} on {name}"
    )


def _place(row: dict[str, object]) -> str:
    name = platform_name(row["platform"])
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return f"not enough data on {name}"
    numbers = row_ratio(row, unit=" times macro's")
    return f"{standing(row)} on {name}, {numbers}"


def _second_way(row: dict[str, object]) -> str:
    """What a second way to the same rows says, where it contradicts a decided verdict."""
    if row["verdict"] not in DECIDED or row.get("superiority_low") is None:
        return ""
    low, high = (float(str(row[name])) for name in ("superiority_low", "superiority_high"))
    above = float(str(row["estimate"])) > 1
    if (above and high < 0.5) or (not above and low > 0.5):
        return f", although {float(str(row['superiority'])):.0%} of pairs say the contrary"
    return ""


def standing(row: dict[str, object]) -> str:
    """Whether micro is ahead, behind, practically level or undecided."""
    if row["verdict"] == Verdict.EQUIVALENT:
        return "practically level"
    if row["verdict"] == Verdict.INCONCLUSIVE:
        one_half = not float(str(row["deciding_low"])) <= 1 <= float(str(row["deciding_high"]))
        return "one half of the claim" if one_half else "undecided"
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
    verdict = str(row["verdict"]).lower()
    return (
        f"On {where}, the lead in {label} is {numbers} as large in the named niches: {verdict}"
        f" ({aliases})."
    )
