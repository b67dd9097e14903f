"""What a notebook shows of its answers: the recorded sentence, the verdict grid, tables."""

import html
import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from great_tables import GT
from IPython.display import HTML, Markdown, display

from analysis.evidence import Answer, View, follower_steps, pot_against_strata
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import NAMED_AGAINST_OTHERS, PLATFORM_NAMES
from analysis.evidence.verdict import Verdict
from analysis.pages import language
from analysis.pages.records import RESULTS_MIME

_CLAIM_ROW = ["claim", "metric", "estimand"]
_EVIDENCE = (
    "**Evidence**: descriptive. Creators were not assigned to tiers, so a ratio describes who they"
    " are, not what their size does."
)
_WHOSE = {
    "typical": "typical creator",
    "portfolio": "all together",
    "elasticity": "growth with followers, 1 = in proportion",
}
_CELL = ["platform", "niche", "metric", "estimand"]


def record(*answers: Answer) -> None:
    """Say what the answers say, and hand their rows to results.csv in the same output.

    One answer says its own headline; several say the conclusion over them.
    """
    if len(answers) == 1:
        headline, details = answers[0].headline(), answers[0].sentences()
    else:
        headline, details = language.overall(answers), language.in_numbers(answers)
    said = f"**{headline}**\n\n" + "\n".join(f"- {line}" for line in details)
    bundle = {"text/markdown": said, "text/plain": said, RESULTS_MIME: _bundle(answers)}
    display(bundle, raw=True)


def _bundle(answers: Sequence[Answer]) -> dict[str, Any]:
    """Recorded rows, numbers to six digits.

    Of several answers only the main contrasts; their parts stand on the page of each claim.
    """
    frames = [answer.frame if len(answers) == 1 else answer.main for answer in answers]
    frame = pd.concat(frames, ignore_index=True)
    values = [[_six_digits(value) for value in row] for row in frame.to_numpy().tolist()]
    return {"columns": list(frame.columns), "rows": values}


def _six_digits(value: object) -> object:
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.6g}")
    return value


def verdict_grid(answers: Sequence[Answer]) -> HTML:
    """One grid per platform: claims down, niches across; word, ratio, interval and creators."""
    rows = pd.concat([answer.main for answer in answers])
    rows = rows[~rows["niche"].str.startswith(NAMED_AGAINST_OTHERS)]
    grids = [
        _grid(rows[rows["platform"] == platform], platform)
        for platform in rows["platform"].unique()
    ]
    return HTML("".join(grids))


