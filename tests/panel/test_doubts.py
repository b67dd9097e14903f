"""Doubts: four samples that cannot be what they seem, and none that can."""

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.view import open_view
from analysis.panel.doubts import DOUBTS, doubts
from analysis.prepare.pipeline import prepare

HEAD = "platform,handle,post_id,posted_at,likes,comments,views\n"


def seen(tmp_path, arrived, *, viral=0.0, power=1.0, old=0.0, bad=0.0, count=120):
    """Doubts about posts of which shares are viral, old or unreadable."""
    rng = np.random.default_rng(7)
    followers = np.exp(rng.uniform(np.log(2000), np.log(2_000_000), count)).astype(int)
    views = (3000 * (followers / 3000) ** power * np.exp(rng.normal(0, 0.5, count))).astype(int) + 9
    usual = np.minimum(followers // 50, views // 20)
    likes = np.where(np.arange(count) < viral * count, followers * 2, usual) + 1
    day = np.where(np.arange(count) < old * count, "2022-01-01", "2026-03-01")
    told = np.where(np.arange(count) < bad * count, "yesterday", day)
    roster = "platform,handle,niche,followers\n" + "".join(
        f"tiktok,h{n},food,{f}\n" for n, f in enumerate(followers)
    )
    rows = "".join(
        f"tiktok,h{n},p{n},{told[n]},{likes[n]},3,{max(views[n], likes[n])}\n" for n in range(count)
    )
    raw = arrived({"creators.csv": roster, "posts.csv": HEAD + rows})
    dataset = prepare(raw, tmp_path / "out", private=tmp_path / "private")
    view = open_view(dataset.folder)
    return {one.kind: one for one in doubts(view.dataset, view.creators)}


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ({"viral": 0.10}, "interactions beyond followers"),
        ({"viral": 0.30}, "interactions beyond followers"),
        ({"power": 0.05}, "views that do not grow"),
        ({"power": 0.0, "count": 60}, "views that do not grow"),
        ({"old": 0.4}, "old posts"),
        ({"old": 0.25}, "old posts"),
        ({"bad": 0.1}, "lost rows"),
        ({"bad": 0.3}, "lost rows"),
    ],
)
def test_what_cannot_be_what_it_seems_is_doubted(tmp_path, own_data, arrived, sample, kind):
    assert kind in seen(tmp_path, arrived, **sample)


@pytest.mark.parametrize(
    "sample", [{}, {"viral": 0.02}, {"power": 0.6}, {"old": 0.1}, {"bad": 0.03}, {"count": 40}]
)
def test_what_can_be_is_not_doubted(tmp_path, own_data, arrived, sample):
    assert seen(tmp_path, arrived, **sample) == {}


def test_the_gravest_comes_first(tmp_path, own_data, arrived):
    found = [*seen(tmp_path, arrived, viral=0.3, old=0.4, bad=0.1)]
    assert found == [kind for kind in DOUBTS if kind in found]


def test_the_demo_is_not_doubted():
    view = open_view("demo")
    assert doubts(view.dataset, view.creators) == []


@pytest.mark.prove
@pytest.mark.parametrize(
    "name", ["instagram-kim2020", "tiktokshop-vn-affiliate", "tiktok-famous-2020"]
)
def test_no_research_set_is_doubted(name, real_data, own_data, tmp_path):
    dataset = prepare(real_data / name, tmp_path / "out", private=tmp_path / "private")
    view = open_view(dataset.folder)
    assert doubts(view.dataset, view.creators) == []
    assert isinstance(view.creators, pd.DataFrame)
