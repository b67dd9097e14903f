"""What others have published on the questions, for context, by their own tiers."""

from importlib import resources

import pandas as pd
from great_tables import GT

from analysis.show.tables.layout import table

_FILE = resources.files("analysis.show.tables") / "published_findings.csv"


def findings(topic: str) -> pd.DataFrame:
    """Published figures on a topic, as their authors measured them.

    Args:
        topic: ``engagement``, ``conversion`` or ``cost``.

    Returns:
        One row per figure, all text: ``measure, value, unit``, the ``tier`` as the source defines
        it, ``where, sample, period, source, year, address, caveat``.

    Example:
        >>> findings("cost")[["tier", "value"]].iloc[0].tolist()
        ['nano (bottom quartile): 1.22K to 8.5K', '17.85']
    """
    with _FILE.open(encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype="str")
    return rows[rows["topic"] == topic].drop(columns="topic").reset_index(drop=True)


def published(topic: str) -> GT:
    """Show published figures with their own tiers and sources."""
    rows = findings(topic)
    shown = pd.DataFrame(
        {
            "measured": rows["measure"],
            "their tier": rows["tier"],
            "found": rows["value"] + rows["unit"].map(lambda unit: f" ({unit})"),
            "sample": rows["sample"] + "; " + rows["where"] + "; " + rows["period"],
            "mind": rows["caveat"],
            "source": rows["source"] + " " + rows["year"] + ", " + rows["address"],
        }
    )
    return table(shown, title="What others have published", first="measured")
