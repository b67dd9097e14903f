"""Advice measured: creators, split, forecast, next unit, test and lot, in worlds of known truth."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.decisions import creators
from analysis.decisions.deciding_test import bookings_needed
from analysis.decisions.lots.experiment import assigned_difference
from analysis.decisions.lots.market_weeks import draw_weeks, week_difference
from analysis.decisions.model.counts_model import fit_counts, lay_out, rates
from analysis.decisions.model.forecast import forecast
from analysis.decisions.model.modelled_returns import modelled_returns
from analysis.decisions.model.returns import Returns, arm_returns
from analysis.decisions.rule import Findings, decided
from analysis.decisions.split import Split, falls_short, split_budget
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.next_euro import own_elasticity
from analysis.study.registration import Decisions
from tests.decisions.booking_worlds import alike, booking_world, dated

USUAL = Decisions(bounds=(0.5, 3), diminishing=(0.6, 1), campaigns_ahead=4, detectable_ratio=1.5)
POWER = 0.8  # of the truth, by which outcomes grow with an arm's spend; declared is .6 to 1
BEST = 10  # creators of a list
HARDER = "harder: 400 creators, 1.5 bookings, luck 1"  # than the gates are set for
_ALIKE = 0.03  # of the outcome, between the splits of both calculations

Found = dict[str, float]
World = dict[str, Any]


def prospects(world: World, tries: int, seed: int) -> Found:
    """What is said of the ten best, of every next booking and of those that beat a target."""
    rows, said_so, came_true = [], [], []
    for repetition in range(tries):
        rng = np.random.default_rng([seed, repetition])
        drawn_world = booking_world(seed + repetition, **world)
        posterior = fit_counts(lay_out(drawn_world.rows), rng)
        people = drawn_world.people.set_index("person").loc[posterior.counts.persons["person"]]
        truth = people["rate"].to_numpy()
        drawn = rates(posterior, posterior.counts.persons, rng)
        middle = np.median(drawn, axis=0)
        raw = drawn_world.rows.groupby("person")["outcome"].mean().to_numpy()
        best, first = np.argsort(middle)[-BEST:], np.argsort(raw)[-BEST:]
        low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
        held = (low < truth) & (truth < high)
        even = np.ones(len(truth))
        ideal = np.sort(truth)[-BEST:].sum()
        rows.append(
            {
                "said / true": middle[best].sum() / truth[best].sum(),
                "raw / true": raw[first].sum() / truth[first].sum(),
                "90 % holds": held.mean(),
                "of the ten": held[best].mean(),
                "rank": stats.spearmanr(middle, truth).statistic,
                "rank, raw": stats.spearmanr(raw, truth).statistic,
                "regret said": creators._regret(drawn, even, np.isin(np.arange(len(truth)), best)),
                "regret true": 1 - truth[best].sum() / ideal,
                "regret raw": 1 - truth[first].sum() / ideal,
            }
        )
        listed = creators.prospects(posterior, drawn_world.rows, target=None, rng=rng)
        sure = listed.people[listed.people["class"] == "rebook"]
        rate = people["rate"].loc[sure["person"]].to_numpy()
        said_so += sure["beats"].tolist()
        came_true += (rate * listed.target > sure["cost"].to_numpy()).tolist()
    found = pd.DataFrame(rows).astype(float)
    return found.mean().to_dict() | {
        "error": float(found["said / true"].std() / np.sqrt(tries)),
        "rebook said": float(np.mean(said_so)),
        "rebook true": float(np.mean(came_true)),
    }


def splits(world: World, tries: int, seed: int, *, equal: bool = False) -> Found:
    """What the best split gains, regrets and promises; shares of tries unless named otherwise.

    Args:
        world, tries, seed: of the draws.
        equal: whether prices make all arms return the same.
    """
    rows = [_one_split(world, seed, repetition, equal) for repetition in range(tries)]
    found = pd.DataFrame(rows)
    sure = found[found["helps"] >= 0.95]
    means = found.drop(columns="helps").astype(float).mean().to_dict()
    return means | {
        "sure": float(len(sure)),
        "sure came true": float((sure["gain, true"] > 0).mean()) if len(sure) else float("nan"),
        "apart, middle": float(found["apart"].median()),
    }


def _one_split(world: World, seed: int, repetition: int, equal: bool) -> Found:
    rng = np.random.default_rng([seed, repetition])
    if equal:
        drawn = alike(booking_world(seed + repetition, **world))
    else:
        drawn = booking_world(seed + repetition, tier=0.3 * rng.standard_normal(), **world)
    returns = modelled_returns(fit_counts(lay_out(drawn.rows), rng), drawn.rows, rng)
    found = split_budget(returns, USUAL, budget=None, rng=rng)
    closed = arm_returns(drawn.rows, draws=2_000, rng=rng)
    other = split_budget(closed, USUAL, budget=None, rng=rng)
    sums = drawn.people.groupby(["platform", "micro"])[["rate", "price"]].sum()
    places = [(row.platform, row.micro) for row in returns.arms.itertuples()]
    true = (sums["rate"] / sums["price"]).reindex(places).to_numpy()
    before = returns.arms["spend"].to_numpy()
    sure = np.tile(true, (50, 1))
    best = split_budget(Returns(returns.arms, sure, sure), USUAL, budget=None, rng=rng)

    def brings(spend: Sequence[float]) -> float:
        return float((true * before * (np.asarray(spend) / before) ** POWER).sum())

    raw = (returns.arms["outcome"] / returns.arms["spend"]).to_numpy()
    alone = np.where(np.arange(len(raw)) == raw.argmax(), before.sum(), 1e-12)
    kept, told, ideal, ranked, all_in = (
        brings(spend)
        for spend in (
            found.arms["spend_now"], found.arms["spend_then"], best.arms["spend_then"],
            by_return(raw, before), alone,
        )
    )  # fmt: skip
    apart = falls_short(found, other, returns, USUAL, rng=rng)
    gained = told / kept - 1
    return {
        "regret": 1 - told / ideal,
        "regret, keep": 1 - kept / ideal,
        "regret, by return": 1 - ranked / ideal,
        "regret, all in": 1 - all_in / ideal,
        "gain, said": found.gain[1],
        "gain, true": gained,
        "gain held": found.gain[0] <= gained <= found.gain[2],
        "helps": found.helps,
        "shift": _shifts(found, apart),
        "shift at .90": found.helps >= 0.90 and found.gain[1] >= 0.02,
        "apart": apart,
    }


def by_return(raw: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The same money, to the highest return first, inside the bounds.

    Example:
        >>> by_return(np.array([1.0, 3, 2]), np.array([100.0, 100, 100])).tolist()
        [50.0, 200.0, 50.0]
    """
    low, high = (bound * before for bound in USUAL.bounds)
    spend, left = low.copy(), before.sum() - low.sum()
    for arm in np.argsort(-raw):
        more = min(left, high[arm] - low[arm])
        spend[arm] += more
        left -= more
    return spend


