"""What stands in a site beside what may stand there, and its exports beside each other."""

import csv
import json
import shutil
import tempfile
from pathlib import Path, PurePath

from analysis.site.publish import pdf_stands, retire
from analysis.site.site_index import WRITTEN, update_index
from tests.runs import fleet

OPTIONAL = (".told.json", "report-000.pdf")  # written last, so that a killed run may lack them
COLUMNS = {
    "estimate": "micro / macro",
    "deciding_low": "from",
    "deciding_high": "to",
    "deciding_level": "level",
    "n_micro": "micro creators",
    "n_macro": "macro creators",
    "niche": "niche",
    "contrast": "ranges",
    "status": "status",
    "reason": "because",
}
TOLD = ("estimate", "deciding_low", "deciding_high", "deciding_level", "verdict", "status")


def shown(site):
    """Files by name, but for what is being made."""
    return {
        name: text
        for name, text in fleet.content(site).items()
        if name in OPTIONAL or not any(part.startswith(".") for part in PurePath(name).parts)
    }


def damaged(site, order, *allowed, unseen=()):
    """Names of files in no allowed version; exports may also be those of the pages that stand.

    Or of those that stood before the last of some reports: a shard that is killed publishes after
    the others' last look. A history with half a line is damaged.
    """
    found = shown(site)
    odd = [name for name, text in found.items() if all(text != one.get(name) for one in allowed)]
    for known in range(len(unseen), -1, -1) if {*odd} & {*WRITTEN} else ():
        anew = made_anew(site, order, but=unseen[known:])
        odd = [name for name in odd if found[name] != anew.get(name)]
    return odd if readable(site / "runs.jsonl") else [*odd, "runs.jsonl"]


def readable(history):
    """Whether each line of a history is a run, or there is none."""
    try:
        return all(map(json.loads, history.read_text(encoding="utf-8").splitlines()))
    except FileNotFoundError:
        return True
    except ValueError:
        return False


def made_anew(site, order, *, but=()):
    """The exports of the pages and failures of a site, but for some reports."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = shutil.copytree(site, Path(scratch) / "site")
        retire(copy, but)
        for name in WRITTEN:
            (copy / name).unlink(missing_ok=True)
        update_index(copy, order)
        return shown(copy)


def called_good(site, project, *, plan="plan.yml"):
    """Whether verify finds no flaw but that the data are past their day."""
    log = project.base / "verified"
    log.unlink(missing_ok=True)
    fleet.exit_code(fleet.start(project.at(site).verify(plan=plan), log))
    lines = log.read_text(encoding="utf-8").splitlines()
    return all("pages as they were" in x or x.endswith("its last valid day") for x in lines)


def is_whole(site, expected):
    """Whether a site is the expected one, but for what is written last.

    What was mailed last says nothing of the pages: a run that is killed before it mails leaves
    the note of an earlier one.
    """
    found = {name: text for name, text in shown(site).items() if name != ".told.json"}
    wanted = {name for name in expected if name in found or name not in OPTIONAL}
    return found.keys() == wanted and all(found[name] == expected[name] for name in wanted)


def is_printed(site):
    """Whether the first page has its PDF."""
    return pdf_stands(site, "report-000")


def disagreements(site):
    """What workbook, summary and mail say otherwise than results.csv."""
    import openpyxl  # which every report of the long proof would import with its main module

    with (site / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["result_id"]: row for row in csv.DictReader(file)}
    book = openpyxl.load_workbook(site / "results.xlsx", read_only=True)
    told, odd = {}, []
    for sheet in book.worksheets[1:]:
        head, *lines = sheet.values
        told |= {line[-1]: dict(zip(head, line, strict=True)) for line in lines}
    book.close()
    odd += sorted(told.keys() ^ rows.keys())
    for name in told.keys() & rows.keys():
        odd += [name for one, own in COLUMNS.items() if not _same(rows[name][one], told[name][own])]
    summary = json.loads((site / "summary.json").read_text(encoding="utf-8"))
    values = {tuple(row[name] for name in TOLD) for row in rows.values()}
    odd += [str(one) for one in summary["answers"] if tuple(map(_text, _of(one))) not in values]
    mailed = (site / "summary.txt").read_text(encoding="utf-8")
    odd += [name for name in ("headline", "dataset") if (summary[name] or "") not in mailed]
    return odd


def _of(answer):
    return [answer[name] for name in TOLD]


def _text(value):
    return "" if value is None else str(value)


def _same(written, shown_value):
    if shown_value in (None, "withheld"):
        return written == ""
    return written == shown_value if isinstance(shown_value, str) else float(written) == shown_value
