"""Worlds with planted truth, by the names of the method notes (S0 to S17)."""

from analysis.study.worlds import Gamma, Niche, Pareto, Platform, World


def one_cell(micro, macro, *, ratio=1.0, orders=1.0, **knobs):
    """A world of one platform and niche; a sixth of the macro creators have over a million."""
    over = macro // 6
    platform = Platform("instagram", (0, micro, macro - over, over), insights=True)
    niche = Niche("beauty", ratio, orders)
    return World(platforms=(platform,), niches=(niche,), **{"campaigns": ("one",), **knobs})


NICHES = ("beauty", "wellness", "food", "fashion", "travel")
MIXED = tuple(zip(NICHES, (0.4, 0.2, 0.0, -0.2, -0.4), strict=True))
MIX = (
    Platform("instagram", (0, 120, 30, 5), engagement_rate=0.015, insights=True),
    Platform("tiktok", (0, 40, 90, 20), engagement_rate=0.055),
)

COVERAGE = {
    "S0 no difference, 100 + 100 creators": one_cell(100, 100),
    "S0 no difference, 30 + 30 creators": one_cell(30, 30),
    "S1 engagement +25 %": one_cell(100, 100, ratio=1.25),
    "S3 smooth elasticity 0.9, no step": one_cell(100, 100, follower_elasticity=0.9),
    "S8 likes hidden more by macro, empty": one_cell(100, 100, hidden_likes=(0.05, 0.25)),
    "S10 engagement up, orders down": one_cell(100, 100, ratio=1.4, orders=0.7),
    "S12 equal, 3,000 + 3,000 creators": one_cell(3000, 3000),
    "S17 unequal spread": one_cell(100, 100, engagement_sd=(0.7, 0.3), order_sd=(0.6, 0.25)),
}
HEARD = {
    name: World(
        platforms=(Platform("instagram", (0, 100, 80, 20), comments=0, listened=True),),
        niches=(Niche("beauty"), Niche("food")),
        **knobs,
    )
    for name, knobs in {
        "H6, H6a, H10 no difference": {},
        "H6, H6a, H10 micro 1.25": {
            "topic_focus": (0.71125, 0.63),  # f^2 + (1 - f)^2 / 9: .5151 over .4121
            "mention_rate": (0.25, 0.20),
            "target_share": (0.50, 0.40),
        },
    }.items()
}
BY_NICHE = World(
    platforms=(Platform("instagram", (0, 100, 84, 16), insights=True),),
    niches=tuple(Niche(name, 2.718281828**effect) for name, effect in MIXED),
    campaigns=("one",),
)
FEW_CAMPAIGNS = World(
    platforms=(Platform("instagram", (0, 60, 50, 10), insights=True),),
    niches=(Niche("beauty"),),
    campaigns=tuple("abcdef"),
    campaign_sd=0.5,
)
FIVE_NICHES = World(
    platforms=(Platform("instagram", (0, 40, 34, 6), insights=True),),
    niches=tuple(Niche(name) for name in NICHES),
    campaigns=("one",),
)
PLATFORM_MIX = World(platforms=MIX, niches=(Niche("beauty"),), campaigns=("one",))
HIDDEN_AS_ZERO = one_cell(100, 100, hidden_likes=(0.05, 0.25), hidden_as_zero=True)

# As uneven as creators are: between creators 0.7, between posts 0.6 (0.42 twice),
# and clicks per creator over orders of magnitude, as in the real shop.
UNEVEN = one_cell(
    150, 150, posts=12, engagement_sd=(0.7, 0.7), post_sd=0.42, click_sd=2.0, order_sd=(0.8, 0.8)
)
FEW_CLICKS = one_cell(150, 150, click_rate=0.001)
STUDY = World(
    platforms=tuple(
        Platform(name, (0, 30, 25, 5), insights=True) for name in ("instagram", "tiktok", "youtube")
    ),
    niches=tuple(Niche(name) for name in NICHES),
    campaigns=("one",),
    posts=3,
)


def arms(micro, macro, *, sd=(0.6, 0.6), **knobs):
    """Creators in one niche who differ in orders per click; a true ratio of 1."""
    return one_cell(micro, macro, order_sd=sd, click_sd=0.0, posts=1, **knobs)


CAMPAIGNS = tuple("abcdefgh")


def booked(times, micro=30, macro=30, **knobs):
    """The same creators, each booked in so many campaigns; luck of the booking apart."""
    platform = Platform("instagram", (0, micro, macro, 0))
    return World(
        platforms=(platform,),
        niches=(Niche("beauty"),),
        posts=1,
        campaigns=CAMPAIGNS[:times],
        bookings_per_creator=(times,),
        order_sd=(0.6, 0.6),
        click_sd=0.0,
        **knobs,
    )


