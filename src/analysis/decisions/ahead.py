"""Forecasts of planned campaigns, kept as they were made, and judged once the outcome is in."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

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
from analysis.evidence.view import ALL, SEED, View
from analysis.panel.suppression import FEW
from analysis.store.digests import code_digest, digest
from analysis.store.disk import held
from analysis.store.pseudonyms import private_folder, write_private
from analysis.study.errors import DataContractError
from analysis.study.project import data_folder


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast of a planned campaign, as it was made.

    Attributes:
        forecast: of its list.
        outcome: what is forecast: orders (net), clicks or views.
        made_on: day.
        data_until: last day of the data it was made from.
        inputs: digest of the data, the study, the seed and the code it was made from.
    """

    forecast: Forecast
    outcome: str
    made_on: str
    data_until: str
    inputs: str


_FORM = TypeAdapter(Ahead)


def forecasts_ahead(
    known: pd.DataFrame, planned: pd.DataFrame, *, last_day: pd.Timestamp, seed: int
) -> tuple[Forecast, ...]:
    """Forecast every planned campaign from the bookings that are closed.

    Args:
        known: bookings with ``placed_at`` and ``outcome``.
        planned: bookings of campaigns ahead; none of fewer than five creators, or on a platform
            where nobody was booked before, is forecast.
        last_day: of the data.
        seed: of the draws.
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
    return tuple(
        forecast(posterior, past, rows, campaign, rng=np.random.default_rng([seed, 2]))
        for campaign, rows in asked.items()
    )


def not_ahead(took_place: pd.DataFrame, planned: pd.DataFrame) -> tuple[str, ...]:
    """Names of planned campaigns that are no campaign ahead: empty, begun, or used before."""
    names = planned["campaign"]
    return tuple(sorted(set(names[names.eq("") | names.isin(took_place["campaign"])])))


def stamped(
    forecasts: Sequence[Forecast], view: View, *, last_day: pd.Timestamp, today: date
) -> tuple[Ahead, ...]:
    """Forecasts with what they were made of, and when.

    Args:
        forecasts: just made.
        view: whose bookings they rest on.
        last_day: of the data.
        today: the day on which they were made.
    """
    manifest = view.dataset.manifest
    inputs = digest([manifest.data_digest, view.study.digest, str(view.seed), code_digest()])
    days = (today.isoformat(), last_day.date().isoformat())
    return tuple(Ahead(one, manifest.settings.outcome, *days, inputs) for one in forecasts)


def forecasts_made_before(view: View) -> tuple[Ahead, ...]:
    """All forecasts that were kept of a dataset, in the order they were made.

    Raises:
        DataContractError: what was kept cannot be read.
    """
    path = _kept_at(view)
    return _read(path) if path.exists() and _is_whole(view) else ()


def keep_forecasts(view: View, made: Sequence[Ahead]) -> None:
    """Keep forecasts as they were made, each beside those before it.

    They are kept beside the way back to its names, for `make clean` leaves that alone. A forecast
    from the inputs of the last one of its campaign and outcome is that one, with its day. No
    creator stands in them: a list of fewer than five is not forecast. A view of a part of the
    dataset or of another seed keeps nothing, nor does one whose data end after the day.

    Args:
        view: whose dataset it is.
        made: just now.
    """
    made = [one for one in made if one.data_until <= one.made_on]
    if not made or not _is_whole(view):
        return
    path = _kept_at(view)
    private_folder(path.parent)
    with held(path.with_name(".forecasts.lock"), wait=True):
        before = _read(path) if path.exists() else ()
        last = {_subject(one): one.inputs for one in before}
        new = [one for one in made if last.get(_subject(one)) != one.inputs]
        if new:
            lines = [json.dumps(asdict(one), sort_keys=True) for one in (*before, *new)]
            write_private(path, "".join(f"{line}\n" for line in lines).encode())


def _is_whole(view: View) -> bool:
    parts = (view.campaign, view.period) != (ALL, ALL) or view.off_study
    return not parts and view.seed == SEED


def _kept_at(view: View) -> Path:
    return data_folder("private") / view.dataset.name / "forecasts.jsonl"


def _subject(one: Ahead) -> tuple[str, str]:
    return one.forecast.campaign, one.outcome


def _read(path: Path) -> tuple[Ahead, ...]:
    try:
        return tuple(map(_FORM.validate_json, path.read_text("utf-8").splitlines()))
    except ValueError as error:
        says = "holds lines that are no forecasts; put back what was kept, or move it away"
        raise DataContractError(f"{path}: {says}") from error


def came_true(
    records: Sequence[Ahead], known: pd.DataFrame, *, outcome: str, last_day: pd.Timestamp
) -> Backtest | None:
    """Judge the forecasts that were made before their campaign began and whose outcome is in.

    Of several the last one before its first day counts. Where more or fewer bookings took place
    than were planned, the range is taken in proportion.

    Args:
        records: as they were made.
        known: bookings with ``placed_at`` and ``outcome``.
        outcome: what ``known`` counts; a forecast of another is not judged by it.
        last_day: of the data; a campaign with a booking that is not closed by then, or that nobody
            counted, is not judged.
    """
    done = closed(known, last_day)
    by_campaign = {str(name): rows for name, rows in done.groupby("campaign")}
    still_open = set(known["campaign"][~known.index.isin(done.index)])
    last = {
        one.forecast.campaign: one
        for one in sorted(records, key=lambda one: one.made_on)
        if one.outcome == outcome
        and (rows := by_campaign.get(one.forecast.campaign)) is not None
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
