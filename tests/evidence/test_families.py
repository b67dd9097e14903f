"""Families: levels over the right rows, niches as views, cells without data, planted truth."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.evidence import families
from analysis.evidence.breakdown.followers import follower_steps, pooled_against_stratified
from analysis.evidence.families import answer, compute_family
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS
from analysis.evidence.robustness.survival import Standing, Survival
from analysis.evidence.view import View
from analysis.store.dataset import Dataset
from analysis.store.digests import digest
from analysis.store.manifest import Manifest
from analysis.store.settings import Settings
from analysis.study.errors import UsageError
from analysis.study.ranges import FollowerRange

EFFECTS = {"beauty": 1.6, "food": 1.0, "fashion": 0.6, "chess": 1.5}


def creators(rng, *, per_arm=40):
    frames = []
    for niche, ratio in EFFECTS.items():
        followers = np.r_[
            rng.integers(2_000, 90_000, per_arm), rng.integers(150_000, 900_000, per_arm)
        ]
        rate = 0.02 * np.exp(rng.normal(0, 0.4, 2 * per_arm)) * np.repeat([ratio, 1], per_arm)
        clicks = rng.integers(200, 2_000, 2 * per_arm).astype(float)
        frames.append(
            pd.DataFrame(
                {
                    "platform": "instagram",
                    "niche": niche,
                    "followers": followers,
                    "interactions": rng.poisson(rate * followers).astype(float),
                    "followers_exposed": followers.astype(float),
                    "clicks": clicks,
                    "orders_clicked": rng.binomial(clicks.astype(int), rate).astype(float),
                }
            )
        )
    frame = pd.concat(frames, ignore_index=True)
    frame["creator_id"] = frame["person"] = [f"c{number}" for number in range(len(frame))]
    known = {METRICS[name] for name in ("engagement_per_follower", "orders_per_click")}
    empty = {m.numerator for m in METRICS.values()} | {m.exposure for m in METRICS.values()}
    empty -= {m.numerator for m in known} | {m.exposure for m in known}
    return frame.assign(campaign="", **dict.fromkeys(sorted(empty), np.nan))


@pytest.fixture(autouse=True)
def unexamined(monkeypatch):
    """These views have no tables behind them that could be counted otherwise."""
    standing = Standing(Survival.HOLDS)
    monkeypatch.setattr(families, "examined", lambda *_: SimpleNamespace(standing=standing))


@pytest.fixture
def view(tmp_path, study) -> View:
    manifest = Manifest(
        dataset="tiny",
        data_digest="d",
        code_digest="c",
        settings=Settings(),
        sources=(),
        notes=(),
        files=(),
        ignored={},
        refused={},
        niches=tuple(EFFECTS),
        platforms=("instagram",),
        campaigns=(),
        first_day=None,
        last_day=None,
        placed_from=None,
    )
    made = View(
        dataset=Dataset(folder=tmp_path, manifest=manifest),
        study=study,
        niche="all",
        platform="all",
        campaign="all",
        period="all",
        micro=FollowerRange.parse("1K-100K"),
        macro=FollowerRange.parse("100K+"),
        seed=1,
    )
    made.__dict__["creators"] = made.__dict__["creators_by_campaign"] = creators(
        np.random.default_rng(1)
    )
    return made


def typical(rows):
    return rows[rows["estimand"] == "typical"]


def looking_at(view, **changes):
    fields = {name: getattr(view, name) for name in View.__dataclass_fields__}
    other = View(**{**fields, **changes})
    other.__dict__.update(creators=view.creators, creators_by_campaign=view.creators)
    return other


def test_the_frame_has_the_published_columns_and_unique_ids(view):
    frame = answer(view, "H1").frame
    assert tuple(frame.columns) == RESULT_COLUMNS
    assert frame["result_id"].is_unique


def test_the_levels_are_shared_among_the_headline_the_grid_and_the_row(view):
    """H1 and H2 are the headline; each has four niches, and both are decided over all of them."""
    main = answer(view, "H1").main.set_index(["estimand", "niche"])
    shares = main["p_adjusted"] / main["p_value"]
    levels = ((1 - main["deciding_level"]) / 0.05) ** -1
    assert main.loc[("typical", ALL_NICHES), "family"] == "one of 2 of the headline"
    decided = main.loc[("typical", ALL_NICHES), "verdict"] in ("SUPPORTED", "CONTRADICTED")
    for niche in EFFECTS:
        share = 4 if decided else 8
        assert levels["typical", niche] == pytest.approx(share)
        assert levels["portfolio", niche] == pytest.approx(4)
        assert shares["typical", niche] == pytest.approx(
            min(share, 1 / main.loc[("typical", niche), "p_value"])
        )
    assert main.loc[("portfolio", ALL_NICHES), "family"] == "alone"


def test_the_interval_that_is_shown_decides(view):
    frame = pd.concat([answer(view, claim).frame for claim in ("H1", "H2", "H3")])
    tested = frame[frame["estimate"].notna()]
    out = (tested["deciding_low"] > 1) | (tested["deciding_high"] < 1)
    inside = (tested["deciding_low"] > 0.8) & (tested["deciding_high"] < 1.25)
    decided = tested["verdict"].isin(["SUPPORTED", "CONTRADICTED"])
    assert (decided == (out & ~inside)).all()
    assert (tested["verdict"].eq("EQUIVALENT") == inside).all()
    assert decided.any()


def test_persons_count_and_not_their_accounts_or_bookings(view):
    """Every creator's bookings under four names leave estimate, error and p-value unchanged."""
    panel = view.creators
    copies = [panel.assign(campaign=f"c{number}") for number in range(4)]
    other = looking_at(view)
    other.__dict__["creators_by_campaign"] = pd.concat(copies, ignore_index=True)
    once, four = (compute_family(one, "H2").set_index("result_id") for one in (view, other))
    columns = ["estimate", "standard_error", "n_micro", "n_macro"]
    rates = once["metric"].eq("orders_per_click") & once["estimand"].eq("typical")
    pd.testing.assert_frame_equal(once.loc[rates, columns], four.loc[rates, columns])


