"""read_tables: bytes -> text with row numbers; what is refused, and that nothing is evaluated."""

import gzip
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.reading.tables import read_tables
from analysis.study.errors import DataContractError

PACKED = gzip.compress(b"a,b\n" + b"1,2\n" * 99, mtime=0)
CELL = st.text("ab;,| \"'\t\n0é=@", max_size=4)


def read(folder, content, name="posts.csv"):
    """Every table of one file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_tables(path, f"2026-03-31/{name}")


def lines(table):
    """Row number -> cells."""
    return {int(row): list(cells) for row, *cells in table.rows.itertuples()}


def workbook(folder, sheets, name="roster.xlsx"):
    """A workbook from sheet title -> lines of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, body in sheets.items():
        sheet = book.create_sheet(title)
        for line in body:
            sheet.append(line)
    book.save(folder / name)
    return folder / name


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,x\n2,y\n",
        "a,b\n1,x\n2,y",
        "a;b\r\n1;x\r\n2;y\r\n",
        "a\tb\r1\tx\r2\ty\r",
        "a|b\n1|x\n2|y\n\n\n",
        ' a , b \n"1","x"\n2,y\n',
        b"\xef\xbb\xbfa,b\n1,x\n2,y\n",
        "a,b\n1,x\n2,y\n".encode("utf-16"),
        "a,,b,\n1,,x,\n2,,y,\n",
    ],
    ids=["plain", "no end", "semicolon", "tab, CR", "bar", "quotes", "BOM", "UTF-16", "unnamed"],
)
def test_the_same_table_in_many_files(tmp_path, content):
    [table] = read(tmp_path, content)
    assert table.header == ("a", "b")
    assert lines(table) == {2: ["1", "x"], 3: ["2", "y"]}
    assert (table.name, table.rows_read, table.ragged) == ("2026-03-31/posts.csv", 2, ())


def test_a_compressed_file_and_one_in_capitals(tmp_path):
    packed = gzip.compress(b"a,b\n1,x\n")
    for content, name in [
        (packed, "posts.csv.gz"),
        (packed, "POSTS.CSV.GZ"),
        (b"a,b\n1,x", "P.TSV"),
    ]:
        [table] = read(tmp_path, content, name)
        assert lines(table) == {2: ["1", "x"]}


def test_text_stays_text(tmp_path):
    """What a spreadsheet or pandas would change: leading zeros, long ids, NA, dates, formulas."""
    cells = ["007", "12345678901234567890", "NA", "1,234", "03/04/2026", "=1+1", "-5", "TRUE", "é"]
    quoted = ",".join(f'"{cell}"' for cell in cells)
    [table] = read(tmp_path, f"a,b,c,d,e,f,g,h,i\n{quoted}\n")
    assert lines(table) == {2: cells}


def test_rows_keep_their_numbers(tmp_path):
    """Row 1 is the header; 3 is empty; 4 and 6 do not fit; 5 holds a line break."""
    content = 'a,b\n1,x\n,\n1,x,9\n"2\n2",y\n4\n5,z\n'
    [table] = read(tmp_path, content)
    assert lines(table) == {2: ["1", "x"], 5: ["2\n2", "y"], 7: ["5", "z"]}
    assert [(row.row, row.fields, row.text) for row in table.ragged] == [
        (4, 3, "1,x,9"),
        (6, 1, "4"),
    ]
    assert table.rows_read == 5


def test_a_delimiter_inside_quotes_is_none(tmp_path):
    [table] = read(tmp_path, '"a;;;",b\n1,x\n')
    assert table.header == ("a;;;", "b")


