"""Typed posts of one file, block by block: which cannot be, and what is odd of all of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.sources.values.checks import (
    DIGITS,
    ELSEWHERE,
    ENOUGH,
    FIRST_DAY,
    FUTURE,
    MANGLED,
    NO_VALUE,
    ORDER,
    ROUNDED,
    TOO_OLD,
    Left,
    are_no_chance,
    elsewhere,
    in_daily_rows,
    odd_extremes,
    odd_posts,
    tomorrow,
)
from analysis.sources.values.moments import tiktok_moments
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import POSTS

_TIME = ARROW_TYPE["time"]
_PROMISES = (
    ("platform", NO_VALUE),
    ("handle", NO_VALUE),
    *((smaller, f"more {words}") for smaller, _, words in ORDER[POSTS.name]),
    ("posted_at", TOO_OLD),
    ("posted_at", FUTURE),
    ("handle", ELSEWHERE),
    ("post_id", ROUNDED),
)


class Kept(Protocol):
    """Where the rows of a file go."""

    def add(self, rows: pa.Table) -> None:
        """Take rows."""

    def restart(self) -> None:
        """Forget every row: the file is read again."""

    def drop(self, rows: np.ndarray) -> None:
        """Forget rows by their number in the file."""

    def parts(self) -> Iterator[pa.Table]:
        """Every row, those of an account together, with ``account`` and ``written``."""


def _true(mask: pa.Array) -> np.ndarray:
    return pc.fill_null(mask, False).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


@dataclass(slots=True)
class _Odd:
    """Counts and extremes of the kept posts."""

    beyond_views: int = 0
    beyond_followers: int = 0
    midnights: int = 0
    known: dict[str, int] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    largest: dict[str, list[int]] = field(default_factory=dict)

    def add(self, posts: pa.Table) -> None:
        """Take the kept rows of a block."""
        names = set(posts.column_names)
        self.beyond_views += _beyond(posts, "views") if {"likes", "views"} <= names else 0
        if {"likes", "followers_at_posting"} <= names:
            self.beyond_followers += _beyond(posts, "followers_at_posting")
        self.midnights += pc.sum(_at_midnight(posts)).as_py() or 0
        for name in POSTS.metrics:
            if name not in names or posts[name].null_count == len(posts):
                continue
            column = posts[name].combine_chunks()
            ends = pc.min_max(column).as_py()
            self.known[name] = self.known.get(name, 0) + len(column) - column.null_count
            self.least[name] = min(self.least.get(name, ends["min"]), ends["min"])
            two = self.largest.get(name, [])
            if len(two) < 2 or ends["max"] > two[1]:
                top = column.take(pc.select_k_unstable(column, 2, [("", "descending")]))
                two = [*two, *(one for one in top.to_pylist() if one is not None)]
                self.largest[name] = sorted(two, reverse=True)[:2]

    def said(self, parts: Callable[[], Iterator[pa.Table]]) -> list[str]:
        """What is odd, in words; ``parts`` gives every row, those of an account together."""
        daily = 0
        if self.midnights >= ENOUGH:
            daily = sum(map(_accounts_in_daily_rows, parts()))
        said = odd_posts(self.beyond_views, self.beyond_followers, daily)
        for name in POSTS.metrics:
            if self.known.get(name, 0) >= ENOUGH:
                said += odd_extremes(POSTS[name], self.least[name], *self.largest[name])
        return said


@dataclass(slots=True)
class PostsBlocks:
    """What the blocks of a file showed so far.

    Attributes:
        names_accounts: whether a row names an account.
    """

    names_accounts: bool = False
    _broken: dict[tuple[str, str], list[np.ndarray]] = field(default_factory=dict)
    _dated: int = 0
    _dated_rows: list[np.ndarray] = field(default_factory=list)
    _cut: dict[str, None] = field(default_factory=dict)
    _cut_rows: list[np.ndarray] = field(default_factory=list)
    _all_cut: bool = True
    _odd: _Odd = field(default_factory=_Odd)
    _until: pd.Timestamp = field(default_factory=tomorrow)

    def judge(
        self, typed: dict[str, pa.Array], unread: dict[str, np.ndarray], rows: np.ndarray
    ) -> pa.Table:
        """The rows of a block that can be.

        Args:
            typed: ``row`` and the contract's columns that the file has.
            unread: by column where a row holds text that is no value.
            rows: their numbers.
        """
        typed.setdefault("posted_at", pa.nulls(len(rows), _TIME))
        self._find_tiktok_moments(typed, unread, rows)
        away = np.zeros(len(rows), dtype=bool)
        for bad in unread.values():
            away |= bad
        for promise, broken in self._promises(typed):
            if broken.any():
                self._broken.setdefault(promise, []).append(rows[broken])
                away |= broken
        self._look_at_long_ids(typed, rows)
        table = pa.table(typed)
        if away.any():
            table = table.filter(pa.array(~away))
        self._odd.add(table)
        return table

    def without_dated(self, wrong: list[Left], dates: set[str]) -> list[Left]:
        """Rows that cannot be read, but for those whose day their number says."""
        if not self._dated_rows:
            return wrong
        rows = pd.Index(np.concatenate(self._dated_rows))
        still = [
            left._replace(rows=left.rows.difference(rows)) if left.column in dates else left
            for left in wrong
        ]
        return [left for left in still if len(left.rows)]

    @property
    def notes(self) -> list[str]:
        """What somebody should look at."""
        said = f"{self._dated:,} posts: the day was read from the video's number"
        return [said] if self._dated else []

    def broken_promises(self, kept: Kept) -> list[Left]:
        """After the last block: rows that cannot be; ids that were cut go from ``kept``."""
        if self._cut and self._all_cut and are_no_chance(self._cut):
            rows = np.concatenate(self._cut_rows)
            kept.drop(rows)
            self._broken.setdefault(("post_id", ROUNDED), []).append(rows)
            self._odd = _Odd()
            for part in kept.parts():
                self._odd.add(part)
        return [
            Left(pd.Index(np.unique(np.concatenate(self._broken[promise]))), *promise, fault=True)
            for promise in _PROMISES
            if promise in self._broken
        ]

    def oddities(self, kept: Kept) -> list[str]:
        """After the last block: what is possible and worth a look, in words."""
        return self._odd.said(kept.parts)

    def _find_tiktok_moments(
        self, typed: dict[str, pa.Array], unread: dict[str, np.ndarray], rows: np.ndarray
    ) -> None:
        if not {"platform", "post_id"} <= typed.keys():
            return
        tiktok = pc.equal(typed["platform"], "tiktok")
        moments = typed["posted_at"]
        where = np.flatnonzero(_true(pc.and_(tiktok, pc.is_null(moments))))
        if not len(where):
            return
        ids = pd.Series(typed["post_id"].take(pa.array(where)).to_pandas(), dtype="str")
        found = tiktok_moments(ids)
        gained = where[found.notna().to_numpy()]
        if not len(gained):
            return
        mask = np.zeros(len(rows), dtype=bool)
        mask[gained] = True
        told = pa.array(found.dropna().to_numpy(), _TIME)
        typed["posted_at"] = pc.replace_with_mask(moments, pa.array(mask), told)
        self._dated += len(gained)
        if "posted_at" in unread:
            self._dated_rows.append(rows[unread["posted_at"] & mask])
            unread["posted_at"] = unread["posted_at"] & ~mask

    def _promises(self, typed: dict[str, pa.Array]) -> Iterable[tuple[tuple[str, str], np.ndarray]]:
        for name in ("platform", "handle"):
            if not self.names_accounts and name == "handle":
                self.names_accounts = typed[name].null_count < len(typed[name])
            if name in typed and typed[name].null_count:
                yield (name, NO_VALUE), pc.is_null(typed[name]).to_numpy(zero_copy_only=False)
        for smaller, larger, words in ORDER[POSTS.name]:
            if {smaller, larger} <= typed.keys():
                yield (smaller, f"more {words}"), _true(pc.greater(typed[smaller], typed[larger]))
        oldest, latest = (pa.scalar(day, _TIME) for day in (FIRST_DAY, self._until))
        yield ("posted_at", TOO_OLD), _true(pc.less(typed["posted_at"], oldest))
        yield ("posted_at", FUTURE), _true(pc.greater(typed["posted_at"], latest))
        if "handle" in typed:
            yield ("handle", ELSEWHERE), _addresses_elsewhere(typed)
        if "post_id" in typed:
            mangled = pc.match_substring_regex(typed["post_id"], rf"\A{MANGLED}\z")
            yield ("post_id", ROUNDED), _true(mangled)

    def _look_at_long_ids(self, typed: dict[str, pa.Array], rows: np.ndarray) -> None:
        """Remember long ids that end in zeros while every long id does."""
        if not self._all_cut or "post_id" not in typed:
            return
        ids = typed["post_id"]
        size = pc.binary_length(ids)
        if (pc.max(size).as_py() or 0) <= DIGITS:
            return
        long = pc.match_substring_regex(ids, rf"\A[0-9]{{{DIGITS + 1},}}\z")
        cut = pc.match_substring_regex(ids, rf"\A[0-9]{{{DIGITS}}}0+\z")
        if pc.sum(long).as_py() != pc.sum(cut).as_py():
            self._all_cut = False
            self._cut.clear()
            self._cut_rows.clear()
            return
        where = _true(cut)
        self._cut |= dict.fromkeys(ids.filter(pa.array(where)).to_pylist())
        self._cut_rows.append(rows[where])


def _addresses_elsewhere(typed: dict[str, pa.Array]) -> np.ndarray:
    wrong = np.zeros(len(typed["handle"]), dtype=bool)
    where = np.flatnonzero(_true(pc.match_substring(typed["handle"], "/")))
    if len(where):
        names = ("handle", "platform")
        told = (pd.Series(typed[name].take(pa.array(where)).to_pandas()) for name in names)
        wrong[where] = elsewhere(*told).to_numpy(dtype=bool)
    return wrong


def _beyond(posts: pa.Table, name: str) -> int:
    return pc.sum(pc.greater(posts["likes"], posts[name])).as_py() or 0


def _at_midnight(posts: pa.Table) -> pa.ChunkedArray:
    moments = posts["posted_at"]
    return pc.equal(moments.cast(pa.date32()).cast(moments.type), moments)


def _accounts_in_daily_rows(posts: pa.Table) -> int:
    """Accounts of a part that have a row for every day."""
    midnight = _at_midnight(posts)
    account = pc.binary_join_element_wise(
        posts["account"], pc.fill_null(posts["written"], ""), "\n"
    )
    timed = pc.unique(account.filter(pc.fill_null(pc.invert(midnight), False)))
    whole = pc.and_(pc.fill_null(midnight, False), pc.invert(pc.is_in(account, timed)))
    rows = pa.table({"handle": account, "posted_at": posts["posted_at"]}).filter(whole)
    return in_daily_rows(rows.to_pandas().assign(platform=""))
