"""What a list of bookings would bring, and how such forecasts would have done: replayed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.decisions.bookings import windows
from analysis.decisions.model.counts_model import (
    BOOKING,
    CAMPAIGN,
    TIER,
    Posterior,
    fit_counts,
    lay_out,
    rates,
)
from analysis.evidence.estimators.rows import Floats
from analysis.panel.suppression import FEW

FEWEST_CAMPAIGNS = 2  # before a forecast
_REPLAYED = 7  # campaigns at most, the last ones
_MOST_FITTED = 30_000  # bookings over all replays, so that large brands wait seconds, not minutes
SPREADS_DRAWN = 25  # a replay shows an 80 % range, which fewer draws of the spreads give as well
_PSEUDO_ERRORS, _PSEUDO_ERROR = 2, 0.30  # of the log level; two campaigns tell little of a spread
_JUDGED = 3  # forecasts, before they can be said not to hold


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the bookings of one campaign were to bring together.

    Attributes:
        campaign: its name.
        seen: campaigns that it rests on.
        bookings: in the list.
        low, middle, high: 80 % range and middle of the outcome.
        outcome: what came; None where it is ahead.
        below: share of draws below the outcome; None where it is ahead, or no draw was kept.
        as_before: what the mean booking of the campaign before would have made of the list.
    """

    campaign: str
    seen: int
    bookings: int
    low: float
    middle: float
    high: float
    outcome: float | None
    below: float | None
    as_before: float

    @property
    def held(self) -> bool:
        """Whether the outcome lies in the range."""
        return self.outcome is not None and self.low <= self.outcome <= self.high


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts beside what came: replayed from the data of today, or made beforehand and kept.

    Attributes:
        forecasts: in the order of the campaigns; none of a campaign of few creators.
        held: how many held the outcome.
        share: Jeffreys' 90 % interval of the share that holds.
        error, error_as_before: mean absolute log error of the middle, and of "as the last one".
    """

    forecasts: tuple[Forecast, ...]
    held: int
    share: tuple[float, float]
    error: float
    error_as_before: float

    @property
    def has_not_held(self) -> bool:
        """Whether three forecasts or more were made and under half of them held."""
        return len(self.forecasts) >= _JUDGED and 2 * self.held < len(self.forecasts)


def replay(
    known: pd.DataFrame, *, rng: np.random.Generator, last_day: pd.Timestamp
) -> Backtest | None:
    """Forecast every campaign from the third on from bookings that were closed before it began.

    A booking that is not closed by the last day is left out of fit and score. The last seven
    campaigns are replayed, fewer where that would fit more than 30,000 bookings in all.

    Args:
        known: bookings with ``placed_at`` and ``outcome``.
        rng: of the draws.
        last_day: of the data.

    Returns:
        None where no campaign can be forecast.
    """
    rows = closed(known, last_day)
    starts = rows.groupby("campaign")["placed_at"].min().sort_values(kind="stable")
    found: list[Forecast] = []
    fitted = 0
    for campaign, start in reversed(list(starts.items())[FEWEST_CAMPAIGNS:][-_REPLAYED:]):
        past = rows[(rows["closed_on"] < start) & (rows["campaign"] != campaign)]
        asked = rows[rows["campaign"] == campaign]
        fitted += len(past)
        if fitted <= _MOST_FITTED and can_be_forecast(past, asked):
            posterior = fit_counts(lay_out(past), rng, spreads_drawn=SPREADS_DRAWN)
            found.append(forecast(posterior, past, asked, str(campaign), rng=rng))
    return judged(tuple(reversed(found))) if found else None


def closed(known: pd.DataFrame, last_day: pd.Timestamp) -> pd.DataFrame:
    """Bookings whose window of ``window_days`` after ``placed_at`` ends by a day: ``closed_on``."""
    rows = known.assign(closed_on=known["placed_at"] + windows(known))
    return rows[rows["closed_on"] <= last_day]


def can_be_forecast(past: pd.DataFrame, asked: pd.DataFrame) -> bool:
    """Whether two campaigns or more came before, on the list's platforms; and it is no few."""
    return (
        past["campaign"].nunique() >= FEWEST_CAMPAIGNS
        and past["outcome"].sum() > 0
        and asked["person"].nunique() >= FEW
        and bool(asked["platform"].isin(past["platform"]).all())
    )


