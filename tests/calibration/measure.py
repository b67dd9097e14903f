"""Draw worlds again and again; count how often intervals hold the truth and tests cry wolf."""

from collections import defaultdict

import numpy as np
import pandas as pd

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.portfolio import pooled_rate_ratio
from analysis.evidence.estimators.typical import geometric_mean_ratio, mean_rate_ratio
from analysis.evidence.families import holm
from analysis.worlds import World, draw
from tests.naive import (
    log_orders_plus_constant,
    post_level_mann_whitney,
    post_level_welch,
    quasi_binomial,
    tier_design,
)

LEVEL, ALPHA, PERMUTATIONS = 0.95, 0.05, 399
ACCOUNT = ["platform", "handle"]


def creators_of(drawn):
    """Creators with sums of their posts and placements, as the panel adds them up."""
    roster = drawn.creators[drawn.creators["followers"] >= 1000]
    posts = drawn.posts.merge(roster[[*ACCOUNT, "followers"]], on=ACCOUNT)
    posts = posts.assign(
        interactions=(posts["likes"] + posts["comments"]).astype("Float64"),
        exposed=posts["followers_at_posting"].fillna(posts["followers"]).astype(float),
    ).dropna(subset=["interactions"])
    engaged = posts.groupby(ACCOUNT)[["interactions", "exposed"]].sum()
    booked = drawn.placements.groupby([*ACCOUNT])[["clicks", "orders", "impressions"]].sum()
    campaign = drawn.placements.groupby(ACCOUNT)["campaign"].first()
    panel = roster.set_index(ACCOUNT).join([engaged, booked, campaign]).reset_index()
    panel["micro"] = panel["followers"] < 100_000
    return panel, posts.assign(micro=posts["followers"] < 100_000)


def estimates(panel, rng, *, stratum="niche", campaigns=False):
    """The product's headline estimates of one draw: name -> Estimate."""
    engaged = panel.dropna(subset=["interactions"])
    booked = panel[panel["clicks"] > 0]
    often = panel[panel["clicks"] >= 100]
    inside = "campaign" if campaigns else None
    return {
        "engagement, typical": geometric_mean_ratio(
            *_arrays(engaged, "interactions", "exposed", stratum), level=LEVEL
        ),
        "engagement, portfolio": pooled_rate_ratio(
            *_arrays(engaged, "interactions", "exposed", stratum),
            level=LEVEL,
            permutations=PERMUTATIONS,
            rng=rng,
        ),
        "orders per click, typical": mean_rate_ratio(
            *_arrays(often, "orders", "clicks", inside), level=LEVEL
        ),
        "orders per click, portfolio": pooled_rate_ratio(
            *_arrays(booked, "orders", "clicks", inside),
            level=LEVEL,
            permutations=PERMUTATIONS,
            rng=rng,
        ),
    }


def _arrays(panel, numerator, exposure, stratum):
    labels = np.zeros(len(panel), dtype=np.int64)
    if stratum is not None:
        labels = np.unique(panel[stratum].astype(str), return_inverse=True)[1]
    return (
        panel[numerator].to_numpy(dtype=float),
        panel[exposure].to_numpy(dtype=float),
        panel["micro"].to_numpy(dtype=bool),
        labels,
    )


def coverage(world: World, repetitions: int, seed: int, *, campaigns=False) -> pd.DataFrame:
    """Coverage of the planted truth and rejections of a ratio of 1, per headline estimate."""
    held, rejected, wrong_sign, refused = (defaultdict(int) for _ in range(4))
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        drawn = draw(world, rng=rng)
        truth = _truth(drawn)
        try:
            found = estimates(creators_of(drawn)[0], rng, campaigns=campaigns)
        except NotEstimableError:
            refused["all"] += 1
            continue
        for name, estimate in found.items():
            held[name] += estimate.low <= truth[name] <= estimate.high
            rejected[name] += estimate.p_value <= ALPHA
            opposite = (estimate.ratio - 1) * (truth[name] - 1) < 0
            wrong_sign[name] += opposite and estimate.p_value <= ALPHA
    done = repetitions - refused["all"]
    return pd.DataFrame(
        [(n, truth[n], held[n] / done, rejected[n] / done, wrong_sign[n] / done) for n in held],
        columns=["estimate", "truth", "coverage", "rejects 1", "sign errors"],
    )


