"""What a page says about the days of its data."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.show.basis import about
from analysis.store.manifest import FileCount


def counted(table, kept):
    counts = {"merged": 0, "duplicates": 0, "excluded": 0}
    of = {"file": "a.csv", "table": table, "source": "own", "digest": "d"}
    return FileCount(**of, rows_read=kept, kept=kept, **counts)


@pytest.mark.parametrize(
    ("last_day", "tables", "said"),
    [
        ("2026-09-30", {"posts": 9}, "2026-09-30"),
        (None, {"creators": 9, "posts": 9}, "the posts carry no day"),
        (None, {"posts": 9, "placements": 9}, "the posts and placements carry no day"),
        (None, {"posts": 0, "placements": 9}, "the placements carry no day"),
        (None, {"creators": 9}, "no post and no placement is known"),
    ],
)
def test_the_last_day_or_which_tables_carry_none(study, last_day, tables, said):
    manifest = SimpleNamespace(
        dataset="brand",
        settings=SimpleNamespace(brand=""),
        sources=["own"],
        notes=[],
        last_day=last_day,
        files=[counted(*one) for one in tables.items()],
    )
    view = SimpleNamespace(
        dataset=SimpleNamespace(manifest=manifest),
        study=study,
        micro="1K-100K",
        macro="100K+",
        off_study=(),
        creators=pd.DataFrame({"found_through": ["list"], "booked": [pd.NA]}),
    )
    assert f"<li>Through: {said}.</li>" in about(view).data
