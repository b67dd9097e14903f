"""A family: one claim on one platform over its niches, computed once and shared by every page."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analysis.evidence.breakdown.power import more_creators_needed
from analysis.evidence.comparisons import (
    Comparison,
    between_niches,
    cells_of,
    compared,
    contrast_label,
)
from analysis.evidence.counts import suppress_creators
from analysis.evidence.levels import FirstGrid, first_grid, status
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, READ_FROM, RESULT_COLUMNS, Answer
from analysis.evidence.robustness.examine import examined
from analysis.evidence.robustness.survival import NOTHING_DECIDED
from analysis.evidence.verdict import DECIDED, Ruling, Verdict, not_testable, rule, rule_growth
from analysis.evidence.view import ALL, View
from analysis.store.digests import code_digest, digest
from analysis.store.disk import held, write_whole
from analysis.study.registration import Claim


def answer(view: View, claim: str) -> Answer:
    """Answer one claim of the study for what the view selects.

    The whole family is computed, or taken from the copy beside the prepared data if the same
    data, study, scope and code computed it before. Selecting a niche changes no number.

    Args:
        claim: its code or its name in study.yml, like ``H2`` or ``conversion``.

    Raises:
        UsageError: the study has no such claim; all of them are listed in words.

    Example:
        >>> from analysis import open_view
        >>> answer(open_view("demo", platform="tiktok"), "conversion").says
        'micro creators turn attention into orders more often'
    """
    claim = view.study.code_of(claim)
    declared = view.study.claims[claim]
    frame = _kept_or_computed(view, claim)
    if view.niche != ALL and declared.between == "tiers":
        frame = frame[frame["niche"] == view.niche]
    if view.platform != ALL:
        frame = frame[frame["platform"] == view.platform]
    return Answer(
        claim=claim,
        says=declared.says,
        direction=declared.direction,
        frame=frame.reset_index(drop=True),
        main_contrast=contrast_label(view, view.macro),
    )


def family_path(view: View, claim: str) -> Path:
    """Where the family of a claim is kept once it was computed."""
    manifest = view.dataset.manifest
    name = digest([manifest.data_digest, view.study.digest, code_digest(), claim, *view.scope])
    return view.dataset.folder / "answers" / f"{claim}-{name}.parquet"


def _kept_or_computed(view: View, claim: str) -> pd.DataFrame:
    path = family_path(view, claim)
    if not path.exists():
        with held(path.with_name(f".{path.stem}.lock"), wait=True):  # another run may be at it
            if not path.exists():
                write_whole(path, compute_family(view, claim).to_parquet(index=False))
    return pd.read_parquet(path)


def answer_all(view: View) -> tuple[Answer, ...]:
    """The answers to every claim of the study, in its order."""
    return tuple(answer(view, claim) for claim in view.study.claims)


def compute_family(view: View, claim: str) -> pd.DataFrame:
    """Compute every comparison of a claim, with the intervals that decide and their verdicts.

    Returns:
        ``RESULT_COLUMNS``. A block is one claim, platform, metric, estimand and contrast; its
        p-values are multiplied by the number of comparisons among which the error rate of the
        study is shared, the same that sets the level of the deciding interval. Counts of creators
        that would point at single ones are missing.
    """
    declared = view.study.claims[claim]
    grid = first_grid(view)
    if declared.between == "niches":
        found, firsts = [*between_niches(view, declared)], []
    else:
        cells = [*cells_of(view, declared)]
        firsts = [grid.holds(view, claim, cell) for cell in cells]
        found = [compared(view, cell) for cell in cells]
    firsts = firsts or [False] * len(found)
    rows = pd.DataFrame([_numbers(one) for one in found])
    rows.insert(0, "claim", claim)
    rows["unit"] = [METRICS[metric].label for metric in rows["metric"]]
    rows["method"] = [one.fit.method if one.fit else "" for one in found]
    shares, families = _shares(view, grid, found, firsts)
    rows["p_adjusted"] = np.minimum(rows["p_value"] * shares, 1.0)
    rows["deciding_level"] = 1 - view.study.alpha / np.array(shares)
    intervals = [
        one.fit.interval(level) if one.fit else (np.nan, np.nan)
        for one, level in zip(found, rows["deciding_level"], strict=True)
    ]
    rows[["deciding_low", "deciding_high"]] = intervals
    rulings = [
        _ruling(declared, one, interval) for one, interval in zip(found, intervals, strict=True)
    ]
    rows["verdict"] = [ruling.verdict.value for ruling in rulings]
    rows["reason"] = [ruling.reason for ruling in rulings]
    placed = [*zip(found, firsts, strict=True)]
    rows["status"] = [status(view, one.cell.metric, first=first) for one, first in placed]
    rows["more_creators"] = [
        _more_creators(view, declared, one, ruling, share)
        for one, ruling, share in zip(found, rulings, shares, strict=True)
    ]
    rows[["robustness", "robustness_reason"]] = [
        _standing(view, row, first=first)
        for row, first in zip(rows.to_dict("records"), firsts, strict=True)
    ]
    whole = contrast_label(view, view.macro)
    rows[["n_micro", "n_macro"]] = suppress_creators(rows, whole=whole)
    rows["family"] = families
    rows["dataset"] = view.dataset.name
    rows["ci_level"] = view.study.level
    rows["data_digest"] = view.dataset.manifest.data_digest
    rows["planted"] = _planted(view, rows)
    rows["result_id"] = [_result_id(view, row) for row in rows.to_dict("records")]
    return rows[list(RESULT_COLUMNS)]


def _shares(
    view: View, grid: FirstGrid, found: Sequence[Comparison], firsts: Sequence[bool]
) -> tuple[list[int], list[str]]:
    """Among how many comparisons each shares the study's error rate, and which these are."""
    blocks = [(c.platform, c.metric, c.estimand, c.contrast) for c in (one.cell for one in found)]
    placed = [*zip(blocks, found, firsts, strict=True)]
    niches = Counter(b for b, one, _ in placed if one.fit and one.cell.niche != ALL_NICHES)
    headline = 1 - view.study.alpha / max(grid.headline, 1)
    decided = {b for b, one, first in placed if first and _decides(one, headline)}
    shares, families = [], []
    for block, one, first in placed:
        share, where = 1, "of its row"
        if one.cell.niche == ALL_NICHES and first:
            share, where = grid.headline, "of the headline"
        elif one.cell.niche != ALL_NICHES:
            by_grid = first and block not in decided
            share, where = (grid.niches, "of the first grid") if by_grid else (niches[block], where)
        shares.append(max(share, 1))
        families.append(f"one of {share} {where}" if share > 1 else "alone")
    return shares, families


