"""What a study would need: creators per arm for an answer of a given size."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.estimators.power import DesignRow, design_table, minimum_detectable_ratio
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.study.registration import Study

RATIOS = (1.1, 1.25, 1.5, 2.0)
_MEASURE = ["platform", "metric", "estimand"]


def creators_needed(answer: Answer, study: Study) -> dict[str, tuple[DesignRow, ...]]:
    """Per platform, creators of each arm and niche that would show a ratio of each size.

    The spread between creators is the one seen: the standard error of the row over all niches of
    the answer's first metric and estimand. Platforms without that row are left out.
    """
    told = answer.main["estimate"].notna() & answer.main[["n_micro", "n_macro"]].notna().all(axis=1)
    main = answer.main[(answer.main["niche"] == ALL_NICHES) & told]
    first = answer.main.iloc[0]
    chosen = main[(main["metric"] == first["metric"]) & (main["estimand"] == first["estimand"])]
    return {
        str(row["platform"]): design_table(
            RATIOS,
            variance=_variance(row["standard_error"], row["n_micro"], row["n_macro"]),
            alpha=study.alpha,
            power=study.power,
            niches=max(len(study.niches.named), 1),
        )
        for row in chosen.to_dict("records")
    }


@dataclass(frozen=True, slots=True)
class FoundAtLeast:
    """The smallest ratio above 1 that one measure would have shown with the creators at hand.

    Attributes:
        metric, estimand: of the measure.
        all_niches: in the comparison over all niches; None where there is none.
        one_niche: in the median niche, first step of Holm; None where no niche is compared.
        niches: how many are compared.
    """

    metric: str
    estimand: str
    all_niches: float | None
    one_niche: float | None
    niches: int


def power_achieved(answer: Answer, study: Study) -> dict[str, tuple[FoundAtLeast, ...]]:
    """Per platform, what the answer's first metric would have shown with the study's power.

    Rests on the standard errors alone, never on the ratios found. Estimands and platforms without
    a comparison are left out.
    """
    main = answer.main[answer.main["metric"] == answer.main["metric"].iloc[0]]
    known = main[main["estimate"].notna() & np.isfinite(main["standard_error"].astype(float))]
    known = known[known["standard_error"] > 0]
    found: dict[str, list[FoundAtLeast]] = {}
    for (platform, metric, estimand), rows in known.groupby(_MEASURE, sort=False):
        over_all = rows["niche"] == ALL_NICHES
        errors = rows.loc[~over_all, "standard_error"]
        named = max(len(study.niches.named), 1)
        least = FoundAtLeast(
            metric=str(metric),
            estimand=str(estimand),
            all_niches=_least(rows.loc[over_all, "standard_error"], study, niches=1),
            one_niche=_least(errors, study, niches=named),
            niches=len(errors),
        )
        found.setdefault(str(platform), []).append(least)
    return {platform: tuple(measures) for platform, measures in found.items()}


def _least(errors: pd.Series, study: Study, *, niches: int) -> float | None:
    if errors.empty:
        return None
    error = float(errors.median())
    return minimum_detectable_ratio(error, alpha=study.alpha, power=study.power, niches=niches)


def _variance(standard_error: float, n_micro: int, n_macro: int) -> float:
    """Of one creator's log rate, if both arms had the same."""
    return float(np.square(standard_error) / (1 / n_micro + 1 / n_macro))
