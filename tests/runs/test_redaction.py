"""Redaction: folders, names and secrets go, words and images stay."""

from pathlib import Path

import pytest

from analysis.runs.redaction import redacted
from analysis.study.project import PROJECT

ENVIRONMENT = {
    "HOME": "/homes/ann",
    "MICROMACRO_DATA": "/homes/ann/brand data",
    "TMPDIR": "/tmp",
    "PATH": "/usr/bin:/bin",
    "ROOT": "/",
    "SHOP_TOKEN": "s3cret-of-the-shop",
    "PIN_KEY": "1234",
    "USER": "beauty",
}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/homes/ann/brand data/processed/x", "$MICROMACRO_DATA/processed/x"),
        ("'/homes/ann'", "'$HOME'"),
        ("File /tmp/a.py:3", "File $TMPDIR/a.py:3"),
        (f"{PROJECT}/src/a.py", "$PROJECT/src/a.py"),
        ("/srv/site/.working/x", "$SITE/.working/x"),
        ("https://x/?t=s3cret-of-the-shop", "https://x/?t=$SHOP_TOKEN"),
    ],
)
def test_what_is_private_is_named_by_its_variable(text, left):
    assert redacted(text, ENVIRONMENT, site=Path("/srv/site")) == left


@pytest.mark.parametrize(
    "text",
    ["/homes/anna", "base64,ab/tmp/cd", "/usr/bin and / alone", "1234", "food and beauty", "a/tmp"],
)
def test_everything_else_stays(text):
    assert redacted(text, ENVIRONMENT, site=Path("/srv/site")) == text


def test_names_go_from_what_is_not_published():
    cause = redacted("no such user: beauty", ENVIRONMENT, site=Path("/srv/site"), names=True)
    assert cause == "no such user: $USER"
