"""Unique strings wherever data or machine reach, and none of them in what is published."""

import base64
import csv
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
import zlib

import openpyxl
import pytest
import yaml

from analysis.runs.printing import BROWSERS
from analysis.study.project import PROJECT
from tests.runs.fleet import write_notebook

CANARIES = {
    name: f"canary{number:02d}{name}"
    for number, name in enumerate(
        [
            *("handle", "person", "account", "post", "profile", "caption", "comment", "manager"),
            *("code", "utm", "order", "consumer", "address", "email", "phone", "workbookauthor"),
            *("token", "key", "user", "host", "home", "study", "data", "tmp", "out"),
        ]
    )
}
PRINTS = any(map(shutil.which, BROWSERS))
READS = PRINTS and shutil.which("pdftotext") is not None
FEE = 7919.53  # of one booking
FEW = re.compile(r"\b[1-4] (micro|macro|creators?|persons?|accounts?)\b|\brare: [1-4]\b")
FAILING = """
import getpass, os, pathlib, platform, tempfile
raise RuntimeError(" ".join([
    os.getcwd(), dataset, tempfile.gettempdir(), getpass.getuser(), str(pathlib.Path.home()),
    os.environ["SHOP_TOKEN"], os.environ["HOSTNAME"], os.environ["MICROMACRO_STUDY"], __file__
    if "__file__" in globals() else platform.node(),
]))
"""
SCRIPT = """
from pathlib import Path
from analysis.cli import main as cli
from analysis.study import project
project.PROJECT = Path({project!r})
raise SystemExit(cli.main({arguments!r}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of whose three reports one fails, from files of which one is refused."""
    base = tmp_path_factory.mktemp("private")
    c = CANARIES
    home, out = base / c["home"], base / c["out"]
    raw, study, tmp = home / c["data"] / "brand", home / c["study"], base / c["tmp"]
    for folder in (raw, study, tmp, home / "notebooks"):
        folder.mkdir(parents=True)
    write_data(raw)
    write_plan(home, study)
    paths = {"plan": home / "plan.yml", "study": study / "study.yml", "data": raw, "out": out}
    arguments = [
        "report",
        *["--pdf"] * PRINTS,
        *(w for name, path in paths.items() for w in (f"--{name}", str(path))),
    ]
    environment = {
        **os.environ,
        "HOME": str(home),
        "USER": c["user"],
        "LOGNAME": c["user"],
        "HOSTNAME": c["host"],
        "TMPDIR": str(tmp),
        "SHOP_TOKEN": c["token"],
        "MICROMACRO_KEY": c["key"] * 4,
        "MICROMACRO_DATA": str(home / c["data"]),
    }
    script = SCRIPT.format(project=str(home), arguments=arguments)
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stderr
    assert '"failed"' in ended.stderr
    assert "refused" in ended.stderr
    return out


