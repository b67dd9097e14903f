"""A look at a raw folder whose tables stay where they are; without any, nothing is loaded."""

from collections.abc import Sequence
from pathlib import Path

from analysis.store.places.declared import Version
from analysis.store.settings import Settings


def versions_in(settings: Settings, folder: Path) -> dict[str, Version]:
    """What the tables that stay where they are look like now, by name.

    Raises:
        DataContractError: a table is not there.
        UsageError, MachineError: the engine cannot be reached, or fails.
    """
    if not settings.tables:
        return {}
    from analysis.store.places.versions import versions_of

    return versions_of(
        settings.tables,
        folder.resolve(),
        engine=settings.engine,
        engine_file=settings.engine_file,
    )


def not_in_place(paths: Sequence[Path], settings: Settings, folder: Path) -> list[Path]:
    """Files of a folder but those of tables that stay where they are, and of their engine."""
    if not settings.tables:
        return list(paths)
    from analysis.store.places.engine import files_of

    root = folder.resolve()
    apart = {
        one.resolve()
        for place in settings.tables.values()
        if place.parquet and not place.remote
        for one in files_of(place, root)
    }
    database = (settings.engine or "").partition("://")[2]
    names = [name for name in (database, settings.engine_file) if name]
    apart |= {(root / name).resolve() for name in (*names, *(f"{name}.wal" for name in names))}
    return [path for path in paths if path.resolve() not in apart]
