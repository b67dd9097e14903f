"""Worlds with planted truth, by the names of the method notes (S0 to S17)."""

from analysis.study.worlds import Niche, Platform, World


def one_cell(micro, macro, *, ratio=1.0, orders=1.0, **knobs):
    """A world of one platform and niche; a sixth of the macro creators have over a million."""
    over = macro // 6
    platform = Platform("instagram", (0, micro, macro - over, over), insights=True)
    niche = Niche("beauty", ratio, orders)
    return World(platforms=(platform,), niches=(niche,), campaigns=("one",), **knobs)


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
