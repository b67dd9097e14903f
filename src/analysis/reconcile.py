"""Rows that arrived -> kept, merged into a later capture, duplicates, or excluded with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.captures import RawFile
from analysis.contract import TABLES, Table
from analysis.dataset import FileCount
from analysis.pseudonyms import account_names
from analysis.sources.importer import EXCLUSION_COLUMNS, Imported

_UNKNOWN = "no such creator in creators"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one file gave to one contract table, and when it arrived."""

    file: RawFile
    imported: Imported


def reconcile(
    arrivals: Sequence[Arrival], *, currency: str | None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[FileCount]]:
    """Decide on every row that arrived.

    Args:
        arrivals: with at least one creators table.
        currency: of placements that state none.

    Returns:
        The kept rows by table, each with its ``capture``; the exclusions, ``EXCLUSION_COLUMNS``;
        and the counts per file and table, in the order of arrival.
    """
    kept: dict[str, pd.DataFrame] = {}
    exclusions = [arrival.imported.exclusions for arrival in arrivals]
    fates: list[pd.Series] = []
    for table in TABLES.values():
        rows = _stack(arrivals, table, currency)
        if rows is None:
            continue
        fate = _fates(rows, table)
        if table.name != "creators":
            unknown = fate.eq("kept") & ~_account(rows).isin(_account(kept["creators"]))
            fate = fate.mask(unknown, _UNKNOWN)
        kept[table.name] = rows[fate.eq("kept")]
        fates.append(pd.DataFrame({"arrival": rows["arrival"], "fate": fate}).value_counts())
        exclusions.append(_left_out(rows, fate, table))
    left_out = pd.concat(exclusions, ignore_index=True)
    return kept, left_out, _counts(arrivals, pd.concat(fates), left_out)


def _stack(arrivals: Sequence[Arrival], table: Table, currency: str | None) -> pd.DataFrame | None:
    parts = [
        arrival.imported.rows.reset_index().assign(
            arrival=number, file=arrival.imported.file, capture=arrival.file.capture
        )
        for number, arrival in enumerate(arrivals)
        if arrival.imported.table is table
    ]
    if not parts:
        return None
    rows = pd.concat(parts, ignore_index=True)
    rows["handle"] = account_names(rows["handle"])
    if "niche" in rows:
        one_line = rows["niche"].str.replace(r"\s+", " ", regex=True)
        rows["niche"] = one_line.str.lower()  # Beauty and beauty are one niche
    if "currency" in rows and currency is not None:
        rows["currency"] = rows["currency"].fillna(currency)
    return rows


def _fates(rows: pd.DataFrame, table: Table) -> pd.Series:
    """``kept``, ``merged`` into a later capture, ``duplicates`` of a row, or why excluded."""
    fate = pd.Series("kept", index=rows.index, dtype="str")
    key = list(table.key)
    latest = rows.groupby(key, dropna=False)["capture"].transform("max")
    fate[rows["capture"] < latest] = "merged"
    current = rows[fate.eq("kept")]
    repeated = current.duplicated(list(table.names))
    fate[repeated.index[repeated]] = "duplicates"
    if table.unique:
        current = rows[fate.eq("kept")]
        conflict = current.duplicated(key, keep=False)
        fate[conflict.index[conflict]] = f"another row has the same {', '.join(key)}, but differs"
    return fate


def _account(rows: pd.DataFrame) -> pd.Series:
    return rows["platform"].astype("str") + ":" + rows["handle"]


def _left_out(rows: pd.DataFrame, fate: pd.Series, table: Table) -> pd.DataFrame:
    reason = fate[~fate.isin(["kept", "merged", "duplicates"])]
    column = reason.map({_UNKNOWN: "handle"}).fillna(table.key[-1])
    left = rows.loc[reason.index, ["file", "row"]]
    left = left.assign(table=table.name, column=column, reason=reason)
    return left[list(EXCLUSION_COLUMNS)]


def _counts(
    arrivals: Sequence[Arrival], fates: pd.Series, left_out: pd.DataFrame
) -> list[FileCount]:
    excluded = left_out.groupby(["file", "table"]).size()
    counts = []
    for number, arrival in enumerate(arrivals):
        known = fates[number].to_dict() if number in fates.index.get_level_values(0) else {}
        numbers = {fate: int(known.get(fate, 0)) for fate in ("kept", "merged", "duplicates")}
        counts.append(
            FileCount(
                file=arrival.imported.file,
                table=arrival.imported.table.name,
                source=arrival.imported.source,
                digest=arrival.file.digest,
                rows_read=arrival.imported.rows_read,
                excluded=int(excluded.get((arrival.imported.file, arrival.imported.table.name), 0)),
                **numbers,
            )
        )
    return counts