def write_plan(home, study):
    text = yaml.safe_load((PROJECT / "study.yml").read_text(encoding="utf-8"))
    minimums = {**text["minimums"], "creators_per_arm": 5}
    text = {**text, "permutations": 99, "minimums": minimums}
    (study / "study.yml").write_text(yaml.safe_dump(text))
    for name in ("10_data", "20_engagement"):
        notebook = (PROJECT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        (home / "notebooks" / f"{name}.ipynb").write_text(notebook, encoding="utf-8")
    write_notebook(home, "failing", FAILING)
    names = ["10_data", "20_engagement", "failing"]
    reports = [{"notebook": name, "id": name.replace("_", "-"), "title": name} for name in names]
    (home / "plan.yml").write_text(yaml.safe_dump({"reports": reports}))


def write_data(raw):
    """24 creators with the canaries in every private column of every table and tool."""
    c, people = CANARIES, range(24)
    handles = [f"{c['handle']}{n}" for n in people]
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "creators"
    sheet.append(["platform", "handle", "niche", "followers", "person", "account_id", "manager"])
    for n in people:
        followers = (2_000 if n % 2 else 200_000) + n
        own = [f"{c[name]}{n}" for name in ("person", "account", "manager")]
        niche = "rare" if n < 3 else "food"
        sheet.append(["instagram", handles[n], niche, str(followers), *own])
    sheet["A1"].comment = openpyxl.comments.Comment(c["comment"], c["workbookauthor"])
    workbook.properties.creator = f"{c['workbookauthor']} <{c['email']}@mail.example>"
    workbook.properties.lastModifiedBy = workbook.properties.title = c["workbookauthor"]
    workbook.save(raw / "creators.xlsx")
    _csv(raw / f"posts of {handles[0]}.csv", [_post(n, handles[n]) for n in people])
    _csv(raw / "placements.csv", [_placement(n, handles[n]) for n in people])
    _csv(raw / "orders.csv", [_order(n) for n in people])
    _csv(raw / f"refused {handles[1]}.csv", [{c["consumer"]: c["email"], "b": c["phone"]}])


def _post(number, handle):
    c = CANARIES
    return {
        "platform": "instagram",
        "handle": handle,
        "post_id": f"{c['post']}{number}",
        "posted_at": "2026-03-01",
        "likes": 100 + number if number else f"{c['email']}@mail.example",
        "comments": 5,
        "campaign": "spring",
        "link": f"https://instagram.example/{c['profile']}",
        "caption": f"{c['caption']} @{c['handle']}",
        "top comment": c["comment"],
    }


def _placement(number, handle):
    c = CANARIES
    own = {name: f"{c[name]}{number}" for name in ("code", "utm")}
    link = f"https://shop.example/?by={c['profile']}{number}"
    numbers = {"clicks": 200, "orders": "", "impressions": 9_000, "currency": "EUR"}
    numbers["fee"] = 90 if number else FEE
    about = {"campaign": "spring", "platform": "instagram", "handle": handle}
    return {**about, **numbers, **own, "link": link}


def _order(number):
    c = CANARIES
    return {
        "Name": f"#{c['order']}{number}",
        "Email": f"{c['email']}@mail.example",
        "Financial Status": "paid",
        "Currency": "EUR",
        "Subtotal": "20.00",
        "Discount Code": f"{c['code']}{number}",
        "Created at": "2026-03-05 10:00:00 +0100",
        **dict.fromkeys(("Billing Name", "Shipping Name"), c["consumer"]),
        "Shipping Address1": c["address"],
        **dict.fromkeys(("Phone", "Billing Phone"), c["phone"]),
        "Notes": c["comment"],
    }


def _csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


_BASE64 = re.compile(rb"base64,([A-Za-z0-9+/=\s]+)|\"image/png\": \"([A-Za-z0-9+/=\\n]+)\"")


def every_byte(site):
    """Name and content of every file, and of every image inside one with its metadata."""
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        content = path.read_bytes()
        yield str(path.relative_to(site)), content
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                yield from ((f"{path.name}, {name}", parts.read(name)) for name in parts.namelist())
        if path.suffix == ".pdf":
            streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
            yield from ((f"{path.name}, a stream", _unpacked(stream)) for stream in streams)
            if READS:  # streams name the shapes of letters, not letters
                yield f"{path.name}, as text", read(path)
        for found in _BASE64.finditer(content):
            image = base64.b64decode((found[1] or found[2]).replace(b"\\n", b""))
            yield f"{path.name}, an image", image
            for chunk in re.finditer(rb"(?:zTXt|iTXt)(.*)", image, re.DOTALL):
                for start in itertools.islice(range(len(chunk[1])), 100):
                    try:
                        yield f"{path.name}, metadata", zlib.decompress(chunk[1][start:])
                        break
                    except zlib.error:
                        continue


def read(pdf):
    """Its text on single spaces."""
    ended = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True)
    return b" ".join(ended.stdout.split())


def _unpacked(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_no_canary_is_published(site):
    machine = {"checkout": str(PROJECT), "interpreter": sys.prefix, "machine": socket.gethostname()}
    secrets = {**CANARIES, **{k: v for k, v in machine.items() if len(v) > 3}}
    published = dict(every_byte(site))
    assert {"10-data.html", "20-engagement.html", "index.html", "results.csv"} <= published.keys()
    assert {"summary.json", "results.xlsx, xl/worksheets/sheet2.xml"} <= published.keys()
    assert "10-data.pdf, a stream" in published or not PRINTS
    assert "10-data.pdf, as text" in published or not READS
    leaks = [
        f"{name} ({kind}): {content[max(0, at - 60) : at + 60]!r}"
        for name, content in published.items()
        for kind, secret in secrets.items()
        if (at := content.lower().find(secret.lower().encode())) >= 0
    ]
    assert not leaks, "\n".join(["", *leaks])


def test_no_fee_of_one_booking_is_published(site):
    found = re.compile(rb"7,?919\.53")
    assert [name for name, content in every_byte(site) if found.search(content)] == []


def test_counts_of_one_to_four_are_in_no_export(site):
    """Two creators of one size and one of the other are about what is rare."""
    with (site / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["niche"] == "rare"]
    assert {row[name] for row in rows for name in ("n_micro", "n_macro")} == {"", "0"}
    lines = [line for sheet in openpyxl.load_workbook(site / "results.xlsx") for line in sheet]
    shown = [[cell.value for cell in line] for line in lines if line[1].value == "rare"]
    assert len(shown) == len(rows)
    assert {value for line in shown for value in line[5:7]} == {"withheld", 0}
    texts = [(site / name).read_text("utf-8") for name in ("summary.txt", "summary.json")]
    texts += [str(value) for line in [*(row.values() for row in rows), *shown] for value in line]
    texts += [read(path).decode() for path in site.glob("*.pdf") if READS]
    assert [text for text in texts if FEW.search(text)] == []


def test_what_a_page_may_tell_is_there(site):
    """The pages are of these data; nothing above is true for want of rows."""
    page = (site / "10-data.html").read_text(encoding="utf-8")
    for kept in ("creators.xlsx", "orders.csv", "Shopify", "food"):
        assert kept in page
    if READS:
        assert b"Nothing disappears silently" in read(site / "10-data.pdf")
    assert "RuntimeError" in (site / "index.html").read_text(encoding="utf-8")
