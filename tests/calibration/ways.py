"""Gates measured: which answers lose when they are counted in other ways. Truth is planted.

A creator has posts of two halves of the period; a way takes all or the later half, one or three
posts at least, rates as they are or pulled in, two strata schemes and four ways to draw the tiers.
"""

from collections import Counter
from collections.abc import Callable

import numpy as np

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rate_ratio import rate_ratio
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.robustness.counting.cell_sums import (
    Design,
    Outcomes,
    observed,
    permuted,
    whole_persons,
)
from analysis.evidence.robustness.counting.joint import Joint, joint
from analysis.evidence.robustness.follower_counts import count_band, feigned_slope, two_captures
from analysis.evidence.robustness.influence import without_largest
from analysis.evidence.robustness.like_with_like import like_log_rates
from analysis.evidence.robustness.survival import survives
from analysis.evidence.verdict import Verdict
from tests.calibration.robust import LEVEL, LINE, MACRO, MARGIN, MICRO, drawn_sizes

TIERS = (((0, 1), (2, 3)), ((0, 1), (2,)), ((1,), (2, 3)), ((1,), (2,)))
DRAWS = 199
_NICHES, _HALVES = 6, 2
ENOUGH = 20
WORLDS: dict[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
    "no difference": lambda band: (np.zeros(len(band)), np.zeros(len(band))),
    "1.15 everywhere": lambda band: (np.log(1.15) * (band < 2),) * 2,
    "1.3 everywhere": lambda band: (np.log(1.3) * (band < 2),) * 2,
    "1.5 among the smallest only": lambda band: (np.log(1.5) * (band == 0),) * 2,
    "2 against the largest only": lambda band: (-np.log(2) * (band == 3),) * 2,
    "1.5 in old posts only": lambda band: (np.log(1.5) * (band < 2), np.zeros(len(band))),
}


def gated(world: str, creators: int, repetitions: int, seed: int) -> dict[str, float]:
    """Of the answers that are decided, how many keep their word.

    Returns:
        Share of datasets decided, then shares of those: holding, leaning, depending, and past each
        gate alone.
    """
    found: Counter[str] = Counter()
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        outcomes, design = _ways(world, creators, rng)
        curve = observed(outcomes, design)
        if abs(curve.t[0, 0, 0]) <= 1.96:
            continue
        together = _together(outcomes, design, rng)
        ratio = float(np.exp(curve.log_ratio[0, 0, 0]))
        verdict = Verdict.SUPPORTED if ratio > 1 else Verdict.CONTRADICTED
        standing = survives(
            verdict, ratio, curve.t.size, together, level=LEVEL, margin=MARGIN, moves=None
        )
        found["decided"] += 1
        found[standing.word.value] += 1
        found["p of all ways"] += together.p_value <= 1 - LEVEL
        found["same side"] += together.same_side >= 0.9
        found["none against"] += together.against == 0
    return of_decided(found, repetitions)


def of_decided(found: Counter[str], repetitions: int) -> dict[str, float]:
    """Share of datasets that were decided, and of those what else was counted."""
    decided = found.pop("decided", 0)
    shares = {name: count / decided for name, count in found.items()} if decided else {}
    return {"decided": decided / repetitions, **shares}


