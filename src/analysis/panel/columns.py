"""What each column of the creator panel holds, in the panel's order: ``columns.csv``."""

from analysis.study.declared import declared_rows

PANEL_COLUMNS = {
    row["column"]: row["meaning"] for row in declared_rows("analysis.panel", "columns.csv")
}
