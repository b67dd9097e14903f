"""What amounts count: one currency, by declared rates, and sales as the shop declares them."""

import pandas as pd

from analysis.prepare.duplicates import KEPT
from analysis.prepare.joins import accounts
from analysis.store.settings import Settings

_COSTS = ("fee", "product_cost", "agency_fee", "boost_spend")
_MONEY = ("revenue", *_COSTS)
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
