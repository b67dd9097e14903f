"""What a list drawn by lot brought: the bookings of those drawn that followed the draw."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.decisions.bookings import windows
from analysis.decisions.lots.draw import BOOK, RESERVE
from analysis.decisions.lots.experiment import ListMean, list_means
from analysis.decisions.lots.forms import read_form
from analysis.prepare.duplicates import IS_PLANNED, KEPT
from analysis.prepare.judge import took_place
from analysis.store.escaping import from_cell
from analysis.study.contract import ASSIGNMENTS, PLACEMENTS
from analysis.study.errors import DataContractError, UsageError

_ACCOUNT = ["platform", "handle"]


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What the lists of a draw returned, and what was not there.

    Attributes:
        means: of each list; of those drawn, whoever was not booked counts 0.
        drawn, booked: creators who were drawn, and those of them with a booking that counts.
        called_off: bookings that were declined or cancelled.
        not_later: bookings that were placed on the day of the draw or before; they count nothing.
        of_no_day: bookings that count, of which nothing tells when they were placed.
        again: rows that say the same as another one; they count once.
    """

    means: tuple[ListMean, ...]
    drawn: int
    booked: int
    called_off: int
    not_later: int
    of_no_day: int
    again: int


def list_outcome(folder: Path, outcomes: Path, *, today: date) -> ListOutcome:
    """Add up what those drawn brought, by the net orders of their bookings since the draw.

    Args:
        folder: as ``micromacro draw`` wrote it.
        outcomes: ``placements``; others than those drawn are left out.
        today: the day; a booking whose window ends after it is not over.

    Raises:
        UsageError: a booking of those drawn is not over, is of no known status or states no
            orders, or none of them followed the draw.
        DataContractError: a file breaks its form, or the list is not the one that was drawn.
    """
    lot, _ = read_form(folder / "assignments.csv", ASSIGNMENTS)
    listed = _listed(folder / "list.csv", lot)
    rows, _ = read_form(outcomes, PLACEMENTS)
    drawn = pd.MultiIndex.from_frame(listed.loc[listed["role"].eq(BOOK), _ACCOUNT])
    stated = rows[pd.MultiIndex.from_frame(rows[_ACCOUNT].astype("str")).isin(drawn)]
    theirs = stated.drop_duplicates()
    status = pd.Series(KEPT, theirs.index)
    done = took_place(theirs, status)
    placed = pd.to_datetime(done["placed_at"])
    late = done[~placed.le(pd.to_datetime(lot["drawn_at"]).max())]
    _refuse_what_is_missing(status, late, outcomes, today)
    net = late["orders"].astype("float64") - late["orders_refunded"].fillna(0).astype("float64")
    by_account = net.groupby([late[name].astype("str") for name in _ACCOUNT]).sum()
    accounts = pd.MultiIndex.from_frame(listed[_ACCOUNT])
    return ListOutcome(
        means=list_means(listed, pd.Series(by_account.reindex(accounts).to_numpy(), listed.index)),
        drawn=len(drawn),
        booked=len(by_account),
        called_off=len(theirs) - len(done),
        not_later=len(done) - len(late),
        of_no_day=int(late["placed_at"].isna().sum()),
        again=len(stated) - len(theirs),
    )


def _listed(path: Path, lot: pd.DataFrame) -> pd.DataFrame:
    """The list as it was drawn, which the assignments beside it tell."""
    try:
        found = pd.read_csv(path, dtype="str", keep_default_na=False)
        found["handle"] = found["handle"].map(from_cell)
        arms = found["tier"].where(found["role"].eq(BOOK), RESERVE)
        drawn = sorted(zip(found["platform"] + " " + found["handle"], arms, strict=True))
    except (ValueError, KeyError) as error:
        raise DataContractError(f"{path}: damaged; put it back as it was drawn") from error
    if drawn != sorted(zip(lot["unit"].astype("str"), lot["arm"].astype("str"), strict=True)):
        raise DataContractError(f"{path}: not as it was drawn; put it back")
    return found


def _refuse_what_is_missing(
    status: pd.Series, late: pd.DataFrame, outcomes: Path, today: date
) -> None:
    """Refuse a draw that is not finished, or whose outcome is not known."""
    ends = pd.to_datetime(late["placed_at"]) + windows(late)
    unknown = status.str.startswith("booking_status")
    faults = {
        "are planned": int(status.eq(IS_PLANNED).sum()),
        "have a window (window_days) that is not over": int(ends.gt(pd.Timestamp(today)).sum()),
        "have a booking_status that is not known": int(unknown.sum()),
        "took place and state no orders": int(late["orders"].isna().sum()),
    }
    if told := [f"{number} bookings {what}" for what, number in faults.items() if number]:
        raise UsageError(f"{outcomes}: of those drawn, {'; '.join(told)}")
    if late.empty:
        raise UsageError(f"{outcomes}: nobody who was drawn has a booking later than the draw")
