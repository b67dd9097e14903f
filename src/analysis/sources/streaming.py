"""A large file of posts under its format -> typed rows, block by block, and what was left out.

As ``importer.import_table`` reads a whole table: the same values, reasons, row numbers, counts and
warnings. What needs the whole file is folded and decided after the last block.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.sources.cells import NO_TEXT
from analysis.sources.column_blocks import ColumnBlocks, OtherDatesError
from analysis.sources.columns import origin_of, with_all_columns
from analysis.sources.formats import FileRule
from analysis.sources.headers import Recognised
from analysis.sources.importer import (
    EXCLUSION_COLUMNS,
    HEADER_AGAIN,
    NO_TEXT_REASON,
    Imported,
    cut_off,
    dropped,
    exclusions_of,
    row_numbers,
    said_of_the_file,
    why_ragged,
)
from analysis.sources.posts_blocks import Kept, PostsBlocks
from analysis.sources.reading.blocks import Blocks, TextBlock
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.checks import Left
from analysis.sources.values.text import Written
from analysis.study.contract import POSTS
from analysis.study.errors import DataContractError


def may_be_read_by_block(found: Recognised, header: tuple[str, ...]) -> bool:
    """Whether a file feeds posts alone, each judged by its own row.

    Files that name no account, whose rows are ranked, or with a value from several columns are
    read whole.
    """
    rule = found.rule
    if set(rule.tables) != {POSTS.name} or rule.repeats or rule.period:
        return False
    columns = rule.tables[POSTS.name]
    handle = columns.get("handle")
    if handle is None or any(one.product or one.any_of or one.joined for one in columns.values()):
        return False
    there = {rule for rule, file in found.names.items() if file in header}
    return bool(handle.folder or handle.constant or there & {*handle.source, *handle.name_of})


def import_blocks(
    blocks: Blocks,
    found: Recognised,
    *,
    written: Written,
    account: str | None,
    kept: Kept,
) -> Imported | None:
    """Read a file of posts into ``kept``.

    Args:
        blocks: the file.
        found: its format, of which ``may_be_read_by_block``.
        written, account: as for ``import_table``.
        kept: takes a column ``row`` and the contract's columns that the file has; a column
            ``<metric>_state`` holds the place of each state in ``STATES``.

    Returns:
        As ``import_table``, without rows; None where no row of the first block names an account,
        so that the file must be read whole.

    Raises:
        DataContractError: as ``import_table``.
    """
    decided: dict[str, str] = {}
    while True:
        kept.restart()
        try:
            return _Import(blocks, found, written, account, decided).read(kept)
        except OtherDatesError as other:
            decided[other.column] = other.date_format


@dataclass(slots=True)
class _Import:
    """One reading of a file."""

    blocks: Blocks
    found: Recognised
    written: Written
    account: str | None
    decided: dict[str, str]
    columns: list[ColumnBlocks] = field(default_factory=list)
    away: dict[tuple[str, str], list[np.ndarray]] = field(default_factory=dict)

    @property
    def rule(self) -> FileRule:
        return self.found.rule

    def read(self, kept: Kept) -> Imported | None:
        """Read every block, then judge."""
        called = self._called()
        rules = self.rule.tables[POSTS.name]
        for column in POSTS.columns:
            own = rules.get(column.name)
            origin = origin_of(own, called, self.blocks.name, self.found, self.account)
            if own is not None and (origin.column or origin.constant is not None):
                form = self.decided.get(column.name)
                self.columns.append(ColumnBlocks(column, own, self.written, origin, decided=form))
        posts = PostsBlocks()
        for block in self.blocks:
            cells = dict(zip(called, block.columns.values(), strict=True))
            cells, rows = self._data(cells, block)
            if not len(rows):
                continue
            typed = self._typed(cells, rows, posts)
            if not posts.names_accounts:
                return None
            kept.add(typed)
        return self._judged(posts, kept)

    def _called(self) -> list[str]:
        """The file's columns as the rule calls them."""
        names = {file: rule for rule, file in self.found.names.items()}
        return [names.get(name, name) for name in self.blocks.header]

    def _data(
        self, cells: dict[str, pa.Array], block: TextBlock
    ) -> tuple[dict[str, pa.Array], np.ndarray]:
        """The rows that are data, of text."""
        away = np.zeros(len(block.rows), dtype=bool)
        for column, reason, where in self._no_data(cells, has_zeros=block.has_zeros):
            if where.any():
                self.away.setdefault((column, reason), []).append(block.rows[where])
                away |= where
        if not away.any():
            return cells, block.rows
        stay = pa.array(~away)
        return {name: column.filter(stay) for name, column in cells.items()}, block.rows[~away]

    def _no_data(
        self, cells: dict[str, pa.Array], *, has_zeros: bool
    ) -> Iterator[tuple[str, str, np.ndarray]]:
        for drop in self.rule.drop:
            if drop.column is not None:
                encoded = cells[drop.column].dictionary_encode()
                texts = pd.Series(encoded.dictionary.to_pandas(), dtype="str")
                (left,) = dropped(texts.to_frame(drop.column), [drop])
                yield drop.column, drop.reason, np.isin(encoded.indices, left.rows)
        again = np.ones(len(next(iter(cells.values()))), dtype=bool)
        for name, column in zip(self.blocks.header, cells.values(), strict=True):
            again &= pc.equal(column, name).to_numpy(zero_copy_only=False)
            if not again.any():
                break
        yield "", HEADER_AGAIN, again
        for name, column in cells.items() if has_zeros else ():
            zero = pc.match_substring(column, NO_TEXT)
            yield name, NO_TEXT_REASON, zero.to_numpy(zero_copy_only=False)

    def _typed(self, cells: dict[str, pa.Array], rows: np.ndarray, posts: PostsBlocks) -> pa.Table:
        typed: dict[str, pa.Array] = {"row": pa.array(rows)}
        unread: dict[str, np.ndarray] = {}
        for column in self.columns:
            origin = column.origin
            text = (
                pa.repeat(origin.constant, len(rows))
                if origin.column is None
                else cells[origin.column]
            )
            read = column.read(text, rows)
            typed[column.column.name] = read.values
            if read.states is not None:
                typed[f"{column.column.name}_state"] = read.states
            if read.unreadable is not None:
                unread[column.column.name] = read.unreadable
        return posts.judge(typed, unread, rows)

    def _judged(self, posts: PostsBlocks, kept: Kept) -> Imported:
        """After the last block."""
        blocks, name = self.blocks, self.blocks.name
        if blocks.open_end and not self.rule.open_end:
            raise cut_off(name)
        for column in self.columns:
            if column.undecided:
                raise DataContractError(f"{name}: column {column.origin.name}, {column.undecided}")
        wrong, notes = self._unreadable(posts)
        no_data, faults = self._left_out()
        wrong = with_all_columns([*faults, *wrong]) + posts.broken_promises(kept)
        excluded = exclusions_of([*no_data, *wrong]).assign(table=POSTS.name, file=name)
        said = dict.fromkeys([*notes, *posts.oddities(kept)])
        header = pd.DataFrame(columns=list(blocks.header), dtype="str")
        text = TextTable(name, header, open_end=blocks.open_end, notes=tuple(blocks.notes()))
        return Imported(
            POSTS,
            name,
            self.found.source.name,
            blocks.rows_read,
            pd.DataFrame(),
            excluded[list(EXCLUSION_COLUMNS)],
            faults=len(np.unique(row_numbers(wrong))),
            warnings=(
                *said_of_the_file(text, self.found),
                *(f"{name}: {note}" for note in said),
            ),
        )

    def _unreadable(self, posts: PostsBlocks) -> tuple[list[Left], list[str]]:
        """Rows whose text is no value, and what somebody should look at."""
        wrong: list[Left] = []
        notes: list[str] = []
        for column in self.columns:
            left, said = column.finish()
            wrong += left
            notes += said
        rule = self.rule.tables[POSTS.name].get("posted_at")
        dates = {self.found.names.get(name, name) for name in rule.source} if rule else set()
        return posts.without_dated(wrong, dates), [*notes, *posts.notes]

    def _left_out(self) -> tuple[list[Left], list[Left]]:
        """Rows that are no data, and those of them and of the others that are faulty as text."""
        drops, width = self.rule.drop, len(self.blocks.header)
        ragged = [why_ragged(one, drops, width) for one in self.blocks.ragged]
        zeros = {name: (name, NO_TEXT_REASON) for name in self._called()}
        data = [(drop.column or "", drop.reason) for drop in drops]
        dropped_rows = [
            Left(pd.Index(np.concatenate(self.away[key])), *key)
            for key in dict.fromkeys([*data, ("", HEADER_AGAIN)])
            if key in self.away
        ]
        no_text = [
            Left(pd.Index(np.concatenate(self.away[key])), *key, fault=True)
            for key in zeros.values()
            if key in self.away
        ]
        no_data = [*ragged, *dropped_rows]
        return no_data, [*(left for left in ragged if left.fault), *no_text]
