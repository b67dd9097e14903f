"""Tables of an answer: its evidence, its niches together, what it would take to know more."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.breakdown.niches import niches_together
from analysis.evidence.breakdown.power import creators_needed as needed
from analysis.evidence.breakdown.power import power_achieved
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View
from analysis.evidence.wording import (
    MISSING,
    SHOWN,
    counts_of_arms,
    p_value,
    platform_name,
    short_ratio,
    with_interval,
)
from analysis.show import missing
from analysis.show.gaps import state
from analysis.show.tables.layout import noted, per_platform, sentences, table, under_spanners

_WHOLE, _MEDIAN = "all niches", "the median niche"
_REASONS = {
    "beyond the margin": "by more than the margin",
    "size undecided": "perhaps by less than the margin",
    "the interval holds both directions": "the range reaches to both sides",
}
_COMPARISON = ["platform", "niche", "metric", "estimand"]


def evidence(answer: Answer) -> GT | HTML:
    """Show each measure's ratio, p-value, verdict and checks.

    Against each macro range.

    The claim's first measure niche by niche, the others over all niches; where a niche is
    selected, in it. What cannot be compared is a sentence per reason, under the table or in its
    place.
    """
    rows = _shown_rows(answer.main)
    tested = rows["estimate"].notna()
    notes = _untested(rows[~tested])
    if not tested.any():
        return sentences(notes)
    rows_of_measures = rows[tested]
    main = rows_of_measures.set_index(_COMPARISON)
    shown = pd.DataFrame(index=main.index)
    shown["measure"] = [
        f"{METRICS[metric].label}, {estimand}" for *_, metric, estimand in main.index
    ]
    shown["where"] = [f"{platform_name(platform)}, {niche}" for platform, niche, *_ in main.index]
    shown["creators"] = [counts_of_arms(row) for row in main.to_dict("records")]
    for contrast, rows in answer.frame.groupby("contrast", sort=False):
        ratios = pd.Series(
            [short_ratio(*row) for row in rows[SHOWN].to_numpy()],
            index=pd.MultiIndex.from_frame(rows[_COMPARISON]),
        )
        shown[str(contrast)] = ratios.reindex(main.index, fill_value=MISSING)
    shown["p, adjusted"] = main["p_adjusted"].map(p_value)
    shown["who is ahead"] = [_stands(row) for row in rows_of_measures.to_dict("records")]
    shown["who is ahead"] += _needs(main).to_numpy()
    if (main["status"] != "exploratory").any():
        shown["status"] = main["status"]
    shown["checks"] = [_checks(row) for row in main.to_dict("records")]
    if main["planted"].notna().any():
        shown["true ratio"] = _in_words(main["planted"], "{:.2f}".format, missing=MISSING)
    title = f"Claim {answer.claim}: {answer.says}"
    laid = table(shown.reset_index(drop=True), title=title, first="where", groups="measure")
    return noted(laid, notes)


def _stands(row: dict[str, Any]) -> str:
    """Who is ahead, by glyph and word, and whether by more than the margin."""
    found, reason = state(row), str(row["reason"])
    return f"{found.glyph} {found.word}: {_REASONS.get(reason, reason)}".strip()


def _untested(rows: pd.DataFrame) -> list[str]:
    """Sentences on what cannot be compared, by platform and reason."""
    return [
        f"{platform_name(platform)}: {sentence}"
        for platform, of in rows.groupby("platform", sort=False)
        for sentence in missing.cells(of)
    ]


def _shown_rows(main: pd.DataFrame) -> pd.DataFrame:
    """Niches of the first comparable measure, sums of the others."""
    tested = main.loc[main["estimate"].notna(), "metric"].unique()
    if not len(tested):
        return main.drop_duplicates(["platform", "metric"])
    whole = main["niche"].eq(ALL_NICHES) | ~main["niche"].isin([ALL_NICHES]).any()
    return main[main["metric"].isin(tested) & (whole | main["metric"].eq(tested[0]))]


def _checks(row: dict[str, Any]) -> str:
    """The second ways to a row, in words."""
    ahead, permuted = row["superiority"], row["permuted_p_value"]
    said = [] if pd.isna(ahead) else [f"ahead in {ahead:.0%} of pairs"]
    said += (
        [] if pd.isna(permuted) else [f"creators dealt to tiers by chance: p {p_value(permuted)}"]
    )
    if pd.notna(row["campaigns_low"]):
        ends = f"{row['campaigns_low']:.2f} to {row['campaigns_high']:.2f}"
        said.append(f"in campaigns like these: {ends}")
    return "; ".join(said) or MISSING


def _needs(rows: pd.DataFrame) -> pd.Series:
    more = rows["more_creators"].where(rows["more_creators"] > 0)
    return _in_words(more, "; about {:,.0f} more creators would decide".format, missing="")


def _in_words(values: pd.Series, words: Callable[[float], str], *, missing: str) -> pd.Series:
    return values.map(lambda value: missing if pd.isna(value) else words(value))


def across_niches(answer: Answer, view: View) -> GT:
    """Show random effects over niches: middle, spread, next niche."""
    rows = []
    for found in niches_together(answer, level=view.study.level):
        s, name = found.synthesis, platform_name(found.platform)
        middle = with_interval(*np.exp([s.mean, s.low, s.high]))
        spread = f"tau {s.tau:.2f}, {s.i2:.0%} of the spread is not sampling error"
        rows += [
            (name, "the middle of the niches", middle),
            (name, "how much niches differ", spread),
        ]
        if s.prediction:
            low, high = np.exp(s.prediction)
            rows.append((name, "a further niche", f"{low:.2f} to {high:.2f}, approximate"))
    shown = pd.DataFrame(rows, columns=["where", "what", "micro / macro"])
    return table(shown, title="Niches taken together", first="where")


def creators_needed(answers: Sequence[Answer], view: View) -> GT | HTML:
    """Show the creators per arm that each ratio needs.

    Of the first answer whose creators are spread in a known way; a sentence says so where none is.
    """
    found = next((rows for answer in answers if (rows := needed(answer, view.study))), {})
    if not found:
        return HTML(
            "<p>How many creators an answer needs cannot be said: no measure could be compared over"
            " all niches, so nothing tells how much creators differ.</p>"
        )
    return per_platform(
        found,
        {
            "micro / macro": lambda row: f"{row.ratio:g}",
            "in one niche": lambda row: f"{row.alone:,}",
            "in a family of niches": lambda row: f"{row.in_family:,}",
            "to show it is smaller": lambda row: f"{row.equivalent:,}",
        },
        title=f"Creators needed in each arm, with power {view.study.power:.0%}",
    )


def power(answer: Answer, view: View) -> GT | HTML:
    """Show the smallest ratio that these creators would show: a row a measure, all platforms."""
    found = power_achieved(answer, view.study)
    if not found:
        return HTML("<p>Nothing could be compared, so nothing could have been found.</p>")
    rows: dict[str, dict[str, str]] = {}
    for platform, measures in found.items():
        name = platform_name(platform)
        for of in measures:
            shown = rows.setdefault(f"{METRICS[of.metric].label}, {of.estimand}", {})
            shown[f"{name}, {_WHOLE}"] = _either_side(of.all_niches)
            shown[f"{name}, {_MEDIAN}"] = _either_side(of.one_niche)
    frame = pd.DataFrame.from_dict(rows, orient="index").fillna(MISSING)
    title = f"Smallest ratio that would have been found, with power {view.study.power:.0%}"
    laid = table(frame.rename_axis("measure").reset_index(), title=title, first="measure")
    return under_spanners(laid, frame.columns)


def _either_side(ratio: float | None) -> str:
    if ratio is None:
        return MISSING
    return f"{ratio:.2f}, or {1 / ratio:.2f}" if ratio < 10 else "over 10"
