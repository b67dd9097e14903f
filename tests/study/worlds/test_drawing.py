"""drawing: streams leave each other alone, frames keep the contract, bytes repeat."""

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
import yaml

from analysis.study.contract import PLACEMENTS, TABLES, Column
from analysis.study.project import PROJECT
from analysis.study.worlds import (
    DEMO,
    DEMO_SEED,
    Gamma,
    draw,
    draw_roster,
    drawing,
    listening,
    main,
    placements,
    posts,
    roster,
    write_raw,
)
from tests.study.worlds.measured import drawn

DEMO_FOLDER = PROJECT / "data" / "raw" / "demo"
COUNTS = {"likes", "comments", "views", "reach", "saves", "shares"}
SOLD = {"orders", "orders_refunded", "revenue"}


def moved(**knobs):
    """Columns that differ from the demo's, by table; all of them where rows do.

    Comments follow from what their posts count and are looked at elsewhere.
    """
    found = {}
    other = draw(replace(DEMO, **knobs), seed=1)
    for name in (name for name in TABLES if name != "comments"):
        before, after = getattr(drawn(DEMO), name), getattr(other, name)
        alike = len(before) == len(after)
        columns = {c for c in before if not (alike and before[c].equals(after[c]))}
        if columns:
            found[name] = columns
    return found


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        ({"sponsored": 0.5}, {"posts": {"is_sponsored"}}),
        ({"reply_rate": (0.3, 0.3)}, {}),
        ({"growth": (0.3, 0.3)}, {"posts": {"followers_at_posting", *COUNTS}}),
        ({"first_format": (0.3, 0.3)}, {"posts": {"format"}}),
        ({"first_format_factor": (2.0, 0.5)}, {"posts": {"likes", "comments"}}),
        ({"topic_focus": (0.1, 0.1)}, {"posts": {"topics"}}),
        ({"mention_rate": (0.1, 0.1)}, {"mentions": set(drawn(DEMO).mentions)}),
        ({"target_share": (0.1, 0.1)}, {"audience": {"share"}}),
        ({"boosted": (0.3, 0.3)}, {"posts": {"is_boosted", *COUNTS}}),
        ({"giveaways": (0.3, 0.3)}, {"posts": {"is_giveaway", "likes", "comments"}}),
        ({"hidden_likes": (0.3, 0.3)}, {"posts": {"likes"}}),
        ({"save_rate": 0.3}, {"posts": {"saves"}}),
        ({"post_sd": 0.5}, {"posts": COUNTS}),
        ({"engagement_sd": (0.5, 0.5)}, {"posts": {"likes", "comments", "saves", "shares"}}),
        ({"view_sd": 0.5}, {"posts": {"views", "reach"}}),
        ({"booking_sd": 0.9}, {"placements": SOLD}),
        ({"order_sd": (0.9, 0.9)}, {"placements": SOLD}),
        ({"order_tails": (Gamma(1.0), None)}, {"placements": SOLD}),
        ({"never_sell": (0.2, 0.2)}, {"placements": SOLD}),
        ({"stars": (0.2, 0.2)}, {"placements": SOLD}),
        ({"campaign_drift": 0.2}, {"placements": SOLD}),
        ({"campaign_ratio_sd": 0.2}, {"placements": SOLD}),
        ({"fee_ratio": 0.5}, {"placements": {"fee"}}),
        ({"tier_fee_power": (0.1, 0.1)}, {"placements": {"fee"}}),
        (
            {"commission": (0.3, 0.3)},
            {"placements": {"fee", "fee_basis", "commission_rate"}},
        ),
        ({"most_hours": 9}, {"placements": {"handling_hours"}}),
        ({"markets": ("DE", "FR", "PL")}, {"placements": {"market"}}),
        ({"impression_sd": (0.5, 0.5)}, {"placements": {"impressions", "clicks", *SOLD}}),
        ({"click_ratio": 0.5}, {"placements": {"clicks", *SOLD}}),
        ({"campaigns": ("one", "two", "three", "four")}, {"placements": {"campaign"}}),
        ({"bookings_per_creator": (2,)}, {"placements": set(drawn(DEMO).placements)}),
        ({"posts": 3}, {t: set(getattr(drawn(DEMO), t)) for t in ("posts", "mentions")}),
    ],
    ids=lambda value: next(iter(value), "nothing"),
)
def test_a_knob_moves_nothing_else(knobs, expected):
    assert moved(**knobs) == expected


def test_no_two_quantities_share_a_stream(monkeypatch):
    used = []
    for module in (roster, posts, placements, listening):
        original = module.stream

        def noted(seed, name, original=original):
            used.append(name)
            return original(seed, name)

        monkeypatch.setattr(module, "stream", noted)
    draw(DEMO, seed=1)
    twice = [name for name, times in Counter(used).items() if times > 1]
    assert not twice
    assert len(used) > 35


