"""What buckets of posts showed: the fate of every row, and what the other tables need of them."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED
from analysis.prepare.joins import link_marks
from analysis.prepare.judge import UNKNOWN
from analysis.prepare.streaming.alike import Files
from analysis.prepare.streaming.bucket import SettledBucket
from analysis.prepare.streaming.stage import named
from analysis.sources.values.checks import told
from analysis.store.manifest import Join
from analysis.study.contract import NOT_AVAILABLE, STATES

_SHOWN = ("reach", "views")  # what placements learn from their posts


@dataclass(slots=True)
class SettledPosts:
    """What became of the posts on disk, and what other tables need of them.

    Attributes:
        counts: rows by number of the file and fate.
        left: ``file``, ``row`` and ``fate`` of each row left out, in the order of arrival; or
            ``apart``, one line per reason, of posts that stay where they are.
        joins, said: how posts found their creators, and what somebody should look at.
        history: ``platform, handle, day, followers`` as posts state them.
        shown: what placements need of posts: the first of each account and campaign, and those
            that a placement may link to.
        accounts: ``platform, handle`` of everybody seen beside the creators.
        campaigns, first, last, kept, undated: of the kept posts, which without a day are undated.
    """

    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    left: pd.DataFrame = field(default_factory=pd.DataFrame)
    joins: list[Join] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    shown: pd.DataFrame = field(default_factory=pd.DataFrame)
    accounts: pd.DataFrame = field(default_factory=pd.DataFrame)
    campaigns: set[str] = field(default_factory=set)
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    kept: int = 0
    undated: int = 0
    apart: pd.DataFrame | None = None


class Found:
    """What the buckets showed so far."""

    def __init__(
        self, files: Files, creators: pd.DataFrame | None, links: pd.Series | None
    ) -> None:
        self._files, self._creators, self._links = files, creators, links
        self._so_far = SettledPosts()
        self._left = [pd.DataFrame({"arrival": [], "fate": [], "row": []}, dtype="object")]
        self._history: list[pd.DataFrame] = []
        self._shown = [_posts(*_NO_POSTS)]
        self._accounts = [named(pa.array([], pa.string()))]
        self._said: Counter[str] = Counter()
        self._strange = self._partners = 0

    def add(self, settled: SettledBucket, known: pa.Array | None) -> None:
        """Take a bucket."""
        so_far, posts, fate = self._so_far, settled.read, settled.fate
        arrival = posts["arrival"].to_numpy()
        kept = fate == KEPT
        sizes = np.bincount(arrival[kept])
        for one in np.flatnonzero(sizes):
            so_far.counts[int(one), KEPT] += int(sizes[one])
        others = pd.DataFrame({"arrival": arrival[~kept], "fate": fate[~kept]}, dtype="object")
        for (one, why), count in others.value_counts().items():
            so_far.counts[one, why] += count
        gone = ~np.isin(fate[~kept], [MERGED, DUPLICATES])
        rows = posts["row"].to_numpy()[~kept][gone]
        self._left.append(others[gone].astype({"fate": "str"}).assign(row=rows))
        self._said.update(settled.said)
        self._strange += int((others["fate"] == UNKNOWN).sum())
        self._partners += settled.partners
        self._accounts.append(named(settled.accounts.slice(0 if known is None else len(known))))
        self._keep_history(settled, known)
        self._keep_facts(settled.rows)
        if self._links is not None:
            self._keep_shown(settled.rows, self._links)

    def all(self) -> SettledPosts:
        """After the last bucket."""
        found = self._so_far
        left = pd.concat(self._left, ignore_index=True)
        left = left.sort_values(["arrival", "row"], ignore_index=True)
        files = [self._files.names[one] for one in left["arrival"]]
        kinds = {"row": "int64", "fate": "str", "file": "str"}
        found.left = left.assign(file=files).astype(kinds)
        found.accounts = pd.concat(self._accounts, ignore_index=True)
        found.said = told(self._said)
        if self._creators is not None:
            found.joins = [self._join()]
        found.history = pd.concat(self._history) if self._history else pd.DataFrame()
        found.shown = pd.concat(self._shown, ignore_index=True)
        return found

    def _join(self) -> Join:
        of_each = {"matched": self._so_far.kept, "unmatched": self._strange}
        of_each |= {"ambiguous": 0, "without": 0, "rows": sum(of_each.values())}
        return Join(table="posts", to="creators", by="handle", partners=self._partners, **of_each)

    def _keep_history(self, settled: SettledBucket, known: pa.Array | None) -> None:
        posts = settled.read
        if known is None or "followers_at_posting" not in posts.column_names:
            return
        counted = pc.and_(
            pc.is_valid(posts["followers_at_posting"]), pc.is_valid(posts["posted_at"])
        ).to_numpy()
        stands = np.isin(settled.fate, [KEPT, MERGED, DUPLICATES])
        place = posts["place"].to_numpy()
        where = np.flatnonzero(counted & stands & (place < len(known)))
        if len(where):
            some = posts.select(["posted_at", "followers_at_posting"]).take(pa.array(where))
            told_of = named(settled.accounts).iloc[place[where]].reset_index(drop=True)
            day = some["posted_at"].to_pandas().astype("datetime64[us]").dt.strftime("%Y-%m-%d")
            followers = some["followers_at_posting"].to_pandas(types_mapper=pd.ArrowDtype)
            text = pd.ArrowDtype(pa.string())
            told_of = told_of.assign(platform=told_of["platform"].astype(text))
            self._history.append(told_of.assign(day=day, followers=followers).drop_duplicates())

    def _keep_facts(self, rows: pa.Table) -> None:
        found, moments = self._so_far, rows["posted_at"]
        found.kept += len(rows)
        found.undated += moments.null_count
        ends = pc.min_max(moments).as_py()
        if ends["min"] is not None:
            first, last = pd.Timestamp(ends["min"]), pd.Timestamp(ends["max"])
            found.first = first if found.first is None else min(found.first, first)
            found.last = last if found.last is None else max(found.last, last)
        if "campaign" in rows.column_names:
            found.campaigns |= {*pc.unique(rows["campaign"]).to_pylist()} - {None}

    def _keep_shown(self, rows: pa.Table, links: pd.Series) -> None:
        account = rows["account"].combine_chunks()
        campaign = pa.nulls(len(rows), pa.string())
        if "campaign" in rows.column_names:
            campaign = rows["campaign"].combine_chunks()
        table = pa.table([account.indices, campaign, rows["posted_at"]], ["of", "campaign", "day"])
        first = table.group_by(["of", "campaign"], use_threads=False).aggregate([("day", "min")])
        self._shown.append(
            _posts(first["of"], account.dictionary, first["campaign"], first["day_min"])
        )
        if "link" not in rows.column_names or rows["link"].null_count == len(rows):
            return
        text = pd.Series(rows["link"].to_pandas(), dtype="str")
        linked = np.flatnonzero(link_marks(text).isin(links.dropna()) & text.notna())
        some = rows.take(pa.array(np.union1d(linked, np.flatnonzero(text.notna())[:1])))
        whose = some["account"].combine_chunks()
        shown = _posts(
            whose.indices, whose.dictionary, pa.nulls(len(some), pa.string()), some["posted_at"]
        )
        shown["link"] = some["link"].to_pandas(types_mapper=pd.ArrowDtype)
        for name in _SHOWN:
            if name in some.column_names:
                shown[name] = some[name].to_pandas(types_mapper=pd.ArrowDtype)
                shown[f"{name}_state"] = pd.array(STATES, "str").take(
                    some[f"{name}_state"].to_numpy()
                )
        self._shown.append(shown)


def _posts(
    account: pa.Array, accounts: pa.Array, campaign: pa.Array, moment: pa.Array
) -> pd.DataFrame:
    whose = named(accounts).iloc[account.to_numpy()].reset_index(drop=True)
    count = pd.ArrowDtype(pa.int64())
    return whose.assign(
        campaign=campaign.to_pandas(types_mapper=pd.ArrowDtype),
        posted_at=moment.to_pandas(types_mapper=pd.ArrowDtype),
        link=pd.Series(None, whose.index, dtype=pd.ArrowDtype(pa.string())),
        **{name: pd.Series(None, whose.index, dtype=count) for name in _SHOWN},
        **{f"{name}_state": NOT_AVAILABLE for name in _SHOWN},
    )


_NO_POSTS = (
    pa.array([], pa.int32()),
    pa.array([], pa.string()),
    pa.array([], pa.string()),
    pa.array([], pa.timestamp("us")),
)
