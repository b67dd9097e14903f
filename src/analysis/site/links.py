"""Links from page to page: each leads to a page that stands, else to the index."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.show.grid import asks
from analysis.site.publish import Standing, publish_links, unsealed
from analysis.site.records import PageRecord

FRONT = "front"
_CELL = re.compile(r'(<a [^<>]*)href="#(asks-[0-9a-f]+)"')
_LINK = re.compile(r'(<a [^<>]*)href="[^"<>]*" data-asks="([\w-]+)"')


def asking(body: str) -> str:
    """Have cells that ask for a page lead to the index, marked with what they ask for.

    Example:
        >>> asking('<a href="#asks-0c">+9%</a>')
        '<a href="index.html" data-asks="asks-0c">+9%</a>'
    """
    return _CELL.sub(r'\1href="index.html" data-asks="\2"', body)


def answering(records: Sequence[PageRecord]) -> dict[str, tuple[str, ...]]:
    """Report ids of the pages on which to read each result, by result id, the best first.

    Those that state it come before those that hold it among others.

    Args:
        records: of reports that stand, in the order of the plan.
    """
    pages = [one for one in records if one.has_page]
    found: dict[str, dict[str, None]] = {}
    for one in pages:
        for name in one.answers:
            found.setdefault(name, {})[one.report_id] = None
    for one in pages:
        for row in one.rows:
            found.setdefault(str(row["result_id"]), {})[one.report_id] = None
    return {name: tuple(ids) for name, ids in found.items()}


def relink(site: Path, stand: Mapping[str, Standing], order: Sequence[str]) -> bool:
    """Have the marked links of every page lead to the pages that stand by now.

    For whoever holds the index: a page may be published by another run meanwhile.

    Args:
        site: folder of the pages.
        stand: what stands in it.
        order: report ids of the plan; the first is the summary.

    Returns:
        Whether any page changed.

    Raises:
        MachineError: disk or permission.
    """
    pages = {name: unsealed(one.path) for name, one in stand.items() if one.record.has_page}
    ordered = dict.fromkeys(name for name in (*order, *pages) if name in pages)
    asked = any('data-asks="asks-' in page for page in pages.values())
    records = [stand[name].record for name in ordered] if asked else []
    leads = {asks(name): ids for name, ids in answering(records).items()}
    leads[FRONT] = tuple(name for name in order[:1] if name in pages)
    anew = {name: _linked(page, leads, own=name) for name, page in pages.items()}
    changed = [name for name in pages if anew[name] != pages[name]]
    for name in changed:
        publish_links(site, name, anew[name])
    return bool(changed)


def _linked(page: str, leads: Mapping[str, Sequence[str]], *, own: str) -> str:
    def link(found: re.Match[str]) -> str:
        others = [name for name in leads.get(found[2], ()) if name != own]
        return f'{found[1]}href="{[*others, "index"][0]}.html" data-asks="{found[2]}"'

    return _LINK.sub(link, page)