def saving(rate, creators, *, posts=3, sd=(0.4, 0.4)):
    """Saves per person reached as rare as that; a true ratio of 1."""
    usual = Platform("instagram").engagement_rate / (Platform("instagram").view_rate * 0.8)
    platform = Platform("instagram", (0, *creators, 0), insights=True)
    knobs = {"posts": posts, "engagement_sd": sd, "save_rate": rate / usual}
    return World(platforms=(platform,), niches=(Niche("beauty"),), **knobs)


def alike(niche_ratio, creators):
    """Five niches of one true ratio of engagement."""
    return World(
        platforms=(Platform("instagram", (0, creators, creators, 0)),),
        niches=tuple(Niche(name, niche_ratio) for name in NICHES),
        campaigns=("one",),
        posts=3,
    )


HEAVY, TAIL, STARS = Pareto(2.5), Pareto(3.5), (0.0, 0.1)
RATES = {
    "100 + 100, sd .6": arms(100, 100),
    "400 + 25, sd .5 and 1.2": arms(400, 25, sd=(0.5, 1.2)),
    "25 + 400, sd 1.2 and .5": arms(25, 400, sd=(1.2, 0.5)),
    "400 + 60, sd .5 and 1.2": arms(400, 60, sd=(0.5, 1.2)),
    "200 + 20, sd .5 and 1.2": arms(200, 20, sd=(0.5, 1.2)),
    "200 + 30, sd .5 and 1.2": arms(200, 30, sd=(0.5, 1.2)),
    "200 + 50, sd .5 and 1.2": arms(200, 50, sd=(0.5, 1.2)),
    "20 + 20, sd .4 and 1.2": arms(20, 20, sd=(0.4, 1.2)),
    "30 + 30, sd .3 and 1.2": arms(30, 30, sd=(0.3, 1.2)),
    "50 + 50, sd .3 and 1.2": arms(50, 50, sd=(0.3, 1.2)),
    "20 + 20, sd 1": arms(20, 20, sd=(1.0, 1.0)),
    "60 + 60, ratio 3, sd .3 and 1": arms(60, 60, sd=(0.3, 1.0), orders=3.0, order_rate=0.01),
    "400 + 25, exposure sd .8 and 2": arms(400, 25, impression_sd=(0.8, 2.0)),
    "400 + 25, exposure Pareto 1.3": arms(400, 25, impression_tails=(Pareto(1.3), Pareto(1.3))),
    "few orders, 100 + 100": arms(100, 100, order_rate=0.004),
    "70 % never sell, 20 + 20": arms(20, 20, never_sell=(0.7, 0.7)),
    "80 % never sell, 150 + 150": arms(150, 150, never_sell=(0.8, 0.8)),
    "90 % never sell, 400 + 25": arms(400, 25, never_sell=(0.9, 0.9)),
    "200 + 50, Pareto 3.5 in macro": arms(200, 50, order_tails=(None, TAIL)),
    "400 + 25, Pareto 2.5 in both": arms(400, 25, order_tails=(HEAVY, HEAVY)),
    "60 + 60, Pareto 2.5 in both": arms(60, 60, order_tails=(HEAVY, HEAVY)),
    "60 + 60, gamma of variation 1": arms(60, 60, order_tails=(Gamma(1.0), Gamma(1.0))),
    "200 + 50, gamma of variation 1.5 in macro": arms(200, 50, order_tails=(None, Gamma(1.5))),
    "400 + 25, a tenth of macro sells ten times as much": arms(400, 25, stars=STARS),
    "60 + 60, a tenth of macro sells ten times as much": arms(60, 60, stars=STARS),
}
PERSONS = {
    "40 persons of 5 accounts, 40 of 3": arms(200, 120, accounts_per_person=(5, 3)),
    "20 persons of 6 accounts against 100": arms(120, 100, accounts_per_person=(6, 1)),
    "6 persons of 6 accounts against 100": arms(36, 100, accounts_per_person=(6, 1)),
    "60 persons own both, 10 + 10 one": arms(70, 70, in_both_arms=60),
    "booked in 1 campaign, 30 + 30": booked(1),
    "booked in 2 campaigns, 30 + 30": booked(2),
    "booked in 4 campaigns, 30 + 30": booked(4),
    "booked in 8 campaigns, 30 + 30": booked(8),
    "booked in 4, luck of the booking .4": booked(4, booking_sd=0.4),
    "7 campaigns of 40 + 22": arms(280, 154, campaigns=tuple("abcdefg")),
    "levels of campaigns sd .3, 4 campaigns": booked(4, 60, 60, campaign_sd=0.3),
}
# Judged by the interval of campaigns like these: the ratio differs from campaign to campaign.
LIKE = {
    f"{number} campaigns, ratio sd {sd:g}, {who}": World(
        platforms=(Platform("instagram", (0, micro, micro, 0)),),
        niches=(Niche("beauty"),),
        posts=1,
        campaigns=tuple("abcdefghijkl"[:number]),
        bookings_per_creator=(number if who == "everyone in all" else 1,),
        campaign_ratio_sd=sd,
        order_sd=(0.6, 0.6),
        click_sd=0.0,
    )
    for number, sd, micro, who in (
        (4, 0.0, 60, "each in one"),
        (4, 0.3, 60, "each in one"),
        (4, 0.3, 60, "everyone in all"),
        (4, 0.0, 40, "everyone in all"),
        (6, 0.2, 150, "each in one"),
        (6, 0.2, 60, "everyone in all"),
        (8, 0.3, 100, "each in one"),
        (12, 0.2, 150, "each in one"),
    )
}
COUNTS = {
    ".05 % of reach, 3 posts, 100 + 100": saving(0.0005, (100, 100)),
    ".1 % of reach, 3 posts, 100 + 100": saving(0.001, (100, 100)),
    ".1 % of reach, 2 posts, 100 + 100": saving(0.001, (100, 100), posts=2),
    ".05 % of reach, 40 + 25": saving(0.0005, (40, 25)),
    ".05 % of reach, 100 + 100, sd .5 and 1": saving(0.0005, (100, 100), sd=(0.5, 1.0)),
}
ENGAGEMENT = {
    "400 + 25, sd .5 and 1.2": one_cell(400, 25, engagement_sd=(0.5, 1.2)),
    "20 + 20, sd .4 and 1.2": one_cell(20, 20, engagement_sd=(0.4, 1.2)),
    "400 + 20, sd 1.2 and .4": one_cell(400, 20, engagement_sd=(1.2, 0.4)),
    "20 persons of 6 accounts against 100": one_cell(120, 100, accounts_per_person=(6, 1)),
}
COSTS = {
    "100 + 100": arms(100, 100),
    "20 + 20": arms(20, 20),
    "400 + 25": arms(400, 25),
    "100 + 25, outcome sd .6 and 1.6": arms(100, 25, sd=(0.6, 1.6)),
    "60 + 60, outcome sd .4 and 1.4": arms(60, 60, sd=(0.4, 1.4)),
}


