"""Advice in tables: what was measured of it, and the gates that it missed."""

import math
from collections.abc import Iterator

from tests.calibration.decide import HARDER
from tests.calibration.gates import above, below

Found = dict[str, dict[str, float]]

SAID, RAW = (0.95, 1.08), 1.5  # of the ten best, said over true; where raw means say more than RAW
HOLDS, AHEAD, OWN = (0.88, 0.93), (0.76, 0.90), (0.92, 0.97)  # of 90, 80 and 95 % intervals
REGRET, SHIFTS, ALL_IN, APART = 0.05, 0.08, 0.10, 0.03
SURE = {"150 creators": 0.90, "40 creators": 0.83}  # least share of P >= .95 that came true
FEWEST_SURE = 20  # splits of such P, of which fewer have no share to hold against a gate
SIZE, POWER, NEAR = (0.035, 0.065), 0.80, 0.06
PLAIN, REBOOKED = 0.1, 0.05  # log-log slope off by less than this passes; said less true
TABLES = {
    "creators": (
        "said / true", "raw / true", "90 % holds", "of the ten", "rank", "rank, raw",
        "regret said", "regret true", "regret raw", "rebook said", "rebook true",
    ),
    "split": (
        "regret", "regret, keep", "regret, by return", "regret, all in", "gain, said",
        "gain, true", "gain held", "shift", "shift at .90", "sure", "sure came true",
        "apart, middle",
    ),
    "forecast": ("80 % holds", "width", "counting alone holds"),
    "next": ("holds", "middle", "plain"),
    "lot": ("rejected",),
    "planner": ("found", "t-test, alike", "micro", "macro"),
}  # fmt: skip
_NUMBERS = ("said / true", "raw / true", "width", "middle", "plain", "rank", "rank, raw")
_COUNTS = ("sure", "micro", "macro")
_NOT_GATED = ("heavy", "harder")

_HEADING = "## Advice: creators, split, forecast, next unit, lots, the deciding test\n"


