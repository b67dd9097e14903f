"""What tools call things: names of columns -> contract columns, exact before near."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from analysis.sources.formats import known_formats
from analysis.sources.values.currencies import CODES, currency_of
from analysis.study.declared import declared_rows


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOISE = _words_of("count counts nb n of the statistics stats stat metrics public")
_HARMLESS = _words_of(
    "total number num no video vid post reel media item content instagram ig tiktok youtube yt "
    "facebook organic current latest"
)
_OWNERS = _words_of("creator author account owner user influencer profile page channel artist")
_OF_ACCOUNTS = ("followers", "country", "niche", "platform", "lifetime_posts", "account_id")
# With one of these a name means another quantity than without it.
_CHANGES = _words_of(
    "average avg mean median rate ratio percent percentage pct per change growth gained lost "
    "net new unique rank previous last expected estimated est predicted target goal max min "
    "std score hour hourly day daily week weekly month monthly year days cost cpm cpc cpa cpe "
    "cpv dis un hidden disabled is has paid organic interaction engagement potential audience "
    "viewer durchschnitt promedio moyenne media medio"
)
_ALIKE = 0.88
_LETTERS = str.maketrans({"\u0131": "i", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae"})
# How a value is written, in brackets after the name, as in "published (unix)".
_NOTATION = re.compile(r"[(\[](?:unix|epoch|utc|gmt|iso)\b[^)\]]*[)\]]", re.IGNORECASE)
_CURRENCY = re.compile(r"[(\[ _]([A-Za-z]{3}|[€$£₫₺₹])[)\]]?$")


class Grade(IntEnum):
    """How well a name says what a column is."""

    EXACT = 0
    LOOSE = 1  # one of the names it can have, such as a channel's title for its handle
    ASKED = 2  # a word of several meanings, or nearly one of the names


@dataclass(frozen=True, slots=True)
class Named:
    """A column of a file that may be a contract column by its name.

    Attributes:
        column: of the contract, without its table.
        of: what the file calls it.
        grade: how sure the name is.
        place: in the list of names; earlier ones are better.
    """

    column: str
    of: str
    grade: Grade
    place: int


def named(header: Sequence[str]) -> list[Named]:
    """Every contract column that a file's column may be, best first.

    Example:
        >>> [(one.column, one.grade.name) for one in named(["diggCount", "Impressions"])]
        [('likes', 'EXACT'), ('impressions', 'EXACT')]
        >>> named(["avg_likes", "engagement_rate"])
        []
    """
    found = [one for of in header for one in _columns_of(of)]
    return sorted(found, key=lambda one: (one.grade, one.place))


def canonical(name: str) -> str:
    """Words of a column's name in one form: no case, marks, plural or words like count.

    Example:
        >>> canonical("edge_liked_by.count"), canonical("vid_nlike"), canonical("Published (Unix)")
        ('edge liked by', 'vid like', 'published')
    """
    words = _words(_NOTATION.sub("", name)) or _words(name)
    if words and words[-1] in CODES:
        words = words[:-1]
    kept = [word for word in words if word not in _NOISE] or words
    return " ".join(_singular(_counted(word)) for word in kept)


def currency_in(name: str) -> str:
    """The currency that a column's name says, such as EUR; empty if none."""
    match = _CURRENCY.search(name.strip())
    return currency_of(match[1]) if match else ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A canonical name of a contract column, and how surely it is one."""

    name: str
    column: str
    grade: Grade


@cache
def _dictionary() -> tuple[_Entry, ...]:
    """Every name that we list, then those of our formats that the list lacks."""
    grades = {"yes": Grade.EXACT, "ask": Grade.ASKED}
    ours = [
        _Entry(canonical(name), row["column"], grades.get(row["sure"], Grade.LOOSE))
        for row in declared_rows("analysis.sources.drafting", "names.csv")
        for name in (row["column"] * (row["sure"] == "yes"), *row["names"].split("|"))
        if name
    ]
    listed = {(entry.name, entry.column) for entry in ours}
    theirs = [
        _Entry(canonical(name), column, Grade.EXACT if column in _METRICS else Grade.LOOSE)
        for source in known_formats()
        for rule in source.files
        for columns in rule.tables.values()
        for column, own in columns.items()
        for first in (own.source[:1] if own.extract is None and column not in _KEYS else ())
        for name in (first, *rule.aliases.get(first, ()))
        if len(_words(name)) > 1 or column in _METRICS
    ]
    return (*ours, *(entry for entry in theirs if (entry.name, entry.column) not in listed))


_METRICS = ("likes", "comments", "shares", "saves", "views", "reach")
_COUNTS = (*_METRICS, "clicks", "sessions", "orders", "revenue", "fee", "followers")
_KEYS = ("handle", "post_id", "account_id", "order_id", "link")  # mean what their tool says


def _columns_of(of: str) -> list[Named]:
    plain = canonical(of)
    exact = _best(of, [(e, e.grade, n) for n, e in enumerate(_dictionary()) if e.name == plain])
    if exact:
        return exact
    changed = {*_words(of), *plain.split()} & _CHANGES
    near = [
        (entry, grade, place)
        for place, entry in enumerate(_dictionary())
        if changed <= set(entry.name.split()) and (grade := _nearness(plain, entry)) is not None
    ]
    surest = min((grade for _, grade, _ in near), default=Grade.EXACT)
    return _best(of, [one for one in near if one[1] == surest])


def _best(of: str, found: Sequence[tuple[_Entry, Grade, int]]) -> list[Named]:
    """Of each contract column its surest and earliest name."""
    ordered = sorted(found, key=lambda one: (one[1], one[2]), reverse=True)
    best = {e.column: Named(e.column, of, grade, place) for e, grade, place in ordered}
    return list(best.values())


def _nearness(plain: str, entry: _Entry) -> Grade | None:
    """How surely a name that is nearly an entry means it; None where it is not near."""
    mine, known = set(plain.split()), set(entry.name.split())
    harmless = _HARMLESS | (_OWNERS if entry.column in _OF_ACCOUNTS else frozenset())
    if known < mine and mine - known <= harmless:
        return max(entry.grade, Grade.LOOSE)
    counted = entry.column in _COUNTS and entry.grade < Grade.ASKED
    if known < mine and counted and len(mine - known) == 1:
        return Grade.ASKED
    alike = len(entry.name) > 4 and abs(len(entry.name) - len(plain)) < 3
    if alike and difflib.SequenceMatcher(None, plain, entry.name).ratio() >= _ALIKE:
        return Grade.ASKED
    return None


def _words(name: str) -> list[str]:
    seen = "".join(char for char in name if unicodedata.category(char) != "Cf")
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", seen) if not unicodedata.combining(char)
    )
    bare = bare.translate(_LETTERS)
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", bare)
    plain = re.sub(r"[\W_]+", " ", parted).casefold()
    return plain.replace("tik tok", "tiktok").replace("you tube", "youtube").split()


def _counted(word: str) -> str:
    """``nlike`` is the number of likes."""
    return word[1:] if word[:1] == "n" and _singular(word[1:]) in _COUNTED else word


_COUNTED = _words_of("like view comment share save follower play post")


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
