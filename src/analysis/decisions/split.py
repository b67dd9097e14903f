"""A budget over arms: the best split within bounds, what it gains, and what is nearly as good."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.decisions.model.returns import Returns
from analysis.evidence.estimators.rows import Floats
from analysis.store.frames import Frame
from analysis.study.registration import Decisions

_STEPS = 100  # of a hundredth of what may move
_FEW = 300  # draws in which the best split is found anew
_NEARLY = 0.02  # of the best outcome


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """How a budget is best shared over the arms.

    Attributes:
        budget: of one campaign.
        arms: one row per arm: ``platform``, ``micro``, ``spend_now`` and ``spend_then``,
            ``outcome_now`` and ``outcome_then`` (medians), ``outcome_low`` and ``outcome_high``
            (of 80 %), ``bookings_now`` and ``bookings_then``.
        now: median outcome of today's mix.
        gain: low end, median and high end of 80 % of what moving adds, in ``now``; on average over
            campaigns like the past ones.
        gain_once: likewise in one such campaign.
        helps: share of draws in which moving adds in one such campaign.
        loss_if_wrong: mean of what is lost in the others, in ``now``.
        value_of_knowing: what perfect knowledge of the arms' returns would add, in ``now``.
        at_ends: median gain with the least and with the most of diminishing returns.
        moved: money that changes arms.
        share_now, share_best: micro's share of the budget.
        nearly: least and most share whose mean outcome is within 2 % of the best.
        curve: ``share``, ``middle``, ``low``, ``high``: outcome by micro's share, 80 %.
    """

    budget: float
    arms: Frame
    now: float
    gain: tuple[float, float, float]
    gain_once: tuple[float, float, float]
    helps: float
    loss_if_wrong: float
    value_of_knowing: float
    at_ends: tuple[float, float]
    moved: float
    share_now: float
    share_best: float
    nearly: tuple[float, float]
    curve: Frame


def split_budget(
    returns: Returns, decisions: Decisions, *, budget: float | None, rng: np.random.Generator
) -> Split:
    """Share a budget over arms, each step to the arm that adds most on average over draws.

    An arm that had ``s0`` in a past campaign brings ``R s0 (s / s0)^eta`` for ``s``; eta is drawn
    between the declared powers, since no past booking can tell it. Greedy steps find the best mean,
    because every arm's outcome is concave in its spend.

    Args:
        returns: draws of R; ``spend`` of its arms is s0.
        decisions: declared bounds and powers.
        budget: of the next campaign; None takes the mean of past ones.
        rng: of the powers.
    """
    spend = returns.arms["spend"].to_numpy()
    total = float(spend.sum()) if budget is None else budget
    today = spend / spend.sum() * total
    powers = rng.uniform(*decisions.diminishing, size=(len(returns.draws), 1))
    low, high = (bound * today for bound in decisions.bounds)
    paths = _paths(returns, powers, low, high, total)
    best = _best(paths, low, total)
    outcome = {"now": _brought(returns, today, powers), "then": _brought(returns, best, powers)}
    sums = {when: brought.sum(axis=1) for when, brought in outcome.items()}
    gain = sums["then"] / sums["now"] - 1
    once = _gain_once(returns, today, best, powers)
    known = _value_of_knowing(returns, powers, (low, high, best), total)
    curve = _curve(returns, powers, paths, low, total)
    near = curve["mean"].to_numpy() >= (1 - _NEARLY) * curve["mean"].max()
    micro = returns.arms["micro"].to_numpy(dtype=bool)
    return Split(
        budget=total,
        arms=_per_arm(returns, today, best, outcome),
        now=float(np.median(sums["now"])),
        gain=_middle_of(gain),
        gain_once=_middle_of(once),
        helps=float((once > 0).mean()),
        loss_if_wrong=float(-once[once < 0].mean()) if (once < 0).any() else 0.0,
        value_of_knowing=known / float(sums["now"].mean()),
        at_ends=_at_ends(returns, today, best, decisions),
        moved=float(np.abs(best - today).sum() / 2),
        share_now=float(today[micro].sum() / total),
        share_best=float(best[micro].sum() / total),
        nearly=(float(curve["share"][near].min()), float(curve["share"][near].max())),
        curve=curve.drop(columns="mean"),
    )


def _middle_of(gain: Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(gain, [0.1, 0.5, 0.9])
    return float(low), float(middle), float(high)


def _gain_once(returns: Returns, today: Floats, best: Floats, powers: Floats) -> Floats:
    once = Returns(returns.arms, returns.once, returns.once)
    then, now = (_brought(once, spend, powers).sum(axis=1) for spend in (best, today))
    return np.asarray(then / now - 1)


def _brought(returns: Returns, spend: Floats, powers: Floats) -> Floats:
    """Outcome of each arm at a spend, one row per draw."""
    before = returns.arms["spend"].to_numpy()
    return np.asarray(returns.draws * before * (spend / before) ** powers)


def _paths(
    returns: Returns, powers: Floats, low: Floats, high: Floats, total: float
) -> tuple[list[tuple[float, int]], list[tuple[float, int]]]:
    """Steps of macro and of micro, each the mean outcome it adds and its arm, best first."""
    step = (total - low.sum()) / _STEPS
    micro = returns.arms["micro"].to_numpy(dtype=bool)
    found: tuple[list[tuple[float, int]], list[tuple[float, int]]] = ([], [])
    for arm, most in enumerate(high):
        steps = int(min(_STEPS, np.floor((most - low[arm]) / step + 1e-9)))
        before = returns.arms["spend"].to_numpy()[arm]
        spent = low[arm] + step * np.arange(steps + 1)
        mean = (returns.draws[:, [arm]] * before * (spent / before) ** powers).mean(axis=0)
        found[int(micro[arm])].extend((gained, arm) for gained in np.diff(mean))
    return tuple(sorted(tier, reverse=True) for tier in found)  # type: ignore[return-value]


def _best(
    paths: tuple[list[tuple[float, int]], list[tuple[float, int]]], low: Floats, total: float
) -> Floats:
    step = (total - low.sum()) / _STEPS
    taken = [arm for _, arm in sorted([*paths[0], *paths[1]], reverse=True)[:_STEPS]]
    return np.asarray(low + step * np.bincount(taken, minlength=len(low)))


def _curve(
    returns: Returns,
    powers: Floats,
    paths: tuple[list[tuple[float, int]], list[tuple[float, int]]],
    low: Floats,
    total: float,
) -> pd.DataFrame:
    """Outcome by micro's share, the arms of a tier shared as is best."""
    step = (total - low.sum()) / _STEPS
    micro = returns.arms["micro"].to_numpy(dtype=bool)
    rows = []
    for steps in range(_STEPS + 1):
        if steps > len(paths[1]) or _STEPS - steps > len(paths[0]):
            continue
        taken = [arm for _, arm in [*paths[1][:steps], *paths[0][: _STEPS - steps]]]
        spend = low + step * np.bincount(taken, minlength=len(low))
        brought = _brought(returns, spend, powers).sum(axis=1)
        share = spend[micro].sum() / total
        rows.append((share, *np.quantile(brought, [0.5, 0.1, 0.9]), brought.mean()))
    return pd.DataFrame(rows, columns=["share", "middle", "low", "high", "mean"])


