"""Days and clock times from text: under a declared format, or ISO 8601, never by guessing."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}.*"
_EPOCHS = {"unix_seconds": ("s", r"[0-9]{9,11}"), "unix_milliseconds": ("ms", r"[0-9]{12,14}")}
DATE_FORMATS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%b %d, %Y", "%d %b %Y"),
    *("%d-%b-%Y", "%b %d %Y", "%d. %b %Y", "%d de %b de %Y", "%Y年%m月%d日"),
    *("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M", "%Y/%m/%d %H:%M"),
    *("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S"),
    *("%d/%m/%Y, %H:%M:%S", "%d.%m.%Y, %H:%M", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p"),
    *("%m/%d/%Y, %I:%M:%S %p", "%b %d, %Y %H:%M", "%b %d, %Y %I:%M %p", "%b %d, %Y, %I:%M %p"),
    *("%d %b %Y %H:%M", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S UTC"),
    "%a %b %d %H:%M:%S %z %Y",
)  # in which tools write days, beside ISO 8601
_LETTERS = re.compile(r"[^\W\d_]{3,}\.?")
_MONTHS = {
    "Jan": "january januar januari janvier janv enero ene janeiro gennaio gen jänner",
    "Feb": "february februar februari février févr fév febrero fevereiro fev febbraio",
    "Mar": "march märz maart mars marzo março mär mrz",
    "Apr": "april avril avr abril abr aprile",
    "May": "mai mei maj mayo maio maggio mag",
    "Jun": "june juni juin junio junho giugno giu",
    "Jul": "july juli juillet juil julio julho luglio lug",
    "Aug": "august augustus augusti août agosto ago",
    "Sep": "september septembre sept septiembre setembro set settembre",
    "Oct": "october oktober okt octobre octubre outubro out ottobre ott",
    "Nov": "november novembre noviembre novembro",
    "Dec": "december dezember dez décembre déc diciembre dic dezembro dicembre",
}
_ENGLISH = {name: short for short, names in _MONTHS.items() for name in names.split()}
_EXCEL_START = pd.Timestamp("1899-12-30")
_TIKTOK = r"[0-9]{18,19}"  # the upper half of a video's number is its moment in Unix seconds
_TIKTOK_BEGAN = pd.Timestamp("2014-04-01")  # as Musical.ly


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


def fitting_formats(text: pd.Series) -> list[str]:
    """The formats of ``DATE_FORMATS`` under which every text is a date.

    Example:
        >>> fitting_formats(pd.Series(["03/04/2026", "13/04/2026"]))
        ['%d/%m/%Y']
    """
    return [form for form in DATE_FORMATS if len(text) and _stamps(text, form).notna().all()]


def readable_share(text: pd.Series, date_format: str) -> float:
    """Share of texts that are dates under a format; 0 of none."""
    values = read_moments(text, date_format, None, "time").values
    return float(values.notna().mean()) if len(text) else 0.0


def tiktok_moments(ids: pd.Series) -> pd.Series:
    """When TikTok videos went online, in UTC, from their numbers; missing for other ids.

    Example:
        >>> tiktok_moments(pd.Series(["7527623000473079054", "anna-1"])).notna().to_list()
        [True, False]
    """
    number = pd.to_numeric(ids.where(ids.str.fullmatch(_TIKTOK).fillna(False).astype(bool)))
    moment = pd.to_datetime(number.astype("Int64") // 2**32, unit="s").astype("datetime64[us]")
    tomorrow = pd.Timestamp.now("UTC").tz_localize(None) + pd.Timedelta(days=1)
    return moment.where(moment.between(_TIKTOK_BEGAN, tomorrow))


def _english_month(word: re.Match[str]) -> str:
    """Jul for juillet and Juli; other words stay."""
    name = word[0].lower().removesuffix(".")
    return _ENGLISH.get(name, name.title())


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
    if "%b" in date_format or "%B" in date_format:
        text = text.str.replace(_LETTERS, _english_month, regex=True)
        date_format = date_format.replace("%B", "%b")
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
