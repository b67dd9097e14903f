"""Days and clock times from text: under a declared format, or ISO 8601, never by guessing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}.*"
_EPOCHS = {"unix_seconds": ("s", r"[0-9]{9,11}"), "unix_milliseconds": ("ms", r"[0-9]{12,14}")}
_EXCEL_START = pd.Timestamp("1899-12-30")


@dataclass(frozen=True, slots=True)
class Moments:
    """Times in UTC without zone, missing where unreadable.

    And what is open about the column.
    """

    values: pd.Series
    undecided: str | None = None
    note: str | None = None


def read_moments(
    text: pd.Series, date_format: str | None, time_zone: str | None, kind: Literal["day", "time"]
) -> Moments:
    """Read days or times; arguments as in ``text.Written``.

    A day without a clock time stays that day in every zone. A column of nothing but 10 or 13
    digits is Unix time, in seconds or milliseconds, and says so in a note.
    """
    zone = time_zone if kind == "time" else "UTC"
    if date_format in _EPOCHS:
        return Moments(_since_1970(text, date_format))
    if date_format == "excel_days":
        return Moments(_excel(text))
    if date_format is None and (epoch := _epoch_of(text)):
        return Moments(_since_1970(text, epoch), note=f"read as {epoch.replace('_', ' ')}")
    # A workbook's own dates arrive with a T, whatever format the typed ones have.
    iso = text.str.fullmatch(
        f"{_DAY}([T ]{_CLOCK})?" if date_format is None else f"{_DAY}T{_CLOCK}"
    )
    times = _stamps(text.where(iso), "ISO8601")
    local = text.str.fullmatch(rf"{_DAY}[T ][0-9:.]+") & ~text.str.endswith("T00:00:00")
    if date_format is not None:
        times = times.fillna(_stamps(text.mask(iso), date_format))
        local |= ~iso & ("%H" in date_format or "%I" in date_format) & ("%z" not in date_format)
    zoned = iso & text.str.fullmatch(r".*([zZ]|[+-][0-9]{2}:?[0-9]{2})") & text.str.contains(":")
    undecided = None
    if zone is None and kind == "time" and zoned.any() and local.any():
        row = local.index[local][0]
        undecided = (
            f"row {row}: {text[row]!r} states no time zone and other rows do; write time_zone in"
            " dataset.yml"
        )
    if zone in (None, "UTC"):
        return Moments(times, undecided)
    placed, note = _to_utc(times, str(zone), local)
    return Moments(placed, undecided, note)


def _epoch_of(text: pd.Series) -> str | None:
    filled = text[text.ne("")]
    if filled.empty:
        return None
    if filled.str.fullmatch(r"1[0-9]{9}").all():
        return "unix_seconds"
    return "unix_milliseconds" if filled.str.fullmatch(r"1[0-9]{12}").all() else None


def _since_1970(text: pd.Series, date_format: str) -> pd.Series:
    unit, digits = _EPOCHS[date_format]
    number = pd.to_numeric(text.where(text.str.fullmatch(digits))).astype("Int64")
    return pd.to_datetime(number, unit=unit).astype("datetime64[us]")


def _excel(text: pd.Series) -> pd.Series:
    """Days since 1900 as spreadsheets count them, from 1954 to 2173."""
    days = pd.to_numeric(text.where(text.str.fullmatch(r"[2-9][0-9]{4}(\.[0-9]+)?")))
    moments = _EXCEL_START + pd.to_timedelta(days, unit="D")
    return moments.dt.round("s").astype("datetime64[us]")


def _stamps(text: pd.Series, date_format: str) -> pd.Series:
    times = pd.to_datetime(text, format=date_format, utc=True, errors="coerce")
    return times.dt.tz_localize(None).astype("datetime64[us]")


def _to_utc(times: pd.Series, zone: str, local: pd.Series) -> tuple[pd.Series, str | None]:
    """Clock times of a place as UTC.

    Of the hour that comes twice in autumn, the first.
    """
    here = times.where(local)
    first = np.ones(len(times), dtype=bool)
    placed = here.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    moved = placed.dt.tz_convert("UTC").dt.tz_localize(None)
    certain = here.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    odd = int((certain.isna() & here.notna()).sum())
    note = f"{odd} times fall into an hour that the clock repeats or skips" if odd else None
    return times.where(~local, moved), note
