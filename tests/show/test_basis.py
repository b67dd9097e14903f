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
    ("last_day", "placed_from", "tables", "said"),
    [
        ("2026-09-30", None, {"posts": 9}, "2026-09-30"),
        (None, None, {"creators": 9, "posts": 9}, "no post carries a day"),
        (
            *(None, None, {"posts": 9, "placements": 9}),
            "no post carries a day and not every booking carries a day",
        ),
        (None, None, {"posts": 0, "placements": 9}, "not every booking carries a day"),
        (None, "2026-03-02", {"placements": 9}, "bookings from 2026-03-02 on"),
        (None, None, {"creators": 9}, "no post and no placement is known"),
    ],
)
def test_the_last_day_or_what_is_known_of_days(study, last_day, placed_from, tables, said):
    manifest = SimpleNamespace(
        dataset="brand",
        settings=SimpleNamespace(brand=""),
        sources=["own"],
        notes=[],
        last_day=last_day,
        placed_from=placed_from,
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
