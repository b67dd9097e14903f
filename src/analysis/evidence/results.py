"""Answers: frozen records with one tidy frame and the sentence that it supports."""

from dataclasses import dataclass

import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.verdict import Verdict

RESULT_COLUMNS = (
    "result_id",
    "dataset",
    "claim",
    "estimand",
    "metric",
    "platform",
    "niche",
    "contrast",
    "n_micro",
    "n_macro",
    "estimate",
    "ci_low",
    "ci_high",
    "p_value",
    "p_adjusted",
    "ci_level",
    "unit",
    "family",
    "status",
    "verdict",
    "reason",
    "method",
    "planted",
    "standard_error",
    "superiority",
    "superiority_low",
    "superiority_high",
    "superiority_p_value",
    "permuted_p_value",
    "bootstrap_low",
    "bootstrap_high",
    "more_creators",
    "data_digest",
)
ALL_NICHES = "all niches"
NAMED_AGAINST_OTHERS = "named against others"
_WHOSE = {
    "typical": ("the typical micro creator", "is"),
    "portfolio": ("micro creators together", "are"),
}
PLATFORM_NAMES = {"instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube"}


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

    def sentences(self) -> list[str]:
        """One sentence per platform, metric and estimand that the data can tell about."""
        whole = self.main[self.main["niche"] == ALL_NICHES]
        rows = self.main if whole.empty else whole
        told = rows[rows["verdict"] != Verdict.NOT_TESTABLE]
        return [
            sentence(row)
            for row in (rows.drop_duplicates("platform") if told.empty else told).to_dict("records")
        ]

    def headline(self) -> str:
        """One line over the platforms: the claim's first metric and estimand."""
        rows = self.main[self.main["metric"] == self.main["metric"].iloc[0]]
        rows = rows[rows["estimand"] == rows["estimand"].iloc[0]].drop_duplicates("platform")
        first = rows.iloc[0]
        if str(first["niche"]).startswith(NAMED_AGAINST_OTHERS):
            return " ".join(sentence(row) for row in rows.to_dict("records"))
        where = "" if first["niche"] == ALL_NICHES else f" in {first['niche']}"
        places = "; ".join(_place(row) for row in rows.to_dict("records"))
        label = METRICS[str(first["metric"])].label
        whose = _WHOSE[str(first["estimand"])][0]
        return f"{whose[0].upper()}{whose[1:]}{where}, {label}: {places}."


def _place(row: dict[str, object]) -> str:
    name = PLATFORM_NAMES.get(str(row["platform"]), str(row["platform"]))
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return f"not enough data on {name}"
    numbers = f"{row['estimate']:.2f} times macro's ({row['ci_low']:.2f} to {row['ci_high']:.2f})"
    return f"{_standing(row)} on {name}, {numbers}"


def _standing(row: dict[str, object]) -> str:
    if row["verdict"] == Verdict.EQUIVALENT:
        return "practically level"
    if row["verdict"] == Verdict.INCONCLUSIVE:
        return "undecided"
    above, below = METRICS[str(row["metric"])].sides
    return above if float(str(row["estimate"])) > 1 else below


def sentence(row: dict[str, object]) -> str:
    """What one result says, with its interval and its number of creators.

    Args:
        row: one row of an answer's frame.
    """
    label = METRICS[str(row["metric"])].label
    where = PLATFORM_NAMES.get(str(row["platform"]), str(row["platform"]))
    place = f"On {where}" if row["niche"] == ALL_NICHES else f"On {where} in {row['niche']}"
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return f"{place}, {label} cannot be compared: {row['reason']}."
    if str(row["niche"]).startswith(NAMED_AGAINST_OTHERS):
        return f"On {where}, {_named(row)}."
    if row["estimand"] == "elasticity":
        return f"{place}, {label} grows with followers to the power {_power(row)}."
    whose, verb = _WHOSE[str(row["estimand"])]
    numbers = f"{row['estimate']:.2f} times macro's ({row['ci_low']:.2f} to {row['ci_high']:.2f})"
    count = f"{row['n_micro']:,} against {row['n_macro']:,} creators"
    stands = f"{whose} {verb} {_standing(row)} in {label}"
    if row["verdict"] == Verdict.INCONCLUSIVE:
        above = METRICS[str(row["metric"])].sides[0]
        stands = f"we cannot tell whether {whose} {verb} {above} in {label}"
    return f"{place}, {stands}: {numbers}; {count}."


def _power(row: dict[str, object]) -> str:
    """Elasticity, interval, creators and how it stands to proportional growth."""
    numbers = f"{row['estimate']:.2f} ({row['ci_low']:.2f} to {row['ci_high']:.2f})"
    count = f"{int(str(row['n_micro'])) + int(str(row['n_macro'])):,} creators"
    if row["verdict"] == Verdict.INCONCLUSIVE:
        return f"{numbers}: in proportion or not, we cannot tell; {count}"
    if row["verdict"] == Verdict.EQUIVALENT:
        return f"{numbers}: practically in proportion; {count}"
    size = "less" if float(str(row["estimate"])) < 1 else "more"
    return f"{numbers}: {size} than in proportion; {count}"


def _named(row: dict[str, object]) -> str:
    """The ratio of the named niches over that of all others."""
    aliases = str(row["niche"]).removeprefix(f"{NAMED_AGAINST_OTHERS}, ")
    label = METRICS[str(row["metric"])].label
    numbers = f"{row['estimate']:.2f} times ({row['ci_low']:.2f} to {row['ci_high']:.2f})"
    verdict = str(row["verdict"]).lower()
    return f"the lead in {label} is {numbers} as large in the named niches: {verdict} ({aliases})"
