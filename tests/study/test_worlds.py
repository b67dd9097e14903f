"""worlds: what was planted is what large draws show, the frames keep the contract, bytes repeat."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.study.contract import TABLES
from analysis.study.worlds import DEMO, DEMO_SEED, Niche, Platform, World, draw, main, write_raw

DEMO_FOLDER = Path(__file__).resolve().parents[2] / "data" / "raw" / "demo"
CELL = ["metric", "estimand", "platform", "niche"]
EXPOSURES = ("follower", "view", "reach", "click", "1000_impressions")

# Every knob off its default, so no truth holds by accident; no ratio is another's product.
CROOKED = World(
    platforms=(
        Platform("instagram", (5, 2400, 1500, 300), 0.02, 0.6, ("image", "reel"), insights=True),
        Platform("tiktok", (5, 900, 2400, 600), 0.05, 0.9),
    ),
    niches=(Niche("beauty", 1.7, 0.5), Niche("chess", 0.6, 1.2), Niche("food", 1.1, 0.8)),
    follower_elasticity=0.9,
    engagement_sd=(0.6, 0.3),
    order_sd=(0.5, 0.2),
    view_ratio=1.3,
    click_ratio=0.9,
    campaigns=("one", "two", "three"),
    campaign_sd=0.2,
    hidden_likes=(0.05, 0.30),
)


def enlarged(world, times):
    """The same world with so many times its creators."""
    counts = [tuple(times * n for n in platform.creators) for platform in world.platforms]
    pairs = zip(world.platforms, counts, strict=True)
    return replace(world, platforms=tuple(replace(at, creators=n) for at, n in pairs))


@cache
def drawn(world, seed=1):
    return draw(world, rng=np.random.default_rng(seed))


def creators_of(sample):
    """One row per creator in an arm: interactions and orders, with what each is divided by."""
    posts = sample.posts.dropna(subset=["likes", "comments"]).astype({"likes": "int64"})
    posts = posts.assign(
        interactions=posts["likes"] + posts["comments"].astype("int64"),
        follower=posts["followers_at_posting"],
        view=posts["views"].astype("float64"),
        reach=posts["reach"].astype("float64"),
    )
    key = ["platform", "handle"]
    sums = posts.groupby(key)[["interactions", "follower", "view", "reach"]].sum(min_count=1)
    booked = sample.placements.set_index(key)[["orders", "clicks", "impressions"]]
    table = sample.creators.join(sums, on=key).join(booked, on=key)
    table["micro"] = table["followers"] < 100_000
    table = table.rename(columns={"clicks": "click", "impressions": "1000_impressions"})
    return table[table["followers"] >= 1_000]


def arm_logs(table, *, count, exposure, estimand):
    """Log of an arm's rate and its variance, one row per platform, niche and arm."""
    table = table.dropna(subset=[count, exposure])
    groups = [table[name] for name in ("platform", "niche", "micro")]
    if estimand == "typical" and count == "interactions":
        logs = np.log((table[count] + 0.5) / table[exposure])
        return logs.groupby(groups).agg(["mean", "var", "size"])
    weight = table[exposure] if estimand == "portfolio" else 1
    total = (weight * table[count] / table[exposure]).groupby(groups)
    size = (weight + 0 * table[exposure]).groupby(groups)
    rate = total.sum() / size.sum()
    at = pd.MultiIndex.from_frame(table[["platform", "niche", "micro"]])
    own = weight * (table[count] / table[exposure] - rate.reindex(at).to_numpy())
    share = own / (size.transform("mean") * rate.reindex(at).to_numpy())
    return pd.DataFrame(
        {"mean": np.log(rate), "var": (share**2).groupby(groups).mean(), "size": size.size()}
    )


