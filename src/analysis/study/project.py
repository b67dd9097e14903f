"""Where the project lies on this machine, its folders of data, and its day."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

from analysis.study.errors import UsageError

PROJECT = Path(__file__).resolve().parents[3]
_END = 7_258_118_400  # seconds from 1970 to 2200: days counted on from there reach no last date


def data_folder(part: str) -> Path:
    """A folder of this machine's data, ``processed`` or ``private``.

    MICROMACRO_DATA moves both.
    """
    return Path(os.environ.get("MICROMACRO_DATA", PROJECT / "data")).absolute() / part


def require_checkout() -> None:
    """Refuse to run without the project's notebooks.

    Raises:
        UsageError: they are missing, as in an installed wheel, which has neither study nor plans.
    """
    if not (PROJECT / "notebooks").is_dir():
        raise UsageError(
            f"{PROJECT}: no notebooks here; micromacro runs from a checkout of its repository:"
            " clone it and run make report there"
        )


def today() -> date:
    """Today, or the day of ``SOURCE_DATE_EPOCH`` where it is set.

    The variable is the one of reproducible-builds.org, in seconds since 1970: with it a site built
    on another day has the same bytes.

    Raises:
        UsageError: it is no whole number of seconds, or of a year that dates do not reach.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return date.today()
    if not (epoch.isascii() and epoch.isdecimal()):
        raise UsageError(
            f"SOURCE_DATE_EPOCH={epoch:.20}: write whole seconds since 1970, or unset it"
        )
    if len(epoch) > len(str(_END)) or int(epoch) >= _END:
        raise UsageError(f"SOURCE_DATE_EPOCH={epoch:.20}: after the year 2199; write seconds")
    return datetime.fromtimestamp(int(epoch), UTC).date()