def test_a_table_can_be_drawn_without_the_others():
    accounts = draw_roster(DEMO, seed=1)
    for table, module in (("posts", posts), ("placements", placements)):
        alone = getattr(module, f"draw_{table}")(DEMO, accounts, seed=1)
        whole = getattr(drawn(DEMO), table)
        columns = [name for name in whole if name != "topics"]  # a tool's, given afterwards
        pd.testing.assert_frame_equal(alone[columns], whole[columns])


def test_a_new_column_of_the_contract_moves_nothing(monkeypatch):
    new = [
        Column("placed_at", "day", "day on which it went live"),
        Column("booking_id", "text", "id of the booking"),
        Column("fee_basis", "text", "what the fee is paid for"),
        Column("commission_rate", "proportion", "share of revenue"),
        Column("market", "text", "where the orders are"),
        Column("status", "text", "not drawn yet"),
    ]
    known = tuple(c for c in PLACEMENTS.columns if c.name not in {column.name for column in new})
    before = draw(DEMO, seed=1).placements
    longer = replace(PLACEMENTS, columns=(*known, *new))
    monkeypatch.setitem(drawing.TABLES, "placements", longer)
    after = draw(DEMO, seed=1).placements
    names = [column.name for column in new[:-1]]
    assert list(after)[-5:] == names
    old = [name for name in before if name not in names]
    pd.testing.assert_frame_equal(after[old], before[old])
    assert after["placed_at"].between("2026-01-01", "2026-09-30").all()


def test_one_seed_one_draw():
    first, again = draw(DEMO, seed=5), draw(DEMO, seed=5)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
        if name != "creators":
            assert not getattr(first, name).equals(getattr(draw(DEMO, seed=[5, 1]), name))


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_frames_keep_the_contract(table):
    frame = getattr(drawn(DEMO), table.name)
    assert list(frame) == [name for name in table.names if name in frame]
    assert table.needed <= set(frame)
    if table.name != "comments":  # of a post there are several
        assert not frame.duplicated([name for name in table.key if name in frame]).any()
    for column in (table[name] for name in frame):
        values = frame[column.name].dropna()
        assert not column.filled or (len(values) == len(frame) and values.ne("").all())
        if column.choices:
            assert set(values) <= set(column.choices)
        elif column.kind in ("count", "amount"):
            assert pd.api.types.is_integer_dtype(values)
            assert values.min() >= 0
        elif column.kind in ("day", "time"):
            days = pd.to_datetime(values, format="%Y-%m-%d")
            assert days.between("2026-01-01", "2026-09-30").all()
        elif column.kind == "flag":
            assert set(values) == {"yes", "no"}


def test_handles_belong_to_creators_of_the_roster():
    sample, key = drawn(DEMO), ["platform", "handle"]
    known = set(sample.creators[key].itertuples(index=False, name=None))
    for table in (sample.posts, sample.placements):
        assert set(table[key].itertuples(index=False, name=None)) <= known


def test_the_demo_has_the_creators_it_is_meant_to_have():
    creators = drawn(DEMO, DEMO_SEED).creators
    edges = [0, 1_000, 100_000, 1_000_000, 5_000_000]
    steps = pd.cut(creators["followers"], edges, right=False, labels=False)
    number = creators.groupby(["platform", "niche", steps]).size().unstack()
    assert len(number) == 21
    assert (number == [1, 50, 25, 5]).all(axis=None)
    owners = creators.dropna(subset=["person"]).groupby("person")
    assert (owners["platform"].nunique() == 2).all()
    assert (owners.size() == 2).all()
    assert 100 < len(owners) < 200


def test_the_demo_folder_repeats_byte_for_byte(tmp_path):
    main(str(tmp_path / "demo"))
    made = {path.name: path.read_bytes() for path in (tmp_path / "demo").iterdir()}
    kept = {path.name: path.read_bytes() for path in DEMO_FOLDER.iterdir()}
    assert made.keys() == kept.keys() == {f"{name}.csv" for name in TABLES} | {"dataset.yml"}
    changed = [name for name in kept if made[name] != kept[name]]
    assert not changed, f"python -m analysis.study.worlds {DEMO_FOLDER} would change {changed}"
    assert sum(map(len, kept.values())) < 1_700_000
    assert not any(b"\r" in content for content in kept.values())


def test_what_was_written_reads_back(tmp_path):
    sample = drawn(DEMO, DEMO_SEED)
    write_raw(sample, tmp_path)
    facts = yaml.safe_load((tmp_path / "dataset.yml").read_text(encoding="utf-8"))
    planted = pd.DataFrame(facts.pop("planted"))
    pd.testing.assert_frame_equal(planted, sample.planted, rtol=0, atol=1e-6)
    assert facts.pop("synthetic") is True
    target = {"age": ["18-24"]}
    assert facts == {"name": "demo", "brand": DEMO.brand, "currency": "EUR", "target": target}
    for name in TABLES:
        text = pd.read_csv(tmp_path / f"{name}.csv", dtype="str", keep_default_na=False)
        raw = getattr(sample, name).astype("object")
        assert text.equals(raw.where(raw.notna(), "").astype("str"))
