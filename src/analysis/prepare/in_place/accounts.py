"""Spellings of accounts in a table of posts -> one account each, by the code that reads files.

A table has few spellings beside its posts. They come here with their counts, and what is decided
on them goes back as a list that SQL joins, so that no rule for names is written twice.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.prepare.in_place.fetched import as_text, imported
from analysis.prepare.joins import accounts, name_accounts
from analysis.sources.importer import Imported
from analysis.store.accounts import account_names
from analysis.store.places.engine import Engine, answered
from analysis.store.places.posts import FINE
from analysis.store.places.promises import Promise
from analysis.store.places.source import Source, long_ids, spelled
from analysis.store.pseudonyms import ERASED, Erased

_EMPTY = pd.Series(dtype="str")


def spellings(engine: Engine, source: Source) -> pd.DataFrame:
    """Every pair of ``platform`` and ``handle`` as the table spells them.

    Returns:
        With the number of its rows, ``posts``, of ``long`` ids and of those that were ``cut``.
    """
    long, cut = long_ids(source) if "post_id" in source.names else ("false", "false")
    found = answered(
        engine,
        f"select {spelled(source, 'platform')} as platform, {spelled(source, 'handle')} as handle,"  # noqa: S608
        f" count(*) as posts, count(case when {long} then 1 end) as long,"
        f" count(case when {cut} then 1 end) as cut from {source.relation} group by 1, 2",
    )
    return found.to_pandas().sort_values(["platform", "handle"], ignore_index=True)


def judged_accounts(
    pairs: pd.DataFrame,
    reasons: Sequence[Promise],
    *,
    creators: pd.DataFrame | None,
    erased: Erased | None,
) -> pd.DataFrame:
    """What each spelling stands for.

    Args:
        pairs: as ``spellings`` gives them.
        reasons: to leave a post out, in their order.
        creators: the kept ones, None where there is no such table.

    Returns:
        ``platform, handle`` as they are spelled, ``posts``, the comparable ``platform_name`` and
        ``name``, the number of the ``account``, the place of the ``fault`` among ``reasons`` (from
        1, ``FINE`` where there is none), whether it was ``erased``, and whether it is ``known``.
    """
    typed = _typed(pairs)
    faults = pd.Series(FINE, pairs.index, dtype="int64")
    left = typed.exclusions.set_index("row")
    for column, why in {*zip(left["column"], left["reason"], strict=True)}:
        place = _place(reasons, column, why)
        rows = left.index[left["column"].eq(column) & left["reason"].eq(why)]
        faults.iloc[rows.to_numpy() - 1] = place
    rows = typed.rows
    names = pd.DataFrame(index=pairs.index)
    at = rows.index.to_numpy() - 1
    names["platform"] = rows["platform"].astype("str").set_axis(at).reindex(pairs.index)
    names["account"] = rows["handle"].astype("str").set_axis(at).reindex(pairs.index)
    names["handle"] = account_names(names["account"]).where(names["account"].notna())
    if creators is not None and creators["account_id"].notna().any():
        named = names.assign(post_id=_EMPTY.reindex(names.index))
        names = name_accounts(named[named["handle"].notna()], creators)[0].reindex(names.index)
    gone = np.zeros(len(names), dtype=bool)
    if erased is not None:
        gone = erased(names).to_numpy(dtype=bool)
        last = _place(reasons, "handle", ERASED)
        faults = faults.mask(gone & faults.eq(FINE).to_numpy(), last)
    whose = accounts(names)
    known = whose.isin(accounts(creators)) if creators is not None else whose.notna()
    number = np.where(whose.notna(), pd.factorize(whose)[0], len(pairs))
    return pairs[["platform", "handle", "posts"]].assign(
        platform_name=names["platform"],
        name=names["handle"],
        account=number.astype("int64"),
        fault=faults,
        erased=gone,
        known=known & faults.eq(FINE),
    )


def as_relation(whose: pd.DataFrame) -> pa.Table:
    """Accounts as SQL joins them."""
    names = ["platform", "handle", "platform_name", "account", "fault", "known"]
    flags = whose["known"].astype("int64")
    return pa.Table.from_pandas(whose.assign(known=flags)[names], preserve_index=False).cast(
        pa.schema(
            [(one, pa.string()) for one in names[:3]] + [(one, pa.int64()) for one in names[3:]]
        )
    )


def _typed(pairs: pd.DataFrame) -> Imported:
    text = as_text(
        pa.table(
            {
                "platform": pa.array(pairs["platform"], pa.string()),
                "handle": pa.array(pairs["handle"], pa.string()),
                "likes": pa.array([""] * len(pairs), pa.string()),
            }
        ),
        "accounts",
    )
    return imported(text, "posts", currency=None)


def _place(reasons: Sequence[Promise], name: str, reason: str) -> int:
    """Where a reason stands."""
    return 1 + next(n for n, one in enumerate(reasons) if (one.name, one.reason) == (name, reason))
