"""Draw worlds again and again; count how often intervals hold the truth and tests cry wolf."""

from collections import defaultdict

import numpy as np
import pandas as pd

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rate_ratio import rate_ratio
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.verdict import Verdict, rule
from analysis.study.worlds import World, draw
from tests.naive import (
    log_orders_plus_constant,
    post_level_mann_whitney,
    post_level_welch,
    quasi_binomial,
    tier_design,
)
from tests.study.worlds.measured import HEARD, heard_of

LEVEL, ALPHA, PERMUTATIONS, MARGIN = 0.95, 0.05, 199, (0.8, 1.25)
EVENTS = ("coverage", "rejects 1", "sign errors", "equivalent")
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
    booked = drawn.placements.groupby(ACCOUNT)[["clicks", "orders", "impressions"]].sum()
    panel = roster.set_index(ACCOUNT).join([engaged, booked]).reset_index()
    panel["micro"] = panel["followers"] < 100_000
    return panel, posts.assign(micro=posts["followers"] < 100_000)


def bookings_of(drawn):
    """One row per account and campaign, as the panel adds placements up inside campaigns."""
    sums = ["clicks", "orders", "impressions", "fee"]
    booked = drawn.placements.groupby([*ACCOUNT, "campaign"], sort=False)[sums].sum().reset_index()
    rows = booked.merge(drawn.creators[[*ACCOUNT, "niche", "followers", "person"]], on=ACCOUNT)
    rows = rows[rows["followers"] >= 1000]
    own = rows["person"].fillna(rows["platform"] + rows["handle"])
    return rows.assign(micro=rows["followers"] < 100_000, person=own)


