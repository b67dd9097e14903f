"""What a study would need: creators per arm for an answer of a given size."""

import numpy as np

from analysis.evidence.estimators.power import DesignRow, design_table
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.study import Study

RATIOS = (1.1, 1.25, 1.5, 2.0)


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


def _variance(standard_error: float, n_micro: int, n_macro: int) -> float:
    """Of one creator's log rate, if both arms had the same."""
    return float(np.square(standard_error) / (1 / n_micro + 1 / n_macro))
