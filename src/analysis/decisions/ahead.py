"""Forecasts of planned campaigns, kept as they were made, and judged once the outcome is in."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from analysis.decisions.model.counts_model import fit_counts, lay_out
from analysis.decisions.model.forecast import (
    SPREADS_DRAWN,
    Backtest,
    Forecast,
    can_be_forecast,
    closed,
    forecast,
    judged,
)
from analysis.evidence.view import ALL, View
from analysis.panel.suppression import FEW
from analysis.store.digests import code_digest, digest
from analysis.store.disk import held
from analysis.store.pseudonyms import write_private
from analysis.study.project import data_folder

_LIST = ["person", "platform", "micro", "followers"]
_PAST = [*_LIST, "campaign", "placed_at", "window_days", "outcome"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast of a planned campaign, as it was made.

    Attributes:
        forecast: of its list.
        made_on: day.
        inputs: digest of the closed bookings, the list, the seed and the code it was made from.
    """

    forecast: Forecast
    made_on: str
    inputs: str


def forecasts_ahead(
    known: pd.DataFrame, planned: pd.DataFrame, *, last_day: pd.Timestamp, seed: int, today: date
) -> tuple[Ahead, ...]:
    """Forecast every planned campaign from the bookings that are closed.

    Args:
        known: bookings with ``placed_at`` and ``outcome``.
        planned: bookings to come; no campaign of fewer than five creators, or on a platform where
            nobody was booked before, is forecast.
        last_day: of the data.
        seed: of the draws.
        today: day on which they are made.
    """
    past = closed(known, last_day)
    asked = {
        str(campaign): rows.sort_values("person")
        for campaign, rows in planned.groupby("campaign")
        if can_be_forecast(past, rows)
    }
    if not asked:
        return ()
    posterior = fit_counts(lay_out(past), np.random.default_rng(seed), spreads_drawn=SPREADS_DRAWN)
    found = []
    for campaign, rows in asked.items():
        rng = np.random.default_rng([seed, 2])
        made = forecast(posterior, past, rows, campaign, rng=rng)
        found.append(Ahead(made, today.isoformat(), _inputs(past, rows, seed)))
    return tuple(found)


def _inputs(past: pd.DataFrame, asked: pd.DataFrame, seed: int) -> str:
    tables = [
        rows[columns].sort_values(columns[:1], kind="stable").to_csv(index=False)
        for rows, columns in ((past, _PAST), (asked, _LIST))
    ]
    return digest([*tables, str(seed), code_digest()])


def kept(view: View, made: Sequence[Ahead]) -> tuple[Ahead, ...]:
    """All forecasts that were made of a dataset, these among them, in the order they were made.

    They are kept beside the way back to its names, for `make clean` leaves that alone. A forecast
    from the same inputs is kept once, with the day of the first. No creator stands in them: a list
    of fewer than five is not forecast. A view of a part of the dataset keeps nothing.

    Args:
        view: whose dataset it is.
        made: just now.
    """
    path = data_folder("private") / view.dataset.name / "forecasts.jsonl"
    whole = view.campaign == ALL and not view.off_study and view.period == ALL
    if not made or not whole:
        return _read(path.read_text("utf-8")) if path.exists() and whole else ()
    with held(path.with_name(".forecasts.lock"), wait=True):
        before = _read(path.read_text("utf-8")) if path.exists() else ()
        known = {(one.forecast.campaign, one.inputs) for one in before}
        new = [one for one in made if (one.forecast.campaign, one.inputs) not in known]
        found = (*before, *new)
        if new:
            lines = [json.dumps(asdict(one), sort_keys=True) for one in found]
            write_private(path, "".join(f"{line}\n" for line in lines).encode())
    return found


def _read(text: str) -> tuple[Ahead, ...]:
    records = [json.loads(line) for line in text.splitlines()]
    return tuple(
        Ahead(Forecast(**one["forecast"]), one["made_on"], one["inputs"]) for one in records
    )


def came_true(
    records: Sequence[Ahead], known: pd.DataFrame, *, last_day: pd.Timestamp
) -> Backtest | None:
    """Judge the forecasts that were made before their campaign began and whose outcome is in.

    Of several the last one before its first day counts. Where more or fewer bookings took place
    than were planned, the range is taken in proportion.

    Args:
        records: as they were made.
        known: bookings with ``placed_at`` and ``outcome``.
        last_day: of the data; a campaign with a booking that is not closed by then, or that nobody
            counted, is not judged.
    """
    done = closed(known, last_day)
    by_campaign = {str(name): rows for name, rows in done.groupby("campaign")}
    still_open = set(known["campaign"][~known.index.isin(done.index)])
    last = {
        one.forecast.campaign: one
        for one in records
        if (rows := by_campaign.get(one.forecast.campaign)) is not None
        and one.forecast.campaign not in still_open
        and rows["outcome"].notna().all()
        and rows["person"].nunique() >= FEW
        and pd.Timestamp(one.made_on) < rows["placed_at"].min()
    }
    found = tuple(_scored(last, by_campaign))
    return judged(found) if found else None


def _scored(last: dict[str, Ahead], by_campaign: dict[str, pd.DataFrame]) -> Iterator[Forecast]:
    for campaign in sorted(last, key=lambda name: by_campaign[name]["placed_at"].min()):
        one, rows = last[campaign].forecast, by_campaign[campaign]
        share = len(rows) / one.bookings
        yield replace(
            one,
            bookings=len(rows),
            low=one.low * share,
            middle=one.middle * share,
            high=one.high * share,
            as_before=one.as_before * share,
            outcome=float(rows["outcome"].sum()),
        )
