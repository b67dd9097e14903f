"""One column of a file that is read block by block: judged as a whole, in constant memory.

What is simple is cast; the rest goes through the code that reads whole columns, each text once for
a block. What can only be judged of a whole column is folded: which rows state a time zone, what
cannot be read, how days are written.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.sources.cells import (
    SAMPLE,
    Understood,
    date_format_of,
    how_written,
    in_words,
    understand,
    unreadable,
)
from analysis.sources.columns import Origin
from analysis.sources.formats import ColumnRule
from analysis.sources.values.checks import Left
from analysis.sources.values.declared import ISO
from analysis.sources.values.moments import Clocks, epoch_of, read_as
from analysis.sources.values.simple import (
    has_many_values,
    simple_counts,
    simple_epochs,
    simple_moments,
    simple_texts,
)
from analysis.sources.values.text import Written, trimmed
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import HIDDEN, NOT_AVAILABLE, OBSERVED, STATES, ZERO, Column

EPOCHS = ("unix_seconds", "unix_milliseconds")
_CODE = {state: pa.scalar(code, pa.int8()) for code, state in enumerate(STATES)}


class OtherDatesError(Exception):
    """A later block shows that a column's dates are written otherwise than its first one said.

    Attributes:
        column: of the contract.
        date_format: how they are written.
    """

    def __init__(self, column: str, date_format: str) -> None:
        super().__init__(column)
        self.column, self.date_format = column, date_format


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A block of one column.

    Attributes:
        values: typed, missing where there was nothing or nothing readable.
        states: of a metric, place of each state in ``STATES``.
        unreadable: where there is text that is no value; None where there is none.
    """

    values: pa.Array
    states: pa.Array | None
    unreadable: np.ndarray | None


