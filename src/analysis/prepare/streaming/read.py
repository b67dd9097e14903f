"""A large file of a raw folder -> typed posts on disk."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd

from analysis.prepare.raw_folder import Arrival, RawFile
from analysis.prepare.streaming.stage import Stage
from analysis.sources.headers import Recognised
from analysis.sources.importer import Imported
from analysis.sources.reading.blocks import large_size, open_blocks
from analysis.sources.reading.tables import TextTable
from analysis.sources.streaming import import_blocks, may_be_read_by_block
from analysis.sources.values.text import Written
from analysis.store.settings import Settings
from analysis.study.contract import POSTS


def read_by_block(
    file: RawFile,
    settings: Settings,
    recognised: Callable[[TextTable], Recognised | str],
    stage: Stage,
    *,
    written: Written,
) -> tuple[Recognised, TextTable, Imported] | None:
    """Read a large file of posts block by block.

    Args:
        recognised: the format of a table by its header, or why it has none.
        stage: where the rows go.
        written: how dates and numbers are written for which the format states nothing.

    Returns:
        Its format, its header, and what it gave without rows. None where it must be read whole: it
        is small, no delimited text in UTF-8, begins below a title, names no account, feeds other
        tables than posts, or its rows are ranked.

    Raises:
        DataContractError: the file cannot be read.
        MachineError: the disk is full.
    """
    if not large_size(file.path) or settings.encoding or settings.header_row_of(file.name) > 1:
        return None
    blocks = open_blocks(file.path, file.name)
    if blocks is None:
        return None
    text = TextTable(file.name, pd.DataFrame(columns=list(blocks.header), dtype="str"))
    found = recognised(text)
    if isinstance(found, str) or not may_be_read_by_block(found, blocks.header):
        return None
    kept = stage.file(file.name)
    imported = import_blocks(blocks, found, written=written, account=file.account, kept=kept)
    if imported is None:
        stage.discard(file.name)
        return None
    kept.close()
    return found, text, imported


def stage_the_others(imported: Iterable[Imported], stage: Stage) -> None:
    """Put posts that are in memory beside those on disk."""
    for one in imported:
        staged = stage.file(one.file)
        staged.add_frame(one.rows)
        staged.close()


def in_memory(arrival: Arrival, stage: Stage) -> Arrival:
    """What a file gave, with its posts in memory."""
    staged = stage.files.get(arrival.imported.file)
    if staged is None or arrival.imported.table is not POSTS:
        return arrival
    return replace(arrival, imported=replace(arrival.imported, rows=staged.frame()))
