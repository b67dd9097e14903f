"""The bookings of a view: one row per placement that took place, its cost and its outcome."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import selected_arms
from analysis.evidence.view import ALL, View
from analysis.store.parquet import read_table
from analysis.store.settings import LONGEST_WINDOW
from analysis.study.contract import PLANNED

_COSTS = ("product_cost", "agency_fee", "boost_spend")
_WHO = ["creator_id", "platform", "person", "niche", "followers"]
BOOKING_COLUMNS = (
    *(*_WHO, "micro", "campaign", "placed_at", "market", "fee_basis", "attribution"),
    *("window_days", "capture", "fee", "cost", "outcome", "revenue", "handling_hours"),
)


def whole(view: View) -> View:
    """The view with every niche and platform: a budget is one, whichever rows a page selects."""
    chosen = (view.niche, view.platform) != (ALL, ALL)
    return replace(view, niche=ALL, platform=ALL) if chosen else view


def bookings(view: View) -> pd.DataFrame:
    """Bookings of both arms, in the view's scope, of every niche and platform.

    Returns:
        ``BOOKING_COLUMNS``, one row per placement, in the order of arrival: ``micro`` tells the
        arm; ``cost`` is the fee with products, agency, boosting and hours, missing where no fee is
        known; ``outcome`` is what dataset.yml declares (orders are net of refunds), missing where
        nobody counted it; ``placed_at`` is missing where only the order window is known. A dataset
        without placements has no row.

    Example:
        >>> from analysis import open_view
        >>> found = bookings(open_view("demo"))
        >>> len(found), sorted(found["campaign"].unique())
        (2940, ['autumn', 'spring', 'summer', 'winter'])
    """
    return _of_arms("placements", view)


def planned(view: View) -> pd.DataFrame:
    """Bookings to come, as ``bookings`` gives those that took place; without an outcome."""
    return _of_arms(PLANNED, view).assign(outcome=np.nan)


def last_day(rows: pd.DataFrame, view: View) -> pd.Timestamp:
    """Day through which the data speak of bookings: of the posts, the last booking, its capture."""
    exported = pd.to_datetime(rows["capture"], format="%Y-%m-%d", errors="coerce").max()
    posted = pd.Timestamp(view.dataset.manifest.last_day or pd.NaT)
    days = [rows["placed_at"].max(), exported, posted]
    return max((day for day in days if not pd.isna(day)), default=pd.NaT)


def still_open(rows: pd.DataFrame, view: View) -> pd.Series:
    """Whether a booking's window ends after the data, so that some of its outcome is to come."""
    began = rows["placed_at"].astype("datetime64[us]")  # without placements a column of objects
    return (began + windows(rows)).gt(last_day(rows, view)).fillna(False)


def windows(rows: pd.DataFrame) -> pd.Series:
    """How long the orders of each booking count; a century where ``window_days`` is longer."""
    days = rows["window_days"].fillna(0).astype("float64").clip(upper=LONGEST_WINDOW)
    return pd.to_timedelta(days, unit="D")


def _of_arms(table: str, view: View) -> pd.DataFrame:
    path = view.dataset.table_path(table)
    if path is None:
        return pd.DataFrame(columns=list(BOOKING_COLUMNS))
    rows = _costed(read_table(path), view)
    accounts = view.creators[_WHO]
    found = rows.merge(accounts, on=["creator_id", "platform"], validate="many_to_one")
    return selected_arms(found, whole(view))[list(BOOKING_COLUMNS)].reset_index(drop=True)


def _costed(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    rows = rows[_in_scope(rows, view)]
    gifted = rows["collaboration"].eq("gifted") & rows["product_cost"].notna()
    cost = rows["fee"].fillna(0).where(rows["fee"].notna() | gifted)
    cost = cost + rows[list(_COSTS)].fillna(0).sum(axis=1)
    cost += rows["handling_hours"].fillna(0) * view.study.handling_cost_per_hour
    outcome = rows[view.dataset.manifest.settings.outcome]
    if view.dataset.manifest.settings.outcome == "orders":
        outcome = outcome - rows["orders_refunded"].fillna(0)
    amounts = rows[["fee", "revenue", "handling_hours"]].astype("float64")
    return rows.assign(
        cost=cost.astype("float64"),
        outcome=outcome.astype("float64"),
        campaign=rows["campaign"].fillna(""),
        placed_at=pd.to_datetime(rows["placed_at"]),
        **amounts,
    )


def _in_scope(rows: pd.DataFrame, view: View) -> pd.Series:
    """Whether a placement is of the view's campaign and period."""
    inside = pd.Series(True, index=rows.index)
    if view.campaign != ALL:
        inside &= rows["campaign"].eq(view.campaign).fillna(False)
    days = view.days
    stated = pd.to_datetime(rows["placed_at"].fillna(rows["starts_on"]))
    if days.first is not None:
        inside &= stated.ge(pd.Timestamp(days.first)).fillna(False)
    if days.last is not None:
        inside &= stated.le(pd.Timestamp(days.last)).fillna(False)
    return inside
