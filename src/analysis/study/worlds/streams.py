"""Random streams by name, and distributions between creators."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtr

from analysis.study.errors import UsageError

Seed = int | Sequence[int]


def stream(seed: Seed, name: str) -> np.random.Generator:
    """Open the random stream of one quantity.

    Every quantity of every table has a name of its own, so that a further one moves nothing.

    Example:
        >>> first, again, other = (stream(1, name).random() for name in ("likes", "likes", "views"))
        >>> (first == again, first == other)
        (True, False)
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(name.encode())))


def lognormal(scores: np.ndarray, sd: float | np.ndarray) -> np.ndarray:
    """Lognormal factors with mean one at standard normal scores."""
    return np.asarray(np.exp(sd * scores - np.square(sd) / 2))


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma distribution with mean one.

    Attributes:
        cv: coefficient of variation, above 0.
    """

    cv: float

    def __post_init__(self) -> None:
        _check(self.cv > 0, f"Gamma(cv={self.cv}): give a coefficient of variation above 0")

    def factors(self, scores: np.ndarray) -> np.ndarray:
        """Quantiles at standard normal scores."""
        shape = self.cv**-2
        return np.asarray(gammaincinv(shape, ndtr(scores)) / shape)


@dataclass(frozen=True, slots=True)
class Pareto:
    """Pareto distribution with mean one.

    Attributes:
        index: of the tail, above 1; the variance is infinite up to 2.
    """

    index: float

    def __post_init__(self) -> None:
        _check(self.index > 1, f"Pareto(index={self.index}): give an index above 1, or no mean is")

    def factors(self, scores: np.ndarray) -> np.ndarray:
        """Quantiles at standard normal scores."""
        return np.asarray((1 - 1 / self.index) * ndtr(-scores) ** (-1 / self.index))


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise UsageError(message)
