"""The currency that amounts are shown in."""

from analysis.evidence.view import View
from analysis.store.parquet import read_table


def currency_of(view: View) -> str:
    """The one currency of a dataset's placements; empty where there is none, or several."""
    path = view.dataset.table_path("placements")
    if path is None:
        return ""
    found = read_table(path)["currency"].dropna().unique()
    return str(found[0]) if len(found) == 1 else view.dataset.manifest.settings.currency or ""
