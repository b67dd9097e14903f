"""Doubts measured: steps in smooth worlds, like with like, counts that are off. Truth is planted.

Followers are drawn from the quantiles of 23,051 Instagram creators; errors are Student's t with
four degrees of freedom, wider above the line.
"""

from collections import Counter
from collections.abc import Callable

import numpy as np

from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.robustness.follower_counts import count_band, feigned_slope, two_captures
from analysis.evidence.robustness.like_with_like import like_log_rates, like_rates
from analysis.evidence.robustness.line_word import line_word
from analysis.evidence.robustness.threshold import count_step, tier_steps
from analysis.study.ranges import FollowerRange

LEVEL, MARGIN, LINE = 0.95, (0.8, 1.25), 1e5
MICRO, MACRO = FollowerRange(1e3, LINE), FollowerRange(LINE, np.inf)
_SHARES = (0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1)
_LOG10 = (3.0, 3.03, 3.13, 3.28, 3.71, 4.22, 4.73, 5.25, 5.62, 6.33, 7.98)
_NICHES = 6


def _ramp(low: float, high: float, drop: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda size: -drop * np.clip((size - low) / (high - low), 0, 1)


def _flattening(size: np.ndarray) -> np.ndarray:
    return 0.3 * np.log1p(np.exp(-4 * (size - 4.5)))


CURVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "slope .86": lambda size: -0.14 * np.log(10) * size,
    "peak at the line": lambda size: -0.25 * (size - 5) ** 2,
    "flattening": _flattening,
    "kink at the line": lambda size: -0.14 * np.log(10) * np.minimum(size, 5),
    "kink at 10K": lambda size: -0.14 * np.log(10) * np.minimum(size, 4),
    "steep ramp 30K-300K": _ramp(4.477, 5.477, np.log(1.4)),
    "flat": np.zeros_like,
}
SMOOTH = tuple(name for name in CURVES if name != "flat")
SIZES = (560, 1000, 5000, 23_000)


def drawn_sizes(creators: int, rng: np.random.Generator) -> np.ndarray:
    """Log10 followers."""
    return np.interp(rng.random(creators), _SHARES, _LOG10)


