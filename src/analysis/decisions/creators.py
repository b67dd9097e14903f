"""Whom to book again: each creator's next booking, and the list by what it would cost."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.decisions.model.counts_model import Posterior, rates
from analysis.evidence.estimators.rows import Floats
from analysis.panel.suppression import suppress, telling_persons
from analysis.store.frames import Frame

Class = Literal["rebook", "test", "drop"]
CLASSES: tuple[Class, ...] = ("rebook", "test", "drop")
_LIKELY, _UNLIKELY = 0.8, 0.2
_BEFORE_DROPPING = 2  # bookings
_MUCH_LUCK = 0.8  # spread of single bookings, from which one of them tells little of a creator


@dataclass(frozen=True, slots=True)
class ClassSize:
    """What is known of all creators of a class together.

    Attributes:
        name: the class.
        creators, bookings, cost, outcome: so far; all None where they would point at single
            creators.
    """

    name: Class
    creators: int | None
    bookings: int | None = None
    cost: float | None = None
    outcome: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Prospects:
    """The next booking of everybody who was booked.

    Attributes:
        target: what one of the outcome may cost.
        is_declared: whether dataset.yml says so; otherwise it is what all bookings cost.
        people: one row per person: ``person``, ``platform``, ``micro``, ``bookings``, ``cost``
            (of a booking), ``outcome`` (of a booking, as it was), ``next_low``, ``next_middle``,
            ``next_high`` (90 % of what the next brings on average), ``beats`` (chance that it costs
            less than the target), ``worth_knowing`` (expected gain of certainty, in its cost),
            ``class``. For the owner of the data alone.
        classes: sums by class, none of a few creators.
        regret: of the rebooked, as a share of what as many best would return; None where nobody
            is rebooked.
        luck: spread of single bookings and of persons, of the log rate.
        once_and_lucky: whether most were booked once and single bookings spread so much that the
            best may be a tenth off: of 400 persons they are 12 % too high in docs/calibration.md.
    """

    target: float
    is_declared: bool
    people: Frame
    classes: tuple[ClassSize, ...]
    regret: float | None
    luck: tuple[float, float]
    once_and_lucky: bool


def prospects(
    posterior: Posterior, known: pd.DataFrame, *, target: float | None, rng: np.random.Generator
) -> Prospects:
    """Class everybody by the chance that their next booking beats the target.

    Rebooked from a chance of .8, dropped up to .2 after two bookings at least, otherwise tested;
    those to test stand in the order of what certainty would gain per unit of their cost. The next
    booking costs what theirs cost on average; it brings what it does in a middling campaign.

    Args:
        posterior: fitted to the same bookings.
        known: bookings with ``cost`` and ``outcome``.
        target: what one of the outcome may cost; None takes what all bookings cost.
        rng: of persons who are new; there are none.
    """
    aim = target or float(known["cost"].sum() / known["outcome"].sum())
    by_person = known.groupby("person", sort=True)
    people = posterior.counts.persons[["person", "platform", "micro"]].assign(
        bookings=by_person.size().to_numpy(),
        cost=by_person["cost"].mean().to_numpy(),
        outcome=by_person["outcome"].mean().to_numpy(),
    )
    drawn = rates(posterior, posterior.counts.persons, rng)
    cost = people["cost"].to_numpy()
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    beats = (drawn * aim > cost).mean(axis=0)
    people = people.assign(
        next_low=low,
        next_middle=middle,
        next_high=high,
        beats=beats,
        worth_knowing=_worth_knowing(drawn, cost, aim),
    )
    people["class"] = np.select(
        [beats >= _LIKELY, (beats <= _UNLIKELY) & (people["bookings"] >= _BEFORE_DROPPING)],
        ["rebook", "drop"],
        "test",
    )
    booking, person = (float(np.median(posterior.spreads[:, n])) for n in (1, 0))
    return Prospects(
        target=aim,
        is_declared=target is not None,
        people=_in_order(people),
        classes=_classes(known, people),
        regret=_regret(drawn, cost, (people["class"] == "rebook").to_numpy()),
        luck=(booking, person),
        once_and_lucky=people["bookings"].median() <= 1 and booking > _MUCH_LUCK,
    )


def _worth_knowing(drawn: Floats, cost: Floats, target: float) -> Floats:
    """What certainty about a creator's rate would add, per unit of their cost."""
    surplus = drawn * target / np.maximum(cost, 1e-9) - 1
    return np.asarray(np.maximum(surplus, 0).mean(axis=0) - np.maximum(surplus.mean(axis=0), 0))


def _in_order(people: pd.DataFrame) -> pd.DataFrame:
    order = people["class"].map({name: n for n, name in enumerate(CLASSES)})
    within = people["worth_knowing"].where(people["class"] == "test", people["beats"])
    ranked = people.assign(order=order, within=-within).sort_values(["order", "within"])
    return ranked.drop(columns=["order", "within"]).reset_index(drop=True)


def _classes(known: pd.DataFrame, people: pd.DataFrame) -> tuple[ClassSize, ...]:
    named = known.merge(people[["person", "class"]], on="person")
    rows = {name: named[named["class"] == name] for name in CLASSES}
    sizes = pd.DataFrame({"creators": [telling_persons(rows[name]) for name in CLASSES]})
    hidden = suppress(sizes, down="known")["creators"].isna()
    return tuple(
        ClassSize(name, None)
        if withheld
        else ClassSize(
            name,
            of["person"].nunique(),
            len(of),
            float(of["cost"].sum()),
            float(of["outcome"].sum()),
        )
        for (name, of), withheld in zip(rows.items(), hidden, strict=True)
    )


def _regret(drawn: Floats, cost: Floats, chosen: np.ndarray) -> float | None:
    """Mean share of the return of the best as many that the chosen do not reach."""
    number = int(chosen.sum())
    if number == 0:
        return None
    returns = drawn / np.maximum(cost, 1e-9)
    best = np.sort(returns, axis=1)[:, -number:].sum(axis=1)
    return float(((best - returns[:, chosen].sum(axis=1)) / best).mean())
