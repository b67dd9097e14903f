"""Ratios of a draw measured with numpy and pandas alone, with errors, beside what was planted."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from analysis.study.worlds import Gamma, Niche, Pareto, Platform, World, draw

COMPARISON = ["metric", "estimand", "platform", "niche"]
ACCOUNT = ["platform", "handle"]
POST_COUNTS = ["interactions", "saves", "shares", "followers_at_posting", "views", "reach"]
HEARD = {
    "topic_agreement": ("alike", "pairs"),
    "posts_naming_a_brand": ("named", "watched"),
    "audience_in_target": ("sought", "audiences"),
}
BOOKED = ["orders", "clicks", "impressions", "cost"]

# Every knob off its default, so no truth holds by accident; no ratio is another's product.
CROOKED = World(
    platforms=(
        Platform(
            *("instagram", (5, 2400, 1500, 300), 0.02, 0.6, ("image", "reel")),
            insights=True,
            comments=4,
            listened=True,
        ),
        Platform("tiktok", (5, 900, 2400, 600), 0.05, 0.9),
    ),
    niches=(
        Niche("beauty", 1.7, 0.5, level=0.6, size=1.3),
        Niche("chess", 0.6, 1.2, level=1.5, size=0.7),
        Niche("food", 1.1, 0.8),
    ),
    accounts_per_person=(2, 3),
    in_both_arms=40,
    on_two_platforms=0.2,
    person_correlation=0.3,
    without_posts=50,
    follower_elasticity=0.9,
    view_elasticity=0.7,
    engagement_sd=(0.6, 0.3),
    view_ratio=1.3,
    sponsored_factor=(0.9, 0.7),
    reply_rate=(0.4, 0.1),
    growth=(0.1, 0.3),
    first_format=(0.6, 0.3),
    first_format_factor=(1.4, 0.8),
    reply_spread=0.5,
    topic_focus=(0.9, 0.5),
    mention_rate=(0.15, 0.35),
    target_share=(0.5, 0.2),
    post_sd=0.1,  # geometric means over few posts are lower, and macro has fewer organic ones
    save_rate=0.5,
    share_rate=0.2,
    boosted=(0.1, 0.3),
    giveaways=(0.2, 0.05),
    hidden_likes=(0.05, 0.30),
    impression_elasticity=0.5,
    impression_sd=(0.4, 0.2),
    impression_tails=(None, Pareto(4.0)),
    click_ratio=0.9,
    order_sd=(0.5, 0.2),
    order_tails=(Gamma(0.8), None),
    never_sell=(0.1, 0.3),
    stars=(0.1, 0.0),
    star_factor=4.0,
    fee_ratio=0.7,
    tier_fee_power=(0.2, -0.1),
    commission=(0.2, 0.5),
    commission_rate=0.15,
    most_hours=4,
    hour_cost=50.0,
    bookings_per_creator=(0, 1, 3),
    booking_sd=0.5,
    campaigns=("one", "two", "three"),
    campaign_sd=0.2,
    campaign_drift=0.1,
)


def enlarged(world, times):
    """The same world with so many times its creators."""
    counts = [tuple(times * n for n in platform.creators) for platform in world.platforms]
    pairs = zip(world.platforms, counts, strict=True)
    return replace(world, platforms=tuple(replace(at, creators=n) for at, n in pairs))


@cache
def drawn(world, seed=1):
    return draw(world, seed=seed)


def creators_of(sample):
    """One row per creator in an arm: sums of organic posts with known likes, and of bookings."""
    posts = sample.posts.dropna(subset=["likes", "comments"])
    posts = posts[(posts["is_boosted"] == "no") & (posts["is_giveaway"] == "no")]
    posts = posts.assign(interactions=posts["likes"] + posts["comments"])
    posts[POST_COUNTS] = posts[POST_COUNTS].astype("float64")
    sums = posts.groupby(ACCOUNT)[POST_COUNTS].sum(min_count=1)
    logs = posts.assign(log=np.log(posts["interactions"] + 0.5))
    means = np.exp(logs.pivot_table(index=ACCOUNT, columns="is_sponsored", values="log"))
    sums = sums.assign(sponsored=means["yes"] - 0.5, own=means["no"])
    booked = sample.placements
    cost = booked["fee"] + sample.world.hour_cost * booked["handling_hours"]
    booked = booked.assign(cost=cost).groupby(ACCOUNT)[BOOKED].sum()
    table = sample.creators.join(sums, on=ACCOUNT).join(booked, on=ACCOUNT)
    table = table.join(answers_of(sample), on=ACCOUNT).join(formats_of(sample), on=ACCOUNT)
    table = table.join(growth_of(sample), on=ACCOUNT)
    table = table.join(heard_of(sample), on=ACCOUNT)
    table["micro"] = table["followers"] < 100_000
    table["owner"] = table["person"].fillna(table["platform"] + table["handle"])
    return table[table["followers"] >= 1_000]


def answers_of(sample):
    """Per account, comments of others and how many of them were answered."""
    comments = sample.comments[sample.comments["is_by_creator"] == "no"]
    answer = comments["reply_after_seconds"].fillna(comments["mention_after_seconds"])
    counted = comments.assign(received=1.0, answered=answer.le(48 * 3600).astype("float64"))
    return counted.groupby(ACCOUNT)[["received", "answered"]].sum()


def formats_of(sample):
    """Per account, posts by format and geometric means of what a post in each brings."""
    posts = sample.posts.assign(kind=sample.posts["format"].replace("reel", "short"))
    counts = posts.pivot_table(index=ACCOUNT, columns="kind", aggfunc="size", fill_value=0)
    counts = counts.astype("float64").add_prefix("posts_").assign(posts=counts.sum(axis=1))
    known = posts.dropna(subset=["likes", "comments"])
    known = known[(known["is_boosted"] == "no") & (known["is_giveaway"] == "no")]
    brought = np.log((known["likes"] + known["comments"] + 0.5).astype("float64"))
    per_view = brought - np.log(known["views"].astype("float64"))
    means = {
        name: known.assign(log=log).pivot_table(index=ACCOUNT, columns="kind", values="log")
        for name, log in (("brought", brought), ("per_view", per_view))
    }
    wide = [counts, *(np.exp(mean).add_prefix(f"{name}_") for name, mean in means.items())]
    table = pd.concat(wide, axis=1)
    for name in ("per_view_short", "brought_carousel"):
        if name in table:
            table[name] -= 0.5
    return table


def growth_of(sample):
    """Per account, followers at the first post of the last 30 days and 30 days after it."""
    posts = sample.posts.assign(day=pd.to_datetime(sample.posts["posted_at"]))
    posts = posts.sort_values("day", kind="stable")
    last = posts.groupby(ACCOUNT)["day"].transform("max")
    ends = posts[posts["day"] >= last - pd.Timedelta(days=30)].groupby(ACCOUNT)
    first, last = ends.first(), ends.last()
    days = (last["day"] - first["day"]).dt.days
    before = first["followers_at_posting"].astype("float64")
    pace = np.log(last["followers_at_posting"].astype("float64") / before) / days
    grown = pd.DataFrame({"before": before, "later": before * np.exp(30 * pace) - 0.5})
    return grown[days >= 14]


def heard_of(sample):
    """Per account, posts that name the brand, pairs of posts on one topic, audience sought."""
    key = [*ACCOUNT, "post_id"]
    heard = [at.name for at in sample.world.platforms if at.listened]
    posts = sample.posts[sample.posts["platform"].isin(heard)]
    named = pd.MultiIndex.from_frame(posts[key]).isin(
        pd.MultiIndex.from_frame(sample.mentions[key])
    )
    found = posts.assign(watched=1.0, named=named.astype(float)).groupby(ACCOUNT)
    topics = posts.groupby([*ACCOUNT, "topics"]).size()
    tagged = topics.groupby(ACCOUNT).sum()
    alike = (topics * (topics - 1)).groupby(ACCOUNT).sum()
    ages = sample.audience[sample.audience["segment"] == "18-24"].set_index(ACCOUNT)["share"]
    pairs = {"alike": alike.astype(float), "pairs": (tagged * (tagged - 1)).astype(float)}
    return (
        found[["watched", "named"]]
        .sum()
        .assign(**pairs)
        .join(pd.DataFrame({"sought": ages, "audiences": 1.0}), how="outer")
    )


def error_of(share, place, person):
    """Standard error of a sum of creators' shares; accounts of one person err together."""
    centred = share - share.groupby(place).transform("mean")
    return np.sqrt((centred.groupby(person).sum() ** 2).sum())


