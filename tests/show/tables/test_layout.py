"""The one door of tables: small counts are suppressed, reasons are sentences."""

import pandas as pd

from analysis.show.tables.layout import per_platform, table


def test_every_whole_number_is_a_count_and_small_ones_are_suppressed():
    frame = pd.DataFrame({"where": ["a", "b"], "creators": [1200, 3], "rate": [0.5, 0.25]})
    shown = table(frame, title="t", first="where").as_raw_html()
    assert ">1,200<" in shown
    assert ">withheld<" in shown
    assert ">0.25<" in shown


def test_a_platform_without_a_result_says_why_below_the_table():
    found = {"tiktok": "too few", "youtube": (1, 2)}
    columns = {"single": str, "double": lambda number: str(2 * number)}
    shown = per_platform(found, columns, title="t").as_raw_html()
    cells = [part.split("<")[0] for part in shown.split(">") if part.split("<")[0].strip()]
    assert cells[-7:] == ["YouTube", "1", "2", "YouTube", "2", "4", "TikTok: too few."]


def test_without_any_result_a_sentence_stands_in_the_place_of_a_table():
    assert per_platform({"tiktok": "too < few"}, {}, title="t").data == (
        "<p>T: TikTok: too &lt; few.</p>"
    )
    assert per_platform({}, {}, title="t").data == "<p>T: nothing here can be compared.</p>"