def measured(table):
    """Log ratio micro/macro and its standard error for every planted cell."""
    rows = []
    for exposure in EXPOSURES:
        count = "orders" if exposure in ("click", "1000_impressions") else "interactions"
        metric = f"{count if count == 'orders' else 'engagement'}_per_{exposure}"
        for estimand in ("typical", "portfolio"):
            options = {"count": count, "exposure": exposure, "estimand": estimand}
            cells = contrast(arm_logs(table, **options)).reset_index()
            if estimand == "typical" and count == "interactions":
                grouped = cells.groupby("platform")
                overall = grouped.agg(log=("log", "mean"), se=("se", norm_over_n)).reset_index()
            else:
                overall = contrast(arm_logs(table.assign(niche="all"), **options)).reset_index()
            both = pd.concat([cells, overall.assign(niche="all")])
            rows.append(both.assign(metric=metric, estimand=estimand))
    return pd.concat(rows).set_index(CELL)


def norm_over_n(errors):
    return np.sqrt((errors**2).sum()) / len(errors)


def contrast(logs):
    micro, macro = logs.xs(True, level="micro"), logs.xs(False, level="micro")
    variance = micro["var"] / micro["size"] + macro["var"] / macro["size"]
    return pd.DataFrame({"log": micro["mean"] - macro["mean"], "se": np.sqrt(variance)})


def against_truth(sample):
    """Measured cells beside their truth; ``z`` is the difference in standard errors."""
    both = measured(creators_of(sample)).join(sample.planted.set_index(CELL), how="outer")
    assert both.notna().all(axis=None), "a planted cell without a measure, or the reverse"
    return both.assign(z=(both["log"] - np.log(both["ratio"])) / both["se"])


@pytest.mark.parametrize(
    "world", [enlarged(DEMO, 40), CROOKED, enlarged(World(), 100)], ids=["demo", "crooked", "null"]
)
def test_large_draws_show_what_was_planted(world):
    cells = against_truth(drawn(world))
    assert cells["se"].max() < 0.06, "too small a draw to tell a wrong truth"
    assert cells.xs("all", level="niche")["se"].median() < 0.015
    assert cells["z"].abs().max() < 4.5, cells[cells["z"].abs() > 4.5].to_string()


def truths(world):
    return drawn(world).planted.set_index(CELL)["ratio"].sort_index()


@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube"])
def test_the_demo_plants_what_its_page_says(platform):
    by_hand = {"beauty": 1.5, "wellness": 1.4, "food": 1.6, "fashion": 1.3, "travel": 1.25}
    by_hand |= {"gaming": 1.0, "home": 1.2}
    engagement = truths(DEMO)["engagement_per_follower", "typical", platform]
    assert engagement.drop("all").to_dict() == by_hand
    assert engagement["all"] == pytest.approx(np.prod(list(by_hand.values())) ** (1 / 7), rel=1e-12)
    views = truths(DEMO)["engagement_per_view", "typical", platform]
    assert views["food"] == pytest.approx(1.6 / 1.2, rel=1e-12)
    assert ("engagement_per_reach" in truths(DEMO).xs(platform, level="platform")) == (
        platform == "instagram"
    )
    for metric in ("orders_per_click", "orders_per_1000_impressions"):
        for estimand in ("typical", "portfolio"):
            assert truths(DEMO)[metric, estimand, platform].to_numpy() == pytest.approx(0.7)


def test_the_null_world_plants_ones_everywhere():
    assert drawn(World()).planted["ratio"].to_numpy() == pytest.approx(1, rel=1e-12)


def test_equal_means_with_different_medians():
    """A micro arm with the wider spread and the lower median, so that the means are equal."""
    lower = np.exp((0.3**2 - 0.9**2) / 2)
    world = World(niches=(Niche("food", engagement=lower),), engagement_sd=(0.9, 0.3))
    planted = truths(world)
    assert planted["engagement_per_view", "portfolio", "instagram", "food"] == pytest.approx(1)
    assert planted["engagement_per_view", "typical", "instagram", "food"] == pytest.approx(lower)


