"""The tests have teeth: each promise of the intake, broken in the product, turns a test red.

Each takes some seconds: `make fuzz` breaks all of them, the quick tests every fourth.
"""

import os

import pytest

from tests.mistakes import assert_turns_red

pytestmark = pytest.mark.prove

SRC = "src/analysis/"
READING, VALUES = SRC + "sources/reading/", SRC + "sources/values/"
CASE = "tests/corpus/test_corpus.py::test_case"
PREPARED = "tests/prepare/test_pipeline.py::"
EVERY = 1 if "MICROMACRO_FUZZ" in os.environ else 4
MISTAKES = {
    "a date with two readings is guessed": (
        VALUES + "moments.py",
        '_stamps(text.where(iso), "ISO8601")',
        '_stamps(text, "mixed")',
        f"{CASE}[79 day or month first]",
    ),
    "a comma with two readings is guessed": (
        VALUES + "text.py",
        "if written.decimal is not None or unread.empty:",
        "if True:",
        f"{CASE}[57 3,4, undeclared]",
    ),
    "totals count as a row": (
        SRC + "sources/importer.py",
        "    no_data += dropped(text.rows, rule.drop)\n",
        "",
        "tests/sources/test_tools.py",
    ),
    "ids are numbers": (
        SRC + "study/contract.csv",
        "posts,post_id,text,",
        "posts,post_id,amount,",
        f"{CASE}[37 leading zeros]",
    ),
    "a file cut off is read": (
        SRC + "sources/importer.py",
        "if text.open_end and not found.rule.open_end:",
        "if False:",
        f"{CASE}[18 last number cut]",
    ),
    "a bomb is unpacked": (
        READING + "containers.py",
        "_SUSPECT, _RATIO = 16 << 20, 100",
        "_SUSPECT, _RATIO = 16 << 20, 10_000",
        f"{CASE}[93 bomb]",
    ),
    "a pickle is opened": (
        READING + "containers.py",
        "    for start, kind in _OTHER_KINDS.items():\n",
        (
            '    if content[:1] == b"\\x80":\n'
            "        __import__('pickle').loads(content)\n"
            "    for start, kind in _OTHER_KINDS.items():\n"
        ),
        f"{CASE}[100 pickle called csv]",
    ),
    "damaged tables are read": (
        SRC + "store/parquet.py",
        "if _digest(folder / name) != before:",
        "if False:",
        "tests/store/test_parquet.py::test_a_flipped_bit_is_seen_before_another_program_reads",
    ),
    "checksums of pages are not looked at": (
        SRC + "store/parquet.py",
        "columns=columns, page_checksum_verification=True",
        "columns=columns, page_checksum_verification=False",
        "tests/store/test_parquet.py::test_a_flipped_bit_in_a_page_is_seen_by_its_checksum",
    ),
    "of several partners the first is taken": (
        SRC + "prepare/joins.py",
        'partner = found.first().astype("Int64").mask(several)',
        (
            "first = stated[~stated.duplicated()]\n"
            '    found = marks.map(pd.Series(first.index, first.to_numpy(), dtype="Int64"))\n'
            '    partner = found.groupby(level=0).first().astype("Int64")'
        ),
        "tests/prepare/test_joins.py",
    ),
    "the first capture wins": (
        SRC + "prepare/duplicates.py",
        'ascending=[name == "tool" for name in first]',
        'ascending=[name != "followers" for name in first]',
        f"{PREPARED}test_the_latest_capture_wins",
    ),
    "hidden likes are 0": (
        VALUES + "states.py",
        "HIDING_COMMENTS = 20",
        "HIDING_COMMENTS = 10**9",
        "tests/panel/test_data_quality.py",
    ),
    "young posts count": (
        SRC + "prepare/judge.py",
        "age < pd.Timedelta(days=mature_after_days)",
        "age < pd.Timedelta(days=0)",
        "tests/panel/test_data_quality.py",
    ),
    "refunded orders count as kept": (
        SRC + "panel/creators.sql",
        "orders - coalesce(orders_refunded, 0) as net_orders",
        "orders as net_orders",
        "tests/panel/test_creators.py::test_conversion_by_hand",
    ),
    "a window lets late orders in": (
        SRC + "prepare/joins.py",
        "day >= began + pd.Timedelta(days=days)",
        "day > began + pd.Timedelta(days=days)",
        "tests/prepare/test_joins.py::test_the_last_moment_of_a_window_counts_and_the_next_does_not",
    ),
    "currencies are added up": (
        SRC + "prepare/money.py",
        "return converted[~foreign]",
        "return converted",
        f"{PREPARED}test_amounts_in_two_currencies_are_never_added_up",
    ),
    "codes and links stay readable": (
        SRC + "prepare/write.py",
        'if column.personal and column.name not in ("handle", "post_id") and column.name in rows',
        'if column.name == "person"',
        f"{PREPARED}test_nobody_can_be_recognised",
    ),
    "who was forgotten comes back": (
        SRC + "prepare/judge.py",
        "fate.mask(erased(rows).to_numpy(dtype=bool), ERASED)",
        "fate",
        "tests/prepare/test_forget.py::test_after_forget_and_the_next_import_no_byte_holds_the_creator",
    ),
    "a count rounded to the cut goes unseen": (
        SRC + "panel/creator_cautions.sql",
        "count(*) filter (followers = $cut)",
        "count(*) filter (followers > $cut)",
        "tests/panel/test_data_quality.py::test_cautions_by_platform",
    ),
    "the end of a period is lost": (
        SRC + "panel/creators.sql",
        "posted_at < $last_day::date + interval 1 day",
        "posted_at < $last_day::date",
        "tests/panel/test_creators.py::test_both_ends_of_a_period_count",
    ),
}


@pytest.mark.parametrize("mistake", list(MISTAKES)[::EVERY])
def test_a_broken_promise_turns_a_test_red(mistake, tmp_path):
    assert_turns_red(*MISTAKES[mistake], tmp_path)
