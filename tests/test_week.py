"""A week with it, by the doors alone: commands, files and exit codes, from an empty folder.

Monday a workbook with Shopify and Google Analytics beside it; Tuesday a renamed column; Wednesday
another cut; Thursday a niche of three; Friday an erasure; Saturday a kill; next Monday an
overlapping export.
"""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.cli.main import main
from analysis.evidence.families import answer
from analysis.evidence.view import open_view
from analysis.study.worlds import Niche, Platform, World, draw
from tests.built import quick_study

PLAN = """\
reports:
  - { notebook: 90_summary, id: summary, title: Summary }
  - { notebook: 10_data, id: data, title: Data }
  - { notebook: 30_conversion, id: conversion, title: Conversion }
  - { notebook: 20_engagement, id: "engagement-{niche}", title: "In {niche}", each: niche }
"""
WORLD = World(
    platforms=(Platform("instagram", creators=(0, 90, 36, 8), insights=True),),
    niches=(Niche("beauty", engagement=1.6), Niche("gaming", engagement=1.2)),
    posts=3,
)
CUT = "conversion-micro-10k-50k-campaign-spring"
LEAVER = "ig_leaver"
SHOPIFY = ["Name", "Email", "Financial Status", "Currency", "Subtotal", "Discount Code"]


class Week:
    """A brand's folder, its site and the commands that its people type."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.site, self.data = folder / "brand", folder / "site", folder / "data"
        self.plan = folder / "nightly.yml"
        self.plan.write_text(PLAN, encoding="utf-8")
        self.declared = ["--plan", str(self.plan), "--study", str(quick_study(folder))]
        self.options = [*self.declared, "--workers", "2"]

    def command(self, *arguments: str) -> int:
        return main([*arguments])

    def report(self, *more: str, out: Path | None = None) -> int:
        site = ["--out", str(out or self.site)]
        return main(["report", "--data", str(self.raw), *site, *self.options, *more])

    def verify(self, site: Path) -> int:
        return main(["verify", str(site), "--data", str(self.raw), *self.declared])

    def capture(self, day: str) -> Path:
        folder = self.raw / day
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def results(self, site: Path | None = None) -> pd.DataFrame:
        return pd.read_csv((site or self.site) / "results.csv", dtype={"result_id": str})

    def changes(self) -> list[dict[str, str]]:
        with (self.site / "changes.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def what_changed(self, page: str) -> str:
        text = (self.site / f"{page}.html").read_text(encoding="utf-8")
        return re.findall(r'<p class="changes">(.*?)</p>', text)[0]

    def is_whole(self) -> None:
        """After each day: every page verified, every row of every file accounted for."""
        assert self.verify(self.site) == 0
        [manifest] = self.data.glob("processed/*/manifest.json")
        for file in json.loads(manifest.read_text(encoding="utf-8"))["files"]:
            ends = ("kept", "merged", "excluded", "duplicates")
            assert file["rows_read"] == sum(file[end] for end in ends), file["file"]


@pytest.fixture
def week(own_data: Path, tmp_path: Path) -> Week:
    return Week(tmp_path)


def fill(workbook: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Type rows into a workbook made by ``micromacro template``."""
    book = openpyxl.load_workbook(workbook)
    for name, rows in tables.items():
        sheet = book[name]
        place = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows.to_dict("records"), start=2):
            for column, value in row.items():
                sheet.cell(number, place[column], None if pd.isna(value) else value)
    book.save(workbook)


def brand_tables() -> dict[str, pd.DataFrame]:
    """Creators, posts and placements of the world; orders come from the shop, by code."""
    drawn = draw(WORLD, seed=20261123)
    leaver = drawn.creators["handle"].iloc[0]
    creators, posts, placements = (
        frame.replace({"handle": {leaver: LEAVER}}).convert_dtypes()
        for frame in (drawn.creators, drawn.posts, drawn.placements)
    )
    placements = placements.assign(
        code=[f"CODE{number}" for number in range(len(placements))],
        utm=[f"visit{number}" for number in range(len(placements))],
        starts_on="2026-05-01",
    )
    return {"creators": creators, "posts": posts, "placements": placements}