def test_elasticity_by_hand():
    """One part of the macro arm: middles of log-uniform ranges 10**4 and 10**5.5."""
    world = World(platforms=(Platform("tiktok", (0, 9, 9, 0)),), follower_elasticity=0.9)
    planted = truths(world)["engagement_per_follower"]
    assert planted["typical", "tiktok", "all"] == pytest.approx(10**0.15, rel=1e-12)
    micro = (1e5**0.9 - 1e3**0.9) / 0.9 / (1e5 - 1e3)
    macro = (1e6**0.9 - 1e5**0.9) / 0.9 / (1e6 - 1e5)
    assert planted["portfolio", "tiktok", "all"] == pytest.approx(micro / macro, rel=1e-12)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_many_null_niches_are_centred(seed):
    niches = tuple(Niche(f"n{number}") for number in range(150))
    cells = against_truth(drawn(World(niches=niches), seed)).drop("all", level="niche")
    by_metric = cells.groupby(["metric", "estimand"])["z"]
    assert (by_metric.mean().abs() * np.sqrt(150)).max() < 4, by_metric.mean()
    # Sums over sums hang on the few creators with the most followers; their errors are too short.
    spread = by_metric.std().xs("typical", level="estimand")
    assert spread.between(0.8, 1.2).all(), spread


def test_rates_know_nothing_of_followers_inside_an_arm():
    """So every part of the macro arm has the same truth; the elasticity knob changes that."""
    table = creators_of(drawn(enlarged(DEMO, 40)))
    for count, exposure in (
        ("interactions", "follower"),
        ("interactions", "view"),
        ("orders", "click"),
    ):
        rate = table[count] / table[exposure]
        usual = rate.groupby([table["platform"], table["niche"], table["micro"]]).transform("mean")
        relative = rate / usual
        for inside in (table["followers"].between(100_000, 5_000_000), table["micro"]):
            known = inside & relative.notna()
            logs = np.log(table.loc[known, "followers"])
            correlation = np.corrcoef(logs, relative[known])[0, 1]
            assert abs(correlation) * np.sqrt(known.sum()) < 4, (count, exposure)


def test_rates_of_the_macro_arm_are_the_knobs():
    world = enlarged(replace(DEMO, campaign_sd=0.0), 40)
    table = creators_of(drawn(world))
    sums = table[~table["micro"]].dropna(subset=["interactions"]).groupby("platform")
    sums = sums[["interactions", "follower", "view", "orders", "click", "1000_impressions"]].sum()
    for platform in world.platforms:
        at = sums.loc[platform.name]
        wider = np.exp(world.engagement_sd[1] ** 2 / 2)  # its mean over its geometric mean
        expected = pytest.approx(platform.engagement_rate * wider, rel=0.04)
        assert at["interactions"] / at["follower"] == expected
        assert at["view"] / at["follower"] == pytest.approx(platform.view_rate, rel=0.04)
        assert at["click"] / at["1000_impressions"] == pytest.approx(0.015, rel=0.02)
        assert at["orders"] / at["click"] == pytest.approx(0.03, rel=0.02)
    counts = drawn(world).posts[["comments", "likes"]].dropna().sum()
    assert counts["comments"] / counts.sum() == pytest.approx(0.04, abs=0.0005)


def test_an_elasticity_turns_around_100_000_followers():
    platform = Platform("tiktok", (0, 4_000, 4_000, 0), engagement_rate=0.03)
    world = World(platforms=(platform,), follower_elasticity=0.5, post_sd=0.0)
    table = creators_of(drawn(world))
    rates = np.log((table["interactions"] / table["follower"])[~table["micro"]])
    assert rates.mean() == pytest.approx(np.log(0.03 * (10**0.5) ** -0.5), abs=4 * rates.sem())


def test_each_arm_has_its_own_spread_of_order_rates():
    world = World(order_sd=(0.5, 0.2), click_rate=0.5, click_sd=0.0, order_rate=0.1)
    table = creators_of(drawn(enlarged(world, 20)))
    spread = np.log(table["orders"] / table["click"]).groupby(table["micro"]).std()
    assert spread[True] == pytest.approx(0.5, abs=0.02)
    assert spread[False] == pytest.approx(0.2, abs=0.02)