def close(micro, macro, *, formats=("short", "long"), comments=0, **knobs):
    """One platform and niche whose posts have formats and whose comments are answered."""
    platform = Platform("youtube", (0, micro, macro, 0), formats=formats, comments=comments)
    return World(platforms=(platform,), niches=(Niche("tech"),), campaigns=("one",), **knobs)


MIXES = {
    "shares alike, 100 + 100": close(100, 100, posts=18),
    "shares alike, 200 + 25": close(200, 25, posts=18),
    "shares .4 and .15, 100 + 60": close(100, 60, posts=18, first_format=(0.4, 0.15)),
}
FORMATS = {
    "nothing differs, 100 + 100": close(100, 100, posts=8),
    "shares .7 and .2, shorts bring half in both, 100 + 60": close(
        100, 60, posts=8, first_format=(0.7, 0.2), first_format_factor=(0.5, 0.5)
    ),
    "shorts bring .5 and .8, 100 + 60": close(
        100, 60, posts=8, first_format=(0.5, 0.3), first_format_factor=(0.5, 0.8)
    ),
}
GROWING = {
    "alike, 100 + 100": close(100, 100, posts=40, growth=(0.3, 0.3)),
    "up to 60 and 10 %, 150 + 60": close(150, 60, posts=40, growth=(0.6, 0.1)),
}
ANSWERING = {
    "alike, 100 + 100": close(100, 100, comments=8, reply_rate=(0.2, 0.2)),
    ".3 and .1, 200 + 40": close(200, 40, comments=8, reply_rate=(0.3, 0.1)),
    "alike and rare, 150 + 50": close(150, 50, comments=8, reply_rate=(0.08, 0.08)),
}
SPONSORING = {
    "alike, 100 + 100": close(100, 100, posts=20, sponsored=0.3),
    "as much and .8 as much, 200 + 50": close(
        200, 50, posts=20, sponsored=0.3, sponsored_factor=(1.0, 0.8)
    ),
}
HARD = {  # part: what it is called, the metric, whether of campaigns like these, the worlds
    "rates": ("orders per click", "orders_per_click", False, RATES | PERSONS),
    "campaigns": ("in campaigns like these", "orders_per_click", True, LIKE),
    "counts": ("saves per 1,000 reached", "saves_per_1000_reached", False, COUNTS),
    "engagement": ("engagement per follower", "engagement_per_follower", False, ENGAGEMENT),
    "costs": ("cost per order", "cost_per_order", False, COSTS),
    "mixes": ("mix of formats", "format_diversity", False, MIXES),
    "formats": ("a short beside own long videos", "short_over_long_engagement", False, FORMATS),
    "growing": ("growth of followers", "follower_growth", False, GROWING),
    "answering": ("comments answered", "comments_answered_in_48_hours", False, ANSWERING),
    "sponsoring": (
        "a sponsored post beside own ones",
        "sponsored_over_own_engagement",
        False,
        SPONSORING,
    ),
}
ALIKE = {
    f"ratio {ratio:g}, standard error near {error}": alike(ratio, creators)
    for error, creators in ((".05", 190), (".07", 98), (".09", 59))
    for ratio in (1.25, 1.0)
}