def test_accounts_of_few_persons_are_too_few(view):
    panel = view.creators
    micro = (panel["followers"] < 100_000) & (panel["niche"] == "beauty")
    panel.loc[micro, "person"] = [f"p{number % 5}" for number in range(micro.sum())]
    row = typical(answer(view, "H1").main).set_index("niche").loc["beauty"]
    assert row["reason"] == (
        "40 accounts or campaigns of 5 micro persons; at least 20 persons are needed"
    )


@pytest.mark.parametrize(
    ("niche", "who"), [("chess", "no creator is"), ("food", "every creator is")]
)
def test_where_niches_are_all_of_one_side_that_is_the_reason(view, niche, who):
    view.creators["niche"] = niche
    rows = answer(view, "H8").frame
    assert set(rows["reason"]) == {f"{who} in a niche that the study names"}


def test_each_contrast_is_a_family_of_its_own(view):
    frame = answer(view, "H1").frame
    parts = typical(frame[frame["contrast"] == "1K-100K vs 100K-1M"]).set_index("niche")
    whole = typical(answer(view, "H1").main).set_index("niche")
    # Nobody here has over a million followers, so both contrasts hold the same creators.
    np.testing.assert_array_equal(parts["p_value"], whole["p_value"])
    over = frame[frame["contrast"] == "1K-100K vs 1M+"]
    assert (over["verdict"] == "NOT TESTABLE").all()
    assert over["reason"].str.contains("fewer than 20 macro creators").all()


def test_a_niche_is_a_view_and_changes_no_number(view):
    everything = answer(view, "H1").frame
    beauty = answer(looking_at(view, niche="beauty"), "H1").frame
    expected = everything[everything["niche"] == "beauty"].reset_index(drop=True)
    pd.testing.assert_frame_equal(beauty, expected)


def test_pseudonyms_decide_no_number(view):
    """Another key gives every creator another pseudonym, and every answer the same numbers."""
    before = answer(view, "H1").frame
    other = looking_at(view)
    panel = view.creators.copy()
    for column in ("creator_id", "person"):
        panel[column] = [digest(["another key", name]) for name in panel[column]]
    other.__dict__["creators"] = panel
    frame = compute_family(other, "H1").reset_index(drop=True)
    pd.testing.assert_frame_equal(frame, before)


def test_platforms_are_never_in_one_cell(view):
    """Every other creator on another platform, where rates are ten times as high."""
    panel = view.creators
    moved = panel.index % 2 == 0
    panel.loc[moved, "platform"] = "tiktok"
    panel.loc[moved, "interactions"] *= 10
    whole = typical(answer(view, "H1").main).set_index(["niche", "platform"]).loc[ALL_NICHES]
    assert whole["n_micro"].sum() == (panel["followers"] < 100_000).sum()
    assert set(whole.index) == {"instagram", "tiktok"}


def test_planted_directions_are_found(view):
    verdicts = typical(answer(view, "H1").main).set_index("niche")["verdict"]
    assert verdicts["beauty"] == "SUPPORTED"
    assert verdicts["fashion"] == "CONTRADICTED"


def test_a_metric_without_columns_is_not_testable_and_says_what_it_needs(view):
    frame = answer(view, "H1b").frame
    assert (frame["verdict"] == "NOT TESTABLE").all()
    assert frame["reason"].str.contains("no posts with likes, comments and (?:views|reach)").all()
    assert frame[["estimate", "p_value", "p_adjusted"]].isna().all(axis=None)


