"""A booking list by lot: balanced, in proportion, repeatable, private, and forgotten on request."""

import stat
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cli.main import main
from analysis.decisions.lots import draw
from analysis.decisions.lots.draw import draw_list, read_candidates
from analysis.prepare.forget import forget
from analysis.store.pseudonyms import Erased
from analysis.study.errors import DataContractError, UsageError
from analysis.study.ranges import FollowerRange

TIERS = FollowerRange.parse("1K-100K"), FollowerRange.parse("100K+")
HEAD = "platform,handle,niche,followers,quote\n"


def candidates(n=60):
    """Half of them micro, a third in food; quotes grow with followers."""
    random = np.random.default_rng(2)
    size = np.where(np.arange(n) % 2, 10_000, 400_000) * np.exp(0.4 * random.standard_normal(n))
    return "".join(
        f"tiktok,name{k},{'food' if k % 3 == 0 else 'travel'},{int(s)},{int(s**0.75)}\n"
        for k, s in enumerate(size)
    )


@pytest.fixture
def read(tmp_path):
    def reading(text, erased=None):
        path = tmp_path / "candidates.csv"
        path.write_text(text, encoding="utf-8")
        return read_candidates(path, erased or Erased())

    return reading


def drawn(read, numbers=(12, 9), seed=7):
    rows, digest = read(HEAD + candidates())
    return draw_list(rows, TIERS, numbers, seed=seed, digest=digest)


def test_a_draw_books_what_was_asked_in_proportion_and_is_balanced(read):
    found = drawn(read)
    booked = found.rows[found.rows["role"] == "book"]
    assert booked["tier"].value_counts().to_dict() == {"1K-100K": 12, "100K+": 9}
    # 10 of 30 micro candidates are in food: 4 of 12 bookings; of 9 macro ones 3.
    assert booked.groupby(["tier", "niche"]).size().to_dict() == {
        ("1K-100K", "food"): 4,
        ("1K-100K", "travel"): 8,
        ("100K+", "food"): 3,
        ("100K+", "travel"): 6,
    }
    assert found.balance["difference"].abs().max() < 0.1
    assert len(found.balance) == 4


def test_candidates_of_one_size_and_price_are_drawn_at_once(read):
    """Rounding made a spread of 1e-16 of equal logarithms, by which no draw was balanced."""
    lines = (f"tiktok,name{k},food,{5_000 if k % 2 else 200_000},100\n" for k in range(40))
    rows, digest = read(HEAD + "".join(lines))
    assert draw_list(rows, TIERS, (5, 5), seed=1, digest=digest).tries == 1


def test_the_same_seed_draws_the_same_list_and_another_another(read):
    first, again, other = (drawn(read, seed=seed).rows["handle"].tolist() for seed in (7, 7, 8))
    assert first == again != other


def test_everybody_of_a_stratum_has_the_same_chance(read, monkeypatch):
    """100 draws of 12 of 30, balanced or not: each 40 times, within four errors of sqrt(24)."""
    monkeypatch.setattr(draw, "MOST_APART", 9)
    rows, digest = read(HEAD + candidates())
    lists = [
        draw_list(rows, TIERS, (12, 9), seed=k, digest=digest).rows.set_index("handle")["role"]
        for k in range(100)
    ]
    times = sum(one.eq("book").astype(int) for one in lists)
    micro = times[[f"name{k}" for k in range(1, 60, 2)]]
    assert micro.between(40 - 4 * 24**0.5, 40 + 4 * 24**0.5).all()
    chance = drawn(read).rows.groupby("stratum")["chance"].first()
    assert {Fraction(one).limit_denominator(100) for one in chance} == {
        Fraction(4, 10),
        Fraction(8, 20),
        Fraction(3, 10),
        Fraction(6, 20),
    }


def test_too_few_candidates_and_no_balance_are_told(read, monkeypatch):
    monkeypatch.setattr(draw, "MOST_TRIES", 20)
    rows, digest = read(HEAD + candidates(10))
    with pytest.raises(UsageError, match="1K-100K: 5 candidates for 6 bookings"):
        draw_list(rows, TIERS, (6, 2), seed=1, digest=digest)
    far = HEAD + "tiktok,a,food,1000,10\ntiktok,b,food,90000,900\ntiktok,c,food,500000,5000\n"
    rows, digest = read(far)
    with pytest.raises(UsageError, match="no balanced draw in 20 tries"):
        draw_list(rows, TIERS, (1, 1), seed=1, digest=digest)


def test_every_fault_of_a_file_is_named(read):
    with pytest.raises(DataContractError, match="no column followers, quote"):
        read("platform,handle\ntiktok,a\n")
    wrong = HEAD + "tiktok,a,food,many,10\ntiktok,,food,5000,\ntiktok,A,food,5000,10\n"
    with pytest.raises(DataContractError) as refused:
        read(wrong)
    for fault in (
        "row 2, followers: 'many'",
        "row 3, handle: ''",
        "row 3, quote: ''",
        "row 4, handle",
    ):
        assert fault in str(refused.value)


