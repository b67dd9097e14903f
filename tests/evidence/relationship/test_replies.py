"""Replies: shares and odds against other computations, and the traps of the real set."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.evidence.breakdown.followers import follower_steps
from analysis.evidence.families import answer
from analysis.evidence.relationship.replies import odds_at_equal_comments, share_gaps
from analysis.evidence.view import ALL, open_view
from analysis.panel.creators import creator_panel
from analysis.prepare.pipeline import prepare
from analysis.study.ranges import FollowerRange

ANSWERED = "comments_answered_in_48_hours"
MICRO, MACRO = FollowerRange.parse("1K-100K"), FollowerRange.parse("100K+")


@pytest.fixture
def view(study):
    """60 accounts of 50 persons; large accounts have more comments and answer fewer."""
    rng = np.random.default_rng(4)
    micro = np.arange(60) < 35
    comments = np.where(micro, rng.integers(2, 30, 60), rng.integers(10, 80, 60))
    answered = rng.binomial(comments, np.where(micro, 0.4, 0.15))
    creators = pd.DataFrame(
        {
            "platform": "instagram",
            "niche": "food",
            "followers": np.where(micro, 5_000, 200_000),
            "person": np.where(micro, np.arange(60), np.arange(60) % 15 + 35),
            "comments_received": comments.astype(float),
            "answered_in_48h": answered.astype(float),
            "comments_complete": comments.astype(float),
            "answered_complete": answered.astype(float),
            "posts_complete": rng.integers(1, 4, 60).astype(float),
        }
    )
    scope = {"creators": creators, "study": study, "niche": ALL, "platform": ALL, "seed": 1}
    minimums = study.minimums.model_copy(update={"creators_per_arm": 10})
    scope["study"] = study.model_copy(update={"minimums": minimums})
    return SimpleNamespace(**scope, micro=MICRO, macro=MACRO, contrasts=(MACRO,))


def test_shares_are_of_persons_and_their_error_is_welchs(view):
    typical, pooled = share_gaps(view, ANSWERED)["instagram"]
    rows = view.creators.assign(micro=view.creators["followers"] < 100_000)
    own = rows["answered_in_48h"] / rows["comments_received"]
    own = own.groupby([rows["micro"], rows["person"]]).mean()
    assert len(own[False]) == 15
    assert typical.micro_share == pytest.approx(own[True].mean(), rel=1e-12)
    assert typical.macro_share == pytest.approx(own[False].mean(), rel=1e-12)
    # Welch's error and Satterthwaite's degrees of freedom, written out.
    parts = [own[arm].var() / len(own[arm]) for arm in (True, False)]
    df = sum(parts) ** 2 / sum(
        part**2 / (len(own[arm]) - 1) for part, arm in zip(parts, (True, False), strict=True)
    )
    half = stats.t.ppf(0.975, df) * np.sqrt(sum(parts))
    assert [typical.low, typical.high] == pytest.approx(
        [typical.difference - half, typical.difference + half], rel=1e-10
    )
    sums = rows.groupby("micro")[["answered_in_48h", "comments_received"]].sum()
    together = sums["answered_in_48h"] / sums["comments_received"]
    assert pooled.difference == pytest.approx(together[True] - together[False], rel=1e-12)
    assert pooled.ratio.ratio == pytest.approx(together[True] / together[False], rel=1e-12)


def test_odds_are_those_of_a_logistic_regression_of_single_comments(view):
    """The same regression with one row per comment, clustered by statsmodels itself."""
    found = odds_at_equal_comments(view)["instagram"]
    rows = view.creators
    each = rows.loc[rows.index.repeat(rows["comments_complete"].astype(int))]
    nth = each.groupby(level=0).cumcount()
    outcome = (nth < each["answered_complete"]).astype(float)
    per_post = np.log(each["comments_complete"] / each["posts_complete"])
    design = np.column_stack([each["followers"] < 100_000, per_post, np.ones(len(each))])
    model = sm.GLM(outcome.to_numpy(), design.astype(float), family=sm.families.Binomial())
    groups = {"groups": pd.factorize(each["person"])[0], "use_correction": False}
    fitted = model.fit(cov_type="cluster", cov_kwds=groups)
    assert np.log(found.ratio) == pytest.approx(fitted.params[0], rel=1e-6)
    assert found.standard_error == pytest.approx(fitted.bse[0], rel=1e-6)


def test_an_arm_that_never_answers_is_told(view):
    rows = view.creators
    silent = rows["answered_in_48h"].where(rows["followers"] < 100_000, 0)
    view.creators = rows.assign(answered_in_48h=silent, answered_complete=silent)
    assert "macro creators have any" in share_gaps(view, ANSWERED)["instagram"]
    assert "macro creators have any" in odds_at_equal_comments(view)["instagram"]


@pytest.fixture(scope="module")
def replies(real_data, tmp_path_factory):
    scratch = tmp_path_factory.mktemp("replies")
    raw = real_data / "instagram-replies-2019"
    return open_view(prepare(raw, scratch / "out", private=scratch / "private").folder)


@pytest.mark.prove
def test_the_replies_set_gives_the_reference_figures(replies):
    """Another computation: pandas from the raw files, creators as units, bootstrap."""
    gaps = {(of.estimand, of.macro): of for of in share_gaps(replies, ANSWERED)["instagram"]}
    part, whole = gaps["typical", "100K-1M"], gaps["typical", "100K+"]
    shares = [part.micro_share, part.macro_share, part.difference, part.low, part.high]
    assert shares == pytest.approx([0.302, 0.103, 0.199, 0.185, 0.214], abs=0.003)
    assert [whole.difference, whole.low, whole.high] == pytest.approx(
        [0.208, 0.194, 0.221], abs=0.003
    )
    assert part.ratio.ratio == pytest.approx(2.94, rel=0.02)
    assert [part.ratio.low, part.ratio.high] == pytest.approx([2.62, 3.35], abs=0.073)
    rows = answer(replies, "H4").frame.set_index(["metric", "estimand", "niche", "contrast"])
    main = rows.loc["comments_answered_in_48_hours", "typical", "all niches", "1K-100K vs 100K-1M"]
    assert (main["n_micro"], main["n_macro"], main["verdict"]) == (6996, 1203, "SUPPORTED")
    assert main["estimate"] == pytest.approx(2.94, rel=0.02), "niches matter little"
    by_step = follower_steps(replies, ANSWERED).set_index("step")["rate"]
    assert by_step[["1K-10K", "1M+"]].to_list() == pytest.approx([0.332, 0.013], abs=0.003)
    odds = odds_at_equal_comments(replies)["instagram"]
    assert odds.ratio == pytest.approx(2.97, rel=0.02)
    assert [odds.low, odds.high] == pytest.approx([2.38, 3.70], abs=0.132)


@pytest.mark.prove
def test_the_traps_of_the_replies_set(replies, real_data):
    """What would go wrong does go wrong, and not here."""
    panel = creator_panel(replies.dataset)
    panel = panel[panel["comments_received"] > 0]
    folder = real_data / "instagram-replies-2019"
    posts = pd.read_csv(folder / "posts.csv.gz").query("followers >= 1000")
    raw = pd.read_csv(folder / "comments.csv.gz").merge(posts, on="post_id")
    assert raw.query("posted_at < '2016'")["reply_after_s"].isna().all(), "there were no threads"
    assert raw.query("comment_layout == 'flat'")["reply_after_s"].isna().all()
    seen = raw.query("comment_layout == 'threads' and posted_at >= '2017-10-01'")
    seen = seen.query("by_creator == 0 and age_s <= 172800 and followers < 100000")
    counted = panel[panel["followers"].between(1_000, 99_999)]
    assert counted["comments_received"].sum() == len(seen)

    complete = panel[panel["comments_complete"] > 0]
    own = complete["answered_complete"] / complete["comments_complete"]
    part = complete["followers"].between(1_000, 999_999)
    shares = own[part].groupby(complete["followers"] < 100_000).mean()
    assert shares[True] - shares[False] == pytest.approx(0.174, abs=0.003)

    # Comments as units would claim an error a third of that of creators.
    answered, received = counted["answered_in_48h"], counted["comments_received"]
    pooled = answered.sum() / received.sum()
    naive = np.sqrt(pooled * (1 - pooled) / received.sum())
    residual = answered - pooled * received
    by_creator = np.sqrt((residual**2).sum()) / received.sum()
    assert 2 < by_creator / naive < 4
