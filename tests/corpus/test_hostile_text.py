"""Texts that would run, load or break something, in every field that reaches a page: cases 51,
103 and 104 of the list. They are shown as text, and nothing happens."""

import csv
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser

import pytest

from analysis.cli.main import main

RUN = "document.title='pwned'"
NICHES = [
    "$x$",
    "_x",
    "a_{",
    "\\frac{",
    "=cmd|' /c calc'!a1",
    "+1+1",
    "-2+3",
    "@sum(a1)",
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}></svg>",
    f"<svg><animate onbegin={RUN} attributename=x></svg>",
    f"<body onload={RUN}>",
    f'"><script>{RUN}</script>',
    f"</title><script>{RUN}</script>",
    f"</template><script>{RUN}</script>",
    f"[click](javascript:{RUN})",
    f"<a href=javascript:{RUN}>click</a>",
    "<iframe src=https://evil.example></iframe>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=https://evil.example>",
    "![x](https://evil.example/x.png)",
    "{{ 7*7 }}",
    "# heading | cell ~~gone~~",
]
FOLLOWERS = [*[5_000] * 20, *[200_000] * 20]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    base = tmp_path_factory.mktemp("hostile")
    raw = base / "brand"
    raw.mkdir()
    people = [
        (f"h{i}n{n}", niche, followers)
        for n, niche in enumerate(NICHES)
        for i, followers in enumerate(FOLLOWERS)
    ]
    creators = [("instagram", who, niche, f, niche) for who, niche, f in people]
    posts = [
        ("instagram", who, who, "2026-01-10", 90 + i % 7, 5, niche)
        for i, (who, niche, _) in enumerate(people)
    ]
    write(raw / "creators.csv", "platform,handle,niche,followers,found_through", creators)
    write(raw / "posts.csv", "platform,handle,post_id,posted_at,likes,comments,campaign", posts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MICROMACRO_DATA", str(base / "data"))
        chosen = [word for name in ("summary", "data", "engagement") for word in ("--only", name)]
        assert main(["report", "--data", str(raw), "--out", str(base / "site"), *chosen]) == 0
    return base / "site"


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])


class Elements(HTMLParser):
    """What a browser would build: elements with their attributes, and the text between them."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", ["index", "summary", "data", "engagement"])
def test_nothing_in_a_page_runs_or_loads(site, name):
    page = Elements((site / f"{name}.html").read_text(encoding="utf-8"))
    kinds = {tag for tag, _ in page.found}
    assert not kinds & {"iframe", "object", "embed", "animate", "link", "base", "form"}
    for tag, attributes in page.found:
        assert tag != "script" or attributes.get("type") == "application/json"
        assert not [word for word in attributes if word.startswith("on")]
        assert attributes.get("http-equiv", "content-security-policy").lower() != "refresh"
        for word in ("href", "src", "action"):
            to = attributes.get(word) or ""
            assert not re.match(r"(?i)\s*(javascript|https?):", to), to


def test_every_label_is_shown_as_it_was_written(site):
    page = Elements((site / "summary.html").read_text(encoding="utf-8"))
    text = re.sub(r"\s+", " ", unescape(page.text))
    assert [niche for niche in NICHES if niche not in text] == []


def test_no_label_is_a_formula_in_the_table_of_results(site):
    with (site / "results.csv").open(newline="", encoding="utf-8") as file:
        labels = {row["niche"] for row in csv.DictReader(file)}
    assert not [label for label in labels if label[0] in "=+-@\t"]
    assert {f"'{niche}" for niche in NICHES if niche[0] in "=+-@"} <= labels


@pytest.mark.parametrize("name", ["index", "summary", "data", "engagement"])
def test_a_browser_runs_nothing(site, name):
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    done = subprocess.run(
        [chromium, *options, (site / f"{name}.html").as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "</html>" in done.stdout
    assert "<title>pwned" not in done.stdout