class ColumnBlocks:
    """A contract column over the blocks of a file, in their order."""

    def __init__(
        self,
        column: Column,
        rule: ColumnRule,
        written: Written,
        origin: Origin,
        *,
        decided: str | None,
    ) -> None:
        """Read a column as ``rule`` says.

        Args:
            decided: how dates are written, where an earlier reading of the file showed it.
        """
        self.column, self.rule, self.origin = column, rule, origin
        self._words = pa.array(
            sorted({*rule.nulls, *rule.hidden, *rule.suppressed, *rule.replace}), pa.string()
        )
        self._written = how_written(rule, written, told=pd.Series([], dtype="str"))
        self._sampled = 0 if len(rule.date_format) > 1 and decided is None else SAMPLE
        self._sample: list[pd.Series] = []
        self._form = decided or self._written.date_format
        self._undecided: str | None = None
        self._expected = ""
        self._guessed = False
        self._clocks = Clocks()
        self._simple_clocks = Clocks()
        self._unread: list[pd.Series] = []

    def read(self, text: pa.Array, rows: np.ndarray) -> ReadBlock:
        """Read the next block.

        Args:
            text: its cells.
            rows: their numbers in the file, rising.

        Raises:
            OtherDatesError: the file must be read again.
        """
        if self._sampled < SAMPLE:
            self._look_at_dates(text)
        self._simple_clocks = Clocks()
        values = self._simple(text, rows)
        if len(self._words):
            values = pc.if_else(pc.is_in(text, self._words), None, values)
        left = pc.is_null(values)
        if "" not in self.rule.replace:
            left = pc.and_(left, pc.greater(pc.binary_length(text), 0))
        states = self._states(values) if self.column.metric else None
        if not left.true_count:
            self._clocks += self._simple_clocks
            return ReadBlock(values, states, None)
        where = np.flatnonzero(left.to_numpy(zero_copy_only=False))
        read, codes = self._rest(text.take(pa.array(where)), rows[where])
        self._clocks += _first(self._simple_clocks, read.parsed.clocks)
        taken = _arrow(read.parsed.values, ARROW_TYPE[self.column.kind]).take(codes)
        values = pc.replace_with_mask(values, left, taken)
        if states is not None:
            told = pa.array([_CODE[state].as_py() for state in read.states], pa.int8())
            states = pc.replace_with_mask(states, left, told.take(codes))
        return ReadBlock(values, states, self._keep_unread(read, codes, rows, where))

    def finish(self) -> tuple[list[Left], list[str]]:
        """After the last block: rows that cannot be read, and what somebody should look at.

        Raises:
            OtherDatesError: the file must be read again.
        """
        self._check_sample()
        form = None if self._form == ISO else self._form
        written = replace(self._written, date_format=form)
        rest = pd.concat(self._unread) if self._unread else pd.Series([], dtype="str")
        left = unreadable(rest, self._expected, self.origin.name, self.column, self.rule, written)
        note = self._clocks.note
        if form in EPOCHS and self._written.date_format is None:
            note = read_as(form)
        return left, [f"column {self.origin.name} {note}"] if note else []

    @property
    def undecided(self) -> str | None:
        """Why the whole column has two readings; None if it has one. After the last block."""
        if self.column.kind == "time":
            return self._clocks.undecided
        return self._undecided

    def _simple(self, text: pa.Array, rows: np.ndarray) -> pa.Array:
        """Values of the simple texts, missing for the others."""
        if self.rule.extract is None and self.rule.otherwise is None:
            if self.column.kind == "count":
                return simple_counts(text)
            if has_many_values(self.column):
                return simple_texts(text)
            if self.column.kind == "time" and self._form in EPOCHS:
                return simple_epochs(text, self._form)
            if self.column.kind == "time" and self._form in (None, ISO):
                return self._simple_moments(text, rows)
        return pa.nulls(len(text), ARROW_TYPE[self.column.kind])

    def _simple_moments(self, text: pa.Array, rows: np.ndarray) -> pa.Array:
        zone = self._written.time_zone
        values, zoned, local = simple_moments(text, local=zone in (None, "UTC"))
        if values.null_count < len(values):
            self._form = ISO
        if zone is None:
            first = pc.index(local, value=True).as_py()
            row = None if first < 0 else (int(rows[first]), text[first].as_py())
            self._simple_clocks = Clocks(zoned.true_count > 0, row)
        return values

    def _rest(self, text: pa.Array, rows: np.ndarray) -> tuple[Understood, pa.Array]:
        """What is not simple, each text once, and which of them each row has."""
        if self.column.kind == "time" and self._written.time_zone not in (None, "UTC"):
            distinct, codes, first = text, pa.array(np.arange(len(text))), rows
        else:
            encoded = text.dictionary_encode()
            distinct, codes = encoded.dictionary, encoded.indices
            first = rows[np.unique(codes.to_numpy(), return_index=True)[1]]
        told = in_words(pd.Series(distinct.to_pandas(), dtype="str").set_axis(first), self.rule)
        if self.column.kind in ("day", "time"):
            self._decide(told)
        read = understand(
            told, self.column, self.rule, replace(self._written, date_format=self._form)
        )
        self._expected = read.parsed.expected
        self._undecided = self._undecided or read.parsed.undecided
        return read, codes

    def _decide(self, told: pd.Series) -> None:
        """See whether nothing but digits, as Unix time, is in a column that declares nothing."""
        if self._form is not None and not self._guessed:
            return
        no_value = told.isin([*self.rule.hidden, *self.rule.suppressed])
        filled = trimmed(told.mask(no_value, ""))
        filled = filled[filled.ne("")]
        if filled.empty:
            return
        epoch = epoch_of(filled)
        if self._form is None:
            self._form, self._guessed = epoch or ISO, epoch is not None
        elif epoch != self._form:
            raise OtherDatesError(self.column.name, ISO)

    def _look_at_dates(self, text: pa.Array) -> None:
        """Choose among several declared formats by the first filled cells of the file."""
        told = in_words(pd.Series(text.to_pandas(), dtype="str"), self.rule)
        told = told[told.ne("")].head(SAMPLE - self._sampled)
        if told.empty:
            return
        first = not self._sample
        self._sample.append(told)
        self._sampled += len(told)
        if first:
            self._form = self._chosen()
        if self._sampled == SAMPLE:
            self._check_sample()

    def _chosen(self) -> str:
        return str(date_format_of(pd.concat(self._sample), self.rule.date_format))

    def _check_sample(self) -> None:
        if self._sample and (chosen := self._chosen()) != self._form:
            raise OtherDatesError(self.column.name, chosen)

    def _states(self, values: pa.Array) -> pa.Array:
        empty = HIDDEN if self.rule.missing == "hidden" else NOT_AVAILABLE
        known = pc.if_else(pc.equal(values, 0), _CODE[ZERO], _CODE[OBSERVED])
        return pc.fill_null(known, _CODE[empty])

    def _keep_unread(
        self, read: Understood, codes: pa.Array, rows: np.ndarray, where: np.ndarray
    ) -> np.ndarray | None:
        bad = read.parsed.unreadable.to_numpy(dtype=bool)
        if not bad.any():
            return None
        hit = bad[codes.to_numpy()]
        told = read.told.iloc[codes.to_numpy()[hit]].set_axis(rows[where[hit]])
        self._unread.append(told)
        everywhere = np.zeros(len(rows), dtype=bool)
        everywhere[where[hit]] = True
        return everywhere


def _first(one: Clocks, other: Clocks) -> Clocks:
    """Of two parts of the same rows: what both say, the earlier row first."""
    earlier = other.local is not None and (one.local is None or other.local[0] < one.local[0])
    return other + one if earlier else one + other


def _arrow(values: pd.Series, kind: pa.DataType) -> pa.Array:
    found = pa.array(values.array)
    whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return whole.cast(kind)
