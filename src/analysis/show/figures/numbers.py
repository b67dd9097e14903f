"""The numbers behind a figure: as words for who does not see it, and as a table."""

import pandas as pd

from analysis.evidence.wording import row_ratio
from analysis.show.markup import render


def ratios_in_words(rows: pd.DataFrame, *names: str) -> str:
    """Write each row's ratio and interval after its names."""
    return "; ".join(
        f"{' '.join(str(row[name]) for name in names)} {row_ratio(row)}"
        for row in rows.to_dict("records")
    )


def numbers_table(frame: pd.DataFrame) -> str:
    """Write a frame as the plainest table of HTML.

    Numbers have four digits, what is missing is a dash.
    """
    rows = [[_in_words(value) for value in row] for row in frame.itertuples(index=False)]
    return render("show", "numbers", columns=frame.columns, rows=rows)


def _in_words(value: object) -> str:
    if pd.isna(value):
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def follower_count(value: float) -> str:
    """Short, to two digits.

    Example:
        >>> follower_count(17_783), follower_count(1_000_000), follower_count(316)
        ('18K', '1M', '320')
    """
    size, suffix = (1e6, "M") if value >= 1e6 else (1e3, "K") if value >= 1e3 else (1, "")
    return f"{float(f'{value / size:.2g}'):g}{suffix}"
