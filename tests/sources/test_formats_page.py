"""Every example of docs/formats.md: the file, its format and what is read from it."""

import re

import pandas as pd
import pytest

from analysis.prepare.load import load
from analysis.prepare.raw_folder import open_raw_folder
from analysis.prepare.settle import settle
from analysis.sources.formats import ColumnRule, DropRule, FileRule, PeriodRule, SourceFormat
from analysis.store.settings import Settings
from analysis.study.errors import DataContractError
from analysis.study.project import PROJECT

PAGE = (PROJECT / "docs" / "formats.md").read_text(encoding="utf-8")
SECTIONS = [part for part in PAGE.split("\n## ")[1:] if "```yaml" in part]
FORMS = (SourceFormat, FileRule, DropRule, PeriodRule, ColumnRule)


def blocks(section, kind):
    """Fenced blocks of a kind, each with the name after it."""
    return re.findall(rf"```{kind} ?([^\n]*)\n(.*?)```", section, re.DOTALL)


def told(row):
    """One row as the page writes it: values, and of missing metrics their state."""
    said = []
    for name, value in row.items():
        if name.endswith("_state") or name == "capture":
            continue
        state = row.get(f"{name}_state")
        if pd.notna(value):
            said.append(f"{name} {value}")
        elif state not in (None, "not available"):
            said.append(f"{name} ({state})")
    return ", ".join(said)


def read(folder):
    raw = open_raw_folder(folder)
    loaded = load(raw, source=None, tell=lambda *_: None)
    found = settle(loaded.arrivals, settings=raw.settings)
    for arrival in loaded.arrivals:
        table = arrival.imported.table
        kept = found.tables.get(table.name)
        rows = arrival.imported.rows.drop(columns="rank", errors="ignore")
        if kept is not None and len(kept) < len(rows):
            rows = kept
        yield from (f"{table.name}: {told(row)}" for _, row in rows.iterrows())
        left = arrival.imported.exclusions
        yield from (
            f"left out: {table.name} row {row.row}: {row.reason}" for row in left.itertuples()
        )
    yield from (f"ignored: {name}: {why}" for name, why in loaded.ignored.items())


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.split("`")[1])
def test_an_example_of_the_page_is_read_as_it_says(section, tmp_path):
    for name, text in blocks(section, "csv"):
        path = tmp_path / (name or "data.csv")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    [(_, form)] = blocks(section, "yaml")
    (tmp_path / "tool.yml").write_text(form, encoding="utf-8")
    try:
        lines = list(read(tmp_path))
    except DataContractError as error:
        lines = [f"refused: {str(error).partition('tool.yml: ')[2]}"]
    [(_, expected)] = blocks(section, "text")
    assert "\n".join(lines) == expected.rstrip()


def test_the_page_explains_every_word():
    words = {field.alias or name for form in FORMS for name, field in form.model_fields.items()} - {
        "source",
        "constant",
    }
    headings = " ".join(section.splitlines()[0] for section in SECTIONS)
    assert words <= set(re.findall("`([a-z_]+)`", headings))


def test_the_page_names_what_dataset_yml_says_about_files():
    about_text = {"ignore", "header_row", "encoding", "accounts", "decimal", "abbreviated"}
    assert about_text <= Settings.model_fields.keys()
    assert all(f"`{word}: " in PAGE for word in about_text)
