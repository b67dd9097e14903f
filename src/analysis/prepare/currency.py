"""Amounts in several currencies -> one, by the rates that the dataset declares; never by guess."""

import pandas as pd

from analysis.prepare.joins import accounts
from analysis.store.settings import Settings

_COSTS = ("fee", "product_cost", "agency_fee", "boost_spend")
_MONEY = ("revenue", *_COSTS)


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
