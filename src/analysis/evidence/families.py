"""A family: one claim on one platform over its niches, computed once and shared by every page."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import pandas as pd

from analysis.dataset import code_digest, digest
from analysis.errors import UsageError
from analysis.evidence.estimators import (
    Estimate,
    NotEstimableError,
    geometric_mean_ratio,
    mean_rate_ratio,
    pooled_rate_ratio,
)
from analysis.evidence.metrics import METRICS, Estimand, Metric
from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer
from analysis.evidence.verdict import Ruling, not_testable, rule
from analysis.evidence.view import ALL, View
from analysis.scope import FollowerRange
from analysis.study import Claim

_FAMILY = ["claim", "platform", "metric", "estimand", "contrast", "group"]
_COLUMN_OF_FIT = {
    "estimate": "ratio",
    "ci_low": "low",
    "ci_high": "high",
    "p_value": "p_value",
    "method": "method",
}


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
    if view.niche != ALL:
        frame = frame[frame["niche"] == view.niche]
    if view.platform != ALL:
        frame = frame[frame["platform"] == view.platform]
    return Answer(
        claim=claim,
        says=declared.says,
        direction=declared.direction,
        frame=frame.reset_index(drop=True),
        main_contrast=_contrast_name(view, view.macro),
    )


def _kept_or_computed(view: View, claim: str) -> pd.DataFrame:
    manifest = view.dataset.manifest
    name = digest([manifest.data_digest, view.study.digest, code_digest(), claim, *view.scope])
    path = view.dataset.folder / "answers" / f"{claim}-{name}.parquet"
    if path.exists():
        return pd.read_parquet(path)
    frame = compute_family(view, claim)
    _keep(frame, path)
    return frame


def _keep(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        frame.to_parquet(file, index=False)
    os.replace(file.name, path)


def compute_family(view: View, claim: str) -> pd.DataFrame:
    """Every cell of a claim with its Holm-adjusted p-value and verdict.

    Returns:
        ``RESULT_COLUMNS``. The p-values of one claim, platform, metric, estimand and contrast
        are adjusted over the niches that the study names, and separately over the others; the
        row over all niches stands alone.
    """
    declared = view.study.claims[claim]
    creators = _with_arms(view)
    cells = pd.DataFrame(list(_cells(view, claim, declared, creators)))
    for column, field in _COLUMN_OF_FIT.items():
        missing = "" if field == "method" else np.nan
        cells[column] = [missing if fit is None else getattr(fit, field) for fit in cells["fit"]]
    cells["p_adjusted"] = cells.groupby(_FAMILY)["p_value"].transform(holm)
    rulings = [_ruling(cell, view, declared) for cell in cells.to_dict("records")]
    cells["verdict"] = [ruling.verdict.value for ruling in rulings]
    cells["reason"] = [ruling.reason for ruling in rulings]
    cells["family"] = cells[_FAMILY].agg(" / ".join, axis=1)
    cells["status"] = "exploratory"
    cells["dataset"] = view.dataset.name
    cells["ci_level"] = view.study.level
    cells["data_digest"] = view.dataset.manifest.data_digest
    cells["planted"] = _planted(view, cells)
    cells["result_id"] = [_result_id(view, cell) for cell in cells.to_dict("records")]
    return cells[list(RESULT_COLUMNS)]


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


def answer_all(view: View) -> tuple[Answer, ...]:
    """The answers to every claim of the study, in its order."""
    return tuple(answer(view, claim) for claim in view.study.claims)


def _with_arms(view: View) -> pd.DataFrame:
    creators = view.creators
    return creators.assign(
        micro=creators["followers"].map(view.micro.contains),
        macro=creators["followers"].map(view.macro.contains),
    )


def _cells(
    view: View, claim: str, declared: Claim, creators: pd.DataFrame
) -> Iterator[dict[str, object]]:
    for name in declared.metrics:
        metric = METRICS[name]
        for platform, accounts in creators.groupby("platform"):
            niches = [ALL_NICHES, *sorted(accounts["niche"].unique())]
            for niche in niches:
                inside = accounts if niche == ALL_NICHES else accounts[accounts["niche"] == niche]
                for contrast in view.contrasts:
                    for estimand in metric.estimands:
                        yield {
                            "claim": claim,
                            "metric": name,
                            "estimand": estimand,
                            "platform": platform,
                            "niche": niche,
                            "contrast": _contrast_name(view, contrast),
                            "group": _group(view, niche),
                            "unit": metric.unit,
                            **_cell(view, metric, estimand, inside, contrast),
                        }


def _group(view: View, niche: str) -> str:
    if niche == ALL_NICHES:
        return ALL_NICHES
    return "named niches" if view.study.niches.names(niche) else "other niches"


def _cell(
    view: View, metric: Metric, estimand: Estimand, creators: pd.DataFrame, macro: FollowerRange
) -> dict[str, object]:
    least = getattr(view.study.minimums, metric.minimum) if metric.minimum else 1
    usable = creators[creators[metric.exposure] >= (least if estimand == "typical" else 1)]
    usable = usable[usable["micro"] | usable["followers"].map(macro.contains)]
    counts = {"n_micro": int(usable["micro"].sum()), "n_macro": int((~usable["micro"]).sum())}
    nothing = {**counts, "fit": None}
    if not creators[metric.exposure].notna().any():
        return nothing | {"why": f"no {metric.needs} in this selection"}
    if min(counts.values()) < view.study.minimums.creators_per_arm:
        return nothing | {
            "why": f"{counts['n_micro']} micro and {counts['n_macro']} macro creators;"
            f" {view.study.minimums.creators_per_arm} of each are needed"
        }
    try:
        return {**counts, "fit": _estimate(view, metric, estimand, usable), "why": ""}
    except NotEstimableError as error:
        return nothing | {"why": str(error)}


def _estimate(view: View, metric: Metric, estimand: Estimand, creators: pd.DataFrame) -> Estimate:
    one = pd.Series(ALL_NICHES, index=creators.index)
    niche = creators["niche"] if metric.within_niches else one
    both_arms = creators.groupby(niche)["micro"].transform("nunique") == 2
    comparable = creators[both_arms]
    if comparable.empty:
        raise NotEstimableError("no niche has creators of both arms")
    numerator = comparable[metric.numerator].to_numpy(dtype=float)
    exposure = comparable[metric.exposure].to_numpy(dtype=float)
    micro = comparable["micro"].to_numpy(dtype=bool)
    stratum = np.unique(niche[both_arms], return_inverse=True)[1]
    level = view.study.level
    if estimand == "pooled":
        rng = np.random.default_rng([view.seed, zlib.crc32(metric.name.encode())])
        return pooled_rate_ratio(
            numerator,
            exposure,
            micro,
            stratum,
            level=level,
            permutations=view.study.permutations,
            rng=rng,
        )
    if metric.minimum:
        return mean_rate_ratio(numerator, exposure, micro, stratum, level=level)
    return geometric_mean_ratio(numerator, exposure, micro, stratum, level=level)


def _ruling(cell: dict[str, object], view: View, declared: Claim) -> Ruling:
    fit = cell["fit"]
    if not isinstance(fit, Estimate):
        return not_testable(str(cell["why"]))
    return rule(
        fit,
        float(str(cell["p_adjusted"])),
        alpha=view.study.alpha,
        margin=declared.margin,
        direction=declared.direction,
    )


def _planted(view: View, cells: pd.DataFrame) -> pd.Series:
    key = ["metric", "estimand", "platform", "niche"]
    planted = pd.DataFrame(
        [p.model_dump() for p in view.dataset.manifest.settings.planted], columns=[*key, "ratio"]
    )
    planted["niche"] = planted["niche"].replace(ALL, ALL_NICHES)
    merged = cells[key].merge(planted, on=key, how="left", validate="many_to_one")
    return merged["ratio"].astype(float)


def _contrast_name(view: View, macro: FollowerRange) -> str:
    return f"{view.micro} vs {macro}"


def _result_id(view: View, cell: dict[str, object]) -> str:
    parts = [
        cell[name] for name in ("claim", "metric", "estimand", "platform", "niche", "contrast")
    ]
    parts += [part for part in (view.campaign, view.period) if part != ALL]
    return ":".join(str(part).replace(" ", "-") for part in parts)
