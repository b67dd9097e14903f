"""What a unit of money brought in each arm, with how unsure that is: the closed form."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.estimators.rows import Floats

ARM = ["platform", "micro"]
_TIER_SD = 0.35  # of log returns, between tiers
_PLATFORM, _ARM = 0.35, 0.2  # scales of half-normal priors: between platforms, an arm's own
_CAMPAIGN_TIER = 0.15  # scale of the half-normal prior of what a tier has of its own in a campaign


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """Draws of what one unit of the currency brings in each arm.

    Attributes:
        arms: one row per arm: ``platform``, ``micro``, ``spend`` (per past campaign), ``outcome``
            (likewise), ``bookings`` (likewise).
        draws: outcome per unit of currency, one row per draw, one column per arm; on average over
            campaigns like the past ones.
        once: likewise in one such campaign, in which a tier has something of its own.
    """

    arms: pd.DataFrame
    draws: Floats
    once: Floats


def arm_returns(known: pd.DataFrame, *, draws: int, rng: np.random.Generator) -> Returns:
    """Draw the returns of every arm from past bookings.

    The log of an arm's return, all outcome over all cost, has the jackknife error of its persons,
    so whom one could book and at what price is uncertain together. Normal priors pull it to the
    sum of a tier's and a platform's part. An arm's draws have the exponential of the mean log as
    their mean: otherwise the arm that is known least looks best.

    Args:
        known: bookings with ``cost`` and ``outcome``.
        draws: how many.
        rng: of the draws.
    """
    by_arm = known.groupby(ARM)
    sums = by_arm[["cost", "outcome"]].sum()
    logs = np.log(np.maximum(sums["outcome"], 0.5) / sums["cost"]).to_numpy()
    errors = np.array([_error(rows) for _, rows in by_arm])
    arms = past_arms(known)
    drawn, middle = _pulled(logs, errors, arms, draws, rng)
    own = rng.standard_normal((draws, 2)) * _campaign_spread(known, draws, rng)[:, None]
    once = drawn + own[:, arms["micro"].astype(int)]
    return Returns(arms, centred(drawn, middle), centred(once, middle))


def past_arms(known: pd.DataFrame) -> pd.DataFrame:
    """Spend, outcome and bookings of every arm, per past campaign, as in ``Returns``."""
    by_arm = known.groupby(ARM)
    sums = by_arm[["cost", "outcome"]].sum().rename(columns={"cost": "spend"})
    per_campaign = sums.assign(bookings=by_arm.size()) / max(known["campaign"].nunique(), 1)
    return per_campaign.reset_index()


def centred(log_returns: Floats, middle: Floats) -> Floats:
    """Returns whose mean over draws is exp(middle) in every arm.

    Otherwise the arm that is known least looks best.
    """
    drawn = np.exp(log_returns)
    return np.asarray(drawn * (np.exp(middle) / drawn.mean(axis=0)))


def _error(rows: pd.DataFrame) -> float:
    """Jackknife variance of a log return: each person's pull on it, squared and added up."""
    person = pd.factorize(rows["person"])[0]
    cost, outcome = (np.bincount(person, rows[name]) for name in ("cost", "outcome"))
    pull = outcome / max(outcome.sum(), 0.5) - cost / cost.sum()
    people = len(cost)
    return float((pull**2).sum() * people / max(people - 1, 1)) + 1e-9


def _campaign_spread(known: pd.DataFrame, draws: int, rng: np.random.Generator) -> Floats:
    """Draw the spread of a tier's own part in a campaign, from its posterior on a grid.

    The log ratio of the tiers' returns in a campaign is normal around that of all, with twice the
    square of this spread and its own error; the mean is integrated out.
    """
    found: list[tuple[float, float]] = []
    for _, rows in known.groupby("campaign"):
        tiers = [tier for _, tier in rows.groupby("micro")]
        if len(tiers) == 2 and all(tier["outcome"].sum() > 0 for tier in tiers):
            log = [np.log(tier["outcome"].sum() / tier["cost"].sum()) for tier in tiers]
            found.append((float(log[1] - log[0]), sum(_error(tier) for tier in tiers)))
    ratios, variances = np.array(found).reshape(-1, 2).T
    grid = np.linspace(0.005, 0.6, 60)
    log_weight = -0.5 * (grid / _CAMPAIGN_TIER) ** 2
    for place, spread in enumerate(grid):
        whole = variances + 2 * spread**2
        mean = np.average(ratios, weights=1 / whole) if found else 0.0
        log_weight[place] -= 0.5 * (np.log(whole).sum() + ((ratios - mean) ** 2 / whole).sum())
        log_weight[place] -= 0.5 * np.log((1 / whole).sum()) if found else 0.0
    weight = np.exp(log_weight - log_weight.max())
    return rng.choice(grid, size=draws, p=weight / weight.sum())


def _pulled(
    logs: Floats, variances: Floats, arms: pd.DataFrame, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draws of the arms' log returns, pulled to tier and platform; and their mean.

    How far platforms and single arms differ is drawn from its posterior on a grid, with
    half-normal priors.
    """
    grid = [(p, a) for p in np.linspace(0.01, 0.7, 15) for a in np.linspace(0.01, 0.4, 12)]
    own = np.ones(len(grid))
    parts = []
    for place, (platform_sd, arm_sd) in enumerate(grid):
        prior = _prior(arms, platform_sd, arm_sd)
        whole = prior + np.diag(variances)
        centred = logs - logs.mean()
        gain = np.linalg.solve(whole, prior).T
        spread = prior - gain @ prior
        own[place] = -0.5 * ((platform_sd / _PLATFORM) ** 2 + (arm_sd / _ARM) ** 2)
        own[place] -= 0.5 * (
            np.linalg.slogdet(whole)[1] + centred @ np.linalg.solve(whole, centred)
        )
        parts.append((logs.mean() + gain @ centred, (spread + spread.T) / 2))
    weight = np.exp(own - own.max())
    weight /= weight.sum()
    times = rng.multinomial(draws, weight)
    drawn = np.concatenate(
        [
            rng.multivariate_normal(*part, size=n, method="cholesky")
            for part, n in zip(parts, times, strict=True)
        ]
    )
    return drawn, np.average([mean for mean, _ in parts], axis=0, weights=weight)


def _prior(arms: pd.DataFrame, platform_sd: float, arm_sd: float) -> Floats:
    """Covariance of the arms' log returns: a free common level, tier, platform, the arm's own."""
    tier, platform = (arms[name].to_numpy() for name in ("micro", "platform"))
    same_tier, same_platform = (one[:, None] == one[None, :] for one in (tier, platform))
    prior = 25.0 + _TIER_SD**2 * same_tier + platform_sd**2 * same_platform
    return np.asarray(prior + arm_sd**2 * np.eye(len(arms)))
