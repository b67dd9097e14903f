"""What a notebook shows of an answer and its view: the recorded sentences, tables."""

import html
import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from great_tables import GT
from IPython.display import HTML, display

from analysis.evidence.breakdown.strata import follower_steps, pooled_against_stratified
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View
from analysis.panel.suppression import in_words, told
from analysis.show import wording
from analysis.show.media_type import RESULTS_MIME
from analysis.study.contract import PLATFORM_NAMES

_EVIDENCE = (
    "Evidence: descriptive. Creators were not assigned to tiers, so a ratio describes who they"
    " are, not what their size does."
)
_DASH = "\N{WORD JOINER}–\N{WORD JOINER}"  # an interval stays on one line
_CELL = ["platform", "niche", "metric", "estimand"]


def record(answer: Answer) -> None:
    """Say what an answer says, and hand its rows to results.csv in the same output."""
    headline, lines = answer.headline(), answer.lines()
    display(
        {
            "text/html": f"<p><b>{html.escape(headline)}</b></p>{_bullets(lines)}",
            "text/plain": "\n".join([headline, *lines]),
            RESULTS_MIME: bundle([answer]),
        },
        raw=True,
    )


def _bullets(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"


def bundle(answers: Sequence[Answer]) -> dict[str, Any]:
    """Recorded rows, numbers to six digits.

    Of several answers only the main contrasts; their parts stand on the page of each claim.
    """
    frames = [answer.frame if len(answers) == 1 else answer.main for answer in answers]
    frame = pd.concat(frames, ignore_index=True).astype(object)
    values = [[_six_digits(value) for value in row] for row in frame.to_numpy().tolist()]
    return {"columns": list(frame.columns), "rows": values}


def _six_digits(value: object) -> object:
    if value is pd.NA:
        return None
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.6g}")
    return value


def evidence_table(answer: Answer) -> GT:
    """Ratio against each macro range, p-value, verdict and checks, measure by measure.

    The claim's first measure niche by niche, the others over all niches; where a niche is
    selected, in it. Measures that cannot be compared anywhere are left out.
    """
    main = _told_rows(answer.main).set_index(_CELL)
    shown = pd.DataFrame(index=main.index)
    shown["measure"] = [
        f"{METRICS[metric].label}, {estimand}" for *_, metric, estimand in main.index
    ]
    shown["where"] = [f"{PLATFORM_NAMES[platform]}, {niche}" for platform, niche, *_ in main.index]
    shown["creators"] = [
        f"{in_words(a)} | {in_words(b)}"
        for a, b in zip(main["n_micro"], main["n_macro"], strict=True)
    ]
    for contrast, rows in answer.frame.groupby("contrast", sort=False):
        ratios = pd.Series(_with_interval(rows), index=pd.MultiIndex.from_frame(rows[_CELL]))
        shown[str(contrast)] = ratios.reindex(main.index, fill_value="–")
    shown["p, adjusted"] = _told(main["p_adjusted"], p_value_in_words)
    shown["verdict"] = main["verdict"].str.lower() + ": " + main["reason"]
    shown["verdict"] += _needs(main)
    if (main["status"] != "exploratory").any():
        shown["status"] = main["status"]
    shown["checks"] = [_checks(row) for row in main.to_dict("records")]
    if main["planted"].notna().any():
        shown["true ratio"] = _told(main["planted"], "{:.2f}".format)
    grid = GT(shown.reset_index(drop=True), rowname_col="where", groupname_col="measure", id="t")
    return grid.tab_header(title=f"Claim {answer.claim}: {answer.says}").tab_stubhead(label="where")


def _told_rows(main: pd.DataFrame) -> pd.DataFrame:
    """Of measures that can be compared somewhere: the first one's niches, the others' sum."""
    tested = main.loc[main["estimate"].notna(), "metric"].unique()
    if not len(tested):
        return main.drop_duplicates(["platform", "metric"])
    whole = main["niche"].eq(ALL_NICHES) | ~main["niche"].isin([ALL_NICHES]).any()
    return main[main["metric"].isin(tested) & (whole | main["metric"].eq(tested[0]))]


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
    """Ratios with their intervals, each on one line."""
    return [
        "not enough data"
        if pd.isna(ratio)
        else f"{ratio:.2f}\N{NO-BREAK SPACE}({low:.2f}{_DASH}{high:.2f})"
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
            "creators": told(rows[["creators"]])["creators"],
            "typical rate": [_rate(value * per) for value in rows["rate"]],
            "interval": [
                f"{_rate(low * per)} to {_rate(high * per)}" if pd.notna(low) else "–"
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
        }
    )
    return table(shown, title=f"{METRICS[metric].label}, by followers", first="where")


def pooled_table(view: View, metric: str) -> GT:
    """The pooled comparison beside the one within strata (Simpson's paradox)."""
    rows = pooled_against_stratified(view, metric)
    shown = pd.DataFrame(
        {
            "compared": rows["compared"].replace(PLATFORM_NAMES, regex=True),
            "creators": [
                f"{in_words(a)} | {in_words(b)}"
                for a, b in zip(rows["n_micro"], rows["n_macro"], strict=True)
            ],
            "micro / macro": _with_interval(rows),
        }
    )
    return table(
        shown, title=f"{METRICS[metric].label}: pooled and like with like", first="compared"
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


def exclusions(view: View) -> GT | HTML:
    """Why rows were left out, counted."""
    left = view.dataset.exclusions()
    if left.empty:
        return HTML("<p>No row was left out.</p>")
    counted = left.groupby(["file", "table", "column", "reason"], dropna=False).size()
    return table(
        counted.rename("rows").reset_index(), title="Rows left out, by reason", first="file"
    )


def creators_by_tier(view: View) -> GT:
    """Creators of the selection by platform, niche and follower range; the rest is counted too.

    Other pages tell the creators of an arm, so what is withheld must not follow from that sum.
    """
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
    arms = [
        [str(step) for step in steps if arm.contains(step.low)]
        for arm in (view.study.tiers.micro, view.study.tiers.macro)
    ]
    apart = [[name] for name in names if not any(name in arm for arm in arms)]
    shown = pd.concat([told(counts[arm]) for arm in (*apart, *arms)], axis="columns")[names]
    where = [f"{PLATFORM_NAMES[platform]}, {niche}" for platform, niche in counts.index]
    return table(shown.assign(where=where), title="Creators by followers", first="where")


def about(view: View) -> HTML:
    """What the numbers rest on: sources, days, study, and every departure from it."""
    manifest, least = view.dataset.manifest, view.study.minimums
    lines = [
        f"Data: {manifest.dataset}; {'; '.join(manifest.sources)}.",
        f"Through: {manifest.last_day or 'the posts carry no day'}.",
        _EVIDENCE,
        (
            f"Study: {view.study.title}, registered {view.study.registered},"
            f" {len(view.study.amendments)} amendments, digest {view.study.digest}."
        ),
        (
            f"Ratios: micro ({view.micro}) over macro ({view.macro}) creators; intervals at"
            f" {view.study.level:.0%}; verdicts after Holm's correction over a family's niches."
        ),
        (
            f"Enough data: {least.creators_per_arm} creators on each side; a creator's own rate of"
            f" orders counts from {least.clicks:,} clicks, or {least.impressions:,} impressions or"
            " people reached."
        ),
    ]
    if view.off_study:
        lines.append(f"EXPLORATORY: off the registered study: {wording.listed(view.off_study)}.")
    return HTML(_bullets([*lines, *manifest.notes]))
