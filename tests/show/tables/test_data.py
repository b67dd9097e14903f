"""Tables of what arrived: no small count, and none that follows from others."""

from types import SimpleNamespace

import pandas as pd

from analysis.show import tables


def test_a_small_step_does_not_follow_from_the_creators_of_its_arm(study):
    followers = [500] * 2 + [5_000] * 4 + [50_000] * 41 + [500_000] * 11 + [5_000_000] * 7
    creators = pd.DataFrame({"platform": "tiktok", "niche": "food", "followers": followers})
    shown = tables.creators_by_tier(SimpleNamespace(creators=creators, study=study)).as_raw_html()
    assert shown.count("withheld") == 3  # under 1K, and both steps of micro: 45 is told elsewhere
    assert ">11<" in shown
    assert ">7<" in shown


class File(SimpleNamespace):
    """A file's counts as the manifest has them."""

    def model_dump(self):
        return vars(self)


def test_a_few_rows_left_out_do_not_follow_from_the_rows_of_their_file():
    """3 excluded of 103, 100 kept: the kept are suppressed too, or 103 - 100 would tell."""
    counts = {"kept": 100, "merged": 0, "duplicates": 0, "excluded": 3, "rows_read": 103}
    manifest = SimpleNamespace(files=[File(file="a.csv", table="posts", **counts)])
    view = SimpleNamespace(dataset=SimpleNamespace(manifest=manifest))
    shown = tables.files(view).as_raw_html()
    assert shown.count("withheld") == 2
    assert ">103<" in shown
    assert ">100<" not in shown


def test_a_reason_of_a_few_rows_does_not_follow_from_the_others_of_its_file():
    """12 rows of one file are left out, 10 and 2; 6 of another for one reason."""
    rows = [("a.csv", "posts", "likes", "no value")] * 10
    rows += [("a.csv", "posts", "handle", "no such creator")] * 2
    rows += [("b.csv", "posts", "likes", "no value")] * 6
    columns = ["file", "table", "column", "reason"]
    left = pd.DataFrame(rows, columns=columns).assign(rows=1)
    view = SimpleNamespace(dataset=SimpleNamespace(exclusions=lambda: left))
    shown = tables.exclusions(view).as_raw_html()
    assert shown.count("withheld") == 2
    assert ">6<" in shown