def estimates(panel, booked, rng):
    """The product's headline estimates of one draw: name -> Estimate."""
    engaged = panel.dropna(subset=["interactions"])
    often = booked[booked["clicks"] >= 100]
    options = {"level": LEVEL, "permutations": PERMUTATIONS, "rng": rng}
    rates = _arrays(engaged, "interactions", "exposed", "niche")
    return {
        "engagement, typical": geometric_mean_ratio(*rates, level=LEVEL),
        "engagement, portfolio": rate_ratio(*rates, weight="exposure", **options),
        "orders per click, typical": rate_ratio(
            *_arrays(often, "orders", "clicks", "campaign"),
            weight="person",
            person=often["person"].to_numpy(),
            **options,
        ),
        "orders per click, portfolio": rate_ratio(
            *_arrays(booked[booked["clicks"] > 0], "orders", "clicks", "campaign"),
            weight="exposure",
            person=booked.loc[booked["clicks"] > 0, "person"].to_numpy(),
            **options,
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


def coverage(world: World, repetitions: int, seed: int, *, by: str | None = None) -> pd.DataFrame:
    """Coverage of the planted truth, false alarms, sign errors and equivalence per estimate.

    Args:
        by: ``niche`` or ``platform`` estimates each part of the panel by itself and adds the
            counts of the parts up; their truths may differ.

    Returns:
        One row per estimate; ``truth`` is missing where parts differ in it.
    """
    counts = defaultdict(lambda: defaultdict(int))
    truths = defaultdict(set)
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        drawn = draw(world, seed=[seed, repetition])
        panel, booked = creators_of(drawn)[0], bookings_of(drawn)
        for part, rows in [("all", panel)] if by is None else panel.groupby(by):
            try:
                placed = booked if by is None else booked[booked[by] == part]
                found = estimates(rows, placed, rng)
            except NotEstimableError:
                continue
            for name, truth in _truths(drawn.planted, by, part).items():
                truths[name].add(round(truth, 6))
                for event, happened in _events(found[name], truth).items():
                    counts[name][event] += happened
    table = pd.DataFrame(
        {
            name: {event: n / of["estimates"] for event, n in of.items()}
            for name, of in counts.items()
        }
    ).T
    only = {name: min(found) if len(found) == 1 else np.nan for name, found in truths.items()}
    return table.assign(truth=pd.Series(only)).rename_axis("estimate").reset_index()


def _events(estimate, truth):
    opposite = (estimate.ratio - 1) * (truth - 1) < 0
    interval = (estimate.low, estimate.high)
    ruling = rule(interval, margin=MARGIN, direction="higher").verdict
    return {
        "estimates": 1,
        "coverage": estimate.low <= truth <= estimate.high,
        "rejects 1": estimate.p_value <= ALPHA,
        "sign errors": opposite and estimate.p_value <= ALPHA,
        "equivalent": ruling == Verdict.EQUIVALENT,
    }


def _truths(planted, by, part):
    inside = planted[planted["niche"] == (part if by == "niche" else "all")]
    if by == "platform":
        inside = inside[inside["platform"] == part]
    ratio = inside.drop_duplicates(["metric", "estimand"]).set_index(["metric", "estimand"])[
        "ratio"
    ]
    return {
        f"{label}, {estimand}": float(ratio[(metric, estimand)])
        for metric, label in (
            ("engagement_per_follower", "engagement"),
            ("orders_per_click", "orders per click"),
        )
        for estimand in ("typical", "portfolio")
    }


def heard(world: World, repetitions: int, seed: int) -> pd.DataFrame:
    """The table of ``coverage``, of topics, audiences and mentions."""
    counts = defaultdict(lambda: defaultdict(int))
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        drawn = draw(world, seed=[seed, repetition])
        panel = creators_of(drawn)[0].set_index(ACCOUNT).join(heard_of(drawn)).reset_index()
        planted = drawn.planted[drawn.planted["niche"] == "all"]
        truths = planted.set_index(["metric", "estimand"])["ratio"]
        for metric, (numerator, exposure) in HEARD.items():
            known = panel[panel[exposure] > 0]
            estimate = rate_ratio(
                *_arrays(known, numerator, exposure, "niche"),
                weight="person",
                level=LEVEL,
                permutations=PERMUTATIONS,
                rng=rng,
            )
            truth = float(truths[metric, "typical"])
            for event, happened in _events(estimate, truth).items():
                counts[metric, truth][event] += happened
    return pd.DataFrame(
        {"estimate": f"{metric}, typical", "truth": truth}
        | {event: of[event] / of["estimates"] for event in EVENTS}
        for (metric, truth), of in counts.items()
    )


def naive(world: World, repetitions: int, seed: int) -> dict[str, float]:
    """How often the field's tests call equal tiers different."""
    rejected = defaultdict(int)
    for repetition in range(repetitions):
        panel, posts = creators_of(draw(world, seed=[seed, repetition]))
        rate = (posts["interactions"].astype(float) / posts["exposed"]).to_numpy()
        micro = posts["micro"].to_numpy()
        booked = panel[panel["clicks"] > 0]
        y, n = booked["orders"].to_numpy(float), booked["clicks"].to_numpy(float)
        engaged = panel.dropna(subset=["interactions"])
        pot = geometric_mean_ratio(*_arrays(engaged, "interactions", "exposed", None), level=LEVEL)
        p_values = {
            "posts as independent, Welch": post_level_welch(rate, micro),
            "posts as independent, Mann-Whitney": post_level_mann_whitney(rate, micro),
            "creators, everything in one pot": pot.p_value,
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
        panel, _ = creators_of(draw(world, seed=[seed, repetition]))
        order = rng.permutation(len(panel))
        claims = []
        for look in range(looks):
            seen = panel.iloc[order[: int(len(panel) * (look + 1) / looks)]]
            p_values = [_niche_p_value(rows) for _, rows in seen.groupby("niche")]
            smallest = min((p for p in p_values if np.isfinite(p)), default=1.0)
            claims.append(bool(smallest * len(p_values) <= ALPHA))
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
        options = {"level": LEVEL, "permutations": PERMUTATIONS, "rng": rng}
        pooled = rate_ratio(y, n, micro, one, weight="exposure", **options)
        arrays = (y[often], n[often], micro[often], one[often])
        typical = rate_ratio(*arrays, weight="person", **options)
        quasi = quasi_binomial(y, n, tier_design(micro)).pvalues[1]
        rejected["orders per click, portfolio"] += pooled.p_value <= ALPHA
        rejected["orders per click, typical"] += typical.p_value <= ALPHA
        rejected["quasi-binomial, Pearson scale (must fail)"] += quasi <= ALPHA
    return {name: count / repetitions for name, count in rejected.items()}


def monte_carlo_error(rate: float, repetitions: int) -> float:
    """Standard error of a simulated rate."""
    return float(np.sqrt(rate * (1 - rate) / repetitions))
