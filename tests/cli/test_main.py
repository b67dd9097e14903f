"""The command line in process: exit codes, one-line messages; a refusal changes nothing."""

import contextlib
import io
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from analysis.cli.main import main
from analysis.study.errors import LockedError
from analysis.study.project import PROJECT

CREATORS = "platform,handle,niche,followers\ntiktok,anna,food,5000\n"
POSTS = (
    "platform,handle,post_id,posted_at,likes,comments\n"
    "tiktok,anna,p,2026-01-01,5,1\ntiktok,ben,q,2026-01-01,5,1\n"
)
DESIGN_COLUMNS = [
    *("result_id", "dataset", "claim", "estimand", "metric", "platform", "niche", "contrast"),
    *("n_micro", "n_macro", "estimate", "ci_low", "ci_high", "p_value", "p_adjusted"),
    *("ci_level", "unit", "family", "status", "verdict", "reason", "method", "data_digest"),
    "run_id",
]
PLAN = """\
reports:
  - { notebook: 90_summary, id: summary, title: Summary }
  - { notebook: 20_engagement, id: engagement, title: Engagement }
  - { notebook: 20_engagement, id: "engagement-{niche}", title: "In {niche}", each: niche }
"""
WITHOUT = ", {} of all without a page, for too little data"
PAGES, LONE = {"summary", "engagement"}, {"engagement-food", "engagement-travel"}


def tiny_roster(folder):
    """24 micro and 24 macro creators in two niches of one platform, with two posts each."""
    creators, posts = [], []
    for number in range(48):
        account = {"platform": "tiktok", "handle": f"creator{number}"}
        followers = 2_000 + 3_000 * number if number < 24 else 110_000 * (number - 22)
        niche = ("food", "travel")[number % 2]
        creators.append({**account, "niche": niche, "followers": followers})
        for day in (1, 2):
            likes = int(followers * (0.06 if number < 24 else 0.03) * (1 + number % 5 / 4))
            posts.append(
                account
                | {"post_id": f"{number}-{day}", "posted_at": f"2026-03-0{day}"}
                | {"likes": likes, "comments": day, "views": 10 * likes}
            )
    folder.mkdir()
    pd.DataFrame(creators).to_csv(folder / "creators.csv", index=False)
    pd.DataFrame(posts).to_csv(folder / "posts.csv", index=False)


