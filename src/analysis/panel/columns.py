"""What each column of the creator panel holds, and of what is joined to it for the relationship."""

from analysis.study.declared import declared_rows


def _meanings(name: str) -> dict[str, str]:
    return {row["column"]: row["meaning"] for row in declared_rows("analysis.panel", name)}


PANEL_COLUMNS = _meanings("columns.csv")
RELATIONSHIP_COLUMNS = _meanings("relationship.csv")
