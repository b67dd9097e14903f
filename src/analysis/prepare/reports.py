"""Orders and lines of reports: each counts once, though reports overlap, repeat and run on.

A line states what a code, UTM mark or link brought in a period and has no number of its own, so
two reports that hold one mark may say the same twice or two things. Their periods tell; where they
are not known, what the counts do from one capture to the next.
"""

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED
from analysis.sources.importer import BEGINS, ENDS, RANK
from analysis.study.contract import TRACKED

_MARKS = ["source", "code", "utm", "link", "day"]
_WHOSE = ["platform", "handle", "code", "utm", "link"]
_ONCE = ["orders", "orders_refunded"]
_COUNTS = ["clicks", "sessions", "orders", "revenue", "boost_spend"]


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a tool: a file, or the rows of one period in it.

    Attributes:
        number: of the report, in the order of arrival.
        source, file, capture: where it comes from.
        begins, ends: first and last day, missing where nothing says them.
    """

    number: int
    source: str
    file: str
    capture: str
    begins: pd.Timestamp
    ends: pd.Timestamp

    @property
    def is_dated(self) -> bool:
        """Whether both days are known."""
        return bool(pd.notna(self.begins) and pd.notna(self.ends))

    @property
    def days(self) -> str:
        """The period in words."""
        return f"{self.begins:%Y-%m-%d} to {self.ends:%Y-%m-%d}"

    def weight(self) -> tuple[int, str, int]:
        """Whose lines count where two state one mark: more days first, then the later one."""
        days = (self.ends - self.begins).days if self.is_dated else -1
        return days, self.capture, self.number

    def covers(self, other: "Report") -> bool:
        """Whether its period holds the other's."""
        return bool(self.begins <= other.begins and other.ends <= self.ends)

    def meets(self, other: "Report") -> bool:
        """Whether a day is in both periods."""
        return bool(self.begins <= other.ends and other.begins <= self.ends)


def once(rows: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Decide which orders and lines count.

    Of one order the latest capture counts, and within it a refund goes before none.

    Args:
        rows: of ``tracked``, from all files.

    Returns:
        The fate of every row, and what somebody should look at.
    """
    fate = pd.Series(KEPT, index=rows.index, dtype="str")
    numbered = rows["order_id"].notna()
    key = ["source", "order_id", "line"]
    alike = rows[numbered & rows.duplicated(key, keep=False)]
    rank = [name for name in ("capture", "orders_refunded", RANK) if name in rows]
    best = alike.sort_values(rank, ascending=False, kind="stable").drop_duplicates(key)
    fate[alike.index.difference(best.index)] = MERGED
    repeated = alike.duplicated([*TRACKED.names, "source", "capture"])
    fate[repeated.index[repeated].difference(best.index)] = DUPLICATES
    lines = rows[~numbered]
    return fate, _same_files(lines, fate) + _same_marks(lines[fate[lines.index].eq(KEPT)], fate)


def lines_of_orders(rows: pd.DataFrame, fate: pd.Series) -> pd.DataFrame:
    """Count an order of several lines once for each account.

    At the first of its lines that counts.

    Args:
        rows: of ``tracked``; the amounts of its lines stay.
        fate: of every row.
    """
    open_rows = rows[fate.eq(KEPT) & rows["order_id"].notna() & rows["line"].notna()]
    later = open_rows.duplicated(["source", "order_id", *_WHOSE])
    again = rows.index.isin(later.index[later])
    counts = {name: rows[name].mask(again & rows[name].notna(), 0) for name in _ONCE}
    return rows.assign(**counts)


def _same_files(lines: pd.DataFrame, fate: pd.Series) -> list[str]:
    """A file that arrived again under another name counts once."""
    files = lines.drop_duplicates("arrival")[["arrival", "digest", "file"]]
    first = files.drop_duplicates("digest").set_index("digest")
    again = files[~files["arrival"].isin(first["arrival"])]
    fate[lines.index[lines["arrival"].isin(again["arrival"])]] = DUPLICATES
    return [
        f"{file} is the same file as {first.loc[same, 'file']}; it counts once"
        for file, same in zip(again["file"], again["digest"], strict=True)
    ]


def _same_marks(lines: pd.DataFrame, fate: pd.Series) -> list[str]:
    """Lines of reports that share marks: which of them count."""
    if lines.empty:
        return []
    labels = lines.groupby(["arrival", BEGINS, ENDS], dropna=False, sort=True).ngroup()
    lines = lines.assign(report=labels)
    marks = lines.groupby(_MARKS, dropna=False, sort=False).ngroup()
    sums = lines[_COUNTS].astype("Float64").groupby([marks, labels]).sum(min_count=1)
    held = lines.drop_duplicates("report").sort_values("report")
    reports = [
        Report(*values)
        for values in held[["report", "source", "file", "capture", BEGINS, ENDS]].itertuples(
            index=False, name=None
        )
    ]
    said: list[str] = []
    for one, other in combinations(sorted(reports, key=Report.weight, reverse=True), 2):
        stands = fate[lines.index[lines["report"].eq(one.number)]].eq(KEPT)
        shared = _shared(sums, one, other).intersection(marks[stands.index[stands]])
        if one.source != other.source or shared.empty:
            continue
        told, word = _beside(one, other, sums, shared)
        said += [told] if told else []
        if word:
            lost = lines.index[lines["report"].eq(other.number) & marks.isin(shared)]
            fate[lost] = fate[lost].where(fate[lost].ne(KEPT), word)
    return said


def _shared(sums: pd.DataFrame, one: Report, other: Report) -> pd.Index:
    of_each = [sums.index.get_level_values(0)[sums.index.get_level_values(1) == r.number]
               for r in (one, other)]  # fmt: skip
    return of_each[0].intersection(of_each[1])


def _beside(one: Report, other: Report, sums: pd.DataFrame, shared: pd.Index) -> tuple[str, str]:
    """What is said of two reports that share marks, and the fate of the other's lines.

    Args:
        one: counts for these marks.
        other: has fewer days, or arrived earlier.
        sums: counts by mark and report.
        shared: the marks.

    Returns:
        Both empty where the two have nothing to do with each other.
    """
    if one.is_dated and other.is_dated:
        if not one.meets(other):
            return "", ""
        if one.covers(other):
            told = f"{other.file} ({other.days}) lies in {one.file} ({one.days})"
            return f"{told}; their shared marks count once", MERGED
        told = f"{other.file} ({other.days}) overlaps {one.file} ({one.days}) in part"
        return told, f"{told}; export periods that do not overlap"
    counts = [sums.xs(r.number, level=1).reindex(shared).fillna(0) for r in (one, other)]
    if one.capture > other.capture and bool((counts[0] >= counts[1]).all(axis=None)):
        return f"{other.file} runs on in {one.file}: no count fell, so the later one counts", MERGED
    files = " and ".join(sorted([one.file, other.file]))
    return (
        f"{files} state the same marks, and their periods are not known: they are added up; if"
        " they overlap, keep one"
    ), ""
