"""A family: one claim on one platform over its niches, computed once and shared by every page."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analysis.evidence.comparisons import Comparison, comparisons_of, contrast_label
from analysis.evidence.counts import suppress_creators
from analysis.evidence.estimators.power import more_creators_needed
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer
from analysis.evidence.status import CONFIRMATORY, confirmatory_alpha, status
from analysis.evidence.verdict import Ruling, Verdict, not_testable, rule
from analysis.evidence.view import ALL, View
from analysis.store.dataset import code_digest, digest
from analysis.store.disk import held, write_whole
from analysis.study.errors import UsageError
from analysis.study.registration import Claim

_FAMILY = ["claim", "platform", "metric", "estimand", "contrast", "group"]


def answer(view: View, claim: str) -> Answer:
    """Answer one claim of the study for every platform and niche, then show what the view selects.

    The whole family is computed, or taken from the copy beside the prepared data if the same
    data, study, scope and code computed it before. Selecting a niche changes no number.

    Raises:
        UsageError: the study has no such claim.
    """
    if claim not in view.study.claims:
        raise UsageError(f"the study has no claim {claim!r}; it has {', '.join(view.study.claims)}")
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
    """Every cell of a claim with its Holm-adjusted p-value and verdict.

    Returns:
        ``RESULT_COLUMNS``. The p-values of one claim, platform, metric, estimand and contrast
        are adjusted over the niches that the study names, and separately over the others; the
        row over all niches stands alone. Counts of creators that would point at single ones are
        missing.
    """
    declared = view.study.claims[claim]
    found = list(comparisons_of(view, declared))
    cells = pd.DataFrame([_numbers(cell) for cell in found])
    cells.insert(0, "claim", claim)
    cells["p_adjusted"] = cells.groupby(_FAMILY)["p_value"].transform(holm)
    cells["status"] = [status(view, claim, cell) for cell in found]
    rulings = [
        _ruling(view, declared, cell, p_adjusted, state)
        for cell, p_adjusted, state in zip(found, cells["p_adjusted"], cells["status"], strict=True)
    ]
    cells["verdict"] = [ruling.verdict.value for ruling in rulings]
    cells["reason"] = [ruling.reason for ruling in rulings]
    cells["more_creators"] = [
        _more_creators(view, declared, cell, ruling)
        for cell, ruling in zip(found, rulings, strict=True)
    ]
    whole = contrast_label(view, view.macro)
    cells[["n_micro", "n_macro"]] = suppress_creators(cells, whole=whole)
    cells["family"] = cells[_FAMILY].agg(" / ".join, axis=1)
    cells["dataset"] = view.dataset.name
    cells["ci_level"] = view.study.level
    cells["data_digest"] = view.dataset.manifest.data_digest
    cells["planted"] = _planted(view, cells)
    cells["result_id"] = [_result_id(view, cell) for cell in cells.to_dict("records")]
    return cells[list(RESULT_COLUMNS)]


def _numbers(cell: Comparison) -> dict[str, object]:
    fit, ahead = cell.fit, cell.checks.superiority
    return {
        "metric": cell.metric,
        "estimand": cell.estimand,
        "platform": cell.platform,
        "niche": cell.niche,
        "contrast": cell.contrast,
        "group": cell.group,
        "unit": METRICS[cell.metric].unit,
        "n_micro": cell.n_micro,
        "n_macro": cell.n_macro,
        "estimate": fit.ratio if fit else np.nan,
        "standard_error": fit.standard_error if fit else np.nan,
        "ci_low": fit.low if fit else np.nan,
        "ci_high": fit.high if fit else np.nan,
        "p_value": fit.p_value if fit else np.nan,
        "method": fit.method if fit else "",
        "superiority": ahead.probability if ahead else np.nan,
        "superiority_low": ahead.low if ahead else np.nan,
        "superiority_high": ahead.high if ahead else np.nan,
        "superiority_p_value": ahead.p_value if ahead else np.nan,
        "permuted_p_value": cell.checks.permuted_p_value,
        "bootstrap_low": cell.checks.bootstrap[0],
        "bootstrap_high": cell.checks.bootstrap[1],
    }


def holm(p_values: pd.Series) -> pd.Series:
    """Holm's (1979) adjustment over one family; cells without a p-value do not count.

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


def _ruling(view: View, declared: Claim, cell: Comparison, p_adjusted: float, state: str) -> Ruling:
    if cell.fit is None:
        return not_testable(cell.why)
    return rule(
        cell.fit,
        p_adjusted,
        alpha=confirmatory_alpha(view) if state == CONFIRMATORY else view.study.alpha,
        margin=declared.margin,
        direction=declared.direction,
    )


def _more_creators(view: View, declared: Claim, cell: Comparison, ruling: Ruling) -> float:
    """How many more creators, in the same mix, would decide an inconclusive cell.

    The error is the one that the interval shows, so that a wide permuted interval asks for more.
    """
    if cell.fit is None or cell.estimand == "elasticity" or ruling.verdict != Verdict.INCONCLUSIVE:
        return np.nan
    quantile = stats.norm.ppf((1 + view.study.level) / 2)
    shown = math.log(cell.fit.high / cell.fit.low) / (2 * quantile)
    return more_creators_needed(
        shown,
        cell.n_micro,
        cell.n_macro,
        to_detect=declared.margin[1],
        alpha=view.study.alpha,
        power=view.study.power,
    )


def _planted(view: View, cells: pd.DataFrame) -> pd.Series:
    key = ["metric", "estimand", "platform", "niche"]
    planted = pd.DataFrame(
        [p.model_dump() for p in view.dataset.manifest.settings.planted], columns=[*key, "ratio"]
    )
    planted["niche"] = planted["niche"].replace(ALL, ALL_NICHES)
    merged = cells[key].merge(planted, on=key, how="left", validate="many_to_one")
    return merged["ratio"].astype(float)


def _result_id(view: View, cell: dict[str, object]) -> str:
    parts = [
        cell[name] for name in ("claim", "metric", "estimand", "platform", "niche", "contrast")
    ]
    parts += [part for part in (view.campaign, view.period) if part != ALL]
    return ":".join(str(part).replace(" ", "-") for part in parts)