def _decides(one: Comparison, level: float) -> bool:
    """Whether a comparison over all niches leaves out 1 at the level of the headline."""
    if one.fit is None or one.cell.niche != ALL_NICHES:
        return False
    low, high = one.fit.interval(level)
    return not low <= 1 <= high


def _numbers(one: Comparison) -> dict[str, object]:
    """The columns that ``results.csv`` reads from a comparison; missing where it has none."""
    return {column: _at(one, path) for column, path in READ_FROM.items()}


def _at(record: object, path: str) -> object:
    for name in path.split("."):
        record = getattr(record, name, None)
    return np.nan if record is None else record


def _ruling(declared: Claim, one: Comparison, interval: tuple[float, float]) -> Ruling:
    if one.fit is None:
        return not_testable(one.why)
    if one.cell.estimand == "elasticity":
        return rule_growth(interval, gap=one.gap, margin=declared.margin)
    ruling = rule(interval, margin=declared.margin, direction=declared.direction)
    if "elasticity" in METRICS[one.cell.metric].estimands and ruling.verdict in DECIDED:
        return Ruling(Verdict.INCONCLUSIVE, "one half of the claim; growth with followers has both")
    return ruling


def _standing(view: View, row: dict[str, object], *, first: bool) -> tuple[str, str]:
    """Whether a headline answer survives other ways of counting, and why not.

    Empty for all others; an undecided one has nothing to lose, so nothing is computed for it.
    """
    if not first or row["niche"] != ALL_NICHES or row["verdict"] == Verdict.NOT_TESTABLE:
        return "", ""
    undecided = row["verdict"] == Verdict.INCONCLUSIVE
    standing = NOTHING_DECIDED if undecided else examined(view, row).standing
    return standing.word.value, standing.reason


def _more_creators(
    view: View, declared: Claim, one: Comparison, ruling: Ruling, share: int
) -> float:
    """How many more creators, in the same mix, would decide an inconclusive comparison.

    The error is the one that the deciding interval shows, so that a wide one asks for more.
    """
    if one.fit is None or one.cell.estimand == "elasticity" or ruling.verdict in DECIDED:
        return np.nan
    if ruling.verdict == Verdict.EQUIVALENT:
        return np.nan
    alpha = view.study.alpha / share
    low, high = one.fit.interval(1 - alpha)
    shown = math.log(high / low) / (2 * stats.norm.ppf(1 - alpha / 2))
    return more_creators_needed(
        shown,
        one.cell.n_micro,
        one.cell.n_macro,
        to_detect=declared.margin[1],
        alpha=alpha,
        power=view.study.power,
    )


def _planted(view: View, rows: pd.DataFrame) -> pd.Series:
    key = ["metric", "estimand", "platform", "niche"]
    planted = pd.DataFrame(
        [p.model_dump() for p in view.dataset.manifest.settings.planted], columns=[*key, "ratio"]
    )
    planted["niche"] = planted["niche"].replace(ALL, ALL_NICHES)
    merged = rows[key].merge(planted, on=key, how="left", validate="many_to_one")
    return merged["ratio"].astype(float)


def _result_id(view: View, row: dict[str, object]) -> str:
    parts = [row[name] for name in ("claim", "metric", "estimand", "platform", "niche", "contrast")]
    parts += [part for part in (view.campaign, view.period) if part != ALL]
    return ":".join(str(part).replace(" ", "-") for part in parts)
