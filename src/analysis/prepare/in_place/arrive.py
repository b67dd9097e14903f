"""Tables that stay where they are, as if they had arrived beside the files of a folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from analysis.prepare.in_place.fetched import fetched, raw_file
from analysis.prepare.in_place.posts import PlacedPosts, place_posts
from analysis.prepare.load import Loaded
from analysis.prepare.raw_folder import Arrival, RawFolder
from analysis.sources.formats import ROSTER
from analysis.sources.importer import EXCLUSION_COLUMNS, Imported
from analysis.store.dataset import open_dataset
from analysis.store.places.declared import STAYING, Tables
from analysis.store.places.engine import Engine, address_of, opened
from analysis.store.places.kept import keep
from analysis.store.pseudonyms import Erased, load_key
from analysis.study.contract import COMMENTS, MENTIONS, POSTS, THREADS
from analysis.study.errors import DataContractError


@contextmanager
def engine_of(folder: RawFolder) -> Iterator[Engine | None]:
    """The engine of the tables that stay where they are; None where there are none."""
    if not folder.settings.tables:
        yield None
        return
    where = folder.path if folder.path.is_dir() else folder.path.parent
    root = where.resolve()
    address = address_of(folder.settings.engine, folder.settings.engine_file, root)
    with opened(address, root) as engine:
        yield engine


def add_in_place(
    loaded: Loaded,
    engine: Engine,
    folder: RawFolder,
    private: Path,
    tell: Callable[[str, str], None],
) -> Callable[[Erased], PlacedPosts] | None:
    """Put what is fetched of such tables beside what was read of files, in place.

    Returns:
        What judges posts, once it is known whom to forget; None where posts do not stay.

    Raises:
        DataContractError: a table arrived in files too, files need rows of posts, or a table
            breaks the contract.
    """
    declared = folder.settings.tables
    _require_alone(loaded, declared)
    for name in declared:
        if name != STAYING:
            tell(f"reading {name}, which stay where they are", "")
            loaded.arrivals.append(fetched(engine, folder, name))
    if STAYING not in declared:
        return None
    tell("judging posts where they are", "")
    key = load_key(private, public=folder.is_demo)
    rows = pd.DataFrame(columns=["platform", "handle"], dtype="str")
    none = pd.DataFrame(columns=list(EXCLUSION_COLUMNS))
    count = folder.versions[STAYING].rows
    file = raw_file(folder, STAYING)
    imported = Imported(POSTS, file.name, ROSTER, count, rows, none)
    loaded.arrivals.append(Arrival(file, imported))
    number = len(loaded.arrivals) - 1
    return partial(_posts, engine, folder, number, key)


def _posts(
    engine: Engine, folder: RawFolder, number: int, key: bytes, erased: Erased
) -> PlacedPosts:
    return place_posts(engine, folder, number=number, key=key, erased=erased)


def _require_alone(loaded: Loaded, declared: Tables) -> None:
    """Refuse files that feed a table which stays elsewhere, or look for rows of posts."""
    wrong = []
    for one in loaded.arrivals:
        table = one.imported.table
        if table.name in declared:
            wrong.append(f"{one.imported.file}: feeds {table.name}, which tables: places elsewhere")
        elif STAYING in declared and table in (COMMENTS, MENTIONS, THREADS):
            wrong.append(
                f"{one.imported.file}: {table.name} look for their posts one by one, which stay"
                " elsewhere; ignore the file, or bring the posts as files"
            )
    if wrong:
        raise DataContractError("\n  ".join(wrong))


def keep_for(posts: PlacedPosts, out: Path, private: Path) -> None:
    """Keep what the panel needs of posts for the dataset that was just written.

    Raises:
        MachineError: disk or permission.
    """
    digest = open_dataset(out).manifest.data_digest
    for found in posts.found:
        keep(replace(found, where=found.where.model_copy(update={"made_for": digest})), private)
