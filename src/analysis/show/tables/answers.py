"""Tables of an answer: its evidence, its niches together, what it would take to know more."""

from collections.abc import Sequence
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
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import (
    MISSING,
    SHOWN,
    counts_of_arms,
    p_value,
    platform_name,
    with_interval,
)
from analysis.show import missing
from analysis.show.gaps import gap, gap_range, places_of, state
from analysis.show.tables.layout import noted, per_platform, sentences, table, under_spanners

_WHOLE, _MEDIAN = "all niches", "the median niche"
_AHEAD = "Micro against macro, ahead"
_READ = (
    "\N{BLACK CIRCLE} micro or \N{BLACK SQUARE} macro ahead, = alike, \N{WHITE CIRCLE} open; the"
    " interval is the one that this rests on."
)
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
    rows = rows[tested]
    main = rows.set_index(_COMPARISON)
    told = [_told(row) for row in rows.to_dict("records")]
    shown = pd.DataFrame(told, index=main.index).dropna(axis="columns", how="all")
    for contrast, of in answer.frame.groupby("contrast", sort=False):
        beside = _beside(of, main.index)
        if contrast != answer.main_contrast and any(beside):
            shown[f"Against, {str(contrast).rpartition(' vs ')[2]}"] = beside
    if (main["status"] != "exploratory").any():
        shown["status"] = main["status"]
    columns = [name for name in shown.columns if ", " in name]
    numbers = [name for name in shown.columns if name != _AHEAD]
    shown.insert(0, "where", [f"{platform_name(one)}, {niche}" for one, niche, *_ in main.index])
    measures = [f"{METRICS[metric].label}, {estimand}" for *_, metric, estimand in main.index]
    laid = table(
        shown.fillna(MISSING).reset_index(drop=True).assign(measure=measures),
        title=f"Claim {answer.claim}: {answer.says}",
        first="where",
        groups="measure",
    )
    laid = under_spanners(laid, columns).cols_align("right", columns=numbers)
    return noted(laid, [_READ, *notes])


def _told(row: dict[str, Any]) -> dict[str, str | None]:
    """What one row says, by column; None where it says nothing there."""
    micro, macro = counts_of_arms(row).split(" | ")
    gap_said, interval = _gap(row)
    ahead, permuted, more = row["superiority"], row["permuted_p_value"], row["more_creators"]
    low, high = row["campaigns_low"], row["campaigns_high"]
    planted = row["planted"]
    return {
        "Creators, micro": micro,
        "Creators, macro": macro,
        _AHEAD: _stands(row),
        "Micro against macro, gap": gap_said,
        "Micro against macro, interval": interval,
        "adjusted p": p_value(row["p_adjusted"]),
        "more creators to decide": f"{more:,.0f}" if more > 0 else None,
        "Checks, pairs micro leads": None if pd.isna(ahead) else f"{ahead:.0%}",
        "Checks, p if dealt by chance": None if pd.isna(permuted) else p_value(permuted),
        "Checks, in campaigns like these": None if pd.isna(low) else gap_range(low, high),
        "true": None if pd.isna(planted) else _gap({**row, "estimate": planted})[0],
    }


def _gap(row: dict[str, Any]) -> tuple[str, str]:
    """The ratio and its interval as percent or times; growth as the power that it is."""
    value, low, high = (float(row[name]) for name in SHOWN)
    if row["estimand"] == "elasticity":
        number, _, interval = with_interval(value, low, high).partition(" ")
        return number, interval.strip("()")
    return gap(value, places=places_of(low, high)), gap_range(low, high)


def _beside(rows: pd.DataFrame, index: pd.MultiIndex) -> list[str | None]:
    """The gap and interval against another macro range, for the rows of a table."""
    keys = pd.MultiIndex.from_frame(rows[_COMPARISON])
    said = {
        key: "{} ({})".format(*_gap(row))
        for key, row in zip(keys, rows.to_dict("records"), strict=True)
        if pd.notna(row["estimate"])
    }
    return [said.get(key) for key in index]


def _stands(row: dict[str, Any]) -> str:
    """Who is ahead, by glyph and word; why not, where the interval alone would say so."""
    found = state(row)
    low, high = row["deciding_low"], row["deciding_high"]
    against = row["verdict"] == Verdict.INCONCLUSIVE and not low <= 1 <= high
    said = f"{found.glyph} {found.word}".strip()
    return f"{said}: {row['reason']}" if against else said


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