def shop_orders(placements: pd.DataFrame) -> str:
    """One Shopify row per order, with the customer's mail that must stay where it is."""
    sold = placements.loc[placements.index.repeat(placements["orders"].astype(int)), "code"]
    rows = pd.DataFrame({"Discount Code": sold.to_list()})
    rows["Name"] = [f"#{number}" for number in range(len(rows))]
    rows["Email"] = [f"customer{number}@mail.example" for number in range(len(rows))]
    rows = rows.assign(**{"Financial Status": "paid", "Currency": "EUR", "Subtotal": "38.00"})
    rows["Created at"] = "2026-05-06 10:00:00 +0200"
    return rows[[*SHOPIFY, "Created at"]].to_csv(index=False)


def visits(placements: pd.DataFrame, *, sessions: str) -> str:
    told = pd.DataFrame(
        {
            "Session manual ad content": placements["utm"],
            sessions: (placements["clicks"].astype(int) * 9) // 10,
        }
    )
    total = pd.DataFrame([{"Session manual ad content": "Grand total", sessions: 1}])
    return pd.concat([told, total]).to_csv(index=False)


@pytest.mark.prove
def test_a_week(week: Week, capsys: pytest.CaptureFixture[str]) -> None:
    tables = brand_tables()
    monday(week, tables)
    tuesday(week, tables, capsys)
    wednesday(week)
    thursday(week, capsys)
    friday(week)
    saturday(week)
    next_monday(week, tables)


def monday(week: Week, tables: dict[str, pd.DataFrame]) -> None:
    """The first files arrive; the plan runs for the first time."""
    folder = week.capture("2026-10-05")
    (week.raw / "dataset.yml").write_text("currency: EUR\n", encoding="utf-8")
    assert week.command("template", str(folder / "roster.xlsx")) == 0
    placements = tables["placements"]
    bare = placements.drop(columns=["orders", "orders_refunded", "revenue"])
    fill(folder / "roster.xlsx", {**tables, "placements": bare})
    (folder / "orders.csv").write_text(shop_orders(placements), encoding="utf-8")
    (folder / "visits.csv").write_text(visits(placements, sessions="Sessions"), encoding="utf-8")
    assert week.report() == 0
    week.is_whole()
    rows = week.results()
    tested = rows[rows["verdict"] != "NOT TESTABLE"]
    assert {"engagement_per_follower", "orders_per_click", "cost_per_order"} <= set(
        tested["metric"]
    )
    assert "none to compare with" in week.what_changed("summary")
    assert week.changes() == []


def tuesday(
    week: Week, tables: dict[str, pd.DataFrame], capsys: pytest.CaptureFixture[str]
) -> None:
    """Analytics renamed a column: refused by name, mended by a YAML line."""
    folder = week.capture("2026-10-06")
    renamed = visits(tables["placements"], sessions="Visits started")
    (folder / "visits.csv").write_text(renamed, encoding="utf-8")
    capsys.readouterr()
    assert week.report() == 1
    assert "2026-10-06/visits.csv" in capsys.readouterr().err
    week.is_whole()
    assert week.command("sources", "--suggest", str(folder / "visits.csv")) == 0
    drafted = capsys.readouterr().out
    assert "Visits started" in drafted
    (week.raw / "our-visits.yml").write_text(OUR_VISITS, encoding="utf-8")
    assert week.report() == 0
    week.is_whole()
    assert week.changes() == []
    assert "no verdict changed" in week.what_changed("summary")


OUR_VISITS = """\
name: our-visits
title: Our visits, since the column was renamed
files:
  - header: [Session manual ad content, Visits started]
    drop: [{ column: Session manual ad content, matches: Grand total, reason: total }]
    tables:
      tracked: { utm: Session manual ad content, sessions: Visits started }
"""


def wednesday(week: Week) -> None:
    """10K-50K in the spring campaign, from the command line and in a notebook."""
    cut = week.site.parent / "cut"
    settings = ["--set", "micro=10K-50K", "--set", "campaign=spring", "--only", CUT]
    assert week.report(*settings, out=cut) == 0
    shown = week.results(cut).set_index("result_id")
    view = open_view("brand", micro="10K-50K", campaign="spring")
    own = answer(view, "H2").frame.set_index("result_id")
    tested = own["estimate"].dropna()
    assert len(tested)
    for name, ratio in tested.items():
        assert shown.loc[name, "estimate"] == float(f"{ratio:.6g}")
    assert set(shown.loc[tested.index, "status"]) == {"exploratory"}


