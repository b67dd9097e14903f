"""Posts and placements -> the creator panel: one row per creator with sufficient statistics."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd
import pyarrow as pa

from analysis.panel.engines import run_there
from analysis.panel.in_place import asked_in_place
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.digests import digest
from analysis.store.parquet import read_table, verify, write_table
from analysis.study.addresses import engine_address
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import ASKED, Table
from analysis.study.errors import DataContractError
from analysis.study.ranges import Period

ALL_DAYS = Period()
PostsKept = Literal["own", "any", "unsponsored"]
PlacementsKept = Literal["all", "unboosted", "ungifted"]
_BATCH = 32_768


def creator_panel(
    dataset: Dataset | str | Path,
    *,
    period: Period = ALL_DAYS,
    campaign: str | None = None,
    hourly_rate: float = 0,
    extra_handling: float = 0,
    by_campaign: bool = False,
    posts_kept: PostsKept = "own",
    placements_kept: PlacementsKept = "all",
) -> pd.DataFrame:
    """Sum posts and placements per creator.

    What was computed once is kept beside the tables.

    Args:
        dataset: a prepared dataset, its name or its folder.
        period: days of the posts and placements that count; those without a day count in none
            but the open one.
        campaign: posts and placements of this campaign only; None takes all.
        hourly_rate: cost of an hour of handling, in the dataset's currency.
        extra_handling: what handling costs beyond the hours stated, per placement.
        by_campaign: one row per creator and campaign of their placements instead, for
            comparisons inside campaigns.
        posts_kept: ``own`` leaves out boosted posts and giveaways, ``any`` none, ``unsponsored``
            paid and gifted posts too.
        placements_kept: ``unboosted`` leaves out those with money behind them, ``ungifted`` those
            paid in products.

    Returns:
        One row per creator, in the order of arrival, below 1,000 followers too; columns as
        ``PANEL_COLUMNS`` describes them. A sum without any known row is missing, never 0.

    Raises:
        DataContractError: no prepared dataset there, or a table is not as it was written.

    Example:
        >>> panel = creator_panel("demo")
        >>> panel["platform"].unique().tolist()
        ['instagram', 'tiktok', 'youtube']
    """
    if not isinstance(dataset, Dataset):
        dataset = open_dataset(dataset)
    scope: dict[str, object] = {
        "first_day": period.first,
        "last_day": period.last,
        "campaign": campaign,
        "hourly_rate": hourly_rate,
        "extra_handling": extra_handling,
        "by_campaign": by_campaign,
        "posts_kept": posts_kept,
        "placements_kept": placements_kept,
        "target": dataset.manifest.settings.target_text,
        "target_dimensions": len(dataset.manifest.settings.target),
    }
    return asked(dataset, "creators.sql", scope)


def asked(dataset: Dataset, name: str, scope: Mapping[str, object]) -> pd.DataFrame:
    """What a query finds in a dataset, where its tables live.

    What was computed once is kept beside the tables.

    Args:
        dataset: a prepared dataset.
        name: of a query beside the code.
        scope: values of its parameters.
    """
    text = query(name)
    standing = dataset.folder / "panels" / f"{_name(dataset, text, scope)}.parquet"
    with suppress(DataContractError, FileNotFoundError):  # a damaged one is made again
        return read_table(standing)
    if dataset.stays("posts"):
        found = asked_in_place(dataset, text, scope)
    elif address := engine_address():
        found = run_there(text, scope, dataset, address)
    else:
        with attached(dataset) as connection:
            found = read_rows(connection, text, scope)
    standing.parent.mkdir(exist_ok=True)
    part = standing.with_name(f".{standing.name}-{os.getpid()}")
    write_table(found, part)
    os.replace(part, standing)
    return found


def answers(dataset: Dataset, text: str, scope: Mapping[str, object] | None = None) -> pd.DataFrame:
    """What a query finds in a dataset; nothing is kept. Arguments as for ``asked``."""
    if dataset.stays("posts"):
        return asked_in_place(dataset, text, scope)
    with attached(dataset) as connection:
        return read_rows(connection, text, scope)


def read_rows(
    connection: duckdb.DuckDBPyConnection, text: str, scope: Mapping[str, object] | None = None
) -> pd.DataFrame:
    """Run a query and read all its rows.

    DuckDB makes room for as many rows at once as it is told, and else for a million, however few
    there are; the table keeps that room.
    """
    return connection.execute(text, scope).to_arrow_table(_BATCH).to_pandas()


def query(name: str) -> str:
    """Read a query that lies beside the code, in DuckDB's dialect."""
    return (resources.files("analysis.panel") / name).read_text(encoding="utf-8")


def _name(dataset: Dataset, text: str, scope: Mapping[str, object]) -> str:
    """Name that changes with the question and its tables."""
    stats = [path.stat() for path in (*dataset.tables, *dataset.history)]
    asked = [text, repr(sorted(scope.items())), engine_address()]
    asked += [one.digest for one in dataset.manifest.places.values()]
    return digest([*asked, *(f"{stat.st_size} {stat.st_mtime_ns}" for stat in stats)])


@contextmanager
def attached(dataset: Dataset) -> Iterator[duckdb.DuckDBPyConnection]:
    """The contract tables of a dataset as views of DuckDB.

    A table that it lacks is empty. No bar of progress, which DuckDB would print into a notebook
    from the second second on, with the seconds.

    Raises:
        DataContractError: a table is not as it was written.
    """
    verify(dataset.folder, dataset.stored)
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("pragma disable_progress_bar")  # SET asks for ipywidgets in a notebook
        for table in ASKED:
            _attach(connection, dataset, table)
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, dataset: Dataset, table: Table) -> None:
    path = dataset.table_path(table.name)
    if path is None:
        connection.register(table.name, _empty(table))
        return
    plain = re.sub(r"[*?\[]", r"[\g<0>]", str(path))  # or it would be read as a pattern
    source = plain.replace("'", "''")
    connection.execute(
        f"create view {table.name} as select *, file_row_number as arrival"  # noqa: S608
        f" from read_parquet('{source}', file_row_number = true)"
    )


def _empty(table: Table) -> pa.Table:
    fields = [pa.field("creator_id", pa.string()), pa.field("arrival", pa.int64())]
    fields += [pa.field(c.name, ARROW_TYPE[c.kind]) for c in table.columns if c.name != "handle"]
    fields += [pa.field(f"{name}_state", pa.string()) for name in table.metrics]
    return pa.schema(fields).empty_table()