def _ways(world: str, creators: int, rng: np.random.Generator) -> tuple[Outcomes, Design]:
    size = drawn_sizes(creators, rng)
    band = np.digitize(size, [4, 5, 6])
    niche = rng.integers(0, _NICHES, creators)
    common = rng.standard_t(4, creators) * np.where(band < 2, 0.6, 0.75)
    posts = rng.poisson(2.5, (_HALVES, creators))
    means = WORLDS[world](band)
    halves = np.stack([common + 0.2 * niche + mean for mean in means])
    noise = rng.normal(size=halves.shape) * 0.7 / np.sqrt(np.maximum(posts, 1))
    rates = halves + noise
    values, bases = [], []
    for later in (False, True):
        count = posts[1] if later else posts.sum(axis=0)
        mixed = (rates * posts).sum(axis=0) / np.maximum(posts.sum(axis=0), 1)
        rate = rates[1] if later else mixed
        for fewest in (1, 3):
            there = count >= fewest
            for share in (0, 0.01):
                ends = np.quantile(rate[there], [share, 1 - share])
                values.append(np.where(there, np.clip(rate, *ends), 0.0))
                bases.append(there.astype(float))
    third = np.minimum(3 * np.argsort(np.argsort(posts.sum(axis=0))) // creators, 2)
    design = Design(
        stratum=niche * 3 + third,
        band=band[None],
        schemes=(np.repeat(np.arange(_NICHES), 3), np.arange(3 * _NICHES)),
        tiers=TIERS,
    )
    return Outcomes(
        "log rates", np.array(values), np.array(bases), np.zeros(len(values), dtype=int)
    ), design


def _together(outcomes: Outcomes, design: Design, rng: np.random.Generator) -> Joint:
    person = np.arange(len(design.stratum))
    moves = whole_persons(person, design.schemes[0][design.stratum], DRAWS, rng)
    curve = observed(outcomes, design)
    kept = np.isfinite(curve.t)
    return joint(curve, permuted(outcomes, design, moves), kept, level=LEVEL)


def likeness(
    ratio: float, pull: float, creators: int, repetitions: int, seed: int
) -> dict[str, float]:
    """Of decided answers, how many the gates of likeness and follower counts would take.

    Args:
        ratio: true ratio micro/macro among creators who are alike.
        pull: of activity on the tier; 0 confounds nothing.
        creators, repetitions, seed: of the draws.
    """
    found: Counter[str] = Counter()
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        size = drawn_sizes(creators, rng)
        micro = size < np.log10(LINE)
        activity = pull * (size - size.mean()) / size.std() + rng.normal(size=creators)
        niche = rng.integers(0, 3, creators)
        log_rate = np.log(ratio) * micro - 0.25 * activity + 0.2 * niche
        log_rate = log_rate + rng.standard_t(4, creators) * np.where(micro, 0.4, 0.5)
        followers, person = np.full(creators, 1e6), np.arange(creators)
        booked = geometric_mean_ratio(
            np.exp(log_rate) * followers, followers, micro, niche, level=LEVEL
        )
        if booked.low <= 1 <= booked.high:
            continue
        covariates = {
            "activity": (activity / activity.std())[:, None],
            "niche": (niche[:, None] == np.arange(1, 3)).astype(float),
        }
        like = like_log_rates(log_rate, micro, covariates, person=person, level=LEVEL)
        slope = feigned_slope(10**size, micro=MICRO, macro=MACRO)
        band = count_band(booked.ratio, (booked.low, booked.high), slope=slope, errors=[0.2])[0]
        side = 1 if booked.ratio > 1 else -1
        found["decided"] += 1
        found["like with like decides the contrary"] += (
            like.estimate.high < 1 if side > 0 else like.estimate.low > 1
        )
        found["like with like is under half"] += (
            side * np.log(like.estimate.ratio) < side * np.log(booked.ratio) / 2
        )
        found["counts 20 % off take the decision"] += band.low <= 1 <= band.high
    return of_decided(found, repetitions)


def captures(
    ratio: float, error: float, creators: int, repetitions: int, seed: int
) -> dict[str, float]:
    """Of answers decided by one follower count, how many a second count would take.

    Args:
        ratio: true ratio micro/macro.
        error: standard deviation of the error of log followers in each capture.
        creators, repetitions, seed: of the draws.
    """
    found: Counter[str] = Counter()
    arms = {"micro": MICRO, "macro": MACRO, "level": LEVEL}
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        true = 10 ** drawn_sizes(creators, rng)
        first, second = (true * np.exp(error * rng.normal(size=creators)) for _ in range(2))
        kept = first >= MICRO.low
        first, second, true = first[kept], second[kept], true[kept]
        sums_of = true * np.exp(rng.normal(size=len(true)) + np.log(ratio) * (true < LINE))
        one, posts = np.zeros(len(true), dtype=np.int64), np.ones(len(true))
        as_it_is = geometric_mean_ratio(sums_of, first, first < LINE, one, level=LEVEL)
        if as_it_is.low <= 1 <= as_it_is.high:
            continue
        two = two_captures(sums_of, posts, first, second, one, **arms)
        found["decided"] += 1
        found["two captures take it"] += not (two.low > 1 if as_it_is.ratio > 1 else two.high < 1)
    return of_decided(found, repetitions)


def sums(ratio: float, creators: int, repetitions: int, seed: int) -> dict[str, float]:
    """Of decided sums over heavy tails, how many turn without the three largest creators."""
    found: Counter[str] = Counter()
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        micro = np.arange(creators) < 0.6 * creators
        clicks = np.round(50 * 10 ** (2 * rng.random(creators)))
        rate = 0.02 * np.exp(1.2 * rng.normal(size=creators) + np.log(ratio) * micro)
        orders = rng.poisson(clicks * rate).astype(float)
        one = np.zeros(creators, dtype=np.int64)
        try:
            fit = rate_ratio(
                orders, clicks, micro, one, weight="exposure", level=LEVEL, permutations=99, rng=rng
            )
        except NotEstimableError:
            continue
        if fit.low <= 1 <= fit.high:
            continue
        left = without_largest(orders, clicks, micro, one, weight="exposure", largest=[3])[0]
        found["decided"] += 1
        found["turns without the three largest"] += (left.ratio > 1) != (fit.ratio > 1)
    return of_decided(found, repetitions)


def jobs(tries: int, seed: int) -> dict[str, tuple[Callable[..., dict[str, float]], tuple]]:
    """Every job of the part by name."""
    ways = {
        f"ways, {world}, {size:,} creators": (gated, (world, size, tries, seed))
        for world in WORLDS
        for size in (400, 1500)
    }
    like = {
        f"likeness, true ratio {ratio}, {'confounded' if pull else 'not confounded'}": (
            likeness, (ratio, pull, 1500, tries, seed)
        )
        for ratio in (1.0, 1.3)
        for pull in (0.0, 0.8)
    }  # fmt: skip
    counted = {
        f"captures, true ratio {ratio}, counts {error:.0%} off": (
            captures, (ratio, error, 1500, tries, seed)
        )
        for ratio in (1.0, 1.3)
        for error in (0.1, 0.3)
    }  # fmt: skip
    largest = {
        f"sums, true ratio {ratio}, {size} creators": (sums, (ratio, size, tries, seed))
        for ratio in (1.0, 1.5)
        for size in (200, 800)
    }
    return ways | like | counted | largest
