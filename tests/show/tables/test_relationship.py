"""Tables of the relationship: a small part of macro does not follow from the whole."""

import pandas as pd
import pytest
from great_tables import GT

from analysis.evidence.breakdown.rates import RATE_COLUMNS
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from analysis.show.tables import relationship


@pytest.mark.parametrize(
    ("counts", "told"),
    [((40, 30, 27, 3), "40 30 withheld withheld"), ((3, 30, 25, 5), "withheld 30 25 5")],
)
def test_a_few_creators_over_one_million_are_withheld(monkeypatch, study, counts, told):
    ranges = ("1K-100K", "100K+", "100K-1M", "1M+")
    rows = [("instagram", at, n, 1.5, 1.2, 1.8, 0.25) for at, n in zip(ranges, counts, strict=True)]
    found = pd.DataFrame(rows, columns=list(RATE_COLUMNS))
    monkeypatch.setattr(relationship, "rates_by_arm", lambda view, metric: found)
    view = type("View", (), {"micro": "1K-100K"})
    monkeypatch.setattr(relationship, "table", lambda shown, **_: shown)
    shown = relationship.rates(view, "sponsored_over_own_engagement")
    assert " ".join(shown["creators"]) == told


def test_a_metric_that_nobody_has_is_a_sentence_and_no_empty_head(monkeypatch):
    nobody = pd.DataFrame(columns=list(RATE_COLUMNS))
    monkeypatch.setattr(relationship, "rates_by_arm", lambda view, metric: nobody)
    told = relationship.rates(None, "carousel_over_image_engagement").data
    assert "no creators with carousels and images" in told
    assert "<table" not in told


def test_a_few_silent_audiences_do_not_follow_from_the_others(arrived, tmp_path, monkeypatch):
    """Of 12 micro creators 10 tell the target and 2 another thing: 12 - 10 would give the 2 away.

    Of 15 persons in macro 5 tell, 5 do not and 5 have none; the 16th account is of one who tells.
    """
    people = [(f"m{n}", 2_000, "age" if n < 10 else "country") for n in range(12)]
    people += [(f"b{n}", 200_000, ("age", "country", "")[n // 5]) for n in range(15)]
    people += [("again", 200_000, "country")]
    owner = {"again": "b0"}
    creators = "platform,handle,person,niche,followers\n" + "".join(
        f"instagram,{name},{owner.get(name, name)},food,{size}\n" for name, size, _ in people
    )
    audience = "platform,handle,dimension,segment,share,people,as_of\n" + "".join(
        f"instagram,{name},{told},{'18-24' if told == 'age' else 'fr'},0.5,,\n"
        for name, _, told in people
        if told
    )
    posts = "platform,handle,post_id,likes\ninstagram,m0,p1,5\n"
    files = {"creators.csv": creators, "posts.csv": posts, "audience.csv": audience}
    raw = arrived({**files, "dataset.yml": "target: {age: [18-24]}\n"})
    view = open_view(prepare(raw, tmp_path / "out", private=tmp_path / "private").folder)
    laid = []
    monkeypatch.setattr(GT, "tab_header", lambda self, **_: laid.append(self._tbl_data) or self)
    relationship.audiences(view)
    counts = laid[0].set_index("followers").drop(columns=["where", "needed"]).T.to_dict("list")
    assert counts == {
        "1K-100K": ["withheld", "withheld", "0", "12"],
        "100K+": ["5", "5", "5", "15"],
    }
