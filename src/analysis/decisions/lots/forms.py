"""The small tables of a test: CSV files of the contract's forms -> typed rows."""

import hashlib
import io
from pathlib import Path

import pandas as pd

from analysis.sources.values.text import parse
from analysis.store.accounts import account_names
from analysis.study.contract import Table
from analysis.study.errors import DataContractError
from analysis.study.forms import named_file

_TOLD = 20  # faults of one file, so that a message can be read


def read_form(path: Path, table: Table) -> tuple[pd.DataFrame, str]:
    """Rows of a CSV file in the columns of a form, and its digest.

    Columns that are not there and need not be are empty.

    Args:
        path: of the file.
        table: the form; no two rows share its key where it is unique.

    Raises:
        UsageError: the file cannot be read.
        DataContractError: a column is missing or there twice, or a cell cannot be used.
    """
    content = named_file(path, table.name)
    text = _text(content, path)
    if missing := sorted(table.needed - set(text.columns)):
        raise DataContractError(f"{path}: no column {', '.join(missing)}")
    if twice := sorted({*text.columns[text.columns.duplicated()]} & {*table.names}):
        raise DataContractError(f"{path}: two columns {', '.join(twice)}; keep one of each")
    columns, faults = {}, []
    for column in table.columns:
        given = text[column.name] if column.name in text else pd.Series("", text.index)
        read = parse(given, column)
        bad = read.unreadable | (read.values.isna() & column.filled)
        faults += [f"row {row + 2}, {column.name}: {given[row]!r}" for row in text.index[bad]]
        columns[column.name] = read.values
    rows = pd.DataFrame(columns)
    if "handle" in rows:
        rows["handle"] = account_names(rows["handle"])
    key = list(table.key)
    again = rows.index[rows.duplicated(key)] if table.unique else []
    faults += [f"row {row + 2}, {key[-1]}: is there already" for row in again]
    if faults:
        more = [f"{len(faults) - _TOLD:,} more"] if len(faults) > _TOLD else []
        raise DataContractError(f"{path}: {'; '.join(faults[:_TOLD] + more)}")
    return rows, hashlib.sha256(content).hexdigest()[:16]


def _text(content: bytes, path: Path) -> pd.DataFrame:
    """The cells as they are written, under the names of the first line."""
    try:
        cells = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, header=None)
    except (ValueError, UnicodeDecodeError) as error:
        raise DataContractError(f"{path}: not CSV: {' '.join(str(error).split())}") from error
    return cells[1:].set_axis(cells.iloc[0], axis=1).reset_index(drop=True)