def judged(forecasts: tuple[Forecast, ...]) -> Backtest:
    """Count how many of some forecasts with an outcome held, and how far they were off."""
    held, made = sum(one.held for one in forecasts), len(forecasts)
    share = stats.beta.interval(0.9, held + 0.5, made - held + 0.5)
    came = np.array([max(one.outcome or 0.0, 0.5) for one in forecasts])
    said = [[max(one.middle, 0.5), max(one.as_before, 0.5)] for one in forecasts]
    errors = np.abs(np.log(np.array(said) / came[:, None])).mean(axis=0)
    return Backtest(
        forecasts, held, (float(share[0]), float(share[1])), float(errors[0]), float(errors[1])
    )


def forecast(
    posterior: Posterior,
    past: pd.DataFrame,
    asked: pd.DataFrame,
    campaign: str,
    *,
    rng: np.random.Generator,
) -> Forecast:
    """Forecast what the bookings of a list bring together.

    Known creators have their own part, new ones a fresh draw. The campaign's level is around the
    past ones, each of half the weight of the next, and spreads as that rule was off before, with
    two pseudo-errors of .30; Student's t with two degrees of freedom more than errors.

    Args:
        posterior: fitted to ``past``.
        past: bookings that were closed; ``placed_at`` orders the campaigns.
        asked: one row per booking: ``person``, ``platform``, ``micro``, ``followers``, and
            ``outcome`` where it is known.
        campaign: its name.
        rng: of everything that is not known.
    """
    level = _level(posterior, past, rng)
    tier = rng.standard_normal((len(posterior), 2)) * posterior.spreads[:, [TIER]]
    mean = rates(posterior, asked, rng) * np.exp(
        level[:, None] + tier[:, asked["micro"].to_numpy(dtype=int)]
    )
    shape = 1 / posterior.spreads[:, [BOOKING]] ** 2
    boosted = mean * rng.gamma(shape, 1 / shape, size=mean.shape)
    total = rng.poisson(np.minimum(boosted, 1e15)).sum(axis=1)
    low, middle, high = np.quantile(total, [0.1, 0.5, 0.9])
    came = float(asked["outcome"].sum()) if asked["outcome"].notna().all() else None
    last = past.groupby("campaign")["placed_at"].min().idxmax()
    return Forecast(
        campaign=campaign,
        seen=past["campaign"].nunique(),
        bookings=len(asked),
        low=float(low),
        middle=float(middle),
        high=float(high),
        outcome=came,
        below=None if came is None else float((total < came).mean()),
        as_before=float(past.loc[past["campaign"] == last, "outcome"].mean() * len(asked)),
    )


def _level(posterior: Posterior, past: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Draws of the next campaign's log level."""
    order = past.groupby("campaign")["placed_at"].min().sort_values(kind="stable").index
    place = pd.Index(posterior.counts.campaigns).get_indexer(order)
    levels = posterior.coefficients[:, posterior.counts.block == CAMPAIGN][:, place]
    middle = np.median(levels, axis=0)
    errors = np.array([middle[n] - middle[:n] @ _weights(n) for n in range(1, len(middle))])
    freedom = _PSEUDO_ERRORS + len(errors)
    width = np.sqrt((_PSEUDO_ERRORS * _PSEUDO_ERROR**2 + (errors**2).sum()) / freedom)
    luck = rng.standard_t(freedom, size=len(levels))
    return np.asarray(levels @ _weights(len(order)) + width * luck)


def _weights(number: int) -> Floats:
    """Weights of past campaigns, each half of the next, one together.

    Example:
        >>> _weights(2) * 3
        array([1., 2.])
    """
    weights = 0.5 ** np.arange(number)[::-1]
    return np.asarray(weights / weights.sum())
