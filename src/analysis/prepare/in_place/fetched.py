"""Creators and placements of an engine or of typed Parquet: few rows, read here as text.

So they are judged by the very code that reads files.
"""

from decimal import Decimal
from math import isfinite

import pandas as pd
import pyarrow as pa

from analysis.prepare.raw_folder import Arrival, RawFile, RawFolder
from analysis.sources.formats import own_formats
from analysis.sources.headers import recognise
from analysis.sources.importer import Imported, import_table
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.text import Written
from analysis.store.places.declared import Name
from analysis.store.places.engine import Engine, answered, kinds_of, relation
from analysis.store.places.source import Source, source_of
from analysis.study.contract import TABLES
from analysis.study.errors import DataContractError

MOST_ROWS = 5_000_000  # that are fetched of a table


def fetched(engine: Engine, folder: RawFolder, name: Name) -> Arrival:
    """All rows of a table that may come here.

    Raises:
        DataContractError: it has more than ``MOST_ROWS``, or not the contract's columns.
    """
    place, version, table = folder.settings.tables[name], folder.versions[name], TABLES[name]
    if version.rows > MOST_ROWS:
        raise DataContractError(
            f"tables: {name}: {place.says} has {version.rows:,} rows; up to {MOST_ROWS:,} are"
            " fetched: leave out what is not needed there (a view may)"
        )
    at = relation(engine, name, place)
    zone = folder.settings.time_zone
    source = source_of(at, kinds_of(engine, at), table, place, zone=zone)
    columns = ", ".join(f"{_plain(source, one)} as {one}" for one in source.names)
    rows = answered(engine, f"select {columns} from {at}")  # noqa: S608
    text = as_text(rows, place.says)
    return Arrival(raw_file(folder, name), imported(text, name, currency=folder.settings.currency))


def raw_file(folder: RawFolder, name: Name) -> RawFile:
    """A table that stays where it is, as if it were a file that arrived."""
    says = folder.settings.tables[name].says
    return RawFile(folder.path, says, "", folder.versions[name].digest)


def imported(text: TextTable, name: str, *, currency: str | None) -> Imported:
    """Rows as text under the contract's own names, read into a contract table."""
    found = recognise(text, own_formats())
    if name not in found.rule.tables:
        table = ", ".join(found.rule.tables)
        raise DataContractError(f"tables: {name}: {text.name} has the columns of {table}")
    return import_table(text, found, written=Written(currency=currency))[0]


def as_text(rows: pa.Table, name: str) -> TextTable:
    """Typed rows as the text that a roster would have."""
    texts = {one: _text(rows[one]) for one in rows.column_names}
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    return TextTable(name, pd.DataFrame(texts, dtype="str").set_axis(index))


def _text(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_floating(column.type):
        told = [_digits(one) for one in column.to_pylist()]
        return pd.Series(told, dtype="str")
    return pd.Series(column.cast(pa.string()).fill_null("").to_pandas(), dtype="str")


def _digits(number: float | None) -> str:
    """A number without an exponent."""
    if number is None or not isfinite(number):
        return ""
    return format(Decimal(repr(number)), "f")


def _plain(source: Source, name: str) -> str:
    raw, kind = source.sql(name), source.kinds[name]
    if kind == "zoned":
        return f"timezone('UTC', {raw})"
    return f"cast({raw} as text)" if kind in ("whole", "large", "exact") else raw
