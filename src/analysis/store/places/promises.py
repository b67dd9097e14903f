"""Reasons to leave a post out, as SQL: those of the intake, in its order and words."""

from dataclasses import dataclass
from datetime import datetime

from analysis.sources.values.checks import (
    ELSEWHERE,
    FIRST_DAY,
    FUTURE,
    MANGLED,
    NO_VALUE,
    ORDER,
    ROUNDED,
    TOO_OLD,
)
from analysis.sources.values.text import EXCEL_ERRORS, EXPECTED, LARGEST_COUNT
from analysis.store.places.engine import literal
from analysis.store.places.source import Source, long_ids, moment_of, text_of, value
from analysis.store.pseudonyms import ERASED
from analysis.study.contract import POSTS, Column


@dataclass(frozen=True, slots=True)
class Promise:
    """A reason to leave a row out.

    Attributes:
        name: of the contract's column that it is about.
        column: what the page calls it.
        reason: in the words of the intake.
        broken: SQL that is true where it holds; empty where the account decides, or nothing can.
    """

    name: str
    column: str
    reason: str
    broken: str = ""


def promises(source: Source, *, until: datetime, cut_ids: bool) -> list[Promise]:
    """Reasons to leave a post out, the first that holds first.

    Args:
        until: the moment from which a post is in the future.
        cut_ids: whether ids that end in zeros were cut by a spreadsheet.
    """
    names = source.names
    found = [
        Promise(one.name, names[one.name], f"not {_expected(one)}", _unreadable(source, one))
        for one in POSTS.columns
        if one.name in names
    ]
    found += [_of("platform", NO_VALUE), _of("handle", NO_VALUE)]
    found += [
        _of(one, f"more {words}", f"{value(source, POSTS[one])} > {value(source, POSTS[other])}")
        for one, other, words in ORDER[POSTS.name]
        if {one, other} <= names.keys()
    ]
    if "posted_at" in names:
        moment = value(source, POSTS["posted_at"])
        found.append(_of("posted_at", TOO_OLD, f"{moment} < {moment_of(FIRST_DAY)}"))
        found.append(_of("posted_at", FUTURE, f"{moment} > {moment_of(until)}"))
    found.append(_of("handle", ELSEWHERE))
    if "post_id" in names:
        found.append(_of("post_id", ROUNDED, _rounded(source, cut_ids=cut_ids)))
    found.append(_of("handle", ERASED))
    return found


def _of(name: str, reason: str, broken: str = "") -> Promise:
    return Promise(name, name, reason, broken)


def _expected(column: Column) -> str:
    if column.kind == "choice":
        return f"a name like {', '.join(column.choices)}"
    return EXPECTED[column.kind]


def _unreadable(source: Source, column: Column) -> str:
    """SQL that is true where a cell holds what the contract cannot read; empty where none can."""
    if column.kind == "choice" or column.name == "handle":
        return ""  # the account decides
    raw, kind = source.sql(column.name), source.kinds[column.name]
    if column.kind == "text":
        errors = " or ".join(f"trim({raw}) = {literal(one)}" for one in sorted(EXCEL_ERRORS))
        odd = f"(strpos({raw}, '#') > 0 and ({errors}))"  # most texts hold none
        return odd if kind == "text" else ""
    if column.kind != "count":
        return ""
    off = f" and {raw} <> -1" if column.metric else ""
    wrong = f"(({raw} < 0{off}) or {raw} > {LARGEST_COUNT}"
    if kind in ("floating", "exact"):
        wrong += f" or {raw} <> floor({raw})"
    finite = f" and {raw} > -1e300 and {raw} < 1e300" if kind == "floating" else ""
    return f"{wrong}){finite}"


def _rounded(source: Source, *, cut_ids: bool) -> str:
    name = text_of(source, "post_id")
    raw = f"cast({source.sql('post_id')} as text)"  # a search for a letter is cheaper
    marked = f"(strpos({raw}, 'E') > 0 or strpos({raw}, 'e') > 0)"
    mangled = f"({marked} and regexp_matches({name}, '^{MANGLED}$'))"
    mangled = mangled.replace("\\.", "[.]").replace("\\+", "[+]")  # engines differ on backslashes
    return f"({mangled} or ({long_ids(source)[1]}))" if cut_ids else mangled