def _grid(rows: pd.DataFrame, platform: str) -> str:
    name = PLATFORM_NAMES.get(platform, platform)
    tested = rows[rows["estimate"].notna()]
    niches = list(dict.fromkeys(tested["niche"]))
    head = "".join(f'<th scope="col">{html.escape(niche)}</th>' for niche in niches)
    body = "".join(
        f'<tr><th scope="row">{_row_name(key)}</th>{_grid_cells(group, niches)}</tr>'
        for key, group in rows[rows["metric"].isin(tested["metric"])].groupby(
            _CLAIM_ROW, sort=False
        )
    )
    table = (
        f'<div class="wide"><table class="grid">'
        f"<caption>Verdicts on {name}: micro / macro</caption>"
        f'<thead><tr><th scope="col">Claim</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    return f"<h3>{name}</h3>{table if niches else ''}{_untested(rows, tested)}"


def _untested(rows: pd.DataFrame, tested: pd.DataFrame) -> str:
    """Metrics and niches without a single cell that can be tested, named below the grid."""
    metrics = dict.fromkeys(rows["metric"][~rows["metric"].isin(tested["metric"])])
    niches = dict.fromkeys(rows["niche"][~rows["niche"].isin(tested["niche"])])
    named = {
        "No such data": [METRICS[metric].label for metric in metrics],
        "Not enough data": [html.escape(niche) for niche in niches] if len(tested) else [],
    }
    return "".join(f"<p>{why}: {language.listed(w)}.</p>" for why, w in named.items() if w)


def _row_name(key: Any) -> str:
    _, metric, estimand = key
    whose = _WHOSE[estimand]
    return f"{METRICS[metric].label}<small>{whose}</small>"


def _grid_cells(group: pd.DataFrame, niches: Sequence[str]) -> str:
    by_niche = {row["niche"]: row for row in group.to_dict("records")}
    return "".join(_grid_cell(by_niche.get(niche)) for niche in niches)


def _grid_cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return '<td class="not-testable">not looked at</td>'
    creators = f"<small>{row['n_micro']:,} | {row['n_macro']:,}</small>"
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return f'<td class="not-testable"><b>not enough data</b>{creators}</td>'
    css = str(row["verdict"]).lower().replace(" ", "-")
    planted = "" if pd.isna(row["planted"]) else f"<small>planted {row['planted']:.2f}</small>"
    return (
        f'<td class="{css}"><b>{str(row["verdict"]).lower()}</b>{row["estimate"]:.2f}'
        f"<small>{row['ci_low']:.2f} to {row['ci_high']:.2f}</small>{creators}{planted}</td>"
    )


def evidence_table(answer: Answer) -> GT:
    """One row per place and measure: the ratio against each macro range, p-value and verdict."""
    main = answer.main.set_index(_CELL)
    shown = pd.DataFrame(index=main.index)
    shown["where"] = [f"{PLATFORM_NAMES[platform]}, {niche}" for platform, niche, *_ in main.index]
    shown["measure"] = [
        f"{METRICS[metric].label}, {estimand}" for *_, metric, estimand in main.index
    ]
    shown["creators"] = [
        f"{a:,} | {b:,}" for a, b in zip(main["n_micro"], main["n_macro"], strict=True)
    ]
    for contrast, rows in answer.frame.groupby("contrast", sort=False):
        ratios = pd.Series(_with_interval(rows), index=pd.MultiIndex.from_frame(rows[_CELL]))
        shown[str(contrast)] = ratios.reindex(main.index, fill_value="–")
    shown["p, adjusted"] = _told(main["p_adjusted"], p_value_in_words)
    shown["verdict"] = main["verdict"].str.lower() + ": " + main["reason"]
    shown["verdict"] += _needs(main)
    shown["checks"] = [_checks(row) for row in main.to_dict("records")]
    if main["planted"].notna().any():
        shown["planted"] = _told(main["planted"], "{:.2f}".format)
    title = f"Claim {answer.claim}: {answer.says}"
    return table(shown.reset_index(drop=True), title=title, first="where")


def _checks(row: dict[str, Any]) -> str:
    """The second ways to a row, in words."""
    ahead, permuted = row["superiority"], row["permuted_p_value"]
    told = [] if pd.isna(ahead) else [f"ahead in {ahead:.0%} of pairs"]
    told += [] if pd.isna(permuted) else [f"tiers permuted: p {p_value_in_words(permuted)}"]
    if pd.notna(row["bootstrap_low"]):
        told.append(f"creators redrawn: {row['bootstrap_low']:.2f} to {row['bootstrap_high']:.2f}")
    return "; ".join(told) or "–"


def _needs(rows: pd.DataFrame) -> list[str]:
    more = rows["more_creators"].where(rows["more_creators"] > 0)
    return _told(more, "; about {:,.0f} more creators would decide".format, missing="")


def _told(values: pd.Series, words: Callable[[float], str], *, missing: str = "–") -> list[str]:
    """Numbers in words, one for each value."""
    return [missing if pd.isna(value) else words(value) for value in values]


def _with_interval(rows: pd.DataFrame) -> list[str]:
    return [
        "not enough data" if pd.isna(ratio) else f"{ratio:.2f} ({low:.2f} to {high:.2f})"
        for ratio, low, high in zip(rows["estimate"], rows["ci_low"], rows["ci_high"], strict=True)
    ]


def steps_table(view: View, metric: str) -> GT:
    """Typical rates of the follower steps: is it a step at 100K, or a slope all along?"""
    rows = follower_steps(view, metric)
    per = METRICS[metric].per
    shown = pd.DataFrame(
        {
            "where": rows["platform"].map(PLATFORM_NAMES),
            "followers": rows["step"],
            "creators": rows["creators"].map("{:,}".format),
            "typical rate": [_rate(value * per) for value in rows["rate"]],
            "interval": [
                f"{_rate(low * per)} to {_rate(high * per)}" if pd.notna(low) else "–"
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
        }
    )
    return table(shown, title=f"{METRICS[metric].label}, by followers", first="where")


def pot_table(view: View, metric: str) -> GT:
    """The comparison in one pot beside the one within strata (Simpson's paradox)."""
    rows = pot_against_strata(view, metric)
    shown = pd.DataFrame(
        {
            "compared": rows["compared"].replace(PLATFORM_NAMES, regex=True),
            "creators": [
                f"{a:,} | {b:,}" for a, b in zip(rows["n_micro"], rows["n_macro"], strict=True)
            ],
            "micro / macro": _with_interval(rows),
        }
    )
    return table(
        shown, title=f"{METRICS[metric].label}: one pot and like with like", first="compared"
    )


def _rate(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.3g}"


def p_value_in_words(p_value: float) -> str:
    """Two digits; never 0."""
    return "< 0.0001" if p_value < 0.0001 else f"{p_value:.2g}"


def table(frame: pd.DataFrame, *, title: str, first: str) -> GT:
    """A table with a caption; ``first`` names the column that labels its rows."""
    return GT(frame, rowname_col=first, id="t").tab_header(title=title).tab_stubhead(label=first)


def data_flow(view: View) -> GT:
    """What became of every row of every file."""
    files = pd.DataFrame([file.model_dump() for file in view.dataset.manifest.files])
    columns = ["file", "table", "rows_read", "kept", "merged", "duplicates", "excluded"]
    return table(files[columns], title="Rows of every file", first="file")


def exclusions(view: View) -> GT | Markdown:
    """Why rows were left out, counted."""
    left = view.dataset.exclusions()
    if left.empty:
        return Markdown("No row was left out.")
    counted = left.groupby(["file", "table", "column", "reason"], dropna=False).size()
    return table(
        counted.rename("rows").reset_index(), title="Rows left out, by reason", first="file"
    )


def creators_by_tier(view: View) -> GT:
    """Creators of the selection by platform, niche and follower range; the rest is counted too."""
    creators = view.creators
    steps = view.study.tiers.steps
    below = f"under {steps[0].low / 1000:g}K"
    tier = pd.Series(below, index=creators.index)
    for step in steps:
        tier = tier.mask(creators["followers"].map(step.contains), str(step))
    names = [below, *map(str, steps)]
    counts = pd.crosstab([creators["platform"], creators["niche"]], tier).reindex(
        columns=names, fill_value=0
    )
    shown = counts.reset_index()
    shown.insert(0, "where", shown["platform"].map(PLATFORM_NAMES) + ", " + shown["niche"])
    return table(
        shown.drop(columns=["platform", "niche"]), title="Creators by followers", first="where"
    )


def about(view: View) -> Markdown:
    """What the numbers rest on: sources, days, study, and every departure from it."""
    manifest = view.dataset.manifest
    lines = [
        f"**Data**: {manifest.dataset}; {'; '.join(manifest.sources)}.",
        f"**Through**: {manifest.last_day or 'the posts carry no day'}.",
        _EVIDENCE,
        (
            f"**Study**: {view.study.title}, registered {view.study.registered},"
            f" {len(view.study.amendments)} amendments, digest {view.study.digest}."
        ),
        (
            f"**Ratios**: micro ({view.micro}) over macro ({view.macro}) creators; intervals at"
            f" {view.study.level:.0%}; verdicts after Holm's correction over a family's niches."
        ),
    ]
    if view.off_study:
        lines.append(
            f"**EXPLORATORY**: off the registered study: {language.listed(view.off_study)}."
        )
    return Markdown("\n".join(f"- {line}" for line in [*lines, *manifest.notes]))
