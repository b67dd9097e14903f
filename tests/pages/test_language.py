"""Sentences: verdicts in words, platforms that agree share one, forbidden words are found."""

import pandas as pd
import pytest

from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer, sentence
from analysis.pages import language


def row(platform="instagram", metric="engagement_per_follower", verdict="SUPPORTED", **changes):
    values = {
        "platform": platform,
        "metric": metric,
        "estimand": "typical",
        "niche": ALL_NICHES,
        "contrast": "1K-100K vs 100K+",
        "estimate": 1.5,
        "ci_low": 1.25,
        "ci_high": 1.8,
        "n_micro": 1200,
        "n_macro": 80,
        "verdict": verdict,
        "reason": "too few",
    }
    return {**dict.fromkeys(RESULT_COLUMNS), **values, **changes}


def answer(*rows, claim="H1"):
    return Answer(claim, "says", "higher", pd.DataFrame(list(rows)), "1K-100K vs 100K+")


def sells(platform, verdict):
    return row(platform, "orders_per_click", verdict, estimate=0.7, ci_low=0.6, ci_high=0.8)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {},
            "engagement per follower: 1.50 times macro's (1.25 to 1.80); 1,200 against 80",
        ),
        (
            {"verdict": "CONTRADICTED", "estimate": 0.5, "niche": "food"},
            "On Instagram in food, the",
        ),
        (
            {"verdict": "CONTRADICTED", "estimate": 0.5},
            "is behind in engagement per follower: 0.50",
        ),
        ({"verdict": "EQUIVALENT"}, "is practically level in engagement per follower: 1.50"),
        ({"verdict": "INCONCLUSIVE"}, "we cannot tell whether the typical micro creator is ahead"),
        ({"verdict": "NOT TESTABLE"}, "engagement per follower cannot be compared: too few."),
        ({"estimand": "portfolio"}, "micro creators together are ahead in"),
    ],
)
def test_a_sentence(changes, said):
    assert said in sentence(row(**changes))


def test_platforms_with_the_same_verdicts_share_a_sentence():
    engage = answer(row(), row("tiktok"), row("youtube", verdict="INCONCLUSIVE"))
    convert = answer(
        sells("instagram", "CONTRADICTED"),
        sells("tiktok", "CONTRADICTED"),
        sells("youtube", "NOT TESTABLE"),
        claim="H2",
    )
    assert language.overall([engage, convert]) == (
        "On Instagram and TikTok, micro creators engage more than macro creators;"
        " they do not convert better: they sell less per click."
        " On YouTube, we cannot tell whether micro or macro creators engage more;"
        " conversion cannot be compared."
    )


def test_every_point_in_the_numbers_has_an_interval_and_creators():
    for line in language.in_numbers([answer(row()), answer(sells("instagram", "CONTRADICTED"))]):
        assert " to " in line
        assert "creators." in line


def test_a_headline_is_one_line_over_platforms():
    both = answer(row(niche="food"), row("tiktok", niche="food", verdict="NOT TESTABLE"))
    assert both.headline() == (
        "The typical micro creator in food, engagement per follower: ahead on Instagram,"
        " 1.50 times macro's (1.25 to 1.80); not enough data on TikTok."
    )


@pytest.mark.parametrize(
    "text",
    [
        "size drives sales",
        "Followers cause reach",
        "this leads to orders",
        "There is no difference",
    ],
)
def test_words_that_the_evidence_does_not_carry_are_found(text):
    assert language.broken_rules(text)


def test_what_we_say_keeps_the_rules():
    for verdict in ("SUPPORTED", "CONTRADICTED", "EQUIVALENT", "INCONCLUSIVE", "NOT TESTABLE"):
        said = language.overall([answer(row(verdict=verdict)), answer(sells("instagram", verdict))])
        assert not language.broken_rules(said + sentence(row(verdict=verdict)))