def _value_of_knowing(
    returns: Returns, powers: Floats, spends: tuple[Floats, Floats, Floats], total: float
) -> float:
    """Mean outcome added if every draw's returns were known before the money is shared.

    Under one draw the best split takes the steps that add most, whichever their arms.

    Args:
        spends: least, most and best of every arm.
    """
    low, high, best = spends
    step = (total - low.sum()) / _STEPS
    spent = low[:, None] + step * np.arange(_STEPS + 1)
    before = returns.arms["spend"].to_numpy()
    ratio, power = spent / before[:, None], powers[:_FEW, :, None]
    brought = returns.draws[:_FEW, :, None] * before[:, None] * ratio**power
    added = np.diff(brought, axis=2)
    added[:, spent[:, 1:] > high[:, None] + 1e-9 * total] = 0
    most = -np.partition(-added.reshape(len(added), -1), _STEPS, axis=1)[:, :_STEPS]
    known = brought[:, :, 0].sum(axis=1) + most.sum(axis=1)
    return float((known - _brought(returns, best, powers)[:_FEW].sum(axis=1)).mean())


def falls_short(
    split: Split, other: Split, returns: Returns, decisions: Decisions, *, rng: np.random.Generator
) -> float:
    """Share of the first split's mean outcome that the other one misses, under the same returns."""
    powers = rng.uniform(*decisions.diminishing, size=(len(returns.draws), 1))
    first, second = (
        float(_brought(returns, one.arms["spend_then"].to_numpy(), powers).sum(axis=1).mean())
        for one in (split, other)
    )
    return 1 - second / first


def median_gain(
    split: Split, returns: Returns, decisions: Decisions, *, rng: np.random.Generator
) -> float:
    """Median of what a split adds under other returns of the same arms."""
    powers = rng.uniform(*decisions.diminishing, size=(len(returns.draws), 1))
    now, then = (
        _brought(returns, split.arms[name].to_numpy(), powers).sum(axis=1)
        for name in ("spend_now", "spend_then")
    )
    return float(np.median(then / now - 1))


def _at_ends(
    returns: Returns, today: Floats, best: Floats, decisions: Decisions
) -> tuple[float, float]:
    ends = []
    for power in decisions.diminishing:
        powers = np.full((len(returns.draws), 1), power)
        then, now = (_brought(returns, spend, powers).sum(axis=1) for spend in (best, today))
        ends.append(float(np.median(then / now - 1)))
    return ends[0], ends[1]


def _per_arm(
    returns: Returns, today: Floats, best: Floats, outcome: dict[str, Floats]
) -> pd.DataFrame:
    per_booking = (returns.arms["spend"] / returns.arms["bookings"]).to_numpy()
    low, middle, high = np.quantile(outcome["then"], [0.1, 0.5, 0.9], axis=0)
    return returns.arms[["platform", "micro"]].assign(
        spend_now=today,
        spend_then=best,
        bookings_now=today / per_booking,
        bookings_then=best / per_booking,
        outcome_now=np.median(outcome["now"], axis=0),
        outcome_then=middle,
        outcome_low=low,
        outcome_high=high,
    )
