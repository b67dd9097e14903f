"""Mistakes in judging tables where they are turn a test red."""

import pytest

from tests.mistakes import assert_turns_red

PLACES = "src/analysis/store/places"
IN_PLACE = "src/analysis/prepare/in_place"
EQUALITY = "tests/prepare/in_place/test_equality.py::test_rows_meet_the_fates_that_files_give_them"
SUMS = "tests/prepare/in_place/test_equality.py::test_sums_are_those_of_files"
SAFETY = "tests/prepare/in_place/test_safety.py"

MISTAKES = {
    "a reason is dropped": (
        f"{PLACES}/promises.py",
        'found.append(_of("posted_at", FUTURE, f"{moment} > {moment_of(until)}"))',
        "pass",
        EQUALITY,
    ),
    "text is cast barely": (
        f"{PLACES}/source.py",
        '"count": ("whole", "large", "floating", "exact"),',
        '"count": ("whole", "large", "floating", "exact", "text"),',
        f"{SAFETY}::test_text_where_the_contract_wants_a_type_is_refused_and_never_cast",
    ),
    "every @ is taken off": (
        f"{IN_PLACE}/accounts.py",
        'account_names(names["account"]).where(',
        'account_names(names["account"].str.lstrip("@")).where(',
        EQUALITY,
    ),
    "posts that are alike are summed twice": (
        f"{PLACES}/posts.py",
        'text += f" and not {among(twins)}"',
        "pass",
        SUMS,
    ),
    "a table that changed is summed": (
        "src/analysis/panel/in_place.py",
        '_require_same(dataset, engine, kept, "changed while it was summed")',
        "pass",
        f"{SAFETY}::test_a_table_that_changes_while_it_is_summed_gives_no_panel",
    ),
}


@pytest.mark.prove
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_turns_a_test_red(mistake, tmp_path):
    assert_turns_red(*MISTAKES[mistake], tmp_path)
