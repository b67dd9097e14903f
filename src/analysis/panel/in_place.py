"""Queries over posts that stay where they are: summed there, coded here.

Accounts are numbers there: neither the key nor a pseudonym leaves this machine.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.panel.binding import filled
from analysis.store.dataset import Dataset
from analysis.store.parquet import verify
from analysis.store.places.declared import STAYING
from analysis.store.places.engine import (
    Engine,
    address_of,
    answered,
    kinds_of,
    lent,
    opened,
    relation,
)
from analysis.store.places.kept import Kept, kept_of
from analysis.store.places.posts import FINE, judged, shown
from analysis.store.places.promises import promises
from analysis.store.places.source import source_of
from analysis.store.places.versions import version_of
from analysis.study.contract import ASKED, CREATORS, FOLLOWERS_HISTORY, POSTS, Table
from analysis.study.errors import DataContractError
from analysis.study.project import data_folder

_SQL = {
    **dict.fromkeys(("text", "choice"), "text"),
    **dict.fromkeys(("amount", "proportion"), "double"),
    "count": "bigint",
    "day": "date",
    "time": "timestamp",
    "flag": "boolean",
}
_ORDER = ("creator_id", "platform", "kind", "minutes", "answered")


@dataclass(frozen=True, slots=True)
class Placed:
    """A dataset whose posts stay where they are, ready to be asked.

    Attributes:
        engine: that holds them.
        given: the tables of the panel as queries, by name; ``creator_id`` is the place of the
            account among ``creators``.
        creators: ``creator_id`` and ``person``, in their order.
    """

    engine: Engine
    given: Mapping[str, str]
    creators: pd.DataFrame


def asked_in_place(dataset: Dataset, text: str, scope: Mapping[str, object] | None) -> pd.DataFrame:
    """What a query finds, one version of the posts throughout.

    Raises:
        DataContractError: the posts are not those that were prepared, or changed meanwhile.
        MachineError: the engine failed.
    """
    with _placed(dataset) as placed:
        found = answered(placed.engine, filled(text, scope or {}), placed.given).to_pandas()
        return _coded(found, placed.creators)


@contextmanager
def _placed(dataset: Dataset) -> Iterator[Placed]:
    verify(dataset.folder, dataset.stored)
    kept = kept_of(data_folder("private") / dataset.name)
    if kept.where.made_for != dataset.manifest.data_digest:
        raise _changed(dataset, "was prepared anew")
    where, folder = kept.where, Path(kept.where.folder)
    address = address_of(where.engine, where.engine_file, folder)
    with opened(address, folder) as engine:
        _require_same(dataset, engine, kept, "changed since it was prepared")
        creators = pq.read_table(dataset.folder / "creators.parquet")
        given = {"posts": _posts(engine, kept, creators["creator_id"])}
        for table in ASKED:
            if table is not POSTS:
                given[table.name] = _local(engine, dataset, table, creators["creator_id"])
        history = given[FOLLOWERS_HISTORY.name]
        given[FOLLOWERS_HISTORY.name] = _with_history(history, given["posts"])
        names = creators.select(["creator_id", "person"]).to_pandas()
        yield Placed(engine, given, names)
        _require_same(dataset, engine, kept, "changed while it was summed")


def _require_same(dataset: Dataset, engine: Engine, kept: Kept, how: str) -> None:
    if version_of(engine, STAYING, kept.where.place) != dataset.manifest.places[STAYING]:
        raise _changed(dataset, how)


def _changed(dataset: Dataset, how: str) -> DataContractError:
    return DataContractError(
        f"{dataset.name}: the table of posts {how}; run the report again, which prepares it anew"
    )


def _posts(engine: Engine, kept: Kept, ids: pa.ChunkedArray) -> str:
    where = kept.where
    at = relation(engine, STAYING, where.place)
    source = source_of(at, kinds_of(engine, at), POSTS, where.place, zone=where.zone)
    until = datetime.fromisoformat(where.until)
    reasons = promises(source, until=until, cut_ids=where.cut_ids)
    accounts = _numbered(kept.accounts, ids, "account")
    for name, value in (("fault", FINE), ("known", 1)):
        accounts = accounts.append_column(name, pa.array([value] * len(accounts), pa.int64()))
    whose = lent(engine, "accounts", accounts)
    posts = judged(source, reasons, whose, mature=where.mature)
    twins = settled = ""
    if len(kept.twins):
        twins = lent(engine, "twins", _numbered(kept.twins, ids, "account"))
        settled = lent(engine, "settled", _numbered(kept.settled, ids, "creator_id"))
    coded = ""
    if where.campaigns:
        names = {"spelled": [*where.campaigns], "coded": [*where.campaigns.values()]}
        coded = lent(engine, "campaigns", pa.table(names))
    return shown(posts, twins=twins, settled=settled, campaigns=coded)


def _local(engine: Engine, dataset: Dataset, table: Table, ids: pa.ChunkedArray) -> str:
    """A table that is here, lent with numbers for accounts and without what names anybody."""
    path = dataset.table_path(table.name)
    if path is None:
        return _empty(table)
    rows = pq.read_table(path)
    if table is CREATORS:
        rows = rows.append_column("arrival", pa.array(range(len(rows)), pa.int64()))
    for column in table.columns:
        if column.personal and column.name in rows.column_names and column.name != "post_id":
            place = rows.column_names.index(column.name)
            rows = rows.set_column(place, column.name, pa.nulls(len(rows), pa.string()))
    return lent(engine, table.name, _numbered(rows, ids, "creator_id"))


def _empty(table: Table) -> str:
    """A table that is not there: as SQL of which an engine sees that it has no row."""
    fields = {"creator_id": "bigint"}
    fields |= {one.name: _SQL[one.kind] for one in table.columns if one.name != "handle"}
    fields |= {f"{name}_state": "text" for name in table.metrics}
    nothing = [f"cast(null as {kind}) as {name}" for name, kind in fields.items()]
    return f"select {', '.join(nothing)} where false"


def _numbered(rows: pa.Table, ids: pa.ChunkedArray, name: str) -> pa.Table:
    """Rows of known creators, whose ``creator_id`` is a number called ``name`` now."""
    place = rows.column_names.index("creator_id")
    number = pc.index_in(rows["creator_id"], ids.combine_chunks()).cast(pa.int64())
    return rows.set_column(place, name, number).filter(pc.is_valid(number))


def _with_history(history: str, posts: str) -> str:
    """Follower counts of rosters, and those that posts state on their day."""
    return (
        f"select creator_id, platform, day, followers from ({history}) as stated union all"  # noqa: S608
        " select creator_id, platform, strftime(posted_at, '%Y-%m-%d') as day,"
        f" followers_at_posting as followers from ({posts}) as posted"
        " where followers_at_posting is not null and posted_at is not null"
    )


def _coded(found: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Pseudonyms instead of numbers, in the order that the query has where tables are here."""
    if "creator_id" not in found:
        return found
    number = found["creator_id"].astype("int64")
    ids = creators["creator_id"].reindex(number).set_axis(found.index)
    if "person" in found:
        by = ["creator_id", *(["campaign"] if "campaign" in found else [])]
        people = creators["person"].reindex(number).set_axis(found.index)
        ordered = found.assign(person=people).sort_values(by, kind="stable")
    else:
        by = [one for one in _ORDER if one in found]
        ordered = found.assign(creator_id=ids).sort_values(by, kind="stable")
    return ordered.assign(creator_id=ids.reindex(ordered.index)).reset_index(drop=True)
