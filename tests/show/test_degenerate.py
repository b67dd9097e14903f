"""Input at the edge of what can be estimated: every page stands, with reasons and no broken number.

Each case takes something away from the same small brand; all cells of all notebooks run over it
with warnings as errors.
"""

import re
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from analysis.cli.main import main
from analysis.evidence.families import answer_all
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import open_view
from analysis.study.contract import TABLES
from analysis.study.project import PROJECT
from analysis.study.worlds import draw, write_raw
from tests.built import SMALL

pytestmark = pytest.mark.prove

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
BROKEN = re.compile(r"\b(nan|NaN|inf|Infinity|None|NaT|<NA>)\b|p = 0\.0+\b|Traceback|Warning")


def micro_of(drawn, frame):
    """Whether each row of a frame belongs to a micro creator."""
    followers = drawn.creators.set_index("handle")["followers"]
    return followers[frame["handle"]].to_numpy() < 100_000


def only(drawn, kept):
    """The draw with these creators alone; ``kept`` is a mask over its creators."""
    handles = drawn.creators.loc[kept, "handle"]
    frames = {name: getattr(drawn, name) for name in TABLES}
    left = {name: rows[rows["handle"].isin(handles)] for name, rows in frames.items()}
    return replace(drawn, **left)


def with_placements(drawn, **columns):
    """The draw with other values in some columns of its placements."""
    return replace(drawn, placements=drawn.placements.assign(**columns))


def one_tier(drawn):
    return only(drawn, drawn.creators["followers"] < 100_000)


def one_against_two(drawn):
    micro = drawn.creators["followers"] < 100_000
    order = drawn.creators.groupby(micro.rename("micro")).cumcount()
    return only(drawn, order < np.where(micro, 1, 2))


def no_orders(drawn):
    return with_placements(drawn, orders=0, orders_refunded=0, revenue=0)


def separation(drawn):
    orders = drawn.placements["orders"] * micro_of(drawn, drawn.placements)
    return with_placements(drawn, orders=orders, orders_refunded=0)


def one_creator_sells(drawn):
    micro = micro_of(drawn, drawn.placements)
    first = np.cumsum(~micro) == 1
    orders = drawn.placements["orders"] * (micro | (first & ~micro))
    return with_placements(drawn, orders=orders, orders_refunded=0)


def no_clicks(drawn):
    return with_placements(drawn, clicks=0, orders=0, orders_refunded=0, revenue=0)


def nothing_costs(drawn):
    return with_placements(drawn, fee=0, handling_hours=0)


def constant_rates(drawn):
    counts = {"likes": 2, "comments": 1, "views": 100, "reach": 50, "saves": 1, "shares": 1}
    posts = drawn.posts.assign(
        **{name: n * drawn.posts["followers_at_posting"] for name, n in counts.items()}
    )
    impressions = 10_000
    placements = drawn.placements.assign(
        impressions=impressions,
        clicks=500,
        orders=10,
        orders_refunded=1,
        revenue=400,
        fee=100,
        handling_hours=2,
    )
    return replace(drawn, posts=posts, placements=placements)


def two_persons(drawn):
    person = np.where(drawn.creators["followers"] < 100_000, "ann", "bob")
    return replace(drawn, creators=drawn.creators.assign(person=person))


def collinear(drawn):
    niche = np.where(drawn.creators["followers"] < 100_000, "beauty", "chess")
    placements = drawn.placements.assign(
        campaign=np.where(micro_of(drawn, drawn.placements), "spring", "autumn")
    )
    return replace(drawn, creators=drawn.creators.assign(niche=niche), placements=placements)


def without_placements(drawn):
    return replace(drawn, placements=drawn.placements.iloc[:0])


def without_posts(drawn):
    return replace(drawn, posts=drawn.posts.iloc[:0], comments=drawn.comments.iloc[:0])


def enormous(drawn):
    return with_placements(
        drawn,
        impressions=drawn.placements["impressions"] * 10**9,
        clicks=drawn.placements["clicks"] * 10**9,
        fee=drawn.placements["fee"] * 10**9,
    )


CASES = [
    one_tier,
    one_against_two,
    no_orders,
    separation,
    one_creator_sells,
    no_clicks,
    nothing_costs,
    constant_rates,
    two_persons,
    collinear,
    without_placements,
    without_posts,
    enormous,
]


def prepared(case, own_data, tmp_path):
    drawn = case(draw(SMALL, seed=11))
    raw = tmp_path / "edge"
    write_raw(drawn, raw)
    for table in ("posts", "placements"):
        if getattr(drawn, table).empty:
            (raw / f"{table}.csv").unlink()
    assert main(["prepare", str(raw)]) == 0
    return own_data / "processed" / "edge"


def shown_by(notebook: Path, dataset: Path) -> str:
    """Everything that the cells of a notebook show, as one text."""
    shell = InteractiveShell.instance()
    shell.display_formatter.active_types = shell.display_formatter.format_types
    texts = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            with capture_output() as captured:
                result = shell.run_cell(cell.source)
            result.raise_error()
            shell.user_ns["dataset"] = str(dataset)
            data = [output.data for output in captured.outputs]
            data.append(shell.display_formatter.format(result.result)[0])
            texts += [of.get("text/html", "") for of in data]
            texts.append(captured.stderr)
    return re.sub(r'"data:image[^"]*"|<style.*?</style>', "", "\n".join(texts), flags=re.DOTALL)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_pages_stand_and_say_why(case, own_data, tmp_path):
    dataset = prepared(case, own_data, tmp_path)
    for notebook in NOTEBOOKS:
        shown = shown_by(notebook, dataset)
        found = BROKEN.search(shown)
        assert found is None, f"{notebook.name}: {shown[found.start() - 80 : found.end() + 20]}"
    frame = pd.concat([answer.frame for answer in answer_all(open_view(dataset))])
    refused = frame[frame["verdict"] == Verdict.NOT_TESTABLE]
    assert refused["reason"].str.len().gt(10).all()
    told = frame[frame["verdict"] != Verdict.NOT_TESTABLE]
    numbers = told[
        ["estimate", "deciding_low", "deciding_high", "p_value", "p_adjusted", "standard_error"]
    ]
    assert np.isfinite(numbers.to_numpy(dtype=float)).all()
    assert (told[["p_value", "p_adjusted"]] > 0).all(axis=None)


def test_an_arm_without_orders_still_says_what_its_rate_is_below(own_data, tmp_path):
    dataset = prepared(separation, own_data, tmp_path)
    shown = shown_by(PROJECT / "notebooks" / "30_conversion.ipynb", dataset)
    assert "An arm without any order" in shown
