"""Every verdict that a page prints beside an interval, read from the page as a reader sees it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = r"(-?[0-9.,]+)"
_GRID = re.compile(r'<table class="grid[^>]*>(.*?)</table>', re.DOTALL)
_GRID_HEAD = re.compile(r'<th scope="col">(.*?)</th>', re.DOTALL)
_GRID_ROW = re.compile(r"<tr[^>]*><th scope=\"row\">(.*?)</th>(.*?)</tr>", re.DOTALL)
_GRID_TD = re.compile(r'<td class="([a-z]+)">(.*?)</td>', re.DOTALL)
_GRID_NUMBERS = re.compile(r"</b> [^<]+<span>([^<]+)</span>(.*)", re.DOTALL)
_KINDS = {"micro": "decided", "macro": "decided", "alike": "equivalent", "open": "inconclusive"}
_STANDING = {
    "ahead": "decided",
    "behind": "decided",
    "higher": "decided",
    "lower": "decided",
    "alike": "equivalent",
    "open": "inconclusive",
}
_SENTENCE = re.compile(
    rf"({'|'.join(_STANDING)}) on [A-Z][A-Za-z]+, {_NUMBER} times macro.s"
    rf" \({_NUMBER} to {_NUMBER}\)"
)
_MARK = re.compile(
    r'<div class="mark (\w+)"><span>(.*?)</span>.*?<span><b>(.*?)</b> <small>(.*?)</small></span>'
)
_TABLE = re.compile(r"<table class=\"gt_table\".*?</table>", re.DOTALL)
_TABLE_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_TABLE_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_VERDICT = re.compile(
    r"^(?:[●■=○] (?=[a-z])|(?=.*proportion))"  # a name of an arm alone is no verdict
    r"(micro|macro|alike|open|depends|(?:more|less) than in proportion|in proportion)"
    r"(, slight)?(?:: (.*))?$"
)
_TOLD = {
    "alike": "equivalent",
    "in proportion": "equivalent",
    "open": "inconclusive",
    "depends": "decided",
}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A verdict and the interval beside it, as printed.

    Attributes:
        where: the words around it.
        verdict: ``decided``, ``equivalent`` or ``inconclusive``.
        low, high: ends of the interval.
        reason: what else the cell prints.
        is_growth: whether it is a power of followers, which the margin of a ratio does not judge.
    """

    where: str
    verdict: str
    low: float
    high: float
    reason: str
    is_growth: bool

    def fault(self, margin: tuple[float, float] = (0.8, 1.25)) -> str:
        """How the interval contradicts the verdict; empty where it does not."""
        leaves_out = self.low > 1 or self.high < 1
        inside = margin[0] - 1e-9 <= self.low and self.high <= margin[1] + 1e-9
        if self.verdict == "decided" and not leaves_out:
            return f"{self} is decided and holds 1"
        if self.verdict == "equivalent" and not (inside or self.is_growth):
            return f"{self} is alike and leaves the margin"
        if self.verdict == "inconclusive" and leaves_out and not self.reason.strip():
            return f"{self} is open without a reason"
        return ""


def shown_cells(page: str) -> Iterator[ShownCell]:
    """Cells of grids, sentences, the strip and evidence tables of a page."""
    for grid in _GRID.findall(page):
        yield from _grid_cells(grid)
    words = html.unescape(re.sub(r"<[^>]+>", " ", page))
    for found in _SENTENCE.finditer(words):
        standing, _, low, high = found.groups()
        yield _cell(found[0], _STANDING[standing], low, high, "")
    for mark in _MARK.findall(page):
        yield _mark_cell(*mark)
    for table in _TABLE.findall(page):
        yield from _table_cells(table)


def _grid_cells(grid: str) -> Iterator[ShownCell]:
    heads = _GRID_HEAD.findall(grid)
    for niche, cells in _GRID_ROW.findall(grid):
        for head, (kind, said) in zip(heads, _GRID_TD.findall(cells), strict=True):
            numbers = _GRID_NUMBERS.search(said)
            if kind not in _KINDS or numbers is None:
                continue
            low, high = printed_ends(html.unescape(numbers[1]))
            reason = " ".join(re.findall(r"<i>(?!true )([^<]*[a-z][^<]*)</i>", numbers[2]))
            where = re.sub(r"<[^>]+>", " ", f"{niche}, {head}")
            yield ShownCell(where, _KINDS[kind], low, high, reason, is_growth=False)


def _mark_cell(kind: str, label: str, words: str, interval: str) -> ShownCell:
    low, high = printed_ends(html.unescape(interval))
    return ShownCell(f"{label}, {words}", _KINDS[kind], low, high, "", is_growth=False)


def printed_ends(interval: str) -> list[float]:
    """Ratios of an interval as a grid prints it: percent, times, or a power of followers."""
    ends = interval.replace("\u2212", "-").split("\u00a0to ")
    if interval.endswith("%"):
        return [1 + float(end.strip("%")) / 100 for end in ends]
    if interval.endswith("\u00d7"):
        return [float(end.strip("\u00d7")) for end in ends]
    return [float(end) for end in interval.split(" to ")]


def _table_cells(table: str) -> Iterator[ShownCell]:
    """Rows of evidence: who is ahead, then the gap, then its interval."""
    for row in _TABLE_ROW.findall(table):
        cells = [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in _TABLE_CELL.findall(row)]
        for place, cell in enumerate(cells[:-2]):
            if found := _VERDICT.match(cell):
                verdict = "equivalent" if found[2] else _TOLD.get(found[1], "decided")
                low, high = printed_ends(cells[place + 2])
                growth = "proportion" in found[1]
                yield ShownCell(" ".join(cells), verdict, low, high, found[3] or "", growth)


def _cell(
    where: str, verdict: str, low: str, high: str, reason: str, *, growth: bool = False
) -> ShownCell:
    ends = [float(end.replace(",", "")) for end in (low, high)]
    return ShownCell(re.sub(r"<[^>]+>", " ", where), verdict, *ends, reason, growth)