def _shifts(found: Split, apart: float) -> bool:
    """Whether the rule shifts where nothing else stands in the way."""
    findings = Findings(
        refused=False, gain=found.gain, gain_once=found.gain_once, helps=found.helps,
        twice_found=apart <= _ALIKE, agrees=True, without_largest=1.0, campaigns=4,
    )  # fmt: skip
    return decided(findings)[0] == "SHIFT"


def forecasts(world: World, seen: int, tries: int, seed: int) -> Found:
    """How often the 80 % range of the next campaign's list holds what comes."""
    rows = []
    for repetition in range(tries):
        rng = np.random.default_rng([seed, repetition])
        drawn = dated(booking_world(seed + repetition, campaigns=seen + 1, **world)).rows
        ahead = drawn["campaign"] == f"campaign {seen}"
        past, asked = drawn[~ahead], drawn[ahead]
        if not asked["platform"].isin(past["platform"]).all():
            continue
        posterior = fit_counts(lay_out(past), rng, spreads_drawn=25)
        one = forecast(posterior, past, asked, "next", rng=rng)
        by_counting = stats.norm.ppf(0.9) * np.sqrt(one.middle)
        rows.append(
            {
                "80 % holds": one.held,
                "width": one.high / max(one.low, 0.5),
                "counting alone holds": abs(one.outcome - one.middle) <= by_counting,
            }
        )
    found = pd.DataFrame(rows).astype(float)
    return found.mean().to_dict() | {"width": float(found["width"].median())}


def elasticities(micro: bool, bookings: int, noise: float, tries: int, seed: int) -> Found:
    """Own elasticity inside one arm: coverage by Fieller, and what the plain slope says.

    Orders grow as followers^.7 and fees likewise, so the truth is 1.
    """
    rows = []
    for repetition in range(tries):
        rng = np.random.default_rng([seed, repetition])
        low, high = (1e3, 1e5) if micro else (1e5, 1e6)
        followers = low * (high / low) ** rng.random(bookings)
        scaled = np.log(followers / 1e5)
        own = 0.5 * rng.standard_normal(bookings) + 0.4 * rng.standard_normal(bookings)
        outcome = rng.poisson(12 * np.exp(0.7 * scaled + own)).astype(float)
        cost = 400 * np.exp(0.7 * scaled + noise * rng.standard_normal(bookings))
        try:
            one = own_elasticity(outcome, cost, followers, np.arange(bookings), level=0.95)
        except NotEstimableError:
            continue
        low_end, high_end = one.interval.low, one.interval.high
        sold = outcome > 0
        rows.append(
            {
                "holds": (low_end is None or low_end <= 1) and (high_end is None or high_end >= 1),
                "middle": one.power,
                "plain": np.polyfit(np.log(cost[sold]), np.log(outcome[sold]), 1)[0],
            }
        )
    found = pd.DataFrame(rows).astype(float)
    middles = found[["middle", "plain"]].median()
    return {"holds": float(found["holds"].mean()), **middles.to_dict()}


