"""Forecasts of planned bookings: kept as made, judged apart from replayed ones, nobody in them."""

import json
import stat
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.decisions import decide as module
from analysis.decisions.ahead import (
    Ahead,
    came_true,
    forecasts_ahead,
    forecasts_made_before,
    keep_forecasts,
    stamped,
)
from analysis.decisions.decide import decide
from analysis.decisions.kept import decision_of
from analysis.decisions.model.forecast import Forecast
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from analysis.show import tables
from analysis.study.errors import DataContractError
from tests.decisions.booking_worlds import booking_world, dated
from tests.decisions.test_refusals import SIZES, brand, line

LAST = pd.Timestamp("2026-12-31")
TODAY = date(2026, 4, 2)


@pytest.fixture(scope="module")
def world():
    """Three campaigns that took place, and the list of a fourth."""
    rows = dated(booking_world(4, persons=60, campaigns=4)).rows
    ahead = rows["campaign"] == "campaign 3"
    return rows[~ahead], rows[ahead].assign(outcome=np.nan)


def made(world, *, seed=1, planned=None):
    known, asked = world
    asked = asked if planned is None else planned
    return forecasts_ahead(known, asked, last_day=LAST, seed=seed)


def test_a_planned_campaign_is_forecast_from_what_is_closed(world):
    [one] = made(world)
    assert (one.campaign, one.seen, one.bookings) == ("campaign 3", 3, len(world[1]))
    assert one.low < one.middle < one.high
    assert one.outcome is None
    assert [one] == [*made(world)]
    assert [one] != [*made(world, seed=2)]


def test_few_creators_or_an_unknown_platform_are_not_forecast(world):
    _, asked = world
    assert made(world, planned=asked.head(4)) == ()
    assert made(world, planned=asked.assign(platform="x")) == ()


def record(day, low=10.0, high=30.0, *, until="2026-04-30", inputs="digest"):
    made_of = Forecast("c", 2, 8, low, 20.0, high, None, None, 25.0)
    return Ahead(made_of, "orders", day, until, inputs)


def true(records, rows, *, outcome="orders", last_day=LAST):
    return came_true(records, rows, outcome=outcome, last_day=last_day)


def came(number=8, each=3.0):
    return pd.DataFrame(
        {
            "campaign": "c",
            "person": range(number),
            "placed_at": pd.Timestamp("2026-05-10"),
            "window_days": 30,
            "outcome": each,
        }
    )


def test_only_what_was_made_before_the_first_day_counts_and_of_several_the_last():
    """24 came: inside 10 to 30, outside 1 to 5; the record of the day itself is too late."""
    records = [record("2026-05-01"), record("2026-05-09", 1.0, 5.0), record("2026-05-10")]
    found = true(records, came())
    assert [one.low for one in found.forecasts] == [1.0]
    assert found.held == 0
    assert true(records[1::-1], came()) == found, "whichever was written first"
    assert true(records[:1], came()).held == 1
    assert true(records[2:], came()) is None
    assert true(records, came(), outcome="clicks") is None, "orders are not judged by clicks"


def test_what_is_open_is_not_judged_and_a_changed_list_is_taken_in_proportion():
    """12 bookings took place of 8 planned: 15 to 45, and 36 came."""
    records = [record("2026-05-01")]
    assert true(records, came(), last_day=pd.Timestamp("2026-06-08")) is None
    [one] = true(records, came(12)).forecasts
    assert (one.low, one.middle, one.high, one.outcome) == (15, 30, 45, 36)
    assert one.held


def test_a_forecast_is_kept_again_only_when_its_inputs_are_others_than_the_last(opened, own_data):
    view = opened(planned_brand(), extra=",booking_status", **SIZES)
    first, other = record("2026-05-01"), record("2026-05-02", inputs="other")
    back, clicks = record("2026-05-03"), replace(record("2026-05-03"), outcome="clicks")
    for one in (first, record("2026-05-02"), other, back, clicks):
        keep_forecasts(view, [one])
    assert forecasts_made_before(view) == (first, other, back, clicks)
    keep_forecasts(view, [record("2026-05-04", until="2026-05-05", inputs="of later data")])
    keep_forecasts(replace(view, seed=7), [record("2026-05-04", inputs="of another seed")])
    keep_forecasts(replace(view, campaign="spring"), [record("2026-05-04", inputs="of a part")])
    assert forecasts_made_before(view) == (first, other, back, clicks)
    assert forecasts_made_before(replace(view, seed=7)) == ()
    folder = own_data / "private" / view.dataset.name
    (folder / "forecasts.jsonl").write_text("{}\n")
    with pytest.raises(DataContractError, match="no forecasts"):
        forecasts_made_before(view)