def mantel_haenszel(count, exposure, micro, stratum, person):
    """Log ratio over strata and its error from the creators' linear shares in it."""
    frame = pd.DataFrame({"y": count, "e": exposure, "micro": micro, "k": stratum})
    sums = frame.groupby(["k", "micro"])[["y", "e"]].sum().unstack()
    y1, y0 = sums["y"][True], sums["y"][False]
    e1, e0 = sums["e"][True], sums["e"][False]
    both = e1 + e0
    ahead, behind = (y1 * e0 / both).sum(), (y0 * e1 / both).sum()
    cross = y1 / ahead + y0 / behind
    # Derivatives of the log ratio by the count and by the exposure of an arm in a stratum.
    by_count = {True: e0 / both / ahead, False: -e1 / both / behind}
    by_exposure = {True: -cross * e0 / both**2, False: cross * e1 / both**2}
    share = sum(
        (frame["micro"] == arm)
        * (
            by_count[arm][frame["k"]].to_numpy() * frame["y"]
            + by_exposure[arm][frame["k"]].to_numpy() * frame["e"]
        )
        for arm in (True, False)
    )
    return np.log(ahead / behind), error_of(share, [stratum, micro], person)


def geometric(count, exposure, micro, stratum, person):
    """Log ratio of geometric means over strata, weighted like a regression, and its error."""
    logs = np.log((count + 0.5) / exposure)
    arms = logs.groupby([stratum, micro]).agg(["mean", "size"]).unstack()
    n = arms["size"]
    weight = n[True] * n[False] / (n[True] + n[False])
    weight /= weight.sum()
    gaps = arms["mean"][True] - arms["mean"][False]
    share = logs * weight[stratum].to_numpy() / logs.groupby([stratum, micro]).transform("size")
    return (weight * gaps).sum(), error_of(share.where(micro, -share), [stratum, micro], person)


