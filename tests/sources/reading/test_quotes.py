"""A file of which every line was put into quotes reads as the file before; else it is refused."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.reading.tables import read_tables
from analysis.study.errors import DataContractError

CELL = st.text('ab;, "é\n', max_size=5)
ROWS = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4)


def written(rows, delimiter, quoting):
    """Lines as a tool writes them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return text.getvalue()


def saved_again(text, delimiter, quoting):
    """What a spreadsheet makes of lines that it takes for one cell each."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    each = [written([cells], delimiter, quoting)[:-1] for cells in lines]
    return "".join('"' + line.replace('"', '""') + '"\n' for line in each)


def rows_of(folder, text):
    path = folder / "posts.csv"
    path.write_text(text, encoding="utf-8", newline="")
    [table] = read_tables(path, "posts.csv")
    return table.header, table.rows.to_numpy().tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@given(rows=ROWS)
def test_every_line_in_quotes_reads_as_before(tmp_path_factory, delimiter, quoting, rows):
    folder = tmp_path_factory.mktemp("in")
    text = written([["a", "b", "c d"], *rows], delimiter, quoting)
    assert rows_of(folder, saved_again(text, delimiter, quoting)) == rows_of(folder, text)


def test_a_line_that_needed_no_quotes_stays(tmp_path):
    assert rows_of(tmp_path, '"a,""b,c"""\n1,2\n"3,""4,5"""\n') == (
        ("a", "b,c"),
        [["1", "2"], ["3", "4,5"]],
    )


def test_a_header_in_quotes_over_one_cell_each_is_no_such_file(tmp_path):
    assert rows_of(tmp_path, '"a","b"\n"1","2"\n') == (("a", "b"), [["1", "2"]])


@pytest.mark.parametrize("line", ['"1,2",3', '"1","2"', '"1,2'])
def test_quotes_around_a_part_of_a_line_are_refused_by_name(tmp_path, line):
    with pytest.raises(DataContractError, match=r"posts\.csv: every line stands in quotes: a spre"):
        rows_of(tmp_path, f'"a,b"\n{line}\n')