def test_a_quote_inside_a_word_is_a_quote(tmp_path):
    [table] = read(tmp_path, 'a,b\n1,5" case\n2,y\n')
    assert lines(table) == {2: ["1", '5" case'], 3: ["2", "y"]}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "posts.csv", "the first row is empty"),
        ("\na,b\n1,2\n", "posts.csv", "the first row is empty"),
        (",,\n1,2,3\n", "posts.csv", "the first row is empty"),
        ("a,b,a\n1,2,3\n", "posts.csv", "the header repeats a; keep one of each"),
        ("a, a\n1,2\n", "posts.csv", "the header repeats a"),
        ('a,"b\nc"\n1,2\n', "posts.csv", "the header must stand on one line"),
        ("a,b\n1,2\né,3\n".encode("latin-1"), "posts.csv", "line 3 is not UTF-8 text"),
        (
            b"\xe9,b\n1,2\n",
            "posts.csv",
            "line 1 is not UTF-8 text .*; save it as CSV in UTF-8, or name",
        ),
        (b"\xff\xfea\x00,", "posts.csv", "line 1 is not UTF-8 text"),
        ('a,b\n1,"2\n3,4\n5,6\n', "posts.csv", r'a quote \("\) is opened and never closed'),
        ('a,b\n"1,2\n3,4\n5,6\n', "posts.csv", r'a quote \("\) is opened and never closed'),
        (PACKED[:-9], "posts.csv.gz", "cannot be read: "),
        (b"a,b\n1,2\n", "posts.csv.gz", "cannot be read: Not a gzipped file"),
        (PACKED[:10] + b"\xff" * 9, "posts.csv.gz", "cannot be read: Error -3"),
        (b"PK no", "posts.xlsx", "not a readable workbook: "),
        (b"%PDF", "posts.doc", "not a kind of file that is read: .csv, .tsv, .txt, "),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path, content, name, said):
    with pytest.raises(DataContractError, match=said) as refusal:
        read(tmp_path, content, name)
    assert str(refusal.value).startswith(f"2026-03-31/{name}: ")
    assert "\n" not in str(refusal.value)


@given(
    body=st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=4),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_was_written_with_quotes_reads_back(tmp_path_factory, body, delimiter):
    def quoted(line):
        return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line)

    text = "\n".join(map(quoted, [["a", "b"], *body]))
    [table] = read(tmp_path_factory.getbasetemp(), text)
    assert not table.ragged
    expected = {row: line for row, line in enumerate(body, start=2) if any(line)}
    assert lines(table) == expected


def test_a_workbook_has_a_table_per_sheet(tmp_path):
    path = workbook(
        tmp_path,
        {
            "creators": [["handle", "followers", None], ["anna", 1200], [], ["ben", 7.0]],
            "empty": [],
            "posts": [["post_id", "posted_at"], ["p1", datetime(2026, 3, 31)]],
        },
    )
    creators, posts = read_tables(path, "roster.xlsx")
    assert creators.name == "roster.xlsx#creators"
    assert creators.header == ("handle", "followers")
    assert lines(creators) == {2: ["anna", "1200"], 4: ["ben", "7"]}  # row 3 is empty
    assert lines(posts) == {2: ["p1", "2026-03-31T00:00:00"]}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12500, "12500"),
        (12500.0, "12500"),
        (0.1, "0.1"),
        (" anna ", "anna"),
        (True, "True"),
        (date(2026, 3, 31), "2026-03-31T00:00:00"),
        (datetime(2026, 3, 31, 18, 5), "2026-03-31T18:05:00"),
        ("#N/A", "#N/A"),
        (None, ""),
    ],
)
def test_a_cell_becomes_text(tmp_path, cell, text):
    [table] = read_tables(workbook(tmp_path, {"s": [["a", "b"], [cell, "x"]]}), "x.xlsx")
    assert lines(table) == {2: [text, "x"]}


