"""Small files of one header imported as one table, wherever that changes nothing.

Most of what a small file costs is a fixed price for each column. What is judged by a whole file
(how days are written, ids that a spreadsheet rounded, a column that never changes) is judged by
that file alone: whatever makes a file special sends it back to be imported by itself.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.sources.headers import Recognised, misspelt
from analysis.sources.importer import Imported, import_table
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.checks import ENOUGH, JUMP
from analysis.sources.values.text import Written
from analysis.study.contract import IMPORTED, Table
from analysis.study.errors import DataContractError

_MOST_ROWS = 1000  # of a file that is worth stacking
_LONG_NUMBER = r"[0-9]{15,}0|.*[eE].*"  # an id that may have been rounded


def may_be_stacked(text: TextTable, found: Recognised) -> bool:
    """Whether a table is small, whole, and judged row by row."""
    rule = found.rule
    tables = [IMPORTED[name] for name in rule.tables]
    amounts = any(
        column.kind in ("amount", "proportion") and column.name in rule.tables[table.name]
        for table in tables
        for column in table.columns
    )
    by_file = amounts or rule.period or rule.repeats
    whole = not (text.ragged or text.open_end or text.preamble or text.notes)
    return whole and 0 < len(text.rows) <= _MOST_ROWS and bool(tables) and not by_file


def import_stacked(
    texts: Sequence[TextTable], found: Recognised, *, written: Written, account: str | None
) -> list[list[Imported] | None]:
    """Import tables of one header together.

    Args:
        texts: tables for which ``may_be_stacked``.
        found: their format.
        written, account: as for ``import_table``.

    Returns:
        For each table what it gave to the contract's tables, as ``import_table`` says it; None
        where it must be imported by itself.
    """
    if len(texts) < 2:
        return [None] * len(texts)
    sizes = [len(text.rows) for text in texts]
    part = np.repeat(np.arange(len(texts)), sizes)
    rows = pd.concat([text.rows for text in texts], ignore_index=True)
    stack = TextTable("", rows)
    of_header = misspelt(stack, found)
    try:
        together = import_table(stack, found, written=written, account=account)
    except DataContractError:
        return _in_halves(texts, found, written=written, account=account)
    if any(len(one.exclusions) or set(one.warnings) - set(of_header) for one in together):
        return _in_halves(texts, found, written=written, account=account)
    alone = set().union(*(_special(one.table, one.rows, part) for one in together))
    numbers = np.concatenate([text.rows.index.to_numpy() for text in texts])
    ends = np.cumsum(sizes)
    return [
        None
        if number in alone
        else [_share(one, text, numbers, slice(end - size, end)) for one in together]
        for number, (text, size, end) in enumerate(zip(texts, sizes, ends, strict=True))
    ]


def _in_halves(
    texts: Sequence[TextTable], found: Recognised, *, written: Written, account: str | None
) -> list[list[Imported] | None]:
    """The same for each half: one odd file among many sends few back."""
    middle = len(texts) // 2
    return [
        one
        for half in (texts[:middle], texts[middle:])
        for one in import_stacked(half, found, written=written, account=account)
    ]


def _special(table: Table, rows: pd.DataFrame, part: np.ndarray) -> set[int]:
    """Files of which something may be odd that is not odd of the stack."""
    ids = [name for name in ("post_id", "account_id", "order_id") if name in rows]
    rounded = [rows[name].str.fullmatch(_LONG_NUMBER).fillna(False) for name in ids]
    found = {int(one) for flags in rounded for one in part[flags.to_numpy(dtype=bool)]}
    for column in table.columns:
        if column.metric:
            found |= _constant_or_lonely(rows[column.name], part)
    if "posted_at" in rows:
        account = rows["handle"].groupby([part, rows["handle"]]).size()
        found |= {int(one) for one in account.index[account.ge(ENOUGH)].get_level_values(0)}
    return found


def _constant_or_lonely(values: pd.Series, part: np.ndarray) -> set[int]:
    """Files in which a count never changes, or one stands far above the others."""
    known = values.notna().to_numpy(dtype=bool)
    if not known.any():
        return set()
    ordered = pd.DataFrame({"part": part[known], "value": values[known].astype("int64")})
    ordered = ordered.sort_values(["part", "value"], ascending=[True, False])
    by_part = ordered.groupby("part")["value"]
    first, second = by_part.nth(0).to_numpy(), by_part.nth(1)
    sizes, least = by_part.size(), by_part.min().to_numpy()
    next_best = np.ones(len(sizes), dtype="int64")
    several = sizes.to_numpy() > 1
    next_best[several] = np.maximum(second.to_numpy(), 1)
    odd = (first == least) | (first >= JUMP * next_best)
    return {int(one) for one in sizes.index[odd & sizes.ge(ENOUGH).to_numpy()]}


def _share(together: Imported, text: TextTable, numbers: np.ndarray, own: slice) -> Imported:
    """One file's part of the stack, under its own name and row numbers."""
    rows = together.rows.iloc[own].set_axis(pd.Index(numbers[own], name="row"))
    return replace(
        together,
        file=text.name,
        rows_read=text.rows_read,
        rows=rows,
        exclusions=together.exclusions.assign(file=text.name),  # none
        warnings=tuple(f"{text.name}{said}" for said in together.warnings),
    )
