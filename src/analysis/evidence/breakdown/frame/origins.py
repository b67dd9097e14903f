"""The frame: how the creators of a list were found, and how many of them were booked."""

import pandas as pd

from analysis.evidence.view import View
from analysis.evidence.wording import count, listed
from analysis.panel.suppression import suppress

NOT_STATED = "not stated"


def frame_line(view: View) -> str:
    """Say in a sentence from which list every result comes.

    Small counts, and those that would give them away, are withheld.

    Example:
        >>> from analysis import open_view
        >>> frame_line(open_view("demo"))[:62]
        '1,701 creators, found through followers (592), listening (559)'
    """
    creators = view.creators
    if creators.empty:
        return "nobody is on the list"
    found = creators["found_through"].fillna(NOT_STATED).value_counts()
    told = suppress(pd.DataFrame({"creators": [*found, len(creators)]}), down="last")["creators"]
    if list(found.index) == [NOT_STATED]:
        origin = "how they were found is not stated"
    else:
        parts = [f"{name} ({count(n)})" for name, n in zip(found.index, told, strict=False)]
        origin = f"found through {listed(parts)}"
    whole = f"{len(creators):,} creators" if len(creators) != 1 else "1 creator"
    return f"{whole}, {origin}; {_booked(creators)}; nobody off this list is in any number"


def _booked(creators: pd.DataFrame) -> str:
    booked = creators["booked"]
    if booked.isna().all():
        return "who was booked is not stated"
    counts = [int((booked == one).sum()) for one in (1, 0)] + [int(booked.isna().sum())]
    told = suppress(pd.DataFrame({"n": [*counts, len(creators)]}), down="last")["n"]
    if counts[0] == len(creators):
        return "all were booked"
    unknown = f", of {count(told[2])} it is not stated" if counts[2] else ""
    return f"{count(told[0])} were booked, {count(told[1])} were not{unknown}"
