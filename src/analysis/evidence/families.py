"""A family: one claim on one platform over its niches, computed once and shared by every page."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analysis.evidence.breakdown.power import more_creators_needed
from analysis.evidence.comparisons import Comparison, comparisons_of, contrast_label
from analysis.evidence.counts import suppress_creators
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, READ_FROM, RESULT_COLUMNS, Answer
from analysis.evidence.status import CONFIRMATORY, confirmatory_alpha, status
from analysis.evidence.verdict import Ruling, Verdict, not_testable, rule
from analysis.evidence.view import ALL, View
from analysis.store.digests import code_digest, digest
from analysis.store.disk import held, write_whole
from analysis.study.registration import Claim

_FAMILY = ["claim", "platform", "metric", "estimand", "contrast", "group"]


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
    """Compute every comparison of a claim, with adjusted p-values and verdicts.

    Returns:
        ``RESULT_COLUMNS``. The p-values of one claim, platform, metric, estimand and contrast
        are adjusted over the niches that the study names, and separately over the others; the
        row over all niches stands alone. Counts of creators that would point at single ones are
        missing.
    """
    declared = view.study.claims[claim]
    found = list(comparisons_of(view, declared))
    rows = pd.DataFrame([_numbers(one) for one in found])
    rows.insert(0, "claim", claim)
    rows["unit"] = [METRICS[metric].label for metric in rows["metric"]]
    rows["method"] = [one.fit.method if one.fit else "" for one in found]
    rows["p_adjusted"] = rows.groupby(_FAMILY)["p_value"].transform(holm)
    rows["status"] = [status(view, claim, one) for one in found]
    rulings = [
        _ruling(view, declared, one, p_adjusted, state)
        for one, p_adjusted, state in zip(found, rows["p_adjusted"], rows["status"], strict=True)
    ]
    rows["verdict"] = [ruling.verdict.value for ruling in rulings]
    rows["reason"] = [ruling.reason for ruling in rulings]
    rows["more_creators"] = [
        _more_creators(view, declared, one, ruling)
        for one, ruling in zip(found, rulings, strict=True)
    ]
    whole = contrast_label(view, view.macro)
    rows[["n_micro", "n_macro"]] = suppress_creators(rows, whole=whole)
    rows["family"] = rows[_FAMILY].agg(" / ".join, axis=1)
    rows["dataset"] = view.dataset.name
    rows["ci_level"] = view.study.level
    rows["data_digest"] = view.dataset.manifest.data_digest
    rows["planted"] = _planted(view, rows)
    rows["result_id"] = [_result_id(view, row) for row in rows.to_dict("records")]
    return rows[list(RESULT_COLUMNS)]


def _numbers(one: Comparison) -> dict[str, object]:
    """What ``results.csv`` reads from a comparison, missing if absent."""
    return {column: _at(one, path) for column, path in READ_FROM.items()} | {"group": one.group}


def _at(record: object, path: str) -> object:
    for name in path.split("."):
        record = getattr(record, name, None)
    return np.nan if record is None else record


def holm(p_values: pd.Series) -> pd.Series:
    """Holm's (1979) adjustment over one family.

    Comparisons without a p-value do not count.

    Own, because statsmodels' ``multipletests`` collects garbage at every call, 0.1 s each; tests
    hold the two equal.

    Example:
        >>> holm(pd.Series([0.01, 0.04, float("nan")])).tolist()
        [0.02, 0.04, nan]
    """
    ordered = p_values.dropna().sort_values()
    steps = np.arange(len(ordered), 0, -1)
    adjusted = np.minimum(np.maximum.accumulate(ordered * steps), 1.0)
    return pd.Series(adjusted, index=ordered.index).reindex(p_values.index)


def _ruling(view: View, declared: Claim, one: Comparison, p_adjusted: float, state: str) -> Ruling:
    if one.fit is None:
        return not_testable(one.why)
    return rule(
        one.fit,
        p_adjusted,
        alpha=confirmatory_alpha(view) if state == CONFIRMATORY else view.study.alpha,
        margin=declared.margin,
        direction=declared.direction,
    )


def _more_creators(view: View, declared: Claim, one: Comparison, ruling: Ruling) -> float:
    """Creators of the same mix who would decide a comparison.

    The error is the one that the interval shows, so that a wide permuted interval asks for more.
    """
    if one.fit is None or one.estimand == "elasticity" or ruling.verdict != Verdict.INCONCLUSIVE:
        return np.nan
    quantile = stats.norm.ppf((1 + view.study.level) / 2)
    shown = math.log(one.fit.high / one.fit.low) / (2 * quantile)
    return more_creators_needed(
        shown,
        one.n_micro,
        one.n_macro,
        to_detect=declared.margin[1],
        alpha=view.study.alpha,
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