def _truth(drawn):
    planted = drawn.planted[drawn.planted["niche"] == "all"]
    ratio = planted.set_index(["metric", "estimand"])["ratio"]
    return {
        f"{name}, {estimand}": float(ratio.loc[(metric, estimand)].iloc[0])
        if isinstance(ratio.loc[(metric, estimand)], pd.Series)
        else float(ratio.loc[(metric, estimand)])
        for metric, name in (
            ("engagement_per_follower", "engagement"),
            ("orders_per_click", "orders per click"),
        )
        for estimand in ("typical", "portfolio")
    }


def naive(world: World, repetitions: int, seed: int) -> dict[str, float]:
    """How often the field's tests call equal tiers different."""
    rejected = defaultdict(int)
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        panel, posts = creators_of(draw(world, rng=rng))
        rate = (posts["interactions"].astype(float) / posts["exposed"]).to_numpy()
        micro = posts["micro"].to_numpy()
        booked = panel[panel["clicks"] > 0]
        y, n = booked["orders"].to_numpy(float), booked["clicks"].to_numpy(float)
        engaged = panel.dropna(subset=["interactions"])
        pot = geometric_mean_ratio(*_arrays(engaged, "interactions", "exposed", None), level=LEVEL)
        p_values = {
            "posts as independent, Welch": post_level_welch(rate, micro),
            "posts as independent, Mann-Whitney": post_level_mann_whitney(rate, micro),
            "creators, platforms in one pot": pot.p_value,
            "quasi-binomial, Pearson scale": quasi_binomial(
                y, n, tier_design(booked["micro"])
            ).pvalues[1],
            "rates of log(orders + 0.5)": log_orders_plus_constant(y, n, booked["micro"]),
        }
        for name, p_value in p_values.items():
            rejected[name] += p_value <= ALPHA
    return {name: count / repetitions for name, count in rejected.items()}


def family_error(world: World, repetitions: int, seed: int, *, looks: int = 1) -> dict[str, float]:
    """How often a world without differences makes any niche of a family a claim.

    Args:
        looks: weekly looks at growing data, of which only the last is the decision day; the
            first entry counts a claim at any look, as a schedule without decision days would.
    """
    any_look = decision = 0
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        panel, _ = creators_of(draw(world, rng=rng))
        order = rng.permutation(len(panel))
        claims = []
        for look in range(looks):
            seen = panel.iloc[order[: int(len(panel) * (look + 1) / looks)]]
            p_values = [_niche_p_value(rows) for _, rows in seen.groupby("niche")]
            claims.append(bool((holm(pd.Series(p_values)) <= ALPHA).any()))
        any_look += any(claims)
        decision += claims[-1]
    return {"at any look": any_look / repetitions, "on the decision day": decision / repetitions}


def _niche_p_value(rows):
    arms = rows["micro"].sum(), (~rows["micro"]).sum()
    if min(arms) < 10:
        return np.nan
    arrays = _arrays(rows.dropna(subset=["interactions"]), "interactions", "exposed", None)
    return geometric_mean_ratio(*arrays, level=LEVEL).p_value


def permuted_shop(shop: pd.DataFrame, repetitions: int, seed: int) -> dict[str, float]:
    """Rejections on a real shop whose tiers are shuffled over its creators."""
    rng = np.random.default_rng(seed)
    y, n = shop["orders"].to_numpy(float), shop["clicks"].to_numpy(float)
    one, often = np.zeros(len(y), dtype=np.int64), n >= 100
    rejected = defaultdict(int)
    for _ in range(repetitions):
        micro = rng.permutation(shop["micro"].to_numpy())
        pooled = pooled_rate_ratio(
            y, n, micro, one, level=LEVEL, permutations=PERMUTATIONS, rng=rng
        )
        typical = mean_rate_ratio(y[often], n[often], micro[often], one[often], level=LEVEL)
        quasi = quasi_binomial(y, n, tier_design(micro)).pvalues[1]
        rejected["orders per click, portfolio"] += pooled.p_value <= ALPHA
        rejected["orders per click, typical"] += typical.p_value <= ALPHA
        rejected["quasi-binomial, Pearson scale (must fail)"] += quasi <= ALPHA
    return {name: count / repetitions for name, count in rejected.items()}


def monte_carlo_error(rate: float, repetitions: int) -> float:
    """Standard error of a simulated rate."""
    return float(np.sqrt(rate * (1 - rate) / repetitions))
