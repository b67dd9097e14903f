"""Distribution-free checks of a tier contrast: which creator is ahead, and permuted tiers.

They assume nothing about the shape of rates. Both stand beside the primary estimator and never
replace it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2indep

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rate_ratio import sum_by
from analysis.evidence.estimators.rows import CHUNK, Flags, Floats, Integers, permuted

_ROUNDING = 1e-12  # relative; what is smaller is no difference


@dataclass(frozen=True, slots=True)
class Superiority:
    """How often micro is ahead of macro in its stratum.

    Attributes:
        probability: P(micro > macro) + P(tie) / 2; Cliff's delta is twice that minus 1.
        low, high: two-sided interval, inside [0, 1].
        p_value: two-sided, of a probability of one half.
    """

    probability: float
    low: float
    high: float
    p_value: float


def superiority(values: Floats, micro: Flags, stratum: Integers, *, level: float) -> Superiority:
    """Brunner and Munzel's probability of superiority, combined over strata.

    Strata are weighted by n_micro n_macro / (n_micro + n_macro + 1), as van Elteren (1960, Bulletin
    of the International Statistical Institute 37) weights their Wilcoxon statistics; t with
    Satterthwaite's degrees of freedom over all arms. Without strata it is Brunner and Munzel
    (2000, Biometrical Journal 42), except that no sample can say more than m pairs of creators
    can: m pairs all lean one way with a chance of at most P^m, so the p-value is at least
    2 (1/2)^m, and the interval reaches at least from or to (alpha/2)^(1/m). m is the smaller arm,
    with strata the least of the smaller arms over their weights. Arms that do not overlap have no
    variance to estimate; for them these bounds are the answer.

    Args:
        values: one per creator, on any scale.
        micro: the arm of each creator.
        stratum: label per creator; strata with fewer than two creators in an arm are left out.
        level: of the interval.

    Raises:
        NotEstimableError: no stratum has two creators in each arm, a value is missing, or all
            creators of every stratum are alike.

    Example:
        >>> rate = np.array([0.05, 0.04, 0.06, 0.03, 0.02, 0.035, 0.025, 0.045])
        >>> tier = np.array([True] * 4 + [False] * 4)
        >>> found = superiority(rate, tier, np.zeros(8, dtype=np.int64), level=0.95)
        >>> round(found.probability, 3), round(found.p_value, 2)
        (0.812, 0.12)
    """
    kept = _comparable(values, micro, stratum, fewest=2)
    values, micro, stratum = values[kept], micro[kept], stratum[kept]
    parts = [_arms(values[stratum == label], micro[stratum == label]) for label in set(stratum)]
    probability, variances, sizes = (np.array(part) for part in zip(*parts, strict=True))
    weight = sizes.prod(axis=1) / (sizes.sum(axis=1) + 1)
    weight = weight / weight.sum()
    found = float(weight @ probability)
    low, high, p_value = _inference(
        found, weight[:, None] ** 2 * variances, sizes, level, float((sizes.min(1) / weight).min())
    )
    return Superiority(found, low, high, p_value)


def _comparable(values: Floats, micro: Flags, stratum: Integers, *, fewest: int) -> Flags:
    """Rows of strata that hold enough creators of both arms.

    At least two of each arm in all.
    """
    if not np.isfinite(values).all():
        raise NotEstimableError("a creator's rate is missing or 0")
    column = np.unique(stratum, return_inverse=True)[1]
    arms = [np.bincount(column, weights=arm) for arm in (micro, ~micro)]
    kept: Flags = (np.minimum(*arms) >= fewest)[column]
    if min(micro[kept].sum(), (~micro[kept]).sum()) < 2:
        raise NotEstimableError("no niche has enough creators of both arms")
    lowest = np.full(column.max() + 1, np.inf)
    np.minimum.at(lowest, column, values)
    if (values == lowest[column])[kept].all():
        raise NotEstimableError("the creators of each niche all have the same rate")
    return kept


def _arms(values: Floats, micro: Flags) -> tuple[float, tuple[float, float], tuple[int, int]]:
    """Probability, variances and creators of each arm in one stratum."""
    # Arms apart have no variance, and the test that comes along divides by it; it is not used.
    with np.errstate(divide="ignore", invalid="ignore"):
        ranks = rank_compare_2indep(values[micro], values[~micro])
    n_micro, n_macro = int(micro.sum()), int((~micro).sum())
    return float(ranks.prob1), (ranks.var1 / n_micro, ranks.var2 / n_macro), (n_micro, n_macro)


def _inference(
    found: float, variances: Floats, sizes: Integers, level: float, pairs: float
) -> tuple[float, float, float]:
    """Interval and p-value from the weighted variances of the arms, shape (strata, 2)."""
    reach = ((1 - level) / 2) ** (1 / pairs)
    variance = float(variances.sum())
    if variance <= 0:  # every stratum is fully apart, one way or the other
        distance = 1 - reach
        p_value = min(1.0, 2 * (1 - abs(found - 0.5)) ** pairs)
        return max(0.0, found - distance), min(1.0, found + distance), p_value
    df = variance**2 / float((variances**2 / (sizes - 1)).sum())
    half = float(stats.t.ppf((1 + level) / 2, df) * np.sqrt(variance))
    p_value = float(2 * stats.t.sf(abs(found - 0.5) / np.sqrt(variance), df))
    low, high = max(0.0, min(found - half, reach)), min(1.0, max(found + half, 1 - reach))
    return low, high, max(p_value, 2 * 0.5**pairs)


def permuted_p_value(
    log_rate: Floats,
    micro: Flags,
    stratum: Integers,
    *,
    person: Integers | None = None,
    permutations: int,
    rng: np.random.Generator,
) -> float:
    """P-value of the studentised difference under permuted arms.

    The statistic is the t of least squares with stratum effects and HC3 errors, summed by person,
    which is that of ``geometric_mean_ratio``; studentising keeps the size when the arms differ in
    spread (Janssen 1997, Statistics and Probability Letters 36). Persons move whole: a person
    with several accounts keeps one tier for all, and is exchanged with persons who have accounts
    in the same strata. A person with accounts in both tiers keeps them in every arrangement.

    Args:
        log_rate: one per account, finite.
        micro, stratum: tier and label of each account; strata of one tier tell nothing.
        person: owner of each account; without it every account is its own person's.
        permutations: arrangements to draw.
        rng: source of the arrangements.

    Raises:
        NotEstimableError: no stratum has both tiers, an arm has one account, a rate is missing,
            or the accounts of every stratum are alike.

    Example:
        >>> rate = np.log([0.05, 0.04, 0.06, 0.07, 0.03, 0.02, 0.035, 0.025])
        >>> tier = np.array([True] * 4 + [False] * 4)
        >>> one, rng = np.zeros(8, dtype=np.int64), np.random.default_rng(1)
        >>> permuted_p_value(rate, tier, one, permutations=999, rng=rng) < 0.05
        True
    """
    kept = _comparable(log_rate, micro, stratum, fewest=1)
    owner = np.arange(len(micro)) if person is None else person
    rates, tiers, strata = log_rate[kept], micro[kept], stratum[kept]
    owner = np.unique(owner[kept], return_inverse=True)[1]
    statistic = studentised(rates, tiers[None], strata, owner)
    tier_of, places, mixed = _whole_persons(tiers, strata, owner)
    seen = np.abs(statistic) * (1 - _ROUNDING)
    extreme, batch = 0, max(1, CHUNK // len(tiers))
    for start in range(0, permutations, batch):
        rows = permuted(tier_of, places, min(batch, permutations - start), rng)[:, owner]
        rows[:, mixed[owner]] = tiers[mixed[owner]]
        drawn = np.abs(studentised(rates, rows, strata, owner))
        extreme += int((~(drawn < seen)).sum())
    return (1 + extreme) / (permutations + 1)


def _whole_persons(
    micro: Flags, stratum: Integers, owner: Integers
) -> tuple[Flags, Integers, Flags]:
    """Per person: tier, a label for its strata, and both tiers.

    Args:
        micro, stratum: shape (accounts,).
        owner: shape (accounts,), numbers from 0.
    """
    column = np.unique(stratum, return_inverse=True)[1]
    accounts = np.zeros((owner.max() + 1, column.max() + 1), dtype=np.int64)
    np.add.at(accounts, (owner, column), 1)
    places = np.unique(accounts, axis=0, return_inverse=True)[1].ravel()
    n_micro, n_all = np.bincount(owner, weights=micro), np.bincount(owner)
    mixed = (n_micro > 0) & (n_micro < n_all)
    # A label of their own keeps those with both tiers out of every exchange.
    places[mixed] = places.max() + 1 + np.arange(mixed.sum())
    return n_micro > 0, places, mixed


def studentised(log_rate: Floats, micro: Flags, stratum: Integers, owner: Integers) -> Floats:
    """T of the difference within strata, per row of tiers.

    Args:
        log_rate, stratum, owner: shape (accounts,).
        micro: shape (arrangements, accounts).

    Returns:
        Shape (arrangements,); not finite where tiers explain every rate.
    """
    column = np.unique(stratum, return_inverse=True)[1]
    member = (column[:, None] == np.arange(column.max() + 1)).astype(float)
    size = member.sum(axis=0)
    rate = log_rate - (log_rate @ member / size)[column]
    tier = micro - (micro.astype(float) @ member / size)[:, column]
    information = (tier**2).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = tier @ rate[:, None] / information
        leverage = 1 / size[column] + tier**2 / information
        influence = tier * (rate - difference * tier) / information / (1 - leverage)
        error = np.sqrt((sum_by(owner, influence) ** 2).sum(axis=1))
        error[error < _ROUNDING * np.abs(rate).max()] = 0
        return np.asarray(difference[:, 0] / error)