def test_a_creator_below_the_minimum_of_clicks_has_no_rate_of_their_own(view):
    few = view.creators
    few.loc[few["niche"] == "beauty", "clicks"] = 99.0
    frame = answer(view, "H2").main
    beauty = frame[(frame["niche"] == "beauty") & (frame["metric"] == "orders_per_click")]
    typical = beauty.set_index("estimand").loc["typical"]
    assert typical["verdict"] == "NOT TESTABLE"
    assert typical["reason"] == "fewer than 20 micro and macro creators"
    assert beauty.set_index("estimand").loc["portfolio", "n_micro"] == 40


def test_the_whole_compares_engagement_inside_niches(view):
    """Niches with other levels and other mixes do not move the row over all niches."""
    panel = view.creators
    loud = panel["niche"] == "beauty"
    extra = panel[loud & (panel["followers"] < 100_000)]
    mixed = pd.concat([panel, extra, extra], ignore_index=True)
    mixed.loc[mixed["niche"] == "beauty", "interactions"] *= 50
    before = typical(answer(view, "H1").main).set_index("niche").loc[ALL_NICHES, "estimate"]
    other = looking_at(view, seed=2)
    other.__dict__["creators"] = mixed
    after = typical(answer(other, "H1").main).set_index("niche").loc[ALL_NICHES, "estimate"]
    pooled = mixed.assign(rate=np.log(mixed["interactions"] / mixed["followers_exposed"]))
    means = pooled.groupby(pooled["followers"] < 100_000)["rate"].mean()
    assert np.exp(means[True] - means[False]) > 3  # what ignoring niches would say
    assert after == pytest.approx(before, rel=0.25)


def test_answers_are_kept_and_a_kept_answer_is_the_computed_one(view):
    computed = answer(view, "H2").frame
    assert len(list((view.dataset.folder / "answers").glob("*.parquet"))) == 1
    again = looking_at(view)
    again.__dict__["creators"] = None  # nothing left to compute from
    pd.testing.assert_frame_equal(answer(again, "H2").frame, computed)


def test_an_unknown_claim_is_refused(view):
    with pytest.raises(UsageError, match=r"no claim 'H99'; write a code or a name: H1 \(engag"):
        answer(view, "H99")


def test_a_paid_creator_without_an_order_is_a_cost(view):
    """Every tier pays 10 a creator and gets one order a creator, micro's on half of them."""
    panel = view.creators
    micro = panel["followers"] < 100_000
    half = panel.index % 2 == 0
    orders = np.where(micro, np.where(half, 2.0, 0.0), np.where(half, 1.5, 0.5))
    panel["orders_costed"] = orders
    panel["cost_ordered"] = 10.0
    row = answer(view, "H3").main.set_index(["metric", "niche"]).loc[("cost_per_order", ALL_NICHES)]
    assert row["n_micro"] == 160
    assert row["estimate"] == pytest.approx(1.0)


def test_tables_behind_the_verdicts_are_empty_where_there_are_no_such_data(view):
    assert pooled_against_stratified(view, "engagement_per_view").empty
    assert follower_steps(view, "engagement_per_view")["rate"].isna().all()


def test_one_pot_is_set_against_strata(view):
    rows = pooled_against_stratified(view, "engagement_per_follower").set_index("compared")
    assert list(rows.index) == ["instagram, pooled", "instagram, within niches"]
    inside = typical(answer(view, "H1").main).set_index("niche").loc[ALL_NICHES, "estimate"]
    assert rows.loc["instagram, within niches", "estimate"] == pytest.approx(inside)


def test_follower_steps_count_every_usable_creator(view):
    steps = follower_steps(view, "engagement_per_follower")
    assert list(steps["step"]) == ["1K-10K", "10K-100K", "100K-1M", "1M+"]
    assert steps["creators"].sum() == len(view.creators)


def test_the_creators_still_needed_follow_from_the_interval_that_is_shown(view):
    frame = answer(view, "H1").main
    cell = frame[frame["more_creators"] > 0].iloc[0]
    alpha = 1 - cell["deciding_level"]
    shown = np.log(cell["deciding_high"] / cell["deciding_low"]) / (2 * stats.norm.isf(alpha / 2))
    n = cell["n_micro"] + cell["n_macro"]
    # Equivalence asks for more than detection: both one-sided tests at alpha with power .8.
    wanted = np.log(1.25) / (stats.norm.isf(alpha) + stats.norm.ppf(0.9))
    assert cell["more_creators"] == pytest.approx(n * (shown / wanted) ** 2 - n, abs=2)
