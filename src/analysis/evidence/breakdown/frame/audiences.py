"""Audiences that are known, and how many more are needed before tiers can be compared."""

from dataclasses import dataclass

import pandas as pd

from analysis.evidence.breakdown.arms import selected_arms
from analysis.evidence.view import View
from analysis.store.parquet import read_table


@dataclass(frozen=True, slots=True)
class Audiences:
    """Persons of one arm, by what their audience tells.

    Attributes:
        followers: the range.
        telling: whose share in the target is known.
        silent: with an audience of which it is not.
        without: with no audience.
        creators: all of these.
        needed: telling ones that a comparison takes.
    """

    followers: str
    telling: int
    silent: int
    without: int
    creators: int
    needed: int


def audiences_by_arm(view: View) -> dict[str, tuple[Audiences, ...] | str]:
    """Per platform, how many audiences there are and how many tell the share of the target."""
    rows = selected_arms(view.creators, view)
    target = view.dataset.manifest.settings.target
    path = view.dataset.table_path("audience")
    if path is None:
        lacking = "no table audience, so nobody knows whose followers they are"
        return {str(platform): lacking for platform in rows["platform"].unique()}
    if not target:
        lacking = "dataset.yml names no target, so no audience can match it"
        return {str(platform): lacking for platform in rows["platform"].unique()}
    listed = rows["creator_id"].isin(read_table(path, ["creator_id"])["creator_id"])
    arms = ((str(view.micro), rows["micro"]), (str(view.macro), ~rows["micro"]))
    found: dict[str, tuple[Audiences, ...] | str] = {}
    for platform, of in rows.assign(listed=listed).groupby("platform"):
        found[str(platform)] = tuple(
            Audiences(name, *_parts(of[arm[of.index]]), view.study.minimums.creators_per_arm)
            for name, arm in arms
        )
    return found


def _parts(arm: pd.DataFrame) -> tuple[int, int, int, int]:
    """Persons whose audience tells, is silent, is missing; and all. The best of accounts counts."""
    told = arm["listed"].astype(int) + arm["audience_known"].eq(1)
    best = told.groupby(arm["person"]).max()
    telling, silent, without = (int(best.eq(n).sum()) for n in (2, 1, 0))
    return telling, silent, without, len(best)
