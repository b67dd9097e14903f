"""What the owner's machine keeps of posts that stay where they are: in data/private alone.

Whose accounts the table's spellings are, the posts that were decided on here, and where the table
is. Handles and ids stand in clear in them, so only their owner may read them.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import ValidationError

from analysis.store.digests import to_json
from analysis.store.places.declared import Address, Place
from analysis.store.pseudonyms import write_private
from analysis.study.errors import DataContractError
from analysis.study.forms import Frozen

_FOLDER, _WHERE = "places", "where.json"
_TABLES = ("accounts", "twins", "settled")


class Where(Frozen):
    """Where posts are and how they were judged.

    Attributes:
        folder: from which relative paths count.
        until: moment from which a post is in the future.
        cut_ids: whether ids that end in zeros were cut.
        mature: days before which counts are too young.
        campaigns: those that are called otherwise here, by their name there.
        made_for: digest of the prepared data that this belongs to.
    """

    place: Place
    engine: Address | None
    engine_file: str | None
    folder: str
    zone: str | None
    until: str
    cut_ids: bool
    mature: int
    campaigns: dict[str, str]
    made_for: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Posts that stay where they are, as this machine knows them.

    Attributes:
        where: they are.
        accounts: ``platform, handle`` as the table spells them, ``platform_name`` and
            ``creator_id``, of known creators.
        twins: ``creator_id, id, moment`` of posts that were decided on here.
        settled: those of them that count, as the panel reads them, with ``creator_id``.
    """

    where: Where
    accounts: pa.Table
    twins: pa.Table
    settled: pa.Table

    @property
    def tables(self) -> dict[str, pa.Table]:
        """Its tables, by name."""
        return {name: getattr(self, name) for name in _TABLES}


def keep(found: Kept, private: Path) -> None:
    """Write it into the private folder of a dataset.

    Raises:
        MachineError: disk or permission.
    """
    for name, rows in found.tables.items():
        content = io.BytesIO()
        pq.write_table(rows, content, compression="zstd")
        write_private(private / _FOLDER / f"{name}.parquet", content.getvalue())
    write_private(private / _FOLDER / _WHERE, to_json(found.where.model_dump(mode="json")).encode())


def kept_of(private: Path) -> Kept:
    """Read what ``keep`` wrote.

    Raises:
        DataContractError: it is not there, or damaged.
    """
    folder = private / _FOLDER
    try:
        where = Where.model_validate_json((folder / _WHERE).read_bytes())
        tables = {name: pq.read_table(folder / f"{name}.parquet") for name in _TABLES}
    except (OSError, ValidationError, pa.ArrowException) as error:
        raise DataContractError(
            f"{folder}: says where posts are, and is missing or damaged; run micromacro prepare"
        ) from error
    return Kept(where, **tables)


def forget_kept(private: Path, coded: str, *, made_for: str) -> None:
    """Drop an account from what ``keep`` wrote, where anything was.

    Args:
        coded: its pseudonym.
        made_for: digest of the prepared data without it.

    Raises:
        DataContractError: it is damaged.
        MachineError: disk or permission.
    """
    if not (private / _FOLDER).exists():
        return
    found = kept_of(private)
    stays = {
        name: rows.filter(pc.not_equal(rows["creator_id"], coded))
        for name, rows in found.tables.items()
    }
    keep(Kept(found.where.model_copy(update={"made_for": made_for}), **stays), private)
