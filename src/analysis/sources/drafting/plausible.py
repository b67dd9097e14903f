"""What values allow a column to be: ways to read it, and what contradicts a name."""

import re
from collections.abc import Callable

import pandas as pd

from analysis.sources.values.moments import epoch_of, fitting_formats
from analysis.sources.values.text import Written, parse
from analysis.study.contract import PLATFORM_HOSTS, PLATFORM_SPELLINGS, PLATFORMS, Column

_READABLE = 0.95  # share of values from which a column is what its name says
_FEW = 5  # values from which a constant or a repetition tells something
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w-]+\.(?:com|be|tv)/\S+", re.IGNORECASE)
_YEAR_FIRST = r"20[0-9]{2}-[01][0-9]-[0-3][0-9](?:$|[T ])"
_POSTS = {
    "tiktok": r"/(?:video|photo)/([0-9]+)",
    "instagram": r"instagram\.com/(?:[^/]+/)?(?:p|reel|reels|tv)/([^/?#]+)",
    "youtube": r"(?:[?&]v=|youtu\.be/|/shorts/)([A-Za-z0-9_-]{11})",
}
TIKTOK_ACCOUNT = r"tiktok\.com/@([^/?#]+)"

Reading = dict[str, str | bool]


def readings(column: Column, text: pd.Series) -> list[Reading]:
    """Every declaration under which a column's values can be read; none means it cannot be.

    Args:
        column: of the contract.
        text: its values in the file; empty ones tell nothing.

    Example:
        >>> from analysis.study.contract import POSTS
        >>> readings(POSTS["likes"], pd.Series(["1.2K", "800"]))
        [{'abbreviated': True}]
        >>> readings(POSTS["posted_at"], pd.Series(["03/04/2026", "04/04/2026"]))
        [{'date_format': '%d/%m/%Y'}, {'date_format': '%m/%d/%Y'}]
    """
    filled = text[text.ne("")]
    if filled.empty:
        return []
    if column.kind in ("day", "time"):
        return _dates(filled, column)
    for ways in _WAYS.get(column.kind, ([{}],)):
        if fitting := [way for way in ways if _share_read(filled, column, way) >= _READABLE]:
            return fitting
    return []


# Declarations from the plainest on: those of one list are readings of equal right.
_EITHER_MARK: list[Reading] = [{"decimal": ","}, {"decimal": "."}]
_WAYS: dict[str, tuple[list[Reading], ...]] = {
    "amount": ([{}], _EITHER_MARK),
    "proportion": ([{}], _EITHER_MARK),
    "count": (
        [{}],
        [{"abbreviated": True}],
        [{"decimal": ","}],
        [{"decimal": ",", "abbreviated": True}],
    ),
}


def contradiction(column: Column, text: pd.Series) -> str | None:
    """Why values cannot be what the name says, in a few words; None where they can."""
    filled = text[text.ne("")].str.strip()
    if filled.empty:
        return "is empty"
    if (column.metric or column.name == "followers") and _says_nothing(filled):
        return f"is {filled.iloc[0]} in every row"
    checks = _CHECKS.get(column.name, ())
    return next((said for said, wrong in checks if wrong(filled)), None)


def _says_nothing(filled: pd.Series) -> bool:
    return len(filled) >= _FEW and filled.nunique() == 1 and filled.iloc[0] in ("0", "-1", "0.0")


def _share(filled: pd.Series, pattern: str) -> float:
    return float(filled.str.fullmatch(pattern).mean())


def _worded(filled: pd.Series) -> bool:
    return bool(filled.str.contains(r"\s|://").mean() > 1 - _READABLE)


def _numeric(filled: pd.Series) -> bool:
    return bool(filled.str.fullmatch(r"[0-9.,]+").any())


def are_moments(text: pd.Series) -> bool:
    """Whether every value of a column surely is a moment: Unix time, or a day, year first."""
    filled = text[text.ne("")].str.strip()
    if filled.nunique() < _FEW:
        return False
    return epoch_of(filled) is not None or bool(filled.str.match(_YEAR_FIRST).all())


