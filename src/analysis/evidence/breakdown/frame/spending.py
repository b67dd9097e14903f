"""What was paid for views, whoever was booked: ratios of sums, each campaign once."""

from dataclasses import dataclass

import pandas as pd

from analysis.evidence.breakdown.arms import labels
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.cost import RateWithInterval, ratio_of_sums
from analysis.evidence.view import ALL, View
from analysis.panel.relationship import KEY
from analysis.panel.suppression import FEW, telling_persons
from analysis.prepare.money import twin_campaigns
from analysis.store.parquet import read_table

_COLUMNS = ("campaign", "platform", "creator_id", "impressions", "fee", "placed_at", "starts_on")


@dataclass(frozen=True, slots=True)
class Spending:
    """What bookings with a fee and impressions cost.

    Attributes:
        placements: with a known fee above 0 and known impressions.
        cost: fee per 1,000 impressions, with its interval over persons.
        twins: campaigns that are set aside because another has the same creators at the same fees.
    """

    placements: int
    cost: RateWithInterval
    twins: tuple[str, ...]


def spending(view: View) -> dict[str, Spending | str]:
    """Per platform, the fees paid per 1,000 impressions in the scope, or why it is not known.

    It is withheld where fewer than five persons were paid, or two hold nearly all of it. Accounts
    of one person are one. A period takes bookings by the day they were placed, or started.
    A ratio of sums: the mean of each booking's own cost is another number, which a few bookings
    without views decide. A fee of 0 is a booking whose price is not known here. Of two campaigns
    with the same creators at the same fees, neither of which has days that tell them apart, the
    first by name counts. No followers are needed.
    """
    path = view.dataset.table_path("placements")
    if path is None:
        return {}
    rows = _inside(read_table(path, list(_COLUMNS)), view)
    rows = rows.merge(view.creators[[*KEY, "person"]], on=KEY)
    found: dict[str, Spending | str] = {}
    for platform, booked in rows.groupby("platform"):
        try:
            found[str(platform)] = _spent(booked, view.study.level)
        except NotEstimableError as error:
            found[str(platform)] = str(error)
    return found


def _inside(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    rows = rows if view.platform == ALL else rows[rows["platform"] == view.platform]
    rows = rows if view.one_campaign is None else rows[rows["campaign"] == view.one_campaign]
    day = pd.to_datetime(rows["placed_at"].fillna(rows["starts_on"]))
    first, last = view.days.first, view.days.last
    inside = pd.Series(True, rows.index)
    inside &= day.ge(pd.Timestamp(first)) if first else True
    inside &= day.le(pd.Timestamp(last)) if last else True
    return rows[inside]


def _spent(booked: pd.DataFrame, level: float) -> Spending:
    paid = booked[booked["fee"].gt(0) & booked["impressions"].notna()]
    if paid.empty:
        raise NotEstimableError("no placement has both a fee and impressions")
    twins = sorted({later for _, later in twin_campaigns(paid, paid["creator_id"])})
    once = paid[~paid["campaign"].isin(twins)]
    if telling_persons(once.assign(cost=once["fee"])) < FEW:
        raise NotEstimableError(
            f"withheld, since fewer than {FEW} creators were paid, or two of them nearly all"
        )
    fee, impressions = (once[name].to_numpy(dtype=float) for name in ("fee", "impressions"))
    person = labels(once["person"])
    cost = ratio_of_sums(fee, impressions / 1000, level=level, person=person)
    return Spending(len(once), cost, tuple(twins))