def test_a_forecast_knows_its_outcome_its_day_and_the_digest_of_its_inputs(opened):
    view = opened(planned_brand(), extra=",booking_status", **SIZES)
    of_may = {"last_day": pd.Timestamp("2026-04-02"), "today": date(2026, 5, 1)}
    made = [record("").forecast]
    [first] = stamped(made, view, **of_may)
    assert (first.outcome, first.made_on, first.data_until) == (
        "orders",
        "2026-05-01",
        "2026-04-02",
    )
    assert stamped(made, view, **of_may) == (first,)
    study = view.study.model_copy(update={"digest": "of another study"})
    manifest = view.dataset.manifest.model_copy(update={"data_digest": "of other data"})
    others = [
        replace(view, study=study),
        replace(view, dataset=view.dataset.model_copy(update={"manifest": manifest})),
        replace(view, seed=7),
    ]
    digests = {one.inputs for of in others for one in stamped(made, of, **of_may)}
    assert len(digests - {first.inputs}) == 3


def planned_brand():
    """Two campaigns that took place, and ten bookings of June."""
    head = brand(day="2026-03-02")
    later = [one.replace("2026-03-02", "2026-04-02") for one in head if one.startswith("autumn")]
    before = [one for one in head if one.startswith("spring")]
    coming = [line(f"{t}{n}", n, campaign="june", day="2026-06-01") for t in "mb" for n in range(5)]
    coming = [one for one in coming if not one.split(",")[2].endswith("0")]
    return [*(f"{one},done" for one in (*before, *later)), *(f"{one},planned" for one in coming)]


def test_a_page_keeps_what_it_forecasts_and_shows_it_apart(opened, own_data, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_cost_verdict", lambda *_, **__: (False, False, False))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1777593600")  # 2026-05-01
    view = opened(planned_brand(), extra=",booking_status", **SIZES)
    [one] = decide(view).ahead
    path = own_data / "private" / view.dataset.name / "forecasts.jsonl"
    assert not path.exists(), "a decision writes nothing"
    decision = decision_of(view)
    assert decision.ahead == (one,)
    assert (one.forecast.campaign, one.forecast.bookings) == ("june", 8)
    assert decision.made_before is None
    shown = tables.ahead(decision).as_raw_html()
    assert "june" in shown
    assert "fewer than three campaigns one after the other" in shown, "a forecast nobody checked"
    assert "stands here once" in tables.made_before(decision).data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    decision_of(view)
    [kept] = [json.loads(text) for text in path.read_text().splitlines()]
    assert kept["made_on"] == "2026-05-01"
    planned = pd.read_parquet(view.dataset.table_path("placements_planned"))
    for secret in (*planned["creator_id"], *planned["fee"].astype("str"), "m1", "b1"):
        assert f'"{secret}"' not in path.read_text()
    raw = next(tmp_path.rglob("placements.csv"))
    raw.write_text(raw.read_text().replace("planned", "done"))
    prepare(raw.parent, tmp_path / "out", private=tmp_path / "private")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")  # 2026-08-01
    over = decision_of(open_view(tmp_path / "out"))
    assert over.ahead == ()
    [true] = over.made_before.forecasts
    assert (true.campaign, true.low) == ("june", one.forecast.low)
    assert [one.campaign for one in over.backtest.forecasts] == ["june"]
    shown = tables.made_before(over).as_raw_html()
    assert "Forecasts made beforehand" in shown
    assert "Replayed" not in shown
    assert tables.judged(over).data.count("would in the long run") == 2


@pytest.mark.parametrize(
    ("name", "begun", "what"),
    [
        ("", [], "planned bookings that name no campaign"),
        ("spring", [], "spring: begun, or named as one"),
        ("june", [f"{line('m9', 9, orders='', campaign='june', revenue='')},live"], "june: begun"),
    ],
    ids=["of no name", "named as one before", "begun, and not counted yet"],
)
def test_a_campaign_that_is_not_ahead_is_said_to_be(opened, monkeypatch, name, begun, what):
    monkeypatch.setattr(module, "_cost_verdict", lambda *_, **__: (False, False, False))
    lines = [one.replace("june,", f"{name},") for one in planned_brand()]
    decision = decide(opened([*lines, *begun], extra=",booking_status", **SIZES))
    assert decision.ahead == ()
    assert what in decision.refused("forecast")[-1].says