def names_platforms(text: pd.Series) -> bool:
    """Whether every value of a column is a platform, such as IG."""
    filled = text[text.ne("")].str.strip()
    return bool(len(filled) and _platforms(filled).all())


def _platforms(filled: pd.Series) -> pd.Series:
    return filled.str.lower().isin([*PLATFORMS, *PLATFORM_SPELLINGS])


_Check = tuple[str, Callable[[pd.Series], bool]]
_NO_WORDS: _Check = ("holds no words", lambda filled: _numeric(filled) or addresses(filled) > 0)
_CHECKS: dict[str, tuple[_Check, ...]] = {
    "platform": (("names no platform", lambda filled: not _platforms(filled).any()),),
    "handle": (
        ("names platforms", names_platforms),
        ("holds fractions", lambda filled: _share(filled, r"[0-9]+\.[0-9]+") > 0),
        ("holds counts", lambda filled: _share(filled, r"[0-9]{1,7}") == 1),
    ),
    "account_id": (("holds words", _worded),),
    "niche": (
        _NO_WORDS,
        (
            "differs in nearly every row",
            lambda filled: len(filled) >= 2 * _FEW and filled.nunique() > 0.7 * len(filled),
        ),
    ),
    "country": (("holds no codes", lambda filled: _share(filled, "[A-Za-z]{2,3}") < _READABLE),),
    "post_id": (
        ("holds words", _worded),
        ("repeats", lambda filled: bool(filled.duplicated().any())),
    ),
    "order_id": (
        ("holds words", _worded),
        ("holds names", lambda filled: _share(filled, r".*[0-9].*") < _READABLE),
    ),
    "code": (("holds words", _worded),),
    "link": (("holds no addresses", lambda filled: addresses(filled) < _READABLE),),
    "format": (("differs too often", lambda filled: filled.nunique() > 12),),
}


def addresses(text: pd.Series) -> float:
    """Share of values that are addresses."""
    filled = text[text.ne("")]
    return float(filled.str.fullmatch(_ADDRESS).mean()) if len(filled) else 0.0


def posts_in(text: pd.Series) -> str:
    """The platform whose posts a column's addresses are of; empty if they are of no one's."""
    shares = _posts_shares(text)
    return next((platform for platform, share in shares.items() if share >= _READABLE), "")


def names_posts(text: pd.Series) -> bool:
    """Whether a column's addresses are of posts, on one platform or several."""
    return sum(_posts_shares(text).values()) >= _READABLE


def _posts_shares(text: pd.Series) -> dict[str, float]:
    filled = text[text.ne("")]
    if filled.empty:
        return {}
    return {
        platform: float(
            (
                filled.str.contains(PLATFORM_HOSTS[platform], regex=False)
                & filled.str.extract(pattern, expand=False).notna()
            ).mean()
        )
        for platform, pattern in _POSTS.items()
    }


def post_pattern(platform: str) -> str:
    """What finds a post's id in its address."""
    return _POSTS[platform]


def platform_in(text: pd.Series) -> str:
    """The platform that every address of a column is of; empty if they differ or are none."""
    filled = text[text.ne("")].str.lower()
    hosts = PLATFORM_HOSTS.items() if len(filled) else ()
    return next((p for p, host in hosts if filled.str.contains(host, regex=False).all()), "")


def _share_read(filled: pd.Series, column: Column, how: Reading) -> float:
    parsed = parse(filled, column, Written(**how))  # type: ignore[arg-type]
    return 0.0 if parsed.undecided else float(1 - parsed.unreadable.mean())


def _dates(filled: pd.Series, column: Column) -> list[Reading]:
    if _share_read(filled, column, {}) >= _READABLE:
        return [{}]
    if filled.str.fullmatch(r"[2-5][0-9]{4}(\.[0-9]+)?").all():
        return [{"date_format": "excel_days"}]
    return [{"date_format": form} for form in fitting_formats(filled)]
