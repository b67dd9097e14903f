"""Merge: several rows about one thing -> one row, over captures, exports and tools."""

import pandas as pd

from analysis.sources.formats import ROSTER
from analysis.sources.importer import RANK
from analysis.study.contract import NOT_AVAILABLE, OBSERVED, ZERO, Table

KEPT, MERGED, DUPLICATES = "kept", "merged", "duplicates"


def merge(rows: pd.DataFrame, fate: pd.Series, table: Table) -> pd.DataFrame:
    """Put rows about one thing together, within formats, then over them.

    Args:
        rows: all rows of a table.
        fate: of each row, in place: rows that are ``kept`` become ``merged`` into a later capture
            or a row of higher rank, ``duplicates`` of a row, or get the reason why they are left
            out.
        table: whose rows they are.

    Returns:
        The kept rows.
    """
    found = merge_within_formats(rows, table)
    fate.update(found[fate.eq(KEPT)])
    return _put_together(rows, fate, table)


def merge_within_formats(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Fate of every row beside the others of its own format."""
    fate = pd.Series(KEPT, index=rows.index, dtype="str")
    if table.name == "tracked" and rows["order_id"].isna().all():
        return fate
    key = ["source", *table.key]
    alike = rows[rows.duplicated(key, keep=False)]  # nothing happens to a row alone
    latest = alike.groupby(key, dropna=False)["capture"].transform("max")
    fate[alike.index[alike["capture"] < latest]] = MERGED
    alike = alike[fate[alike.index].eq(KEPT)]
    repeated = alike.duplicated([*table.names, "source"])
    fate[repeated.index[repeated]] = DUPLICATES
    if RANK in rows:
        current = alike[fate[alike.index].eq(KEPT) & alike[RANK].notna()]
        best = current.sort_values(RANK, ascending=False, kind="stable").drop_duplicates(key)
        fate[current.index.difference(best.index)] = MERGED
    if table.unique:
        current = alike[fate[alike.index].eq(KEPT)]
        conflict = current.duplicated(key, keep=False)
        what = ", ".join(table.key)
        fate[conflict.index[conflict]] = f"another row has the same {what}, but differs"
    return fate


def _put_together(rows: pd.DataFrame, fate: pd.Series, table: Table) -> pd.DataFrame:
    """One row from several formats' rows, column by column.

    The latest capture that has a value counts; within a capture the roster goes before tools. The
    row stands where the roster's row stood, else where the first one did; ``fate`` becomes
    ``merged`` for the others, in place.

    Returns:
        The kept rows.
    """
    kept = rows[fate.eq(KEPT)]
    key = list(table.key)
    several = kept.duplicated(key, keep=False)
    if not table.unique or not several.any():
        return kept
    parts = kept[several].assign(tool=kept["source"].ne(ROSTER))
    base = parts.sort_values("tool", kind="stable").drop_duplicates(key)
    fate[parts.index.difference(base.index)] = MERGED
    ordered = parts.sort_values(["capture", "tool"], ascending=[False, True], kind="stable")
    states = [f"{name}_state" for name in table.metrics]
    ordered[states] = ordered[states].where(ordered[states].ne(NOT_AVAILABLE))
    values = [*table.names, *states, "capture"]
    combined = ordered.groupby(key, sort=False, dropna=False)[values].first().reset_index(drop=True)
    together = combined.merge(base[[*key, "arrival", "file", "row", "source"]], on=key)
    together.index = pd.Index(
        base.reset_index().merge(together[key], on=key, how="right")["index"].to_numpy()
    )
    whole = pd.concat([kept[~several], _with_true_states(together, table)]).sort_index()
    return whole[kept.columns]


def _with_true_states(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Rows whose states agree with their values.

    A value that one file has goes before another file's word that it is hidden.
    """
    for name in table.metrics:
        state = rows[f"{name}_state"].fillna(NOT_AVAILABLE)
        known = rows[name].notna().astype(bool)
        state = state.mask(known, OBSERVED)
        zero = (rows[name] == 0).fillna(False).astype(bool)
        rows[f"{name}_state"] = state.mask(zero, ZERO).astype("str")
    return rows.assign(**{RANK: float("nan")})
