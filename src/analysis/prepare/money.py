"""What amounts count: one currency, by declared rates, and sales as the shop declares them."""

from itertools import combinations

import pandas as pd

from analysis.prepare.duplicates import KEPT
from analysis.prepare.joins import accounts
from analysis.store.settings import Settings

_COSTS = ("fee", "product_cost", "agency_fee", "boost_spend")
_MONEY = ("revenue", *_COSTS)
_SHARED = 0.9  # of the bookings of the smaller of two campaigns
_FEWEST = 5  # bookings whose fees hardly agree by chance
_CANCELLED = (
    "voided",
    "cancelled",
    "canceled",
    "expired",
    "declined",
    "deleted",
    "rejected",
    "reversed",
)
_OPEN = ("pending", "authorized", "unpaid", "on-hold", "processing")
_DELIVERED = ("fulfilled", "delivered", "completed", "shipped")
_WHY = {
    "free": "order of 0.00, a gift",
    "cancelled": "order was cancelled",
    "pending": "order was not paid",
    "delivered": "order was delivered and not yet paid (cash on delivery?)",
}


def in_one_currency(
    rows: pd.DataFrame, fate: pd.Series, settings: Settings, *, always: bool = True
) -> pd.DataFrame:
    """Rows whose amounts can be added up.

    The fate of the others says why not, in place.

    Args:
        rows: placements or tracked rows that are kept.
        fate: of all rows of the table.
        settings: ``currency`` and ``rates``. Without ``currency`` rows of several currencies are
            left out: nothing says which one counts.
        always: fill in the dataset's currency where a row states none.
    """
    amounts = [name for name in _MONEY if name in rows]
    base = (settings.currency or "").upper()
    stated = rows["currency"].str.upper()
    if base and always:
        stated = stated.fillna(base)
    rates = {name.upper(): rate for name, rate in settings.rates.items()}
    factor = stated.map(rates).where(stated.ne(base)).astype("Float64")
    changed = factor.notna()
    converted = rows.assign(currency=stated.mask(changed, base))
    for name in amounts:
        worth = (rows[name].astype("Float64") * factor).astype(rows[name].dtype)
        converted[name] = rows[name].where(~changed, worth)
    if not always:
        return converted
    monied = converted[amounts].notna().any(axis=1) & converted["currency"].notna()
    found = sorted(converted["currency"][monied].unique())
    known = base or (found[0] if len(found) == 1 else "")
    foreign = (monied & converted["currency"].ne(known)).fillna(False).astype(bool)
    fate[foreign.index[foreign]] = (
        f"amounts are in {' and '.join(found)}; write currency and rates in dataset.yml"
    )
    return converted[~foreign]


def paid(placements: pd.DataFrame, fate: pd.Series) -> pd.DataFrame:
    """Placements without money back beyond what was paid.

    What the account was paid in the same campaign counts. Sets the fate of those left out.
    """
    cost = placements[list(_COSTS)].astype("Float64").fillna(0).sum(axis=1)
    bookings = [accounts(placements), placements["campaign"].fillna("")]
    beyond = ((cost < 0) & (cost.groupby(bookings).transform("sum") < 0)).astype(bool)
    fate[beyond.index[beyond]] = "more money came back than was paid"
    return placements[~beyond]


def said_of_fees(placements: pd.DataFrame) -> list[str]:
    """Fees that may stand for one booking several times, in sentences.

    A campaign under two names, and a fee of a campaign that is stated again in every month.
    """
    fees = placements[placements["fee"].gt(0).fillna(False).astype(bool)]
    said = [
        f"campaign {later} has the creators and fees of {earlier}: one campaign under two names"
        " counts twice; leave one out, or give their placements days"
        for earlier, later in twin_campaigns(fees, accounts(fees))
    ]
    numberless = fees[fees["booking_id"].isna() & fees["campaign"].notna()]
    again = numberless.duplicated(["platform", "handle", "campaign", "fee"])
    if again.any():
        said.append(
            f"{int(again.sum())} placements state the fee of another one of their creator and"
            " campaign: a fee of the whole campaign is to stand once; bookings that were paid each"
            " need a booking_id"
        )
    return said


def twin_campaigns(paid: pd.DataFrame, who: pd.Series) -> list[tuple[str, str]]:
    """Pairs of campaigns with nearly the same creators at the same fees, in the order of names.

    Days that differ tell campaigns apart.

    Args:
        paid: placements with their ``campaign``, ``fee`` and days.
        who: whom each of them booked.

    Example:
        >>> rows = pd.DataFrame({"fee": [5, 6, 7, 8, 9] * 2, "placed_at": None, "starts_on": None})
        >>> rows["campaign"] = ["launch"] * 5 + ["launch (new)"] * 5
        >>> twin_campaigns(rows, pd.Series([*"abcdeabcde"]))
        [('launch', 'launch (new)')]
    """
    day = paid["placed_at"].fillna(paid["starts_on"]).astype("str").fillna("")
    booking = who + " " + paid["fee"].astype("str") + " " + day
    marks = {str(name): set(of) for name, of in booking.groupby(paid["campaign"])}
    return [
        (earlier, later)
        for earlier, later in combinations(sorted(marks), 2)
        if _alike(marks[earlier], marks[later])
    ]


def _alike(one: set[str], other: set[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller >= _FEWEST and len(one & other) >= _SHARED * smaller


def classified(orders: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Tell what kind of order each is, and take refunds off the revenue.

    Args:
        orders: rows of ``tracked``; lines of reports state no status and are ``paid``.

    Returns:
        The orders, and of each its kind: ``paid``, ``free``, ``cancelled``, ``pending`` or
        ``delivered`` (before it is paid).
    """
    status = orders["status"].str.lower().fillna("")
    kind = pd.Series("paid", orders.index, dtype="str")
    free = orders["order_id"].notna() & orders["revenue"].eq(0).fillna(False)
    kind = kind.mask(free.astype(bool), "free")
    is_open = status.isin(_OPEN)
    delivered = orders["delivery"].str.lower().fillna("").isin(_DELIVERED)
    kind = kind.mask(is_open, "pending").mask(is_open & delivered, "delivered")
    off = status.isin(_CANCELLED) | orders["cancelled_at"].notna()
    left = (orders["revenue"] - orders["refunded_amount"].fillna(0)).clip(lower=0)
    return orders.assign(revenue=left), kind.mask(off, "cancelled")


def leave_out(kinds: pd.Series, fate: pd.Series, settings: Settings) -> list[str]:
    """Set the fate of orders that are no sales; say how many there are of each kind."""
    no_sale = fate.eq(KEPT) & ~kinds.isin(settings.sales)
    fate[no_sale] = kinds[no_sale].map(_WHY).fillna("a paid order, which sales leaves out")
    counts = kinds[no_sale].value_counts()
    if counts.empty:
        return []
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return [f"orders that are no sales: {said}; sales in dataset.yml says which kinds count"]
