"""Posts that wait on disk -> the posts table, and what the other tables need to know of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.prepare.joins import latest_followers
from analysis.prepare.raw_folder import Arrival
from analysis.prepare.streaming.alike import Files
from analysis.prepare.streaming.bucket import settle_bucket, without_young
from analysis.prepare.streaming.found import Found, SettledPosts
from analysis.prepare.streaming.hashes import bucket_of
from analysis.prepare.streaming.memory import give_back
from analysis.prepare.streaming.stage import Stage, named, no_room
from analysis.prepare.streaming.table import PostsTable
from analysis.store.masking import Mask, masking
from analysis.store.pseudonyms import Erased
from analysis.study.contract import NOT_AVAILABLE, POSTS, STATES


@dataclass(frozen=True, slots=True)
class StagedPosts:
    """Posts of every file of a folder, on disk.

    Attributes:
        stage: where they are.
        arrivals: all that was read; those of posts are staged.
        key: of the pseudonyms.
        erased, mature_after_days: as in ``judge`` and ``Settings``.
    """

    stage: Stage
    arrivals: Sequence[Arrival]
    key: bytes
    erased: Erased
    mature_after_days: int

    def settle(
        self, creators: pd.DataFrame | None, seen: pd.DataFrame, links: pd.Series | None
    ) -> SettledPosts:
        """Decide on every post and write the kept ones.

        Args:
            creators: the kept ones; None where there is no such table.
            seen: ``platform, handle`` of every account of other rows.
            links: marks of the links that placements state; None where there are no placements.

        Raises:
            MachineError: disk or permission.
        """
        files = Files(
            tuple(one.imported.file for one in self.arrivals),
            tuple(one.imported.source for one in self.arrivals),
            tuple(one.file.capture for one in self.arrivals),
        )
        mask = self._mask(seen).cell if self.stage.has("campaign") else str
        places = self.stage.fresh, self.stage.origins
        table = PostsTable(*places, files, key=self.key, campaign=mask)
        found = Found(files, creators, links)
        give_back()
        for number, known in enumerate(self._known(creators)):
            posts = self._bucket(number)
            if posts is None:
                continue
            settled = settle_bucket(posts, files, known=known, erased=self.erased)
            rows = without_young(settled.rows, files, self.mature_after_days)
            try:
                table.add(rows)
            except OSError as error:
                raise no_room(self.stage.fresh, error) from error
            self._forget(number)
            found.add(settled, known)
            del posts, settled, rows
            give_back()
        table.close()
        return found.all()

    def _mask(self, seen: pd.DataFrame) -> Mask:
        """What replaces the names of all accounts."""
        others = []
        seen_of = self._known(seen)
        for found, known in zip(self.stage.accounts(), seen_of, strict=True):
            others.append(found.filter(pc.invert(pc.is_in(found, known))))
        strange = named(pa.chunked_array(others, pa.string()))
        who = pd.concat([seen, strange], ignore_index=True)
        return masking(who, self.erased, key=self.key)

    def followers(self) -> pd.Series | None:
        """Followers at the latest post of each account that states them; None where none does."""
        found = []
        for number in range(self.stage.buckets):
            posts = self._bucket(number)
            if posts is not None and "followers_at_posting" in posts.column_names:
                names = ["account", "posted_at", "followers_at_posting"]
                stated = posts.select(names).filter(pc.is_valid(posts["followers_at_posting"]))
                frame = stated.to_pandas(types_mapper=pd.ArrowDtype)
                found.append(latest_followers(frame["account"].astype("str"), frame))
        found = [one for one in found if one is not None]
        return pd.concat(found) if found else None

    def _known(self, creators: pd.DataFrame | None) -> Iterator[pa.Array | None]:
        """Accounts of the creators of each bucket, in their order."""
        if creators is None:
            yield from [None] * self.stage.buckets
            return
        whose = (pa.array(creators[name].array, pa.string()) for name in ("platform", "handle"))
        names = pc.binary_join_element_wise(*map(_whole, whose), ":")
        buckets = bucket_of(names, self.stage.buckets)
        for number in range(self.stage.buckets):
            yield names.filter(pa.array(buckets == number))

    def _bucket(self, number: int) -> pa.Table | None:
        """Rows of a bucket from every file, in the order of arrival."""
        parts = []
        for arrival, one in enumerate(self.arrivals):
            staged = self.stage.files.get(one.imported.file)
            if staged is None or one.imported.table is not POSTS:
                continue
            rows = staged.bucket(number)
            if rows is not None and len(rows):
                where = pa.array(np.full(len(rows), arrival, dtype="int32"))
                parts.append(rows.append_column("arrival", where))
        if not parts:
            return None
        posts = pa.concat_tables(parts, promote_options="default").combine_chunks()
        missing = pa.scalar(STATES.index(NOT_AVAILABLE), pa.int8())
        for place, name in enumerate(posts.column_names):
            if name.endswith("_state") and posts[name].null_count:
                posts = posts.set_column(place, name, pc.fill_null(posts[name], missing))
        return posts

    def _forget(self, number: int) -> None:
        """Free the disk of a bucket."""
        for staged in self.stage.files.values():
            staged.forget(number)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
