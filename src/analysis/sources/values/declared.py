"""What people declare about text: its encoding, dates, zone, currency and patterns, checked."""

import codecs
import re
from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

ISO = "iso"  # ISO 8601 where a column of nothing but digits would be Unix time
UNIX_SECONDS, UNIX_MILLISECONDS = "unix_seconds", "unix_milliseconds"
_AROUND = re.compile(r"\(\?<?[=!]|\(\?P=|(?<!\\)(?:\\\\)*\\[1-9]")
_NO_FILES = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf_7", "undefined"}
_LONGEST_PATTERN = 1_000  # characters; longer ones take seconds to get ready
_YEAR = re.compile(r"%[YyGcx]")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Paris") from error
    return name


def _known_pattern(pattern: str) -> str:
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"a pattern of {len(pattern):,} characters; at most {_LONGEST_PATTERN:,}")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no pattern: {error}") from error
    if _AROUND.search(pattern):
        raise ValueError(
            f"{pattern!r} looks around or back, which can take for ever; write it without"
        )
    return pattern


def _known_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name)
        is_text = bool(getattr(found, "_is_text_encoding", True))
    except (LookupError, ValueError) as error:
        raise ValueError(f"{name!r} is no encoding; write one like cp1252 or utf-16") from error
    if not is_text or found.name.replace("-", "_") in _NO_FILES:
        raise ValueError(f"{name!r} is no encoding of files; write one like cp1252 or utf-16")
    return name


def _known_date_format(form: str) -> str:
    if form in (ISO, "excel_days", UNIX_SECONDS, UNIX_MILLISECONDS):
        return form
    try:
        now = datetime(2026, 11, 28, 13, 14, 15, tzinfo=UTC)
        datetime.strptime(now.strftime(form), form)
    except (ValueError, re.error) as error:
        raise ValueError(f"{form!r} is no date format: {error}") from error
    if not _YEAR.search(form):
        raise ValueError(f"{form!r} names no year; write a date format like %d/%m/%Y")
    return form


def _known_currency(code: str) -> str:
    if not re.fullmatch("[A-Za-z]{3}", code):
        raise ValueError(f"{code!r} is no currency; write its code, like EUR")
    return code


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Pattern = Annotated[str, AfterValidator(_known_pattern)]
Encoding = Annotated[str, AfterValidator(_known_encoding)]
DateFormat = Annotated[str, AfterValidator(_known_date_format)]
Currency = Annotated[str, AfterValidator(_known_currency)]
Decimal = Literal[".", ","]