def rates_by_campaign(world):
    """Pooled orders per click of the two arms, one row per campaign."""
    micro = drawn(world).creators["followers"] < 100_000
    groups = [drawn(world).placements["campaign"], micro.rename("micro")]
    assert drawn(world).placements.groupby(groups).size().nunique() == 1, "unequal bookings"
    sums = drawn(world).placements.groupby(groups)[["orders", "clicks"]].sum()
    return (sums["orders"] / sums["clicks"]).unstack("micro")


def test_a_ratio_that_differs_between_campaigns_has_the_planted_mean():
    many = tuple(f"campaign {number}" for number in range(400))
    platform = Platform("tiktok", (0, 24_000, 24_000, 0))
    niches = (Niche("food", orders=0.7),)
    world = World(platforms=(platform,), niches=niches, campaigns=many, campaign_ratio_sd=0.5)
    rates = rates_by_campaign(world)
    ratios = rates[True] / rates[False]
    assert len(ratios) == 400
    assert ratios.mean() == pytest.approx(0.7, abs=4 * ratios.std() / 20)
    assert np.log(ratios).std() == pytest.approx(0.5, abs=0.1)


def test_a_campaign_moves_both_arms_alike():
    platform = Platform("tiktok", (0, 9_000, 9_000, 0))
    names = ("one", "two", "three", "four", "five", "six")
    rates = rates_by_campaign(World(platforms=(platform,), campaigns=names, campaign_sd=0.7))
    assert np.log(rates[False]).std() > 0.3
    assert np.log(rates[True] / rates[False]).std() < 0.03


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_frames_keep_the_contract(table):
    frame = getattr(drawn(DEMO), table.name)
    assert list(frame) == [name for name in table.names if name in frame]
    assert table.needed <= set(frame)
    assert not frame.duplicated([name for name in table.key if name in frame]).any()
    for column in (table[name] for name in frame):
        values = frame[column.name].dropna()
        assert not column.filled or (len(values) == len(frame) and values.ne("").all())
        if column.choices:
            assert set(values) <= set(column.choices)
        elif column.kind in ("count", "amount"):
            assert pd.api.types.is_integer_dtype(values)
            assert values.min() >= 0
        elif column.kind in ("day", "time"):
            days = pd.to_datetime(values, format="%Y-%m-%d")
            assert days.between("2026-01-01", "2026-09-30").all()
        elif column.kind == "flag":
            assert set(values) == {"yes", "no"}


def test_handles_belong_to_creators_of_the_roster():
    sample, key = drawn(DEMO), ["platform", "handle"]
    roster = set(sample.creators[key].itertuples(index=False, name=None))
    booked = list(sample.placements[key].itertuples(index=False, name=None))
    posting = set(sample.posts[key].itertuples(index=False, name=None))
    assert set(booked) == roster
    assert len(booked) == len(roster)
    assert posting < roster
    assert len(roster) - len(posting) == 3
    assert sample.posts.groupby(key).size().unique() == [5]