def said(*arguments):
    """Exit code and standard output of a command."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        code = main([str(argument) for argument in arguments])
    return code, output.getvalue()


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A site that `report` built once from the tiny roster, through the real runner."""
    base = tmp_path_factory.mktemp("cli")
    tiny_roster(base / "brand")
    (base / "plan.yml").write_text(PLAN, encoding="utf-8")
    study = yaml.safe_load((PROJECT / "study.yml").read_text(encoding="utf-8"))
    (base / "study.yml").write_text(yaml.safe_dump({**study, "permutations": 99}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MICROMACRO_DATA", str(base / "data"))
        patch.setenv("MICROMACRO_STUDY", "")
        code, output = said(*command(base), "--out", base / "site")
    return SimpleNamespace(base=base, site=base / "site", code=code, output=output)


def command(base):
    """The report command of the tiny roster, but for its site."""
    paths = {"plan": "plan.yml", "study": "study.yml", "data": "brand"}
    options = [part for name, path in paths.items() for part in (f"--{name}", base / path)]
    return ["report", *options, "--workers", "2"]


@pytest.fixture
def site(built, tmp_path, monkeypatch):
    """A copy of the built site, and the environment in which it was built."""
    monkeypatch.setenv("MICROMACRO_DATA", str(built.base / "data"))
    monkeypatch.setenv("MICROMACRO_STUDY", "")
    return Path(shutil.copytree(built.site, tmp_path / "site"))


def content(folder, but=()):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if p.name not in but}


def adjusted(site):
    """result_id -> p_adjusted as written."""
    frame = pd.read_csv(site / "results.csv", dtype="str", keep_default_na=False)
    return frame.set_index("result_id")["p_adjusted"].to_dict()


def test_a_small_report_is_published(built):
    assert built.code == 0
    told = f"4 published, 0 unchanged{WITHOUT.format(2)}: {built.site}/index.html\n"
    assert built.output == told
    assert {path.stem for path in built.site.glob("*.html")} == {"index", *PAGES}
    assert {path.stem for path in built.site.glob("records/*.json")} == LONE, "12 of a size"
    assert {path.stem for path in built.site.glob("notebooks/*.ipynb")} == PAGES | LONE
    assert len((built.site / "runs.jsonl").read_text().splitlines()) == 1
    left = [path.name for path in built.site.iterdir() if path.name.startswith(".")]
    assert left == [".locks"], "what a run works in is removed"
    assert not [path for path in built.site.glob(".locks/*") if path.read_bytes()]


def test_results_have_the_columns_of_the_design(built):
    results = pd.read_csv(built.site / "results.csv")
    assert [name for name in results.columns if name in DESIGN_COLUMNS] == DESIGN_COLUMNS
    assert results["result_id"].is_unique
    assert {"all niches", "food", "travel"} <= set(results["niche"])
    tested = results[results["estimate"].notna()]
    assert not tested.empty
    assert (tested["n_micro"] + tested["n_macro"] == 48).any()


def test_no_handle_reaches_the_site(built):
    assert not [name for name, text in content(built.site).items() if b"creator17" in text]


def test_the_same_again_changes_nothing(built, site):
    code, output = said(*command(built.base), "--out", site)
    assert (code, output) == (
        0,
        f"0 published, 4 unchanged{WITHOUT.format(2)}: {site}/index.html\n",
    )
    assert content(site, but=["runs.jsonl"]) == content(built.site, but=["runs.jsonl"])


def test_a_cut_off_the_study_says_so_first(built, site):
    cut = ["--set", "micro=1K-50K", "--set", "macro=50K+", "--only", "summary"]
    assert said(*command(built.base), "--out", site, *cut)[0] == 0
    (page,) = (path for path in site.rglob("summary-micro-*") if path.suffix in {".html", ".json"})
    text = page.read_text(encoding="utf-8")
    told = "EXPLORATORY: off the registered study, micro is 1K-50K and macro is 50K+ "
    assert told in text
    assert text.index("Data through") < text.index(told) < text.index("seen, not tested")


@pytest.mark.parametrize(
    ("options", "page"),
    [
        (["--set", "niche=food", "--only", "summary-niche-food"], "summary-niche-food"),
        (["--set", "niche=food", "--only", "summary"], "summary-niche-food"),
        (["--only", "engagement-travel"], "engagement-travel"),
    ],
)
def test_a_selection_changes_no_family(built, site, options, page):
    (site / "records" / f"{page}.json").unlink(missing_ok=True)
    code, output = said(*command(built.base), "--out", site, *options)
    without = WITHOUT.format(len({*LONE, page}))
    assert (code, output) == (0, f"1 published, 0 unchanged{without}: {site}/index.html\n")
    assert {path.stem for path in site.glob("*.html")} == {"index", *PAGES}
    assert {path.stem for path in site.glob("records/*.json")} == {*LONE, page}
    before, after = (
        {*path.read_text(encoding="utf-8").splitlines()}
        for path in (built.site / "results.csv", site / "results.csv")
    )
    assert before <= after, "a number moved"
    assert any(adjusted(site).values())


REFUSALS = [
    (["--set", "nich=beauty"], 2, "unknown parameter 'nich': did you mean niche?"),
    (["--set", "niche=nope"], 2, "niche 'nope' is not in brand; there are food, travel"),
    (["--set", "platform=youtube"], 2, "platform 'youtube' is not in brand; there are tiktok"),
    (["--set", "seed=many"], 2, "parameter seed takes int, not 'many'"),
    (["--set", "niche"], 2, "--set niche: write a name and a value, like --set niche=beauty"),
    (["--set", "micro=1K"], 2, "'1K' is no follower range; write 1K-100K or 100K+"),
    (["--set", "micro=1K-1M"], 2, "micro 1K-1M and macro 100K+ overlap"),
    (["--set", "period=yesterday"], 2, "'yesterday' is no period"),
    (["--only", "sumary"], 2, "--only sumary: no such report; did you mean summary?"),
    (["--only", "x", "--only", "y"], 2, "--only x, y: no such report; there are summary, engage"),
    (["--workers", "0"], 2, "--workers takes a whole number from 1"),
    (["--plan", "{gone}"], 2, "gone: cannot read the plan: No such file or directory"),
    (["--study", "{gone}"], 2, "gone: cannot read the study: No such file or directory"),
    (["--data", "{gone}"], 3, "gone: is not there; name the folder that holds"),
]


@pytest.mark.parametrize(("options", "code", "message"), REFUSALS, ids=lambda v: str(v)[:40])
def test_a_refusal_is_one_line_and_changes_nothing(
    built, site, tmp_path, capsys, options, code, message
):
    before = content(site)
    options = [option.format(gone=tmp_path / "gone") for option in options]
    assert main([*map(str, command(built.base)), "--out", str(site), *options]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    assert line.startswith("micromacro: ")
    assert message in line
    assert content(site) == before


@pytest.mark.parametrize(
    ("files", "code", "message"),
    [
        ({"creators.csv": CREATORS, "posts.csv": POSTS, "dataset.yml": "colour: red"}, 3, "colour"),
        ({}, 3, "no data files"),
    ],
    ids=["dataset.yml", "nothing"],
)
@pytest.mark.parametrize("name", ["report", "prepare"])
def test_unusable_input_changes_nothing(built, site, arrived, capsys, name, files, code, message):
    raw = arrived(files)
    raw.mkdir(exist_ok=True)
    before = content(site), content(built.base / "data")
    how = {"report": [*command(built.base), "--out", site, "--data", raw], "prepare": [name, raw]}
    assert main([str(part) for part in how[name]]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert (content(site), content(built.base / "data")) == before


@pytest.mark.parametrize(
    ("files", "code", "messages"),
    [
        (
            {"creators.csv": CREATORS.replace("platform", "where"), "posts.csv": POSTS},
            1,
            ["no creators table", "creators.csv: no known format has this header; the nearest"],
        ),
        ({"creators.csv": CREATORS}, 0, ["creators alone decide nothing; add posts or placements"]),
    ],
    ids=["a column is missing", "creators alone"],
)
def test_what_cannot_be_compared_is_prepared_and_not_reported(
    built, site, arrived, own_data, capsys, files, code, messages
):
    raw, before = arrived(files), content(site)
    assert main(["prepare", str(raw)]) == code
    prepared = capsys.readouterr().err
    assert main([str(part) for part in [*command(built.base), "--out", site, "--data", raw]]) == 3
    reported = capsys.readouterr().err
    assert all(message in said for message in messages for said in (prepared, reported))
    assert content(site) == before


def test_prepare_prints_its_counts_and_nothing_else(arrived, own_data, capsys):
    raw = arrived({"creators.csv": CREATORS, "posts.csv": POSTS})
    assert main(["prepare", str(raw)]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "creators.csv -> creators: 1 rows read, 1 kept, 0 merged, 0 duplicates, 0 excluded",
        "posts.csv -> posts: 2 rows read, 1 kept, 0 merged, 0 duplicates, 1 excluded",
        (
            "posts to creators by handle, many to one: 1 of 2 rows found one of 1, 1 none,"
            " 0 several, 0 state nothing"
        ),
        "left out: posts.csv row 3: handle: no such creator in creators",
    ]
    assert captured.err == ""
    assert (own_data / "processed" / "brand" / "manifest.json").exists()


def test_prepare_with_refused_files_names_each_and_exits_1(arrived, own_data, capsys, tmp_path):
    files = {"creators.csv": CREATORS, "posts.csv": POSTS, "x.csv": "a\n1\n", "y.png": b""}
    assert main(["prepare", str(arrived(files)), "--out", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 4
    assert [line.split(":")[:3] for line in captured.err.splitlines()] == [
        ["micromacro", " refused", " x.csv"],
        ["micromacro", " refused", " y.png"],
    ]
    assert (tmp_path / "out" / "manifest.json").exists()


def test_template_writes_and_names_its_files(tmp_path, capsys):
    assert main(["template", str(tmp_path / "roster.xlsx")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'roster.xlsx'}\n"
    assert main(["template", str(tmp_path / "roster.xlsx")]) == 2
    assert "is there already; choose another name" in capsys.readouterr().err


def test_sources_lists_formats_with_their_headers(capsys):
    assert main(["sources"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "roster: Roster in the project's own form"
    assert "  creators: recognised by followers, handle, niche, platform" in lines
    assert not [line for line in lines if "recognised by table" in line]


@pytest.mark.parametrize(
    "arguments", [[], ["repot"], ["report", "--workers", "two"], ["report", "--onl", "x"]]
)
def test_wrong_usage_exits_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: micromacro" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (LockedError("held by 7"), 4, "micromacro: held by 7\n"),
        (PermissionError(13, "Permission denied", "x"), 5, "micromacro: x: Permission denied"),
        (KeyboardInterrupt(), 130, "micromacro: interrupted; the same command goes on"),
        (RuntimeError("boom"), 70, "an error of ours; please report the lines above"),
    ],
)
def test_every_end_has_its_exit_code(monkeypatch, capsys, error, code, message):
    def fails(_):
        raise error

    monkeypatch.setattr("analysis.cli.data.sources", fails)
    assert main(["sources"]) == code
    assert message in capsys.readouterr().err


def test_a_reader_that_has_enough_is_no_fault():
    with subprocess.Popen(
        [sys.executable, "-m", "analysis", "sources"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listing:
        listing.stdout.close()
        assert (listing.wait(), listing.stderr.read()) == (128 + signal.SIGPIPE, b"")


def test_the_module_is_the_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["micromacro", "sources"])
    assert main() == 0
    assert "roster: " in capsys.readouterr().out
