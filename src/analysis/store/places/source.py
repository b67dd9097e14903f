"""A table as the contract sees it: which of its columns are there, and SQL that types them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.sources.values.checks import DIGITS
from analysis.sources.values.text import LARGEST_COUNT
from analysis.store.places.declared import Place
from analysis.store.places.engine import listed
from analysis.study.contract import Column, Table
from analysis.study.errors import DataContractError

FITS = {
    "count": ("whole", "large", "floating", "exact"),
    "amount": ("whole", "large", "floating", "exact"),
    "proportion": ("whole", "floating", "exact"),
    "day": ("day", "time"),
    "time": ("day", "time", "zoned"),
    "flag": ("flag",),
    "text": ("text", "whole", "large"),
    "choice": ("text",),
}
_WANTED = {
    "count": "a whole number",
    "amount": "a number",
    "proportion": "a number",
    "day": "a date",
    "time": "a time",
    "flag": "true or false",
    "text": "text",
    "choice": "text",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A table that was looked at.

    Attributes:
        relation: what SQL calls it.
        names: what the contract calls a column -> what the table does; those that there are.
        kinds: of each, by the contract's name.
    """

    relation: str
    names: Mapping[str, str]
    kinds: Mapping[str, str]

    def sql(self, name: str) -> str:
        """A column in SQL."""
        return listed([self.names[name]])


def source_of(
    relation: str, kinds: Mapping[str, str], table: Table, place: Place, *, zone: str | None
) -> Source:
    """The contract's columns of a table.

    Args:
        kinds: of the table's columns.
        zone: time zone that dataset.yml declares.

    Raises:
        DataContractError: a needed column is missing, one has a type that the contract does not
            want, or times without a zone are not in UTC; all are named.
    """
    names = {one: place.columns.get(one, one) for one in table.names}
    there = {one: name for one, name in names.items() if name in kinds}
    wrong = [
        f"no column {name}, which columns: names"
        for one, name in place.columns.items()
        if name not in kinds
    ]
    wrong += [
        f"no column {one}; name it under columns: if it is called otherwise"
        for one in table.names
        if one in ("platform", "handle") and one not in there
    ]
    for one, name in there.items():
        kind, wanted = kinds[name], table[one].kind
        if kind not in FITS[wanted]:
            wrong.append(
                f"column {name} is {kind} where the contract wants {_WANTED[wanted]}: type it there"
                " (a view may), nothing is cast here"
            )
        elif wanted == "time" and kind == "time" and zone not in (None, "UTC"):
            wrong.append(f"column {name} has no zone and dataset.yml says {zone}: write it in UTC")
    if wrong:
        lines = "\n  ".join(f"tables: {table.name}: {one}" for one in wrong)
        raise DataContractError(lines)
    return Source(relation, there, {one: kinds[name] for one, name in there.items()})


def spelled(source: Source, one: str) -> str:
    """Platform or handle as the table writes it; empty where it says nothing."""
    return f"coalesce(cast({source.sql(one)} as text), '')"


def long_ids(source: Source) -> tuple[str, str]:
    """SQL that counts ids longer than a spreadsheet keeps, and those of them that it cut."""
    name = text_of(source, "post_id")
    long = f"length({name}) > {DIGITS} and regexp_matches({name}, '^[0-9]+$')"
    return long, f"{long} and regexp_matches({name}, '^[0-9]{{{DIGITS}}}0+$')"


def value(source: Source, column: Column) -> str:
    """A column in SQL, as the contract types it; missing where it cannot be read."""
    raw, kind = source.sql(column.name), source.kinds[column.name]
    if column.kind == "text":
        return text_of(source, column.name)
    if column.kind == "count":
        whole = f" and {raw} = floor({raw})" if kind in ("floating", "exact") else ""
        return (
            f"case when {raw} between 0 and {LARGEST_COUNT}{whole} then cast({raw} as bigint) end"
        )
    if column.kind == "time":
        return f"timezone('UTC', {raw})" if kind == "zoned" else f"cast({raw} as timestamp)"
    return raw


def text_of(source: Source, name: str) -> str:
    """A column of text in SQL, missing where it is empty."""
    raw = source.sql(name)
    if source.kinds[name] != "text":
        return f"cast({raw} as text)"
    return f"nullif(trim({raw}), '')"


def moment_of(moment: datetime) -> str:
    """A moment in SQL."""
    return f"timestamp '{moment:%Y-%m-%d %H:%M:%S}'"
