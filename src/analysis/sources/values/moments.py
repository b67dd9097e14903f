"""Days and clock times from text: under a declared format, or ISO 8601, never by guessing."""

import re
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from analysis.sources.values.declared import ISO, UNIX_MILLISECONDS, UNIX_SECONDS

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}.*"
_EPOCHS = {UNIX_SECONDS: ("s", r"[0-9]{9,11}"), UNIX_MILLISECONDS: ("ms", r"[0-9]{12,14}")}
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
class Clocks:
    """What the clock times of a column say about their zone; parts of a column can be added.

    Attributes:
        zoned: some state their zone.
        local: row and text of the first that states none, None where there is none.
        odd: how many fall into an hour that the clock repeats or skips.
    """

    zoned: bool = False
    local: tuple[int, str] | None = None
    odd: int = 0

    def __add__(self, later: "Clocks") -> "Clocks":
        """Of a column, what a part and a later part say."""
        return Clocks(self.zoned or later.zoned, self.local or later.local, self.odd + later.odd)

    @property
    def undecided(self) -> str | None:
        """Why times with and without a zone cannot be read together."""
        if not self.zoned or self.local is None:
            return None
        row, text = self.local
        return (
            f"row {row}: {text!r} states no time zone and other rows do; write time_zone in"
            " dataset.yml"
        )

    @property
    def note(self) -> str | None:
        """What somebody should look at."""
        said = f"{self.odd} times fall into an hour that the clock repeats or skips"
        return said if self.odd else None


@dataclass(frozen=True, slots=True)
class Moments:
    """Times in UTC without zone, missing where unreadable.

    And what is open about the column.
    """

    values: pd.Series
    clocks: Clocks = field(default_factory=Clocks)
    note: str | None = None


def read_moments(
    text: pd.Series, date_format: str | None, time_zone: str | None, kind: Literal["day", "time"]
) -> Moments:
    """Read days or times; arguments as in ``text.Written``.

    A day without a clock time stays that day in every zone. A column of nothing but 10 or 13
    digits is Unix time, in seconds or milliseconds, and says so in a note.
    """
    zone = time_zone if kind == "time" else "UTC"
    if date_format == ISO:
        return _iso_or_declared(text, None, zone)
    if date_format in _EPOCHS:
        return Moments(_since_1970(text, date_format))
    if date_format == "excel_days":
        return Moments(_excel(text))
    if date_format is None and (epoch := epoch_of(text)):
        return Moments(_since_1970(text, epoch), note=read_as(epoch))
    return _iso_or_declared(text, date_format, zone)


def read_as(epoch: str) -> str:
    """That a column without declared format was read as Unix time."""
    return f"read as {epoch.replace('_', ' ')}"


def _iso_or_declared(text: pd.Series, date_format: str | None, zone: str | None) -> Moments:
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
    if zone is None:
        row = local.index[local][0] if local.any() else None
        first = None if row is None else (int(row), str(text[row]))
        return Moments(times, Clocks(bool(zoned.any()), first))
    if zone == "UTC":
        return Moments(times)
    placed, odd = _to_utc(times, str(zone), local)
    return Moments(placed, Clocks(odd=odd))


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


def epoch_of(text: pd.Series) -> str | None:
    """The kind of Unix time that every filled text is; None where one is not, or none is filled."""
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


def _to_utc(times: pd.Series, zone: str, local: pd.Series) -> tuple[pd.Series, int]:
    """Clock times of a place as UTC, and how many fall into an hour that is there twice or never.

    Of the hour that comes twice in autumn, the first.
    """
    here = times.where(local)
    first = np.ones(len(times), dtype=bool)
    placed = here.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    moved = placed.dt.tz_convert("UTC").dt.tz_localize(None)
    certain = here.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    odd = int((certain.isna() & here.notna()).sum())
    return times.where(~local, moved), odd