def thursday(week: Week, capsys: pytest.CaptureFixture[str]) -> None:
    """Three creators of a new niche are not enough data; an analyst looks five creators up."""
    folder = week.capture("2026-10-08")
    rows = ["platform,handle,niche,followers"]
    rows += [f"instagram,gardener{number},gardening,{4000 + number}" for number in range(3)]
    (folder / "creators.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    head = "platform,handle,post_id,posted_at,likes,comments"
    posts = [f"instagram,gardener{n},g{n},2026-09-01,120,9" for n in range(3)]
    (folder / "posts.csv").write_text("\n".join([head, *posts]) + "\n", encoding="utf-8")
    assert week.report() == 0
    week.is_whole()
    fresh = week.results()
    fresh = fresh[fresh["niche"] == "gardening"]
    assert set(fresh["verdict"]) == {"NOT TESTABLE"}
    assert not set(fresh["n_micro"].dropna()) & {1, 2, 3, 4}
    assert {change["niche"] for change in week.changes()} == {"gardening"}
    assert "gardening" in week.what_changed("summary")
    best = open_view("brand").creators.nlargest(5, "orders_clicked")["creator_id"]
    for name in best:
        capsys.readouterr()
        assert week.command("who", str(name)) == 0
        assert "brand: instagram " in capsys.readouterr().out


def friday(week: Week) -> None:
    """A creator asks to be forgotten."""
    site = ["--data", str(week.raw), "--out", str(week.site), *week.options]
    assert week.command("forget", "instagram", LEAVER, *site) == 0
    week.is_whole()
    kept = [path for top in (week.data, week.site) for path in top.rglob("*") if path.is_file()]
    assert not [path for path in kept if LEAVER.encode() in path.read_bytes()]


def saturday(week: Week) -> None:
    """The machine loses power half-way; the next start finishes and ends in the same bytes."""
    whole = published(week.site)
    aside = week.site.parent / "killed"
    command = [sys.executable, "-m", "analysis", "report", "--data", str(week.raw)]
    process = subprocess.Popen(
        [*command, "--out", str(aside), *week.options], start_new_session=True
    )
    until = time.monotonic() + 120
    while not list(aside.glob("*.html")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)  # waits for the first page, whatever the machine's pace
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert week.report(out=aside) == 0
    assert week.verify(aside) == 0
    assert published(aside).keys() == whole.keys()
    assert (aside / "results.csv").read_bytes() == (week.site / "results.csv").read_bytes()
    assert week.report() == 0
    assert published(week.site) == whole
    week.is_whole()


def published(site: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in site.glob("*.html")}


def next_monday(week: Week, tables: dict[str, pd.DataFrame]) -> None:
    """An overlapping export: the later capture of a post wins, the erased creator stays out."""
    folder = week.capture("2026-10-12")
    again = tables["posts"].assign(likes=lambda posts: posts["likes"] * 2)
    again.to_csv(folder / "posts.csv", index=False)
    before = pd.read_parquet(next(week.data.glob("processed/*/posts.parquet")))
    assert week.report() == 0
    week.is_whole()
    after = pd.read_parquet(next(week.data.glob("processed/*/posts.parquet")))
    assert len(after) == len(before)
    post = ["creator_id", "posted_at"]  # a post's number is of one import alone
    alone = [posts.drop_duplicates(post, keep=False) for posts in (after, before)]
    ours = alone[0].merge(alone[1], on=post, suffixes=("", "_before"), validate="one_to_one")
    assert len(ours) > 0.9 * len(after)
    ours = ours[ours["likes_before"] > 0]
    grown = ours["likes"] / ours["likes_before"]
    assert (grown.round(6).isin([1, 2])).all()
    assert (grown == 2).mean() > 0.9
    kept = [path for path in week.data.rglob("*") if path.is_file()]
    assert not [path for path in kept if LEAVER.encode() in path.read_bytes()]
