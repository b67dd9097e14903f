"""What a calibration must reach, and what the field's tests must not."""

import pandas as pd

FEW = ("30 + 30", "another mix")  # fewer than 100 creators in an arm


def misses(
    tables: dict[str, pd.DataFrame],
    baselines: pd.DataFrame,
    hidden: float,
    families: dict[str, float],
    studies: dict[str, float],
    shuffled: dict[str, float],
) -> list[str]:
    """Every figure outside its gate, in words."""
    found = [
        f"{world}: {miss}"
        for world, table in tables.items()
        for row in table.to_dict("records")
        for miss in _row_misses(row, few=any(f in world for f in FEW), campaigns="S13" in world)
    ]
    found += [
        f"the baseline {name!r} passes everywhere: {rate:.1%} at most"
        for name, rate in baselines.max(axis=1).items()
        if rate <= 0.3
    ]
    if hidden <= 0.3:
        found.append(f"hidden likes taken for 0 pass: {hidden:.1%}")
    if families.get("on the decision day", 0) > 0.065:
        found.append(f"a family claims {families['on the decision day']:.1%} of the time")
    found += [
        f"a study of noise claims something {rate:.1%} of the time, {when}"
        for when, rate in studies.items()
        if rate > (0.1 if "any coloured cell" in when else 0.05)
    ]
    for test, rate in shuffled.items():
        if rate <= 0.3 if "must fail" in test else rate > 0.065:
            found.append(f"real shop, {test}: {rate:.1%}")
    return found


NAMED_EXCEPTION = "sells ten times as much"


def hard_misses(worlds: dict[str, dict[str, float]], repetitions: int) -> list[str]:
    """Hard worlds whose intervals cover too little or miss too often, in words."""
    found = []
    for world, rates in worlds.items():
        if NAMED_EXCEPTION in world:
            continue
        for estimand, least in (("typical", 0.935), ("portfolio", 0.93)):
            shown, covers = rates[f"{estimand}, shown"], rates[f"{estimand}, coverage"]
            missed = rates[f"{estimand}, missed of all"]
            error = ((1 - least) * least / max(shown * repetitions, 1)) ** 0.5
            if shown > 0 and covers < least - 2 * error:
                found.append(f"{world}: {estimand} covers {covers:.1%} of those shown")
            if missed > 0.065 + 2 * (0.065 * 0.935 / repetitions) ** 0.5:
                found.append(f"{world}: {estimand} misses {missed:.1%} of all")
    return found


def _row_misses(row: dict[str, float], *, few: bool, campaigns: bool) -> list[str]:
    lowest = 0.92 if few or campaigns else 0.935
    found = []
    if row["coverage"] < lowest:
        found.append(f"{row['estimate']} covers {row['coverage']:.1%}")
    if row["truth"] == 1 and row["rejects 1"] > (0.08 if few or campaigns else 0.065):
        found.append(f"{row['estimate']} cries wolf {row['rejects 1']:.1%}")
    if row["sign errors"] >= 0.01:
        found.append(f"{row['estimate']} has the wrong sign {row['sign errors']:.1%}")
    if row["truth"] == 1.25 and row["equivalent"] > 0.055:
        found.append(f"{row['estimate']} calls 1.25 equivalent {row['equivalent']:.1%}")
    return found
