"""Weeks of markets by lot: even, repeatable, analysed as drawn, and the only place for 'brings'."""

import re
import stat
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.cli.main import main
from analysis.decisions.lots.market_weeks import draw_weeks, week_difference
from analysis.study.errors import UsageError

MARKETS = ["AT", "BE", "DE", "ES", "FR", "IT", "NL", "PL"]
MONDAY = date(2027, 1, 4)


def rng():
    return np.random.default_rng(3)


def lot(arms=("micro", "macro"), seed=5, weeks=12):
    return draw_weeks(MARKETS, MONDAY, weeks, arms, seed=seed)


def test_every_week_has_each_arm_equally_often_and_a_seed_is_a_lot():
    by_week = lot().groupby(["week", "arm"]).size()
    assert (by_week == 4).all()
    assert len(by_week) == 24
    three = lot(("micro", "macro", "none")).groupby(["week", "arm"]).size()
    assert set(three) == {2, 3}
    assert lot().equals(lot())
    assert not lot().equals(lot(seed=6))
    assert lot()["week"].dt.day_of_week.eq(0).all()


@pytest.mark.parametrize(
    ("markets", "first", "weeks"),
    [(["DE"], MONDAY, 4), (["DE", "DE"], MONDAY, 4), (["DE", "FR"], date(2027, 1, 5), 4),
     (["DE", "FR"], MONDAY, 0), (["DE", "de"], MONDAY, 4), (["", "FR"], MONDAY, 4),
     (["=1+1", "FR"], MONDAY, 4), (["D" * 101, "FR"], MONDAY, 4), (["DE", "FR"], MONDAY, 10**7),
     (["DE", "FR"], date(9999, 12, 27), 4)],
    ids=["one market", "twice", "no Monday", "no week", "twice but for case", "no name",
         "a formula", "a long name", "weeks that nobody sees", "the end of time"],
)  # fmt: skip
def test_lots_that_cannot_be_drawn_are_refused(markets, first, weeks):
    with pytest.raises(UsageError):
        draw_weeks(markets, first, weeks, ("micro", "macro"), seed=1)


def test_a_constant_difference_is_found_whatever_markets_and_seasons_are_like():
    """Orders are market + week + 7 where micro was: exactly 7, in markets of 100 to 800."""
    cells = lot()
    place = cells["market"].map({name: n for n, name in enumerate(MARKETS)})
    season = (cells["week"] - cells["week"].min()).dt.days
    orders = 100 + 100 * place + season + 7 * (cells["arm"] == "micro")
    found = week_difference(cells.assign(orders=orders), arms=("micro", "macro"), rng=rng())
    assert found.difference == pytest.approx(7)
    assert found.p_value < 0.01
    assert found.units == (48, 48)


def test_without_the_markets_own_means_a_difference_drowns_in_their_sizes():
    cells = lot()
    place = cells["market"].map({name: n for n, name in enumerate(MARKETS)})
    noise = rng().normal(0, 3, len(cells))
    orders = 100 + 100 * place + 7 * (cells["arm"] == "micro") + noise
    found = week_difference(cells.assign(orders=orders), arms=("micro", "macro"), rng=rng())
    assert found.low > 0
    assert found.high - found.low < 6, "four errors of 3 x sqrt(1/48 + 1/48) are 2.4"


def told(own_data, tmp_path, capsys, *, extra=(), change=None):
    """Assign, invent orders with 10 more where micro was, analyse; what is printed."""
    command = ["assign", *MARKETS, "--first", "2027-01-04", "--weeks", "8", "--name", "w"]
    assert main([*command, *extra]) == 0
    assert main(command) == 2, "a lot stands"
    path = own_data / "private" / "draws" / "w" / "assignments.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    cells = pd.read_csv(path)
    named = cells["unit"].str.rsplit(" ", n=1)
    orders = 200 + 10 * (cells["arm"] == "micro") + rng().integers(-3, 4, len(cells))
    came = pd.DataFrame({"market": named.str[0], "week": named.str[1], "orders": orders})
    file = tmp_path / "weeks.csv"
    (change(came, cells) if change else came).to_csv(file, index=False)
    capsys.readouterr()
    code = main(["analyse", "w", str(file)])
    return code, capsys.readouterr()


def test_an_experiment_says_what_micro_brings(own_data, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")  # 2026-12-01
    code, said = told(own_data, tmp_path, capsys)
    assert code == 0
    [brings] = re.findall(r"micro brings ([+-][\d.]+) orders per market week", said.out)
    assert 8 < float(brings) < 12, "planted are 10, and errors of 2 in 32 and 32 weeks make .5"
    assert "against macro; assigned by lot, 32 and 32 market weeks" in said.out


def test_three_arms_are_compared_in_pairs(own_data, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")
    _, said = told(own_data, tmp_path, capsys, extra=["--none"])
    assert said.out.count("assigned by lot") == 3
    assert "macro brings" in said.out


def test_a_lot_that_was_drawn_after_the_weeks_began_is_no_experiment(
    own_data, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1799020800")  # 2027-01-04, the first Monday
    _, said = told(own_data, tmp_path, capsys)
    assert "brings" not in said.out
    assert "this is no experiment" in said.out


def test_weeks_with_another_tier_stay_where_the_lot_put_them(
    own_data, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")

    def other(came, cells):
        return came.assign(arm=cells["arm"].mask(cells.index < 2, "none"))

    _, said = told(own_data, tmp_path, capsys, change=other)
    assert "2 weeks had another tier than the lot gave them" in said.out
    assert "32 and 32 market weeks" in said.out


def test_a_week_without_orders_and_an_altered_lot_are_refused(
    own_data, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")
    code, said = told(own_data, tmp_path, capsys, change=lambda came, _: came.iloc[1:])
    assert code == 2
    assert "1 assigned weeks are missing: AT 2027-01-04" in said.err
    path = own_data / "private" / "draws" / "w" / "assignments.csv"
    path.write_text(path.read_text().replace("AT 2027-01-04", "AT 2028-01-03"))
    assert main(["analyse", "w", str(tmp_path / "weeks.csv")]) == 2
    assert "not those that were drawn" in capsys.readouterr().err
    assert main(["analyse", "nothing", str(tmp_path / "weeks.csv")]) == 2
    assert main(["analyse", "w", str(tmp_path / "weeks.csv"), "--seed", "-1"]) == 2
    assert "--seed counts from 0" in capsys.readouterr().err
