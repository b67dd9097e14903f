"""Audiences that are known, and how many more are needed before tiers can be compared."""

from dataclasses import dataclass

from analysis.evidence.breakdown.arms import selected_arms
from analysis.evidence.view import View
from analysis.store.parquet import read_table


@dataclass(frozen=True, slots=True)
class Audiences:
    """Audiences of one arm.

    Attributes:
        followers: the range.
        creators: persons.
        listed: of them with any audience.
        known: of these whose share in the target is known.
        needed: known ones that a comparison takes.
    """

    followers: str
    creators: int
    listed: int
    known: int
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
            Audiences(
                name,
                of.loc[inside, "person"].nunique(),
                of.loc[inside & of["listed"], "person"].nunique(),
                of.loc[inside & of["audience_known"].eq(1), "person"].nunique(),
                view.study.minimums.creators_per_arm,
            )
            for name, arm in arms
            for inside in (arm[of.index].astype(bool),)
        )
    return found
