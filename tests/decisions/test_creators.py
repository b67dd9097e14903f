"""Whom to book again: classes by hand, nobody on a page, and a private list with handles."""

import stat
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.cli.main import main
from analysis.decisions import creators
from analysis.decisions import decide as module
from analysis.decisions.decide import decide
from analysis.decisions.model.counts_model import BOOKING
from analysis.prepare.forget import forget
from analysis.show import tables
from tests.decisions.test_refusals import SIZES, brand


def test_regret_is_the_mean_share_of_the_best_that_the_chosen_miss():
    """Returns 3, 2, 1 then 1, 2, 3, two chosen: 5 of 5, then 3 of 5; mean miss .2."""
    drawn = np.array([[3.0, 4, 3], [1, 4, 9]])
    cost = np.array([1.0, 2, 3])
    assert creators._regret(drawn, cost, np.array([True, True, False])) == pytest.approx(0.2)
    assert creators._regret(drawn, cost, np.array([False] * 3)) is None


def test_certainty_is_worth_what_a_wrong_choice_loses():
    """A surplus of 1 or -.5: certainty gains .5, booking anyway .25. A sure one gains nothing."""
    drawn = np.array([[20.0, 30], [5, 30]])
    found = creators._worth_knowing(drawn, np.array([10.0, 10]), 1.0)
    assert found == pytest.approx([0.25, 0.0])


def test_the_next_booking_is_told_by_its_median(monkeypatch):
    """Draws 1, 2 and 9 of one creator: 2, not their mean of 4; at 3 a booking the aim is 1.5."""
    persons = pd.DataFrame({"person": ["p"], "platform": "tiktok", "micro": True})
    posterior = SimpleNamespace(counts=SimpleNamespace(persons=persons), spreads=np.ones((3, 5)))
    monkeypatch.setattr(creators, "rates", lambda *_: np.array([[1.0], [2], [9]]))
    known = pd.DataFrame({"person": ["p", "p"], "cost": [3.0, 3], "outcome": [2.0, 2]})
    found = creators.prospects(posterior, known, target=None, rng=np.random.default_rng(1))
    assert found.people["next_middle"].tolist() == [2]
    assert found.target == 1.5
    assert found.people["beats"].tolist() == [pytest.approx(1 / 3)], "2 x 1.5 is no less than 3"


@pytest.mark.parametrize(
    ("luck", "times", "warned"),
    [(0.9, (1, 1, 2), True), (0.7, (1, 1, 2), False), (0.9, (1, 2, 2), False)],
)
def test_a_list_of_single_bookings_with_much_luck_warns_of_its_best(
    monkeypatch, luck, times, warned
):
    """The middle one of three creators booked once, and spreads above .8: both, or no word."""
    persons = pd.DataFrame({"person": ["a", "b", "c"], "platform": "tiktok", "micro": True})
    spreads = np.full((3, 5), 0.5)
    spreads[:, BOOKING] = luck
    posterior = SimpleNamespace(counts=SimpleNamespace(persons=persons), spreads=spreads)
    monkeypatch.setattr(creators, "rates", lambda *_: np.ones((3, 3)))
    known = pd.DataFrame({"person": np.repeat(["a", "b", "c"], times), "cost": 3.0, "outcome": 2.0})
    found = creators.prospects(posterior, known, target=None, rng=np.random.default_rng(1))
    decision = SimpleNamespace(prospects=found, outcome="orders", currency="EUR")
    assert ("may be a tenth off" in tables.rebooking(decision).data) is warned


@pytest.fixture(autouse=True)
def _without_a_verdict_on_cost(monkeypatch):
    monkeypatch.setattr(module, "_cost_verdict", lambda *_, **__: (False, False, False))


@pytest.fixture
def view(opened):
    """60 creators booked twice."""
    return opened(brand(), **SIZES)


def test_classes_add_up_and_a_page_holds_no_creator(view):
    decision = decide(view)
    people = decision.prospects.people
    assert len(people) == 60
    assert people["class"].value_counts().sum() == 60
    assert (people["beats"][people["class"] == "rebook"] >= 0.8).all()
    assert (people["beats"][people["class"] == "drop"] <= 0.2).all()
    shown = tables.creators(decision).as_raw_html() + tables.rebooking(decision).data
    assert not any(str(person) in shown for person in people["person"])
    withheld = [one for one in decision.prospects.classes if one.creators is None]
    assert all(one.cost is None and one.outcome is None for one in withheld)
    assert all(
        one.creators is None or one.creators == 0 or one.creators >= 5
        for one in decision.prospects.classes
    )


def test_a_class_of_few_takes_another_one_with_it():
    """60 - 40 - 3 would give the 3 away."""
    known = pd.DataFrame({"person": range(63), "cost": 10.0, "outcome": 2.0})
    people = known[["person"]].assign(**{"class": ["drop"] * 3 + ["test"] * 40 + ["rebook"] * 20})
    found = {one.name: one.creators for one in creators._classes(known, people)}
    assert found == {"rebook": None, "test": 40, "drop": None}


def test_a_declared_target_decides_instead_of_the_average(opened):
    settings = "currency: EUR\ntarget_cost_per_order: 100000\n"
    found = decide(opened(brand(), settings=settings, **SIZES)).prospects
    assert found.is_declared
    assert set(found.people["class"]) == {"rebook"}


@pytest.fixture
def soon_after(monkeypatch):
    """The first of April, a month after the last booking: an older export books nobody."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1775001600")


def test_a_shortlist_is_private_complete_and_forgets(soon_after, view, own_data, capsys):
    folder = own_data / "private" / view.dataset.name
    folder.mkdir(parents=True, exist_ok=True)
    known = view.dataset.folder.parent / "private" / view.dataset.name / "handles.csv"
    (folder / "handles.csv").write_bytes(known.read_bytes())
    assert main(["shortlist", str(view.dataset.folder)]) == 0
    path = folder / "shortlist.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    listed = pd.read_csv(path)
    assert sorted(listed["handle"]) == sorted(f"{t}{n}" for t in "mb" for n in range(1, 31))
    assert not any(name in capsys.readouterr().out for name in listed["handle"])
    forget("tiktok", "M7", processed=own_data / "processed", private=own_data / "private")
    assert "m7" not in pd.read_csv(path)["handle"].tolist()
    assert len(pd.read_csv(path)) == 59


@pytest.mark.parametrize(
    ("cut", "says"),
    [(0, "handles.csv: damaged"), (20, "handles.csv: does not name everybody")],
)
def test_a_shortlist_of_nobody_known_is_not_written(soon_after, view, own_data, capsys, cut, says):
    folder = own_data / "private" / view.dataset.name
    folder.mkdir(parents=True, exist_ok=True)
    known = view.dataset.folder.parent / "private" / view.dataset.name / "handles.csv"
    rows = known.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "handles.csv").write_text("".join(rows[:cut]), encoding="utf-8")
    assert main(["shortlist", str(view.dataset.folder)]) == 5
    assert says in capsys.readouterr().err
    assert not (folder / "shortlist.csv").exists()


def test_without_repeats_there_is_no_list(soon_after, opened, capsys):
    view = opened(brand(campaigns=("spring",)), **SIZES)
    assert decide(view).prospects is None
    assert main(["shortlist", str(view.dataset.folder)]) == 2
    assert "fewer than 20 creators were booked twice" in capsys.readouterr().err
