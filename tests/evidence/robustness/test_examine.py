"""Headline answers of the demo asked in other ways: the registered way is the page's."""

import json

import pytest

from analysis import answer, examinations, open_view
from analysis.evidence.robustness.examination import kept
from analysis.evidence.robustness.examine import examined


@pytest.fixture(scope="module")
def view():
    return open_view("demo")


@pytest.fixture(scope="module")
def found(view):
    return examinations(view, [answer(view, claim) for claim in view.study.confirmatory])


def test_every_headline_answer_is_asked_once(view, found):
    assert sorted((one.claim, one.platform) for one in found) == [
        (claim, platform)
        for claim in sorted(view.study.confirmatory)
        for platform in ("instagram", "tiktok", "youtube")
    ]


def test_the_registered_way_is_the_estimate_of_the_page(found):
    for one in found:
        registered = one.counted.ways[0]
        assert set(registered.options) == {0}
        assert registered.ratio == pytest.approx(one.ratio, rel=1e-9)
        assert one.agreeing == len(one.counted.ways)  # the demo's directions are planted


def test_results_carry_the_words(view, found):
    frame = answer(view, "H1").frame.set_index(["platform", "niche", "estimand", "contrast"])
    asked = frame[frame["robustness"] != ""]
    assert {key[1] for key in asked.index} == {"all niches"}
    assert sorted(asked["robustness"]) == sorted(
        one.standing.word.value for one in found if one.claim == "H1"
    )


def test_choices_that_a_dataset_cannot_tell_apart_are_no_choices(found):
    """Nobody boosted or gifted a booking of the demo; saves and shares are Instagram's alone."""
    names = {
        (one.claim, one.platform): {name for name, options in one.counted.choices if options[1:]}
        for one in found
    }
    assert all("placements" not in of for of in names.values())
    assert [key for key, of in names.items() if "numerator" in of and key[0] == "H1"] == [
        ("H1", "instagram")
    ]
    assert all(("hours" in of) == (claim == "H3") for (claim, _), of in names.items())


def test_sums_are_asked_without_the_creators_who_hold_most(found):
    for one in found:
        counts = [count for count, _ in one.counted.without_largest]
        assert counts == ([1, 3, 5, 10] if one.estimand == "portfolio" else [])


def test_what_does_not_apply_says_why(found):
    reasons = {one.metric: one.reasons for one in found}
    assert "divided by followers" in reasons["orders_per_click"]["follower counts"]
    assert "about orders" in reasons["engagement_per_follower"]["basket value"]


def test_what_was_found_is_kept_as_plain_json(view):
    row = answer(view, "H1").frame.query("robustness != ''").iloc[0].to_dict()
    first = examined(view, row)
    files = [*(view.dataset.folder / "answers").glob("robustness-*.json")]
    assert first in [kept(path) for path in files if json.loads(path.read_text())["claim"] == "H1"]


def test_undecided_answers_cost_nothing_until_they_are_asked(monkeypatch, view):
    from analysis.evidence import families

    monkeypatch.setattr(families, "examined", lambda *_: pytest.fail("it was examined"))
    row = {"niche": "all niches", "verdict": "INCONCLUSIVE"}
    assert families._standing(view, row, first=True)[0] == "NOT CHECKED"
    assert families._standing(view, row | {"niche": "food"}, first=True) == ("", "")