def section(found: Found, tries: int) -> str:
    """What was measured of advice, one table a question."""
    if not found:
        return f"{_HEADING}\nNot run.\n"
    told = [
        _HEADING,
        (
            f"{tries:,} worlds of bookings each (twice as many for the next unit and the planner,"
            " ten times for lots in which nothing differs), whose persons, prices and luck are"
            " planted. Creators: what is said of the ten best over the truth lies in"
            f" {SAID[0]} to {SAID[1]} where raw means say over {RAW}; 90 % intervals of the next"
            f" booking hold in {HOLDS[0]:.0%} to {HOLDS[1]:.0%}. Split: regret at most {REGRET:.0%}"
            " and below keeping and ranking by return; all money in the best arm must fail, by over"
            f" {ALL_IN:.0%}; alike arms shift in {SHIFTS:.0%} at most; of splits said to help at P"
            f" >= .95 (sure says how many; fewer than {FEWEST_SURE} miss the gate) at least 90 %"
            " do with 150 creators and 83 % with 40; the count model and the"
            f" closed form are {APART:.0%} of the outcome apart at most. Forecast: the 80 % range"
            f" holds in {AHEAD[0]:.0%} to {AHEAD[1]:.0%} where campaigns spread by .35, and never"
            " in less; counting alone must fail. Next unit: Fieller's interval holds in"
            f" {OWN[0]:.0%} to {OWN[1]:.0%}, the slope of log outcome on log cost must be off by"
            f" over {PLAIN}. Lots reject {SIZE[0]:.1%} to {SIZE[1]:.1%} where nothing differs; the"
            f" planner finds its ratio in {POWER - NEAR:.0%} to {POWER + NEAR:.0%}. Found and"
            " beside it are what a jackknife t-test of the log costs, which is no part of the"
            " product, calls apart at 5 %, where the tiers differ and where they are alike. The"
            " latter, heavy tails and what is named harder are reported, not gated."
            f"{_harder(found)}\n"
        ),
    ]
    for what, columns in TABLES.items():
        rows = {name: of for name, of in found.items() if name.startswith(f"{what},")}
        if not rows:
            continue
        told.append(f"| {what} | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
        for name, of in rows.items():
            cells = [_told(column, of.get(column, float("nan"))) for column in columns]
            told.append(f"| {name.split(', ', 1)[1]} | {' | '.join(cells)} |")
        told.append("")
    return "\n".join(told)


def _harder(found: Found) -> str:
    """What the list found that is harder than the gates are set for."""
    of = found.get(f"creators, {HARDER}")
    if of is None:
        return ""
    off = of["said / true"] - 1
    return (
        " Where two of three of 400 creators were booked once and the luck of a booking is 1, the"
        f" ten best are said {abs(off):.0%} too {'high' if off > 0 else 'low'}, and by raw means"
        f" {of['raw / true']:.0f} times the truth."
    )


def _told(column: str, value: float) -> str:
    if math.isnan(value):
        return "–"
    if column in _COUNTS:
        return f"{value:,.0f}"
    return f"{value:.3f}" if column in _NUMBERS else f"{value:.1%}"


def misses(found: Found, tries: int) -> list[str]:
    """Gates of advice that were missed, in words.

    Shares are allowed two Monte-Carlo errors, but not that of alike arms that shift: with them 12 %
    of 200 worlds would pass for 8 %.
    """
    gates = {
        "creators": _creators, "split": _split, "forecast": _forecast, "next": _next,
        "lot": _lot, "planner": _planner,
    }  # fmt: skip
    return [
        f"{name}: {miss}"
        for name, of in found.items()
        if not any(word in name for word in _NOT_GATED)
        for miss in gates[name.split(",", 1)[0]](name, of, tries)
    ]


def _outside(rate: float, ends: tuple[float, float], tries: float) -> bool:
    return below(rate, ends[0], tries) or above(rate, ends[1], tries)


def _creators(_name: str, of: dict[str, float], tries: int) -> Iterator[str]:
    said, error = of["said / true"], 2 * of["error"]
    if of["raw / true"] > RAW and not SAID[0] - error <= said <= SAID[1] + error:
        yield f"of the ten best {said:.3f} of the truth is said"
    if _outside(of["90 % holds"], HOLDS, 60 * tries):
        yield f"90 % intervals hold {of['90 % holds']:.1%}"
    if of["rank"] <= of["rank, raw"]:
        yield f"ranks by {of['rank']:.3f}, raw means by {of['rank, raw']:.3f}"
    if of["regret true"] >= of["regret raw"]:
        yield f"regrets {of['regret true']:.1%}, raw means {of['regret raw']:.1%}"
    if abs(of["rebook said"] - of["rebook true"]) > REBOOKED:
        yield f"of those to rebook {of['rebook said']:.1%} is said, {of['rebook true']:.1%} true"


def _split(name: str, of: dict[str, float], tries: int) -> Iterator[str]:
    if of["apart, middle"] > APART:
        yield f"both calculations are {of['apart, middle']:.1%} apart"
    if "alike" in name:
        if of["shift"] > SHIFTS:
            yield f"shifts in {of['shift']:.1%}"
        return
    if of["regret"] > REGRET or of["regret"] >= min(of["regret, keep"], of["regret, by return"]):
        yield f"regrets {of['regret']:.1%}"
    if of["regret, all in"] <= ALL_IN:
        yield f"all money in the best arm passes, {of['regret, all in']:.1%}"
    least = next(share for size, share in SURE.items() if size in name)
    if of["sure"] < FEWEST_SURE:
        yield f"P >= .95 was said of {of['sure']:.0f} splits, too few to ask how many came true"
    elif below(of["sure came true"], least, of["sure"]):
        yield f"P >= .95 came true in {of['sure came true']:.1%}"


def _forecast(name: str, of: dict[str, float], tries: int) -> Iterator[str]:
    ends = AHEAD if "sd .35" in name else (AHEAD[0], 1.0)
    if _outside(of["80 % holds"], ends, tries):
        yield f"80 % ranges hold {of['80 % holds']:.1%}"
    if of["counting alone holds"] > 0.5:
        yield f"counting alone passes, {of['counting alone holds']:.1%}"


def _next(_name: str, of: dict[str, float], tries: int) -> Iterator[str]:
    if _outside(of["holds"], OWN, 2 * tries):
        yield f"Fieller's interval holds {of['holds']:.1%}"
    if abs(of["plain"] - 1) <= PLAIN:
        yield f"the plain slope passes, {of['plain']:.3f}"


def _lot(name: str, of: dict[str, float], tries: int) -> Iterator[str]:
    if "nothing differs" in name and _outside(of["rejected"], SIZE, 10 * tries):
        yield f"rejects {of['rejected']:.1%}"


def _planner(_name: str, of: dict[str, float], tries: int) -> Iterator[str]:
    if _outside(of["found"], (POWER - NEAR, POWER + NEAR), 2 * tries):
        yield f"finds its ratio in {of['found']:.1%}"
