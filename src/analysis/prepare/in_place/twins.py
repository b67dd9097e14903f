"""Posts that may be one with another post of their account: found there, decided on here.

Rows that share an account and an id, or an account, a moment and all counts, are few. They come
here and go through the code that merges rows of files.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.prepare.duplicates import KEPT, merge_posts
from analysis.prepare.judge import complete, with_ids
from analysis.sources.formats import ROSTER
from analysis.store.places.engine import Engine, answered, lent
from analysis.store.places.posts import NO_DAY, PANEL_NAMES
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import POSTS
from analysis.study.errors import DataContractError

MOST_TWINS = 1_000_000  # rows that are decided on here
_AT_ONCE = 20_000_000  # rows whose hashes are sorted at a time, 16 bytes each
_KEY = pa.schema([("account", pa.int64()), ("id", pa.string()), ("moment", pa.timestamp("us"))])


@dataclass(frozen=True, slots=True)
class Twins:
    """Posts that were decided on here.

    Attributes:
        rows: all of them, typed, with ``account``, and the ``fate`` of each.
        kept: those that count, as the panel reads them, with ``account``.
        said: how often what somebody should look at was found, by its words.
    """

    rows: pd.DataFrame
    kept: pd.DataFrame
    said: Counter[str]

    @property
    def keys(self) -> pa.Table:
        """``account, id, moment`` of all, without gaps."""
        return _keys(self.rows)


def twins(
    engine: Engine,
    posts: str,
    plain: str,
    whose: pd.DataFrame,
    *,
    rows: int,
    creators: pd.DataFrame | None,
) -> Twins | None:
    """Find and decide on posts that may be one with another; None where there are none.

    Args:
        posts: query of all rows, as ``judged`` gives them.
        plain: query of what tells them apart, as ``unjoined`` gives it.
        whose: accounts, as ``judged_accounts`` gives them.
        rows: that the table has.
        creators: the kept ones; None where there is no such table.

    Raises:
        DataContractError: they are more than ``MOST_TWINS``.
    """
    if engine.here:
        once = not whose.loc[whose["name"].notna(), "account"].duplicated().any()
        found = _by_hash(engine, posts, plain if once else "", rows)
    else:
        found = _by_key(engine, posts)
    if not len(found):
        return None
    keys = lent(engine, "alike", _keys(found))
    _require_few(len(found))
    names = ", ".join(["account", "id", *(one for one in PANEL_NAMES if one != "creator_id")])
    same = "apart.account = posts_judged.account"
    text = (
        f"select {names} from ({posts}) as posts_judged where fault is null and ("  # noqa: S608
        f"exists (select 1 from ({keys}) as apart where {same} and apart.id = posts_judged.id)"
        f" or exists (select 1 from ({keys}) as apart where {same}"
        " and apart.moment = posts_judged.posted_at))"
    )
    there = answered(engine, text)
    _require_few(len(there))
    return _decided(_ordered(there), whose, creators)


def _require_few(count: int) -> None:
    if count > MOST_TWINS:
        raise DataContractError(
            f"tables: posts: {count:,} rows share their account and id, or moment and counts, with"
            f" another one; up to {MOST_TWINS:,} are told apart here: leave out repeats there (a"
            " view may)"
        )


def _by_hash(engine: Engine, posts: str, plain: str, rows: int) -> pd.DataFrame:
    """Rows that share a hash of what makes them alike: a few too many, never too few.

    Args:
        plain: as for ``twins`` where every account has one spelling, so that nothing need be
            joined to tell accounts apart; else empty.
    """
    who = "spelled_platform, spelled_handle" if plain else "account"
    counts = ", ".join(POSTS.metrics)
    hashes = (
        f"case when id is not null then hash({who}, id) else 0 end as of_id, case when posted_at"
        f" is not null then hash({who}, posted_at, {counts}) else 0 end as of_moment"
    )
    fine = f"select * from ({posts}) as posts_judged where fault is null"  # noqa: S608
    again = _repeated(engine, f"select {hashes} from ({plain or fine}) as fine", rows)  # noqa: S608
    if not len(again):
        return pd.DataFrame()
    _require_few(len(again))
    marks = lent(engine, "marks", pa.table({"mark": again}))
    text = (
        f"select distinct account, id, posted_at from (select *, {hashes} from ({fine}) as fine)"  # noqa: S608
        f" as hashed where of_id in ({marks}) or of_moment in ({marks})"
    )
    return answered(engine, text).to_pandas(types_mapper=pd.ArrowDtype)


def _repeated(engine: Engine, hashed: str, rows: int) -> np.ndarray:
    """Hashes that several rows have; in parts, so that the memory they take has an end."""
    parts = max(1, -(-rows // _AT_ONCE))
    names = ("of_id", "of_moment")
    found = []
    for asked in [names] if parts == 1 else [(name,) for name in names]:
        for part in range(parts):
            where = f" where {asked[0]} % {parts} = {part}" if parts > 1 else ""
            text = f"select {', '.join(asked)} from ({hashed}) as hashed{where}"  # noqa: S608
            read = answered(engine, text)
            for name in asked:
                ordered = np.sort(read[name].to_numpy())
                found.append(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
    again = np.unique(np.concatenate(found))
    return again[again > 0]


def _by_key(engine: Engine, posts: str) -> pd.DataFrame:
    """The same without hashes, which every engine has of its own."""
    fine = f"select * from ({posts}) as posts_judged where fault is null"  # noqa: S608
    keys = {
        "id": f"select account, id from ({fine}) as fine where id is not null"  # noqa: S608
        " group by account, id having count(*) > 1",
        "posted_at": f"select account, posted_at from ({fine}) as fine where posted_at is not null"  # noqa: S608
        f" group by account, posted_at, {', '.join(POSTS.metrics)} having count(*) > 1",
    }
    texts = [
        f"select fine.account, fine.id, fine.posted_at from ({fine}) as fine inner join ({key})"  # noqa: S608
        f" as again on fine.account = again.account and fine.{name} = again.{name}"
        for name, key in keys.items()
    ]
    found = answered(engine, " union ".join(texts))
    return found.to_pandas(types_mapper=pd.ArrowDtype)


def _keys(rows: pd.DataFrame) -> pa.Table:
    keys = pd.DataFrame(
        {
            "account": rows["account"],
            "id": rows["id"].astype("str").fillna(""),
            "moment": rows["posted_at"].astype("datetime64[us]").fillna(pd.Timestamp(NO_DAY)),
        }
    ).drop_duplicates()
    return pa.Table.from_pandas(keys, schema=_KEY, preserve_index=False)


def _ordered(there: pa.Table) -> pd.DataFrame:
    """Rows in an order of their own: an engine has none."""
    rows = there.to_pandas(types_mapper=pd.ArrowDtype)
    kinds = {one.name: pd.ArrowDtype(ARROW_TYPE[one.kind]) for one in POSTS.columns}
    rows = rows.astype({name: kind for name, kind in kinds.items() if name in rows})
    by = ["account", *(one for one in PANEL_NAMES if one not in ("creator_id", "platform"))]
    return rows.sort_values(by, ignore_index=True)


def _decided(rows: pd.DataFrame, whose: pd.DataFrame, creators: pd.DataFrame | None) -> Twins:
    """What the intake makes of rows without a reason."""
    names = whose.drop_duplicates("account").set_index("account")["name"]
    numbered = rows.assign(
        handle=rows["account"].astype("int64").map(names).astype("str"),
        row=np.arange(1, len(rows) + 1),
        file="",
        source=ROSTER,
        capture="",
        arrival=0,
    )
    numbered["account"] = numbered["handle"]
    named = with_ids(numbered)
    fate = pd.Series(KEPT, named.index, dtype="str")
    together, said = merge_posts(named, fate)
    kept, _ = complete(together, fate, POSTS, creators)
    kept = kept.assign(account=rows["account"].reindex(kept.index))
    return Twins(rows.assign(fate=fate), kept, said)