def rewritten(path, *changes):
    """A workbook with its sheet's XML changed, as other programs write it."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = "xl/worksheets/sheet1.xml"
    for before, after in changes:
        assert before in parts[name]
        parts[name] = parts[name].replace(before, after)
    with zipfile.ZipFile(path, "w") as book:
        for part, content in parts.items():
            book.writestr(part, content)
    return path


def test_a_formula_is_never_evaluated(tmp_path):
    """Its saved value is what people saw; where none was saved, the formula stays, as text."""
    path = workbook(tmp_path, {"s": [["a", "b"], ["=1+1", "=2+2"], ["=3+3", "x"]]})
    path = rewritten(path, (b"<f>2+2</f><v></v>", b"<f>2+2</f><v>400</v>"))
    [table] = read_tables(path, "x.xlsx")
    assert lines(table) == {2: ["=1+1", "400"], 3: ["=3+3", "x"]}


def test_a_sheet_that_states_its_size_wrong_is_read_whole(tmp_path):
    path = workbook(tmp_path, {"s": [["a", "b"], [1, 2], [3, 4]]})
    path = rewritten(path, (b'<dimension ref="A1:B3"/>', b'<dimension ref="A1"/>'))
    [table] = read_tables(path, "x.xlsx")
    assert lines(table) == {2: ["1", "2"], 3: ["3", "4"]}


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"s": [[], ["a", "b"], [1, 2]]}, "roster.xlsx#s: the first row is empty"),
        ({"s": [["a", "a"], [1, 2]]}, "roster.xlsx#s: the header repeats a"),
    ],
)
def test_a_sheet_without_a_header_is_refused(tmp_path, sheets, said):
    with pytest.raises(DataContractError, match=re.escape(said)):
        read_tables(workbook(tmp_path, sheets), "roster.xlsx")


def test_a_broken_sheet_is_refused(tmp_path):
    path = rewritten(workbook(tmp_path, {"s": [["a"], [1]]}), (b"</row>", b"</rwo>"))
    with pytest.raises(DataContractError, match=r"^x.xlsx: not a readable workbook: "):
        read_tables(path, "x.xlsx")


def test_one_far_cell_costs_one_row(tmp_path):
    """A cell at the last row and column stands for 17 thousand million cells."""
    book = openpyxl.Workbook()
    for line in (["a", "b"], [0, 0], [1, 2]):
        book.active.append(line)
    book.active["XFD1048576"] = "far"
    book.save(tmp_path / "x.xlsx")
    [table] = read_tables(tmp_path / "x.xlsx", "x.xlsx")
    assert lines(table) == {2: ["0", "0"], 3: ["1", "2"]}


def test_a_header_wider_than_any_table_is_refused(tmp_path):
    path = workbook(tmp_path, {"s": [[f"c{n}" for n in range(1001)], [1]]})
    with pytest.raises(DataContractError, match=r"x.xlsx#s: 1,001 columns; 1,000 are read at"):
        read_tables(path, "x.xlsx")


def many_keys(count, *, repeated=False):
    body = ",".join(f'"k{n}":{n}' for n in range(count))
    return "{" + body + (',"k0":1}' if repeated else "}")


def test_an_object_of_many_keys_is_refused_at_once(tmp_path):
    with pytest.raises(DataContractError, match="more than 1,000 columns; it is not read"):
        read(tmp_path, many_keys(200_000), "x.json")
    with pytest.raises(DataContractError, match="an object names k0 twice"):
        read(tmp_path, many_keys(60_000, repeated=True), "x.json")


def test_a_list_beside_many_keys_is_read(tmp_path):
    text = '{"names": ' + many_keys(2000) + ', "items": [{"id": 1}, {"id": 2}]}'
    with pytest.raises(DataContractError, match="more than 1,000 columns"):
        read(tmp_path, text, "x.json")
    [table] = read(tmp_path, f'[{{"wide": [{many_keys(2000)}], "items": [{{"id": 1}}]}}]', "x.json")
    assert table.name.endswith("#items")


def test_what_stands_above_a_list_is_in_each_of_its_records(tmp_path):
    text = '[{"a": 1, "n": "x", "items": [{"id": 1}, {"id": 2, "n": "own"}]}, {"a": 2, "items": '
    found = {t.name.partition("#")[2]: t for t in read(tmp_path, text + '[{"id": 3}]}]', "x.json")}
    table = found["items"]
    assert table.rows.to_dict("list") == {
        "a": ["1", "1", "2"],
        "n": ["x", "own", ""],
        "id": ["1", "2", "3"],
    }
    assert table.above == {"a"}
