"""The contract: what DESIGN.md promises of the three tables, and what every declaration keeps."""

import pytest

from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import PLATFORMS, TABLES

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]
IDS = [f"{table.name}.{column.name}" for table, column in COLUMNS]


@pytest.mark.parametrize(
    ("table", "needed"),
    [
        ("creators", {"platform", "handle", "niche", "followers"}),
        ("posts", {"platform", "handle", "likes"}),
        ("placements", {"campaign", "platform", "handle", "clicks", "orders"}),
    ],
)
def test_a_file_needs_these_columns(table, needed):
    assert TABLES[table].needed == needed


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=IDS)
def test_a_column_says_what_it_is(table, column):
    assert column.name.isidentifier()
    assert column.name == column.name.lower()
    assert column.kind in ARROW_TYPE
    assert (column.kind == "choice") == bool(column.choices)
    assert column.needed >= column.filled, "a row cannot need what its file may lack"
    assert column.meaning
    assert "|" not in column.meaning, "it stands in a table of the README"
    assert column.meaning[0] not in "=+-@", "it stands in a spreadsheet"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_is_keyed_by_columns_of_its_own(table):
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    assert table["platform"].choices == PLATFORMS
    assert all(name not in ("capture", "creator_id", "arrival", "file") for name in table.names)
    if table.unique:
        given = [name for name in table.key if name != "post_id"]  # else its address or place
        assert all(table[name].filled for name in given), "a key may not be missing"


def test_what_identifies_a_person_is_marked():
    personal = {f"{table.name}.{column.name}" for table, column in COLUMNS if column.personal}
    assert personal == {
        "creators.handle",
        "creators.person",
        "creators.account_id",
        "posts.handle",
        "posts.post_id",
        "posts.link",
        "placements.handle",
        "placements.booking_id",
        "placements.code",
        "placements.utm",
        "placements.link",
        "comments.handle",
        "comments.post_id",
        "mentions.handle",
        "mentions.post_id",
        "audience.handle",
    }
