"""parse: what each kind of column reads, and that nothing else is ever read as a number."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sources.values.text import Written, parse
from analysis.study.contract import Column

MIDNIGHT = "2026-03-31T00:00:00"
EVERYTHING = ["count", "amount", "proportion", "day", "time", "flag"]


def read(kind, text, **options):
    """One cell: its value, None where missing, and whether it was unreadable."""
    column = Column("x", kind, "", choices=("instagram", "tiktok") if kind == "choice" else ())
    parsed = parse(pd.Series([text], index=[7], dtype="str"), column, Written(**options))
    assert parsed.values.index.to_list() == parsed.unreadable.index.to_list() == [7]
    value = parsed.values.iloc[0]
    return None if pd.isna(value) else value, bool(parsed.unreadable.iloc[0])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("count", "0", 0),
        ("count", " 12500 ", 12_500),
        ("count", "007", 7),
        ("count", "12.0", 12),  # how software writes a whole number that it holds as a decimal
        ("count", "1000000000000000", 10**15),
        ("count", "1,234", 1_234),  # no count has three decimals
        ("count", "12\u00a0345", 12_345),
        ("count", "1\u202f234\u202f567", 1_234_567),
        ("count", "1'234", 1_234),
        ("count", "٣", 3),
        ("count", "\uff11\uff12", 12),
        ("amount", "1,234.50", 1_234.5),
        ("amount", "1 234.50", 1_234.5),
        ("proportion", "8%", 0.08),
        ("proportion", "3.4 %", 0.034),
        ("amount", "12", 12.0),
        ("amount", "12.50", 12.5),
        ("amount", "-12.50", -12.5),
        ("amount", "−1 200.5", -1200.5),
        ("amount", "1e3", 1000.0),
        ("amount", "2.5E-2", 0.025),
        ("proportion", "0", 0.0),
        ("proportion", "0.08", 0.08),
        ("proportion", "1", 1.0),
        ("flag", "Yes", True),
        ("flag", "TRUE", True),
        ("flag", "1", True),
        ("flag", "no", False),
        ("flag", "False", False),
        ("flag", "0", False),
        ("choice", "TikTok", "tiktok"),
        ("text", "  a\u00a0b, c ", "a\u00a0b, c"),
        ("text", "NA", "NA"),
        ("text", "null", "null"),
        ("day", "2026-03-31", date(2026, 3, 31)),
        ("day", MIDNIGHT, date(2026, 3, 31)),  # how a workbook's date arrives
        ("time", "2026-03-31", datetime(2026, 3, 31)),
        ("time", "2026-03-31 18:05", datetime(2026, 3, 31, 18, 5)),
        ("time", "2026-03-31T18:05:09Z", datetime(2026, 3, 31, 18, 5, 9)),
        ("time", "2026-03-31T01:00:00+02:00", datetime(2026, 3, 30, 23)),
        ("time", "2026-03-31T18:05:09.123456Z", datetime(2026, 3, 31, 18, 5, 9, 123456)),
    ],
)
def test_a_cell_reads_as(kind, text, value):
    assert read(kind, text) == (value, False)


@pytest.mark.parametrize("kind", [*EVERYTHING, "choice", "text"])
@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_cell_is_missing_and_not_unreadable(kind, text):
    assert read(kind, text) == (None, False)


@pytest.mark.parametrize(
    ("kinds", "texts"),
    [
        (EVERYTHING, ["1.2K", "1_234", "12 34", "1,23,456", "+5", "--5", "?"]),
        (["count", "proportion"], ["-5", "−5"]),  # an amount below 0 is money back
        (EVERYTHING, ["0x10", "²", "#N/A"]),
        (["count", "amount"], ["5%", "3,4"]),
        (["day", "time", "flag"], ["1,234", "NA", "nan", "null", "-", "٣"]),
        (["count", "proportion", "flag"], ["1.5"]),
        (["count"], ["1.000", "12.00", "12.", ".5", "1e3", "12.5", "1000000000000001", "9" * 400]),
        (
            ["amount"],
            [
                "1,50",
                "-1,50",
                "1,234",
                "12 people",
                "12.",
                ".5",
                "1.2.3",
                "1e999",
                "1e308",
                "9" * 400,
            ],
        ),
        (["proportion"], ["1.01", "8", "108%", "2e0"]),
        (["flag"], ["y", "n", "2", "ja", "yes!"]),
        (["choice"], ["insta/gram", "instagram, tiktok", "0"]),
        (["day", "time"], ["31/03/2026", "03/31/2026", "2026-02-30", "2026-3-1", "46000", "2026"]),
        (["day", "time"], ["20260331", "2026-03-31T25:00", "2026-03-31 noon", "x2026-03-31"]),
        (["text"], ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"]),
    ],
)
def test_what_might_mean_something_else_is_unreadable(kinds, texts):
    """``1.000`` is a thousand to half of Europe, ``03/04`` is April to the other half."""
    wrong = [(kind, text) for kind in kinds for text in texts if read(kind, text) != (None, True)]
    assert not wrong


@given(st.integers(0, 10**15))
def test_a_count_reads_back(count):
    assert read("count", str(count)) == (count, False)
    assert read("count", f"{count}.0") == (count, False)


@given(st.integers(max_value=-1) | st.integers(min_value=10**15 + 1))
def test_a_count_out_of_range_is_unreadable(count):
    assert read("count", str(count)) == (None, True)


@given(st.text("0123456789.,+-eEkKmM%_ ", max_size=8))
def test_a_count_is_digits_or_nothing(text):
    """By the definition, in plain Python: digits, in groups of three or not, perhaps ``.0``."""
    bare = text.strip()
    plain = re.fullmatch(r"([0-9]{1,15})(\.0)?", bare)
    grouped = re.fullmatch(r"[0-9]{1,3}((,[0-9]{3})+|( [0-9]{3})+)(\.0)?", bare)
    grouped = None if grouped and "," in bare and ".0" in bare else grouped
    digits = plain[1] if plain else grouped and re.sub(r"[ ,]|\.0$", "", bare)
    nothing = bare in ("", "-", "--")
    assert read("count", text) == ((int(digits), False) if digits else (None, not nothing))


@pytest.mark.parametrize("text", ["-", "--", "–", "n.a.", "N/A", "nan", "NULL", "None", "inf"])
def test_a_word_for_nothing_is_no_number_and_no_name(text):
    assert read("count", text) == read("amount", text) == (None, False)
    assert read("text", text) == (text, False), "a niche may be called NA"


@pytest.mark.parametrize(
    ("kind", "text", "decimal", "value"),
    [
        ("amount", "3,4", ",", 3.4),
        ("amount", "1.234,50", ",", 1_234.5),
        ("proportion", "3,4%", ",", 0.034),
        ("amount", "1,234", ".", 1_234.0),
    ],
)
def test_a_declared_decimal_is_the_only_reading(kind, text, decimal, value):
    assert read(kind, text, decimal=decimal) == (value, False)
    other = {",": ".", ".": ","}[decimal]
    assert read(kind, text, decimal=other) != (value, False)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,234.50", 1234.5),
        ("€1.234,50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("-$20.00", -20.0),
        ("USD 12", 12.0),
        ("1 234,50 kr", 1234.5),
        ("R$ 5.00", 5.0),
    ],
)
def test_an_amount_may_carry_the_sign_of_its_currency(text, amount):
    assert read("amount", text) == (amount, False)
    assert read("count", text) == (None, True)


def test_a_number_that_proves_a_decimal_comma_speaks_for_its_column():
    parsed = parse(pd.Series(["€1.234,50", "€99,50"], dtype="str"), Column("x", "amount", ""))
    assert parsed.values.to_list() == [1234.5, 99.5]
    both = parse(pd.Series(["1.234,50", "99.5"], dtype="str"), Column("x", "amount", ""))
    assert both.undecided is not None


def test_points_between_thousands_want_a_declared_comma():
    assert read("count", "1.234", decimal=",") == (1_234, False)
    assert read("count", "1.234") == (None, True)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1.2K", 1_200),
        ("3 Mio", 3_000_000),
        ("3.60万", 36_000),
        ("12k", 12_000),
        ("~45K", 45_000),
        ("45 bin", 45_000),
        ("8,9 mil", 8_900),
        ("10,000+", 10_000),
    ],
)
def test_an_abbreviated_count_is_read_where_it_is_declared(text, count):
    assert read("count", text, abbreviated=True) == (count, False)
    assert read("count", text) == (None, True)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (["1.5", "3,4"], "amount", "row 1: '3,4' has two readings"),
        (["5", "1,50"], "count", "row 1: '1,50' has two readings"),
        (["2026-01-01T10:00:00Z", "2026-01-01 11:00"], "time", "row 1: .* states no time zone"),
    ],
)
def test_a_column_with_two_readings_says_so(text, kind, said):
    parsed = parse(pd.Series(text, dtype="str"), Column("x", kind, ""))
    assert re.match(said, parsed.undecided)


def test_unix_time_is_known_by_its_digits_alone():
    seconds = parse(pd.Series(["1480146151", "1480146152"], dtype="str"), Column("x", "time", ""))
    assert seconds.values[0] == pd.Timestamp("2016-11-26 07:42:31")
    assert seconds.note == "read as unix seconds"
    milliseconds = parse(pd.Series(["1480146151000"], dtype="str"), Column("x", "time", ""))
    assert milliseconds.values[0] == seconds.values[0]
    mixed = parse(pd.Series(["1480146151", "2016-11-26"], dtype="str"), Column("x", "time", ""))
    assert mixed.unreadable.to_list() == [True, False]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("e\u0301va", "éva"),
        ("an\u200bna", "anna"),
        ("\u202eanna", "anna"),
        ("an\x07na", "anna"),
        ("👩\u200d🎨", "👩\u200d🎨"),
        ("سارة", "سارة"),
    ],
)
def test_what_nobody_sees_makes_no_second_name(written, seen):
    assert read("text", written) == (seen, False)


@given(st.just(0.0) | st.floats(1e-9, 1e15))
def test_an_amount_reads_back(amount):
    assert read("amount", repr(amount)) == (amount, False)


@given(st.text(max_size=12))
@settings(max_examples=40)
def test_no_text_breaks_a_parser(text):
    for kind in [*EVERYTHING, "choice", "text"]:
        value, unreadable = read(kind, text)
        assert value is None or not unreadable


@given(
    at=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    minutes=st.integers(-12 * 60, 14 * 60),
)
def test_a_time_with_its_zone_is_that_moment(at, minutes):
    there = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    moment = there.astimezone(UTC).replace(tzinfo=None)
    assert read("time", there.isoformat()) == (moment, False)
    assert read("time", there.isoformat(), time_zone="Asia/Tokyo") == (moment, False)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-15T12:00:00", datetime(2026, 1, 15, 11)),  # winter, UTC+1
        ("2026-07-15 12:00", datetime(2026, 7, 15, 10)),  # summer, UTC+2
        ("2026-07-15T12:00:00Z", datetime(2026, 7, 15, 12)),
        ("2026-07-15", datetime(2026, 7, 15)),  # a day stays that day
        ("2026-07-15T00:00:00", datetime(2026, 7, 15)),  # a workbook's way to write a day
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30)),  # comes twice: the first counts
        ("2026-03-29T02:30:00", datetime(2026, 3, 29, 1)),  # never came: the clock was put on
    ],
)
def test_a_time_without_zone_is_of_the_place_that_the_dataset_names(text, moment):
    assert read("time", text, time_zone="Europe/Paris") == (moment, False)


def test_a_day_belongs_to_no_zone():
    late = "2026-03-31T23:30:00"
    assert read("day", late, time_zone="Asia/Tokyo") == (date(2026, 3, 31), False)


@pytest.mark.parametrize(
    ("text", "date_format", "time_zone", "moment"),
    [
        ("03/04/2026", "%d/%m/%Y", "UTC", datetime(2026, 4, 3)),
        ("03/04/2026", "%m/%d/%Y", "UTC", datetime(2026, 3, 4)),
        ("03/04/2026", "%d/%m/%Y", "Asia/Tokyo", datetime(2026, 4, 3)),
        ("03/04/2026 08:00", "%d/%m/%Y %H:%M", "Asia/Tokyo", datetime(2026, 4, 2, 23)),
        ("03/04/2026 08:00 +0100", "%d/%m/%Y %H:%M %z", "Asia/Tokyo", datetime(2026, 4, 3, 7)),
        ("2026-04-03T00:00:00", "%d/%m/%Y", "Asia/Tokyo", datetime(2026, 4, 3)),  # from a workbook
        ("1480146151", "unix_seconds", "Asia/Tokyo", datetime(2016, 11, 26, 7, 42, 31)),
    ],
)
def test_a_declared_format_is_the_only_reading(text, date_format, time_zone, moment):
    options = {"date_format": date_format, "time_zone": time_zone}
    assert read("time", text, **options) == (moment, False)


@pytest.mark.parametrize(
    ("text", "date_format"),
    [
        ("13/13/2026", "%d/%m/%Y"),
        ("2026-04-03", "%d/%m/%Y"),
        ("3 April", "%d/%m/%Y"),
        ("1480146151.5", "unix_seconds"),
        ("1480146151000", "unix_seconds"),  # milliseconds
        ("2016-11-26", "unix_seconds"),
    ],
)
def test_what_is_not_of_the_declared_format_is_unreadable(text, date_format):
    assert read("time", text, date_format=date_format) == (None, True)


def test_the_reason_says_what_was_expected():
    column = Column("platform", "choice", "", choices=("instagram", "tiktok"))
    assert parse(pd.Series(["x"]), column).expected == "a name like instagram, tiktok"
    day = Column("x", "day", "")
    assert parse(pd.Series(["x"]), day, Written("%d.%m.%Y")).expected == "a time in %d.%m.%Y"
    for kind in [*EVERYTHING, "text"]:
        assert parse(pd.Series(["x"]), Column("x", kind, "")).expected