def lots(lift: float, share: float, tries: int, seed: int, *, carried: float = 0.0) -> Found:
    """How often a test of market weeks rejects; eight markets, twelve weeks, a season for all.

    Orders have a mean of 200 a week and a spread of .10 with autocorrelation .5; the programme's
    share of them comes with luck of single bookings, as that many bookings have it.

    Args:
        lift: what micro's money brings, in macro's.
        share: of orders that a week of macro brings.
        tries, seed: of the draws.
        carried: share of a week's orders that comes a week later.
    """
    markets = [f"m{n}" for n in range(8)]
    weeks = pd.date_range("2027-01-04", periods=12, freq="7D")
    rejected = []
    for repetition in range(tries):
        rng = np.random.default_rng([seed, repetition])
        cells = draw_weeks(markets, weeks[0], len(weeks), ("micro", "macro"), seed=repetition)
        noise = _autocorrelated(rng, (8, 12))
        season = 0.2 * np.sin(np.arange(12))
        base = 200 * np.exp(0.3 * rng.standard_normal((8, 1)) + noise + season)
        first = (cells["arm"] == "micro").to_numpy().reshape(8, 12)
        luck = rng.gamma(2.0, 0.5, (8, 12))
        brought = 200 * share * np.where(first, lift, 1.0) * luck
        brought = (1 - carried) * brought + carried * np.roll(brought, 1, axis=1)
        orders = cells.assign(orders=rng.poisson(base + brought).ravel())
        one = week_difference(orders, arms=("micro", "macro"), rng=rng)
        rejected.append(one.p_value < 0.05)
    return {"rejected": float(np.mean(rejected))}


