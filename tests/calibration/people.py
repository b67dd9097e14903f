"""Gates measured among real people: their posts, their ways to be counted, their tiers permuted.

Followers trade places inside a niche, so that no tier differs; a planted ratio then raises micro.
"""

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import stats

from analysis.evidence.metrics import METRICS
from analysis.evidence.robustness.counting.cell_sums import (
    Design,
    Outcomes,
    observed,
    permuted,
    whole_persons,
)
from analysis.evidence.robustness.counting.joint import joint
from analysis.evidence.robustness.counting.units import Units
from analysis.evidence.robustness.counting.ways import Ways, ways_to_count
from analysis.evidence.robustness.survival import survives
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from tests.calibration.robust import LEVEL, MARGIN
from tests.calibration.ways import DRAWS, ENOUGH, of_decided

SIZES = (400, 1_500, 4_000)


@lru_cache(maxsize=1)
def _counted(real: str) -> Ways:
    """Every way to count the Instagram creators of the real sets, of those who count at all."""
    raw = Path(real) / "instagram-kim2020"
    with tempfile.TemporaryDirectory() as folder:
        prepare(raw, Path(folder) / "data", private=Path(folder) / "private")
        view = open_view(str(Path(folder) / "data"))
        units = Units.of(view, METRICS["engagement_per_follower"], "typical", "instagram")
        ways = ways_to_count(units)
    return _only(ways, np.flatnonzero((ways.outcomes.base > 0).any(axis=0)))


def _only(ways: Ways, units: np.ndarray) -> Ways:
    outcomes, design = ways.outcomes, ways.design
    there, stratum = np.unique(design.stratum[units], return_inverse=True)
    schemes = [np.unique(scheme[there], return_inverse=True)[1] for scheme in design.schemes]
    return replace(
        ways,
        outcomes=replace(outcomes, value=outcomes.value[:, units], base=outcomes.base[:, units]),
        design=Design(stratum, design.band[:, units], tuple(schemes), design.tiers),
        person=np.arange(len(units)),
        compared_within=schemes[0][stratum],
    )


def permuted_people(
    real: str, ratio: float, creators: int, repetitions: int, seed: int
) -> dict[str, float]:
    """Of decided answers among permuted people, how many keep their word.

    Args:
        real: folder of the real sets.
        ratio: planted, micro/macro; 1 plants nothing.
        creators: drawn anew without replacement for every repetition.
        repetitions, seed: of the draws.

    Returns:
        As ``ways.gated``; where nothing is planted also ``uniform``, the p-value of Kolmogorov and
        Smirnov's test that the joint p-values of all datasets are.
    """
    everyone, found, joint_p = _counted(real), Counter[str](), []
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, creators, repetition])
        drawn = np.sort(rng.choice(len(everyone.person), creators, replace=False))
        ways = _planted(_only(everyone, drawn), ratio, rng)
        curve = observed(ways.outcomes, ways.design)
        decided = abs(curve.t[0, 0, 0]) > stats.norm.ppf((1 + LEVEL) / 2)
        if ratio != 1 and not decided:
            continue
        enough = ways.enough(ENOUGH) & np.isfinite(curve.t)
        moves = whole_persons(ways.person, ways.compared_within, DRAWS, rng)
        chance = permuted(ways.outcomes, ways.design, moves)
        together = joint(curve, chance, enough, level=LEVEL)
        joint_p.append(together.p_value)
        if not decided:
            continue
        reported = float(np.exp(curve.log_ratio[0, 0, 0]))
        verdict = Verdict.SUPPORTED if reported > 1 else Verdict.CONTRADICTED
        standing = survives(
            verdict, reported, int(enough.sum()), together, level=LEVEL, margin=MARGIN, moves=None
        )
        found["decided"] += 1
        found[standing.word.value] += 1
        found["p of all ways"] += together.p_value <= 1 - LEVEL
    told = of_decided(found, repetitions)
    return told if ratio != 1 else told | {"uniform": _uniform(np.array(joint_p), rng)}


def _planted(ways: Ways, ratio: float, rng: np.random.Generator) -> Ways:
    """Followers trade places inside each niche, then micro gets its ratio."""
    band = ways.design.band.copy()
    for niche in np.unique(ways.compared_within):
        there = np.flatnonzero(ways.compared_within == niche)
        band[:, there] = band[:, rng.permutation(there)]
    micro = np.isin(band[0], ways.design.tiers[0][0])
    value = np.where(ways.outcomes.base > 0, ways.outcomes.value + np.log(ratio) * micro, 0.0)
    return replace(
        ways,
        outcomes=Outcomes(ways.outcomes.kind, value, ways.outcomes.base, ways.outcomes.bands),
        design=replace(ways.design, band=band),
    )


def _uniform(p_values: np.ndarray, rng: np.random.Generator) -> float:
    """Of p-values that are multiples of 1 / (draws + 1), spread inside their step."""
    spread = p_values - rng.random(len(p_values)) / (DRAWS + 1)
    return float(stats.kstest(spread, "uniform").pvalue)


def jobs(
    real: str, tries: int, seed: int
) -> dict[str, tuple[Callable[..., dict[str, float]], tuple]]:
    """Every job of the part by name."""
    return {
        f"ways, {name} of real people, {size:,} creators": (
            permuted_people, (real, ratio, size, tries, seed)
        )
        for name, ratio in (("nothing", 1.0), ("1.3", 1.3))
        for size in SIZES
    }  # fmt: skip
