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
    if families["on the decision day"] > 0.065:
        found.append(f"a family claims {families['on the decision day']:.1%} of the time")
    found += [
        f"a study of noise claims something {rate:.1%} of the time, {when}"
        for when, rate in studies.items()
        if rate > 0.05
    ]
    for test, rate in shuffled.items():
        if rate <= 0.3 if "must fail" in test else not 0.035 <= rate <= 0.065:
            found.append(f"real shop, {test}: {rate:.1%}")
    return found


def _row_misses(row: dict[str, float], *, few: bool, campaigns: bool) -> list[str]:
    lowest, highest = (0.92, 0.98) if few or campaigns else (0.935, 0.965)
    found = []
    if not lowest <= row["coverage"] <= highest:
        found.append(f"{row['estimate']} covers {row['coverage']:.1%}")
    if row["truth"] == 1:
        least, most = (0.02, 0.08) if few else (0, 0.08) if campaigns else (0.035, 0.065)
        if not least <= row["rejects 1"] <= most:
            found.append(f"{row['estimate']} cries wolf {row['rejects 1']:.1%}")
    if row["sign errors"] >= 0.01:
        found.append(f"{row['estimate']} has the wrong sign {row['sign errors']:.1%}")
    if row["truth"] == 1.25 and row["equivalent"] > 0.055:
        found.append(f"{row['estimate']} calls 1.25 equivalent {row['equivalent']:.1%}")
    return found