def _autocorrelated(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    noise = rng.standard_normal(shape)
    for week in range(1, shape[1]):
        noise[:, week] = 0.5 * noise[:, week - 1] + np.sqrt(0.75) * noise[:, week]
    return 0.10 * noise


def strata(tries: int, seed: int) -> Found:
    """How often a lot inside strata of six rejects where nothing differs; orders are skewed."""
    stratum, arm = np.repeat(np.arange(6), 6), np.tile(["code"] * 3 + ["none"] * 3, 6)
    rejected = []
    for repetition in range(tries):
        rng = np.random.default_rng([seed, repetition])
        rows = pd.DataFrame(
            {
                "stratum": stratum,
                "arm": arm,
                "outcome": rng.poisson(8 * np.exp(rng.standard_normal(36))),
                "drawn_at": "2027-01-01",
                "began_on": "2027-01-04",
            }
        )
        one = assigned_difference(rows, arms=("code", "none"), rng=rng)
        rejected.append(one.p_value < 0.05)
    return {"rejected": float(np.mean(rejected))}


def planner(ratio: float, luck: float, tries: int, seed: int) -> Found:
    """Power of the deciding test at the bookings it asks for, from 400 bookings seen before.

    Who is booked, at what price, and what a booking brings are drawn anew; the cost per order of
    the tiers is compared by a jackknife t-test of its log.
    """
    rows = []
    for repetition in range(tries):
        rng = np.random.default_rng([seed, repetition])
        seen = _bookings(400, 1.0, luck, rng)
        (micro, macro), _, _ = bookings_needed(seen, ratio=ratio, power=0.8)
        told = {
            what: _finds(_bookings((micro, macro), true, luck, rng))
            for what, true in (("found", ratio), ("t-test, alike", 1.0))
        }
        rows.append(told | {"micro": micro, "macro": macro})
    return pd.DataFrame(rows).astype(float).mean().to_dict()


def _bookings(
    number: int | tuple[int, int], ratio: float, luck: float, rng: np.random.Generator
) -> pd.DataFrame:
    """One booking each of new creators, micro bringing ``ratio`` times macro's for their money."""
    micro, macro = (number, number) if isinstance(number, int) else number
    first = np.repeat([True, False], [micro, macro])
    low, high = np.where(first, 1e3, 1e5), np.where(first, 1e5, 1e6)
    scaled = np.log(low / 1e5) + rng.random(len(first)) * np.log(high / low)
    spread = 0.5 * rng.standard_normal(len(first)) + luck * rng.standard_normal(len(first))
    cost = 400 * np.exp(0.6 * scaled + 0.35 * rng.standard_normal(len(first)))
    mean = 12 * np.where(first, ratio, 1.0) * np.exp(0.6 * scaled + spread)
    return pd.DataFrame({"micro": first, "cost": cost, "outcome": rng.poisson(mean)})


def _finds(rows: pd.DataFrame) -> bool:
    """Whether a jackknife t-test of the log ratio of costs per order is below .05."""
    logs, variances = [], []
    for _, tier in rows.groupby("micro"):
        pull = tier["outcome"] / tier["outcome"].sum() - tier["cost"] / tier["cost"].sum()
        logs.append(np.log(tier["outcome"].sum() / tier["cost"].sum()))
        variances.append((pull**2).sum() * len(tier) / (len(tier) - 1))
    freedom = min(tier_size - 1 for tier_size in rows["micro"].value_counts())
    t = abs(logs[1] - logs[0]) / np.sqrt(sum(variances))
    return bool(2 * stats.t.sf(t, max(freedom, 1)) < 0.05)


def jobs(tries: int, seed: int) -> dict[str, tuple[Callable[..., Found], tuple]]:
    """Every job of the part by name; the first word says what is measured."""
    many = tries * 10
    lists = {
        "150 creators, 2.5 bookings, luck 1": {},
        "400 creators, 1.5 bookings, luck .6": {"persons": 400, "repeats": 1.5, "luck": 0.6},
        "150 creators, 2.5 bookings of 3 orders": {"mean": 3.0},
        "60 creators, 2.5 bookings, luck 1": {"persons": 60},
        "150 creators, heavy tails": {"heavy": True},
        HARDER: {"persons": 400, "repeats": 1.5},
    }
    small = {"persons": 40, "campaigns": 2, "repeats": 1.5, "luck": 0.4}
    large = {"persons": 150, "campaigns": 6, "repeats": 1.5, "luck": 0.4}
    shares = {
        "40 creators, 2 campaigns": (small, False),
        "150 creators, 2 campaigns": ({**large, "campaigns": 2}, False),
        "150 creators, 6 campaigns": (large, False),
        "arms alike, 40 creators, 2 campaigns": (small, True),
        "arms alike, 150 creators, 6 campaigns": (large, True),
    }
    ahead = {
        "6 seen, campaign sd .35, luck .4": ({"spread": 0.35, "luck": 0.4}, 6),
        "6 seen, campaign sd .35, luck 1": ({"spread": 0.35}, 6),
        "2 seen, campaign sd .35, luck .4": ({"spread": 0.35, "luck": 0.4}, 2),
        "6 seen, campaign sd .05, luck .4": ({"spread": 0.05, "luck": 0.4}, 6),
        "6 seen, campaign sd .1, drift .25": ({"spread": 0.1, "drift": 0.25, "luck": 0.4}, 6),
        "6 seen, heavy tails": ({"spread": 0.35, "heavy": True}, 6),
    }
    return {
        **{f"creators, {name}": (prospects, (of, tries, seed)) for name, of in lists.items()},
        **{
            f"split, {name}": (equal_splits if equal else splits, (of, tries, seed))
            for name, (of, equal) in shares.items()
        },
        **{f"forecast, {name}": (forecasts, (*of, tries, seed)) for name, of in ahead.items()},
        **{
            f"next, {tier}, {size} bookings, fee noise {noise}": (
                elasticities, (tier == "micro", size, noise, tries * 2, seed)
            )
            for tier in ("micro", "macro")
            for size in (30, 200)
            for noise in (0.35, 0.7)
        },
        "lot, strata of six, nothing differs": (strata, (many, seed)),
        "lot, market weeks, nothing differs": (lots, (1.0, 0.1, many, seed)),
        "lot, market weeks, nothing differs, 30 % a week later": (carried_lots, (many, seed)),
        "lot, market weeks, twice as much, 10 % of orders": (lots, (2.0, 0.1, tries, seed)),
        "lot, market weeks, twice as much, 3 % of orders": (lots, (2.0, 0.03, tries, seed)),
        **{
            f"planner, ratio {ratio}, luck {luck}": (planner, (ratio, luck, tries * 2, seed))
            for ratio, luck in ((1.25, 0.4), (1.5, 0.4), (1.5, 1.0), (2.0, 1.0), (3.0, 1.0))
        },
    }  # fmt: skip


def equal_splits(world: World, tries: int, seed: int) -> Found:
    """Splits where all arms return the same."""
    return splits(world, tries, seed, equal=True)


def carried_lots(tries: int, seed: int) -> Found:
    """Market weeks in which nothing differs and three tenths of what is brought come later."""
    return lots(1.0, 0.1, tries, seed, carried=0.3)