@pytest.mark.parametrize("quote", ["inf", "nan", "-inf", "-"])
def test_a_quote_that_is_no_number_is_a_fault(read, quote):
    with pytest.raises(DataContractError, match="row 3, quote"):
        read(f"{HEAD}tiktok,a,food,5000,10\ntiktok,b,food,5000,{quote}\n")


def test_what_a_file_of_candidates_cannot_be(read):
    with pytest.raises(DataContractError, match="row 2, quote: below 0"):
        read(HEAD + "tiktok,a,food,5000,-10\n")
    with pytest.raises(DataContractError, match="two columns quote; keep one"):
        read("platform,handle,followers,quote,quote\ntiktok,a,5000,10,90\n")
    with pytest.raises(DataContractError, match=r"row 21, quote: ''; 80 more$"):
        read(HEAD + "".join(f"tiktok,a{k},food,5000,\n" for k in range(100)))


def test_a_device_is_no_file_of_candidates():
    with pytest.raises(UsageError, match="a device is no file"):
        read_candidates(Path("/dev/zero"), Erased())


def test_no_cell_of_a_list_begins_a_formula_and_forget_finds_who_is_behind_it(
    tmp_path, own_data, monkeypatch
):
    """A list is opened in a spreadsheet; analyse and forget take the apostrophe off again."""
    path = tmp_path / "next.csv"
    rows = candidates().replace("food", "=1+1").replace("name", "-name")
    path.write_text(HEAD + rows, encoding="utf-8")
    assert main(["draw", str(path), "--micro", "12", "--macro", "9", "--name", "may"]) == 0
    folder = own_data / "private" / "draws" / "may"
    listed = pd.read_csv(folder / "list.csv", dtype="str")
    assert set(listed["niche"]) == {"'=1+1", "travel"}
    assert listed["handle"].str.startswith("'-name").all()
    forget("tiktok", "-name1", processed=own_data / "processed", private=own_data / "private")
    left = pd.read_csv(folder / "list.csv")["handle"]
    assert set(listed["handle"]) - set(left) == {"'-name1"}
    booked = pd.read_csv(folder / "assignments.csv")["unit"]
    outcomes = tmp_path / "placements.csv"
    lines = [f"may,tiktok,{unit.split()[1]},9,4,2027-01-10" for unit in booked]
    head = "campaign,platform,handle,clicks,orders,placed_at"
    outcomes.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1803859200")  # 2027-03-01
    assert main(["analyse", "may", str(outcomes)]) == 0


def test_the_command_writes_private_files_and_stands(tmp_path, own_data, capsys):
    path = tmp_path / "next.csv"
    path.write_text(HEAD + candidates(), encoding="utf-8")
    command = ["draw", str(path), "--micro", "12", "--macro", "9", "--seed", "7", "--name", "may"]
    assert main(command) == 0
    folder = own_data / "private" / "draws" / "may"
    files = {one.name: one for one in folder.iterdir()}
    assert set(files) == {"list.csv", "assignments.csv", "analysis.yml"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in files.values()} == {0o600}
    said = capsys.readouterr().out
    assert "1K-100K: 12 to book" in said
    assert "name1" not in said
    note = files["analysis.yml"].read_text()
    assert "no creator was assigned a tier" in note
    assert pd.read_csv(files["assignments.csv"])["arm"].value_counts()["1K-100K"] == 12
    assert main(command) == 2
    assert "choose another --name" in capsys.readouterr().err
    assert main([*command[:-1], "../up"]) == 2


@pytest.mark.parametrize(
    "wrong",
    [["--micro", "-1"], ["--micro", "0", "--macro", "0"], ["--seed", "-1"]]
    + [["--name", name] for name in ("../x", "a/b", ".x", "x" * 101)],
)
def test_what_cannot_be_drawn_or_named_is_refused_before_the_list_is_read(wrong, own_data, capsys):
    command = ["draw", "/nowhere.csv", "--micro", "5", "--macro", "5", *wrong]
    assert main(command) == 2
    assert "/nowhere" not in capsys.readouterr().err


def test_forget_takes_a_creator_out_of_lists_and_later_draws(tmp_path, own_data, capsys):
    path = tmp_path / "next.csv"
    path.write_text(HEAD + candidates(), encoding="utf-8")
    command = ["draw", str(path), "--micro", "12", "--macro", "9", "--seed", "7", "--name"]
    assert main([*command, "may"]) == 0
    forget("tiktok", "Name1", processed=own_data / "processed", private=own_data / "private")
    assert main([*command, "june"]) == 0
    lists = sorted((own_data / "private" / "draws").glob("*/*.csv"))
    assert len(lists) == 4
    for one in lists:
        table = pd.read_csv(one)
        assert "name1" not in set(table["handle"])
        assert "tiktok name1," not in one.read_text()
