"""study.yml: the registration as it stands; every way to write it wrongly is named in one line."""

import re

import pytest
import yaml
from pydantic import ValidationError

from analysis.study.errors import UsageError
from analysis.study.project import PROJECT
from analysis.study.ranges import FollowerRange
from analysis.study.registration import load_study

REGISTERED = (PROJECT / "study.yml").read_text(encoding="utf-8")


def changed(entries):
    """The registered study with entries replaced by dotted name; None removes one."""
    content = yaml.safe_load(REGISTERED)
    for dotted, value in entries.items():
        *parents, last = dotted.split(".")
        inner = content
        for name in parents:
            inner = inner[name]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return yaml.safe_dump(content)


def load(folder, text):
    path = folder / "study.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_study(path)


def test_the_registered_study_says_what_the_design_says(study):
    assert study.tiers.micro == FollowerRange(1_000, 100_000)
    assert str(study.tiers.macro) == "100K+"
    assert [str(step) for step in study.tiers.steps] == ["1K-10K", "10K-100K", "100K-1M", "1M+"]
    assert study.alpha == 0.05  # 1 - 0.95 is 0.050000000000000044
    assert {"H1", "H2"} <= study.claims.keys()


def test_amendments_stand_in_the_order_of_their_days(study):
    days = [amendment.day for amendment in study.amendments]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("niche", "named"),
    [
        ("beauty", True),
        ("fitness", True),
        ("food & drink", True),
        ("gaming", False),
        ("all", False),
    ],
)
def test_an_alias_belongs_to_the_family_of_its_niche(study, niche, named):
    assert study.niches.names(niche) == named


def test_a_study_that_names_no_niche_names_all(tmp_path):
    assert load(tmp_path, changed({"niches.named": []})).niches.names("gaming")


def test_the_digest_is_of_the_text_and_cannot_be_written(tmp_path):
    digests = [
        load(tmp_path, text).digest
        for text in (REGISTERED, REGISTERED, REGISTERED + "# more\n", REGISTERED + "digest: mine\n")
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in digests)


def test_a_study_cannot_be_changed_after_it_was_read(study):
    with pytest.raises(ValidationError, match="frozen"):
        study.level = 0.9


def test_a_day_needs_no_quotes(tmp_path):
    unquoted = load(tmp_path, REGISTERED.replace('"2026-11-22"', "2026-11-22"))
    assert unquoted.registered == "2026-11-22"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"title": None}, ["title: Field required"]),
        ({"levle": 0.9}, ["levle: Extra inputs are not permitted"]),
        ({"level": 2, "permutations": 5}, ["level: Input", "permutations: Input"]),
        ({"tiers.micro": "abc"}, ["tiers.micro", "'abc' is no follower range; write 1K-100K"]),
        ({"tiers.steps": []}, ["tiers.steps: "]),
        ({"tiers.micro": "1K-1M"}, ["tiers: ", "micro 1K-1M and macro 100K+ overlap"]),
        ({"minimums.creators_per_arm": 1}, ["minimums.creators_per_arm: Input"]),
        ({"claims.H1.direction": "up"}, ["claims.H1.direction: Input should be 'higher'"]),
        ({"claims.H1.margin": [1.25, 0.8]}, ["claims.H1.margin: ", "the second above 1"]),
        ({"claims.H1.margin": [0, 1.25]}, ["claims.H1.margin: ", "between 0 and 1"]),
        ({"decisions.bounds": [1.2, 3]}, ["decisions.bounds: ", "between 0 and 1"]),
        ({"decisions.diminishing": [1, 0.6]}, ["decisions: ", "the lower one first"]),
        ({"decisions.diminishing": [0.6, 1.1]}, ["decisions: ", "at most 1"]),
        ({"decisions.campaigns_ahead": 0}, ["decisions.campaigns_ahead: Input"]),
        ({"registered": "soon"}, ["registered: ", "soon"]),
        ({"registered": "x2026-11-22"}, ["registered: "]),
        ({"amendments": [{"day": "2026-13-01", "what": "x"}]}, ["amendments.0.day: "]),
    ],
)
def test_every_wrong_entry_is_named_in_one_line(tmp_path, entries, said):
    with pytest.raises(UsageError) as refusal:
        load(tmp_path, changed(entries))
    message = str(refusal.value)
    assert message.startswith(f"{tmp_path / 'study.yml'}: ")
    assert "\n" not in message
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a list", "a mapping is expected"),
        ("title", "a mapping is expected"),
        ("", "title: Field required"),
        ("a: [1", "not YAML: while parsing a flow sequence"),
        (b"\xff\xfe\x00", "not YAML: "),
        (b"title: \xe9t\xe9\n", "not YAML: "),  # Latin-1
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path, text, said):
    with pytest.raises(UsageError, match=re.escape(f"study.yml: {said}")) as refusal:
        load(tmp_path, text)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["gone.yml", "."])
def test_a_study_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(UsageError, match="cannot read the study"):
        load_study(tmp_path / name)


@pytest.mark.parametrize("asked", ["H2", "h2", "conversion", "Conversion"])
def test_a_claim_goes_by_its_code_or_its_name(study, asked):
    assert study.code_of(asked) == "H2"


def test_an_unknown_claim_is_answered_by_the_list_of_all(study):
    with pytest.raises(UsageError, match="no claim 'sales'") as refused:
        study.code_of("sales")
    for code, claim in study.claims.items():
        assert f"{code} ({claim.name}): {claim.says}" in str(refused.value)


def test_a_claim_about_the_relationship_is_never_confirmatory(tmp_path):
    with pytest.raises(UsageError, match="never confirmatory: H9"):
        load(tmp_path, changed({"confirmatory": ["H1", "H9"]}))


def test_two_claims_of_one_name_are_refused(tmp_path):
    twice = yaml.safe_load(REGISTERED)["claims"]["H1"]
    with pytest.raises(UsageError, match="share a name: engagement per follower"):
        load(tmp_path, changed({"claims.H9": twice}))