def drawn_rates(
    size: np.ndarray, mean: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Log rates around their means, and niches that differ."""
    niche = rng.integers(0, _NICHES, len(size))
    spread = np.where(size < np.log10(LINE), 0.9, 1.1) / np.sqrt(2)
    return mean + 0.2 * niche + rng.standard_t(4, len(size)) * spread, niche


def line_steps(
    curve: str, step: float, creators: int, repetitions: int, seed: int
) -> dict[str, float]:
    """How often a step is found in a world of one curve and one true step, and which word."""
    found: Counter[str] = Counter()
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        size = drawn_sizes(creators, rng)
        mean = CURVES[curve](size) + np.log(step) * (size < np.log10(LINE))
        rate, niche = drawn_rates(size, mean, rng)
        one = tier_steps(rate, 10**size, niche, cuts=[LINE], level=LEVEL)[0]
        word = line_word(one, margin=MARGIN, lead_decided=True, level=LEVEL)
        found["found"] += one.jump.p_value <= 1 - LEVEL
        found[str(word)] += 1
    return {name: count / repetitions for name, count in found.items()}


def count_steps(step: float, creators: int, repetitions: int, seed: int) -> dict[str, float]:
    """How often a step of orders per click is found, by weight, in a world with a slope.

    Rates differ by log-normal factors (sd .6) and fall with followers; clicks go over two powers
    of ten, and 50 clicks are the least.
    """
    found: Counter[str] = Counter()
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        size = drawn_sizes(creators, rng)
        log_rate = np.log(0.02) - 0.1 * np.log(10) * (size - 4) + 0.6 * rng.normal(size=creators)
        rate = np.exp(log_rate + np.log(step) * (size < np.log10(LINE)))
        clicks = np.round(50 * 10 ** (2 * rng.random(creators)))
        orders = rng.poisson(clicks * rate).astype(float)
        for weight in ("person", "exposure"):
            one = count_step(
                orders, clicks, 10**size, rng.integers(0, 3, creators),
                cut=LINE, weight=weight, level=LEVEL,
            )  # fmt: skip
            found[weight] += one.jump.p_value <= 1 - LEVEL
    return {weight: found[weight] / repetitions for weight in ("person", "exposure")}


def alike(
    ratio: float, creators: int, repetitions: int, seed: int, pull: float = 1.0
) -> dict[str, float]:
    """Missed truths where busier creators are larger and earn less per follower.

    Args:
        ratio: true ratio micro/macro among creators who are alike.
        creators, repetitions, seed: of the draws.
        pull: of activity on the tier; 2 leaves little overlap.

    Returns:
        Shares of intervals without the truth: niches alone, overlap weights of log rates, least
        squares, and overlap weights of mean rates; and the mean log estimates less the truth.
    """
    missed: Counter[str] = Counter()
    off: Counter[str] = Counter()
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        activity, niche = rng.normal(size=creators), rng.integers(0, 3, creators)
        micro = rng.random(creators) < 1 / (1 + np.exp(-1 + pull * activity - 0.3 * (niche - 1)))
        log_rate = np.log(ratio) * micro - 0.25 * activity + 0.2 * niche
        log_rate = log_rate + rng.standard_t(4, creators) * np.where(micro, 0.4, 0.5)
        covariates = {
            "activity": activity[:, None],
            "niche": (niche[:, None] == np.arange(1, 3)).astype(float),
        }
        person = np.arange(creators)
        followers = np.full(creators, 1e6)
        booked = geometric_mean_ratio(
            np.exp(log_rate) * followers, followers, micro, niche, level=LEVEL
        )
        logs = like_log_rates(log_rate, micro, covariates, person=person, level=LEVEL)
        selling = np.log(ratio) * micro - 0.25 * activity + 0.6 * rng.normal(size=creators)
        clicks = np.round(50 * 10 ** (2 * rng.random(creators)))
        orders = rng.poisson(0.02 * clicks * np.exp(selling)).astype(float)
        means = like_rates(orders, clicks, micro, covariates, person=person, level=LEVEL)
        for name, one in (
            ("niches alone", booked),
            ("overlap weights", logs.estimate),
            ("least squares", logs.least_squares),
            ("overlap weights, means", means.estimate),
        ):
            missed[name] += not one.low <= ratio <= one.high
            off[f"bias, {name}"] += np.log(one.ratio / ratio)
    counts = {**missed, **off}
    return {name: float(count) / repetitions for name, count in counts.items()}


def noisy_counts(error: float, creators: int, repetitions: int, seed: int) -> dict[str, float]:
    """Mean ratios in worlds without a lead whose follower counts are off.

    Args:
        error: standard deviation of the error of log followers.
        creators, repetitions, seed: of the draws.

    Returns:
        Geometric means of the ratio as it is, after the band's formula, by two captures; and how
        often the first and the last are decided.
    """
    sums: Counter[str] = Counter()
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        true = 10 ** drawn_sizes(creators * 2, rng)
        first, second = (true * np.exp(error * rng.normal(size=len(true))) for _ in range(2))
        kept = first >= MICRO.low
        first, second, true = first[kept], second[kept], true[kept]
        sums_of = true * np.exp(rng.normal(size=len(true)))
        one, posts = np.zeros(len(true), dtype=np.int64), np.ones(len(true))
        arms = {"micro": MICRO, "macro": MACRO, "level": LEVEL}
        as_it_is = geometric_mean_ratio(sums_of, first, first < LINE, one, level=LEVEL)
        slope = feigned_slope(first, micro=MICRO, macro=MACRO)
        ends = (as_it_is.low, as_it_is.high)
        formula = count_band(as_it_is.ratio, ends, slope=slope, errors=[error])[0]
        two = two_captures(sums_of, posts, first, second, one, **arms)
        sums["as it is"] += np.log(as_it_is.ratio)
        sums["after the formula"] += np.log(formula.ratio)
        sums["two captures"] += np.log(two.ratio)
        sums["decided as it is"] += as_it_is.p_value <= 1 - LEVEL
        sums["decided by two captures"] += two.p_value <= 1 - LEVEL
    means = {name: value / repetitions for name, value in sums.items()}
    return {n: float(v if n.startswith("decided") else np.exp(v)) for n, v in means.items()}


def jobs(tries: int, seed: int) -> dict[str, tuple[Callable[..., dict[str, float]], tuple]]:
    """Every job of the part by name; the first word says what is measured."""
    few = max(tries // 8, 4)
    steps = {
        f"step, {curve}, {size:,} creators": (line_steps, (curve, 1.0, size, tries, seed))
        for curve in SMOOTH
        for size in SIZES
    }
    power = {
        f"power, true step {step}, {size:,} creators": (
            line_steps, ("flat", step, size, tries, seed)
        )
        for step in (1.25, 1.4)
        for size in SIZES
    }  # fmt: skip
    counts = {
        f"orders, true step {step}, {size:,} creators": (count_steps, (step, size, tries, seed))
        for step in (1.0, 1.5)
        for size in (400, 1500)
    }
    like = {
        f"alike, true ratio {ratio}, {size:,} creators{', little overlap' * (pull > 1)}": (
            alike, (ratio, size, tries, seed, pull)
        )
        for ratio, size, pull in (
            (1.0, 150, 1.0), (1.0, 600, 1.0), (1.25, 600, 1.0), (1.0, 600, 2.0), (1.0, 3000, 1.0)
        )
    }  # fmt: skip
    noise = {
        f"counts, error {error}, {size:,} creators": (noisy_counts, (error, size, of, seed))
        for error, size, of in (
            (0.1, 6000, few), (0.2, 6000, few), (0.3, 6000, few), (0.5, 6000, few),
            (0.3, 600, tries), (0.5, 600, tries),
        )
    }  # fmt: skip
    return steps | power | counts | like | noise