def test_the_demo_has_the_cells_and_the_faults_it_is_meant_to_have():
    sample = drawn(DEMO)
    edges = [0, 1_000, 100_000, 1_000_000, 5_000_000]
    steps = pd.cut(sample.creators["followers"], edges, right=False, labels=False)
    cells = sample.creators.groupby(["platform", "niche", steps]).size().unstack()
    assert len(cells) == 21
    assert (cells == [1, 50, 25, 5]).all(axis=None)
    posts = sample.posts.merge(sample.creators, validate="many_to_one")
    grown = posts["followers"] / posts["followers_at_posting"]
    assert grown.min() == 1
    assert 1.02 < grown.mean() < 1.06
    assert ((posts["followers"] < 100_000) == (posts["followers_at_posting"] < 100_000)).all()
    hidden = posts["likes"].isna().groupby(posts["followers"] < 100_000).mean()
    assert hidden.between(0.02, 0.04).all()
    seen = posts.groupby("platform")[["reach", "saves", "views", "shares"]].count() > 0
    assert seen["views"].all()
    assert seen["shares"].all()
    assert seen["reach"].to_list() == seen["saves"].to_list() == [True, False, False]
    assert posts["reach"].dropna().le(posts["views"]).all()
    for platform in DEMO.platforms:
        assert set(posts.loc[posts["platform"] == platform.name, "format"]) == set(platform.formats)
    bookings = sample.placements
    assert (bookings["orders_refunded"] <= bookings["orders"]).all()
    assert (bookings["orders"] <= bookings["clicks"]).all()
    assert (bookings["clicks"] <= bookings["impressions"]).all()
    assert bookings["campaign"].value_counts().to_dict() == {"spring": 851, "autumn": 850}


def test_hidden_likes_come_empty_or_as_zero():
    world = World(hidden_likes=(0.05, 0.40))
    empty, zero = drawn(world).posts, drawn(replace(world, hidden_as_zero=True)).posts
    assert empty["likes"].isna().mean() > 0.1
    pd.testing.assert_series_equal(zero["likes"], empty["likes"].fillna(0))
    pd.testing.assert_frame_equal(zero.drop(columns="likes"), empty.drop(columns="likes"))
    micro = empty.merge(drawn(world).creators)["followers"] < 100_000
    shares = empty["likes"].isna().groupby(micro).mean()
    assert shares[True] < 0.1
    assert shares[False] > 0.3


def test_fees_have_the_planted_ratio():
    sample = drawn(enlarged(DEMO, 40))
    micro = sample.creators["followers"] < 100_000
    sums = sample.placements.groupby(micro)[["fee", "impressions"]].sum()
    rates = 1_000 * sums["fee"] / sums["impressions"]
    assert rates[False] == pytest.approx(12, rel=0.01)
    assert rates[True] / rates[False] == pytest.approx(0.8, rel=0.01)


def test_one_seed_one_draw():
    first = draw(DEMO, rng=np.random.default_rng(5))
    for name in TABLES:
        again = getattr(draw(DEMO, rng=np.random.default_rng(5)), name)
        pd.testing.assert_frame_equal(getattr(first, name), again)
    assert not first.posts.equals(drawn(DEMO, 6).posts)


def test_the_demo_folder_repeats_byte_for_byte(tmp_path):
    main(str(tmp_path / "demo"))
    made = {path.name: path.read_bytes() for path in (tmp_path / "demo").iterdir()}
    kept = {path.name: path.read_bytes() for path in DEMO_FOLDER.iterdir()}
    assert (
        made.keys() == kept.keys() == {"creators.csv", "posts.csv", "placements.csv", "dataset.yml"}
    )
    changed = [name for name in kept if made[name] != kept[name]]
    assert not changed, f"python -m analysis.study.worlds {DEMO_FOLDER} would change {changed}"
    assert sum(map(len, kept.values())) < 900_000
    assert not any(b"\r" in content for content in kept.values())


def test_what_was_written_reads_back(tmp_path):
    sample = drawn(DEMO, DEMO_SEED)
    write_raw(sample, tmp_path)
    facts = yaml.safe_load((tmp_path / "dataset.yml").read_text(encoding="utf-8"))
    planted = pd.DataFrame(facts.pop("planted"))
    pd.testing.assert_frame_equal(planted, sample.planted, rtol=0, atol=1e-6)
    assert facts.pop("synthetic") is True
    assert facts == {"name": "demo", "brand": DEMO.brand, "currency": "EUR"}
    for name in TABLES:
        text = pd.read_csv(tmp_path / f"{name}.csv", dtype="str", keep_default_na=False)
        raw = getattr(sample, name).astype("object")
        assert text.equals(raw.where(raw.notna(), "").astype("str"))
