"""What dataset.yml says of tables that stay where they are: ``tables`` and ``engine``."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from analysis.study.addresses import holds_secret
from analysis.study.contract import TABLES
from analysis.study.errors import nearest
from analysis.study.forms import Frozen

STAYING = "posts"  # whose rows never come here; creators and placements are few and do
_REMOTE = "://"


def _without_secret(address: str) -> str:
    if holds_secret(address):
        raise ValueError(
            "an address with a password is not kept in a file that is shared; put it into"
            " MICROMACRO_ENGINE, or name the file that holds it under engine_file"
        )
    return address


class Place(Frozen):
    """Where one contract table is.

    Attributes:
        parquet: a file, a folder or a pattern such as ``posts/*.parquet``, below the dataset's
            folder or by its whole path, or on object storage, like ``s3://bucket/posts/*.parquet``.
        table: of the engine, with its schema, like ``shop.posts``.
        columns: what the contract calls a column -> what the table does, where the two differ.
        changed: a column of ``table`` that grows with every change, by which the table's version
            is known.
    """

    parquet: Annotated[str, AfterValidator(_without_secret)] | None = None
    table: str | None = Field(default=None, pattern=r"^\w+(\.\w+){1,2}$")
    columns: dict[str, str] = Field(default_factory=dict)
    changed: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Place":
        if (self.parquet is None) == (self.table is None):
            raise ValueError("write either parquet: (files) or table: (schema.name, of the engine)")
        if self.changed and not self.table:
            raise ValueError("changed: is for tables; files say by themselves when they changed")
        return self

    @property
    def remote(self) -> bool:
        """Whether the files are on object storage."""
        return _REMOTE in (self.parquet or "")

    @property
    def says(self) -> str:
        """What messages call it."""
        return self.parquet or self.table or ""


class Version(Frozen):
    """What a table was when it was looked at.

    Attributes:
        digest: changes with it.
        rows: that it has.
        says: what the version goes by, in words.
    """

    digest: str
    rows: int
    says: str


Name = Literal["creators", "posts", "placements"]
Tables = dict[Name, Place]
Address = Annotated[str, AfterValidator(_without_secret)]


def known_columns(tables: Tables) -> Tables:
    """The tables, if the contract knows every column that they name.

    Raises:
        ValueError: with every one of them.
    """
    wrong = [
        f"{name}: columns: {column} is no column of the contract; {nearest(column, known)}"
        for name, place in tables.items()
        for known in [TABLES[name].names]
        for column in place.columns
        if column not in known
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    return tables
