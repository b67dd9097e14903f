"""What a unit of money brought in each arm, from draws of the count model."""

import numpy as np
import pandas as pd

from analysis.decisions.model.counts_model import TIER, Posterior, rates
from analysis.decisions.model.returns import ARM, Returns, centred, past_arms

_WEIGHTS = 4  # Bayesian bootstraps of the persons for each draw of the model


def modelled_returns(
    posterior: Posterior, known: pd.DataFrame, rng: np.random.Generator
) -> Returns:
    """Draw the returns of every arm: expected outcome over cost, both of the same persons.

    Whom one could book, and at what price, is as uncertain as what they bring: every draw weighs
    the persons anew (Bayesian bootstrap).

    Args:
        posterior: fitted to the same bookings.
        known: bookings with ``cost`` and ``outcome``.
        rng: of weights and campaigns.
    """
    arms = past_arms(known)
    group = known.groupby(["person", *ARM])
    booked = group.agg(
        followers=("followers", "last"), cost=("cost", "sum"), bookings=("cost", "size")
    ).reset_index()
    brought = rates(posterior, booked, rng) * booked["bookings"].to_numpy()
    brought = np.tile(brought, (_WEIGHTS, 1))
    person, names = pd.factorize(booked["person"])
    weights = rng.standard_exponential((len(brought), len(names)))[:, person]
    inside = (
        arms[ARM].merge(booked[ARM].assign(row=booked.index), on=ARM).groupby(ARM)["row"].agg(list)
    )
    cost = booked["cost"].to_numpy()
    logs = np.column_stack(
        [
            np.log((weights[:, rows] * brought[:, rows]).sum(axis=1))
            - np.log(weights[:, rows] @ cost[rows])
            for rows in inside
        ]
    )
    own = rng.standard_normal((len(logs), 2)) * np.tile(posterior.spreads[:, [TIER]], (_WEIGHTS, 1))
    middle = logs.mean(axis=0)
    once = logs + own[:, arms["micro"].astype(int)]
    return Returns(arms, centred(logs, middle), centred(once, middle))
