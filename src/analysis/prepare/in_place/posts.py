"""Posts that stay where they are: judged and counted there; here only what few rows need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import pyarrow as pa

from analysis.prepare.in_place.accounts import as_relation, judged_accounts, spellings
from analysis.prepare.in_place.counted import count, examples_of, facts, lines_left_out, odd_of
from analysis.prepare.in_place.twins import Twins, twins
from analysis.prepare.joins import accounts, latest_followers
from analysis.prepare.judge import mark_young
from analysis.prepare.raw_folder import RawFolder
from analysis.prepare.streaming.found import SettledPosts
from analysis.sources.values.checks import are_no_chance, told, tomorrow
from analysis.store.masking import masking
from analysis.store.places.engine import Engine, answered, kinds_of, lent, relation
from analysis.store.places.kept import Kept, Where
from analysis.store.places.posts import PANEL_NAMES, judged, unjoined
from analysis.store.places.promises import Promise, promises
from analysis.store.places.source import Source, long_ids, source_of
from analysis.store.places.versions import version_of
from analysis.store.pseudonyms import Erased, pseudonyms
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import POSTS
from analysis.study.errors import DataContractError

_MOST_CUT = 1_000  # long ids that are looked at
_TEXT = pa.string()
_ACCOUNTS = dict.fromkeys(("platform", "handle", "platform_name", "creator_id"), _TEXT)
_TWINS = {"creator_id": _TEXT, "id": _TEXT, "moment": pa.timestamp("us")}
_KINDS = {one.name: ARROW_TYPE[one.kind] for one in POSTS.columns}
_SETTLED = {name: _KINDS.get(name, _TEXT) for name in PANEL_NAMES}


@dataclass(frozen=True, slots=True)
class PlacedPosts:
    """A table of posts that stays where it is, and what it is judged with.

    Attributes:
        engine: that holds it.
        folder: what arrived, with its version.
        source: the table.
        number: of its arrival.
        key: of the pseudonyms.
        erased: the accounts to forget.
        pairs: how it spells accounts, as ``spellings`` gives them.
        reasons: to leave a post out, in their order.
        until: moment from which a post is in the future.
        cut_ids: whether ids that end in zeros were cut.
        found: what ``settle`` keeps for the panel.
    """

    engine: Engine
    folder: RawFolder
    source: Source
    number: int
    key: bytes
    erased: Erased
    pairs: pd.DataFrame
    reasons: Sequence[Promise]
    until: datetime
    cut_ids: bool
    found: list[Kept]

    @property
    def name(self) -> str:
        """What pages call the table."""
        return self.folder.settings.tables["posts"].says

    def followers(self) -> pd.Series | None:
        """Followers at the latest post of each account that states them; None where none does."""
        if not {"followers_at_posting", "posted_at"} <= self.source.names.keys():
            return None
        whose = judged_accounts(self.pairs, self.reasons, creators=None, erased=self.erased)
        rows = answered(
            self.engine,
            "select account, posted_at, followers_at_posting from (select *, row_number() over"  # noqa: S608
            " (partition by account order by posted_at desc) as place"
            f" from ({self._judged(whose)}) as posts_judged"
            " where fault is null and followers_at_posting is not null) as placed where place = 1",
        ).to_pandas(types_mapper=pd.ArrowDtype)
        named = _by_account(whose).loc[rows["account"].astype("int64")].reset_index(drop=True)
        who = named[["platform_name", "name"]].set_axis(["platform", "handle"], axis=1)
        return latest_followers(accounts(who), rows)

    def settle(
        self, creators: pd.DataFrame | None, seen: pd.DataFrame, links: pd.Series | None
    ) -> SettledPosts:
        """Decide on every post, where the table is.

        Args:
            creators: the kept ones; None where there is no such table.
            seen: ``platform, handle`` of every account of other rows.
            links: marks of the links that placements state. Posts do not fill their reach here.

        Raises:
            DataContractError: too many posts are alike, or the table changed meanwhile.
            MachineError: the engine failed.
        """
        engine, version = self.engine, self.folder.versions["posts"]
        whose = judged_accounts(self.pairs, self.reasons, creators=creators, erased=self.erased)
        raw = self._judged(whose)
        plain = unjoined(self.source, self.reasons)
        apart = twins(engine, raw, plain, whose, rows=version.rows, creators=creators)
        found = facts(engine, raw, apart)
        settled = SettledPosts(accounts=_seen(whose))
        settled.said = [*odd_of(found, self.reasons), *(told(apart.said) if apart else [])]
        some = examples_of(engine, raw, found)
        settled.apart = lines_left_out(
            found, self.reasons, some, whose, apart, file=self.name, named=self._names(whose)
        )
        partners = int(whose.loc[whose["known"], "account"].nunique())
        together = None if creators is None else partners
        count(settled, found, apart, number=self.number, partners=together)
        if links is not None and links.notna().any() and "link" in self.source.names:
            settled.said.append(
                "posts stay where they are: reach and views of placements were not looked up there"
            )
        settled.campaigns = self._campaigns()
        otherwise = {}
        if settled.campaigns:
            who = pd.concat([seen, settled.accounts], ignore_index=True)
            coded = masking(who, self.erased, key=self.key).cell
            otherwise = {one: coded(one) for one in settled.campaigns if coded(one) != one}
        self.found.append(self._kept(whose, apart, otherwise))
        if version_of(engine, "posts", self.folder.settings.tables["posts"]) != version:
            raise DataContractError(
                f"{self.name}: changed while it was read; run again when whoever writes it is done"
            )
        return settled

    def _judged(self, whose: pd.DataFrame) -> str:
        known = lent(self.engine, "accounts", as_relation(whose))
        return judged(self.source, self.reasons, known, mature=None)

    def _names(self, whose: pd.DataFrame) -> Callable[[pd.DataFrame], str]:
        """Gives posts the names under which pages may show them: pseudonyms of account and id."""
        by_account = _by_account(whose)

        def named(rows: pd.DataFrame) -> str:
            told_of = by_account.reindex(rows["account"].astype("int64"))
            stays = ~told_of["erased"].fillna(False).astype(bool)
            names = told_of["name"].where(stays)
            who = pseudonyms(names, told_of["platform_name"], key=self.key)
            ids = pseudonyms(rows["id"].astype("str"), "post_id", key=self.key)
            parts = [
                f"{account if isinstance(account, str) else 'no account'}"
                f"{f' post {post}' if isinstance(post, str) else ''}"
                for account, post in zip(who, ids, strict=True)
            ]
            return ", ".join(dict.fromkeys(parts))

        return named

    def _campaigns(self) -> set[str]:
        if "campaign" not in self.source.names:
            return set()
        name = f"nullif(trim(cast({self.source.sql('campaign')} as text)), '')"
        text = f"select distinct {name} as campaign from {self.source.relation}"  # noqa: S608
        return {*answered(self.engine, text)["campaign"].to_pylist()} - {None}

    def _kept(self, whose: pd.DataFrame, apart: Twins | None, campaigns: dict[str, str]) -> Kept:
        """What the panel needs of it, for data/private."""
        settings = self.folder.settings
        coded = pseudonyms(whose["name"], whose["platform_name"], key=self.key)
        whose = whose.assign(creator_id=coded)
        ids = _by_account(whose)["creator_id"]
        where = Where(
            place=settings.tables["posts"],
            engine=settings.engine,
            engine_file=settings.engine_file,
            folder=str(self.engine.folder),
            zone=settings.time_zone,
            until=self.until.isoformat(),
            cut_ids=self.cut_ids,
            mature=settings.mature_after_days,
            campaigns=campaigns,
        )
        mine = _table(whose[whose["known"]], _ACCOUNTS)
        if apart is None:
            return Kept(where, mine, _table(None, _TWINS), _table(None, _SETTLED))
        young = mark_young(apart.kept, mature_after_days=settings.mature_after_days)
        settled = young.assign(creator_id=young["account"].astype("int64").map(ids))
        keys = apart.keys.to_pandas()
        keys = keys.assign(creator_id=keys["account"].map(ids))
        return Kept(where, mine, _table(keys, _TWINS), _table(settled, _SETTLED))


def place_posts(
    engine: Engine, folder: RawFolder, *, number: int, key: bytes, erased: Erased
) -> PlacedPosts:
    """Look at a table of posts that stays where it is; arguments as of ``PlacedPosts``.

    Raises:
        DataContractError: a column is missing or has a type that the contract does not want.
    """
    place = folder.settings.tables["posts"]
    at = relation(engine, "posts", place)
    source = source_of(at, kinds_of(engine, at), POSTS, place, zone=folder.settings.time_zone)
    pairs = spellings(engine, source)
    until = tomorrow().to_pydatetime().replace(microsecond=0)
    cut = _were_cut(engine, source, pairs)
    reasons = promises(source, until=until, cut_ids=cut)
    return PlacedPosts(engine, folder, source, number, key, erased, pairs, reasons, until, cut, [])


def _were_cut(engine: Engine, source: Source, pairs: pd.DataFrame) -> bool:
    """Whether every long id ends in zeros, and too many do for chance."""
    long, cut = (int(pairs[name].sum()) for name in ("long", "cut"))
    if not long or long != cut:
        return False
    name, where = source.sql("post_id"), long_ids(source)[1]
    text = f"select distinct cast({name} as text) as id from {source.relation} where {where}"  # noqa: S608
    return are_no_chance(answered(engine, f"{text} limit {_MOST_CUT}")["id"].to_pylist())


def _by_account(whose: pd.DataFrame) -> pd.DataFrame:
    """What is known of each account, by its number."""
    return whose.drop_duplicates("account").set_index("account")


def _table(rows: pd.DataFrame | None, types: dict[str, pa.DataType]) -> pa.Table:
    schema = pa.schema(list(types.items()))
    if rows is None:
        return schema.empty_table()
    return pa.Table.from_pandas(rows[list(types)], schema=schema, preserve_index=False)


def _seen(whose: pd.DataFrame) -> pd.DataFrame:
    named = whose[["platform_name", "name"]].set_axis(["platform", "handle"], axis=1)
    return named.dropna().drop_duplicates(ignore_index=True)
