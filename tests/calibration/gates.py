"""What a calibration must reach, and what the field's tests must not.

Every bound is allowed two Monte-Carlo errors of the figure that is held against it.
"""

from math import log, sqrt

import pandas as pd
from scipy.stats import norm

TYPICAL, PORTFOLIO = 0.935, 0.93  # least coverage among those shown
MISSED, FALSE, SIGN, ALIKE = 0.065, 0.05, 0.01, 0.05  # most, of all tries
FALSE_STEP, WRONG_WORD = 0.09, 0.05  # most: steps in smooth worlds, jumps said of them
KEPT, NOISE_KEPT = 0.9, 0.5  # of decided answers, that hold in all ways of counting
UNIFORM = 0.01  # p-value of Kolmogorov and Smirnov, below which joint p-values are not uniform
POWER_AT_23_000, NULL = 0.99, 0.02  # of a step of 1.25; log ratio that is still none
NAMED_EXCEPTION = "sells ten times as much"


def below(rate: float, bound: float, tries: float) -> bool:
    """Whether a rate is lower than its bound beyond two Monte-Carlo errors."""
    return tries > 0 and rate < bound - 2 * sqrt(bound * (1 - bound) / tries)


def above(rate: float, bound: float, tries: float) -> bool:
    """Whether a rate is higher than its bound beyond two Monte-Carlo errors."""
    return tries > 0 and rate > bound + 2 * sqrt(bound * (1 - bound) / tries)


def most_that_could_hold(decided: float) -> float:
    """Of true answers that are decided at 5 %, how many hold at best where half of noise does.

    The best rule that sees the registered t alone, by the lemma of Neyman and Pearson, holds what
    is beyond 2.24, where half of the noise beyond 1.96 is.

    Args:
        decided: share of the datasets with that truth in which it is decided.
    """
    mean = norm.isf(0.025) + norm.ppf(decided)
    return float(norm.sf(norm.isf(0.0125) - mean) / decided)


def hard_misses(
    group: str, worlds: dict[str, dict[str, dict[str, float]]], tries: int
) -> list[str]:
    """Worlds whose intervals cover too little of those shown, or miss too often, in words."""
    found = []
    for world, estimands in worlds.items():
        if NAMED_EXCEPTION in world:
            continue
        for estimand, of in estimands.items():
            least = PORTFOLIO if estimand == "portfolio" else TYPICAL
            if of["shown"] and below(of["coverage"], least, of["shown"] * tries):
                found.append(f"{group}, {world}: {estimand} covers {of['coverage']:.1%} of shown")
            if above(of["missed"], MISSED, tries):
                found.append(f"{group}, {world}: {estimand} misses {of['missed']:.1%} of all")
    return found


def world_misses(tables: dict[str, pd.DataFrame], tries: int) -> list[str]:
    """Worlds of the method notes outside their gates, in words."""
    return [
        f"{world}: {row['estimate']} {miss}"
        for world, table in tables.items()
        for row in table.to_dict("records")
        for miss in _row_misses(row, tries * row.get("parts", 1))
    ]


def _row_misses(row: dict[str, float], tries: float) -> list[str]:
    least = PORTFOLIO if "portfolio" in str(row["estimate"]) else TYPICAL
    found = []
    if below(row["coverage"], least, tries):
        found.append(f"covers {row['coverage']:.1%}")
    if row["truth"] == 1 and above(row["rejects 1"], MISSED, tries):
        found.append(f"calls equal arms different {row['rejects 1']:.1%}")
    if row["truth"] != 1 and above(row["sign errors"], SIGN, tries):
        found.append(f"has the wrong sign {row['sign errors']:.1%}")
    if row["truth"] == 1.25 and above(row["equivalent"], ALIKE, tries):
        found.append(f"calls 1.25 equivalent {row['equivalent']:.1%}")
    return found


def field_misses(baselines: pd.DataFrame, hidden: float) -> list[str]:
    """Tests of the field that pass everywhere, so that the gates would prove nothing."""
    found = [
        f"the baseline {name!r} passes everywhere: {rate:.1%} at most"
        for name, rate in baselines.max(axis=1).items()
        if rate <= 0.3
    ]
    return found + ([f"hidden likes taken for 0 pass: {hidden:.1%}"] if hidden <= 0.3 else [])


def noise_misses(studies: dict[str, float], family: float, tries: int) -> list[str]:
    """Claims of studies and families in which nothing differs, beyond what is promised."""
    found = [
        f"a study of noise: {what} in {rate:.1%}"
        for what, rate in studies.items()
        if above(rate, 2 * FALSE if "any coloured cell" in what else FALSE, tries)
    ]
    if above(family, FALSE, tries):
        found.append(f"a family of noise claims something in {family:.1%}")
    return found


def alike_misses(families: dict[str, dict[str, float]], tries: int) -> list[str]:
    """Families at the margin in which a niche is called alike too often."""
    return [
        f"{name}: {of['families with any']:.1%} of families have a false equivalent"
        for name, of in families.items()
        if "1.25" in name and above(of["families with any"], ALIKE, tries)
    ]


def shop_misses(shuffled: dict[str, float], tries: int) -> list[str]:
    """Tests of a real shop with shuffled tiers, outside their gates."""
    return [
        f"real shop, {test}: {rate:.1%}"
        for test, rate in shuffled.items()
        if (rate <= 0.3 if "must fail" in test else above(rate, FALSE, tries))
    ]


def robust_misses(found: dict[str, dict[str, float]], tries: int) -> list[str]:
    """Doubts that cry wolf, or see nothing, in words."""
    misses = []
    for name, of in found.items():
        what = name.split(",", 1)[0]
        if what == "step" and above(of.get("found", 0), FALSE_STEP, tries):
            misses.append(f"{name}: {of['found']:.1%} called a step")
        if what == "step" and above(of.get("jumps", 0), WRONG_WORD, tries):
            misses.append(f"{name}: 'jumps' said of {of['jumps']:.1%}")
        if name == "power, true step 1.25, 23,000 creators" and of["found"] < POWER_AT_23_000:
            misses.append(f"{name}: found in {of['found']:.1%}")
        if name.startswith("orders, true step 1.0"):
            misses += [
                f"{name}: {of[weight]:.1%} called a step, by {weight}"
                for weight in ("person", "exposure")
                if above(of[weight], FALSE_STEP, tries)
            ]
        if what == "alike":
            misses += [
                f"{name}: {kind} misses the truth in {of[kind]:.1%}"
                for kind in ("overlap weights", "overlap weights, means")
                if above(of[kind], MISSED, tries)
            ]
            if not above(of["niches alone"], 0.3, tries):
                misses.append(f"{name}: niches alone pass, {of['niches alone']:.1%}")
        held, decided = of.get("HOLDS", 0), round(of.get("decided", 0) * tries)
        if name.startswith(("ways, 1.3 everywhere", "ways, 1.3 of real")) and above(
            1 - held, 1 - KEPT, decided
        ):
            misses.append(f"{name}: only {held:.0%} of true answers hold")
        if name.startswith(("ways, no difference", "ways, nothing of real")) and above(
            held, NOISE_KEPT, decided
        ):
            misses.append(f"{name}: {held:.0%} of noise answers hold")
        if of.get("uniform", 1) <= UNIFORM:
            misses.append(f"{name}: joint p is not uniform, p = {of['uniform']:.2g}")
        if what == "counts":
            off = abs(log(of["two captures"]))
            misses += [f"{name}: two captures feign {of['two captures']:.3f}"] * (off > NULL)
    return misses