BY_FORMAT = {
    "short_video_share": (mantel_haenszel, "posts_short", "posts"),
    "carousel_share": (mantel_haenszel, "posts_carousel", "posts"),
    "short_over_long_engagement": (geometric, "per_view_short", "per_view_long"),
    "carousel_over_image_engagement": (geometric, "brought_carousel", "brought_image"),
    "follower_growth": (geometric, "later", "before"),
}


def rows_of(metric):
    """How a metric is measured: estimand, estimator, count, exposure, whether within niches."""
    if metric.startswith("engagement"):
        exposure = {"follower": "followers_at_posting", "view": "views", "reach": "reach"}
        columns = ("interactions", exposure[metric.rsplit("_", 1)[1]])
        yield "typical", geometric, *columns, True
        yield "portfolio", mantel_haenszel, *columns, True
    elif metric.startswith("comments"):
        yield "typical", mantel_haenszel, "answered", "received", True
        yield "portfolio", mantel_haenszel, "answered", "received", True
    elif metric in BY_FORMAT:
        yield "typical", *BY_FORMAT[metric], True
    elif metric in HEARD:
        yield "typical", mantel_haenszel, *HEARD[metric], True
        if metric == "posts_naming_a_brand":
            yield "portfolio", mantel_haenszel, *HEARD[metric], True
    elif metric.startswith("sponsored"):
        yield "typical", geometric, "sponsored", "own", True
    elif metric.startswith("cost"):
        yield "portfolio", mantel_haenszel, "cost", "orders", False
    elif metric.startswith("orders"):
        columns = ("orders", "clicks" if metric.endswith("click") else "impressions")
        yield "typical", mantel_haenszel, *columns, False
        yield "portfolio", mantel_haenszel, *columns, False
    else:
        yield "typical", mantel_haenszel, metric.split("_")[0], "reach", True


def measured(sample):
    """Log ratio micro/macro and its standard error for every planted comparison."""
    table, rows = creators_of(sample), []
    for metric, platform in sample.planted.groupby(["metric", "platform"]).size().index:
        here = table[table["platform"] == platform]
        for estimand, estimator, count, exposure, within in rows_of(metric):
            known = here.dropna(subset=[count, exposure])
            if metric != "cost_per_order":
                known = known[known[exposure] > 0]
            y, e = known[count].astype("float64"), known[exposure].astype("float64")
            if estimand == "typical" and estimator is mantel_haenszel:
                y, e = y / e, pd.Series(1.0, index=y.index)
            for niche in ["all", *sorted(known["niche"].unique())]:
                inside = (known["niche"] == niche) | (niche == "all")
                stratum = known.loc[inside, "niche"] if within else known.loc[inside, "platform"]
                groups = (known.loc[inside, "micro"], stratum, known.loc[inside, "owner"])
                found = estimator(y[inside], e[inside], *groups)
                rows.append((metric, estimand, platform, niche, *found))
    return pd.DataFrame(rows, columns=[*COMPARISON, "log", "se"]).set_index(COMPARISON)


def against_truth(sample):
    """Measured comparisons beside their truth; ``z`` is the difference in standard errors."""
    both = measured(sample).join(sample.planted.set_index(COMPARISON), how="outer")
    assert both.notna().all(axis=None), "a planted comparison without a measure, or the reverse"
    return both.assign(z=(both["log"] - np.log(both["ratio"])) / both["se"])
