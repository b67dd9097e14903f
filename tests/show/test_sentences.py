"""Sentences: verdicts in words, platforms that agree share one, forbidden words are found."""

import pandas as pd
import pytest

from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer
from analysis.show import sentences
from tests.forbidden_words import forbidden_words


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
        ({}, "The typical micro creator, engagement per follower: ahead on Instagram, 1.50 times"),
        ({"niche": "food"}, "The typical micro creator in food, engagement"),
        ({"verdict": "CONTRADICTED", "estimate": 0.5}, "behind on Instagram, 0.50 times"),
        ({"verdict": "EQUIVALENT"}, "practically level on Instagram, 1.50 times"),
        ({"verdict": "INCONCLUSIVE"}, "undecided on Instagram, 1.50 times"),
        ({"verdict": "NOT TESTABLE"}, "not enough data on Instagram."),
        ({"estimand": "portfolio"}, "Micro creators together, engagement per follower: ahead"),
        ({"estimand": "elasticity", "estimate": 0.9}, "less than in proportion, on Instagram."),
        ({"metric": "cost_per_order"}, "cost per order: higher on Instagram"),
        (
            {"niche": "named against others, usual"},
            "is 1.50 times (1.25 to 1.80) as large in the named niches: supported (usual).",
        ),
    ],
)
def test_a_headline(changes, said):
    assert said in answer(row(**changes)).headline()


def test_lines_tell_other_estimands_and_other_measures_but_none_without_data():
    told = answer(
        row(),
        row(estimand="portfolio", estimate=1.1),
        row(metric="engagement_per_view", estimate=1.2),
        row(metric="engagement_per_view", estimand="portfolio"),
        row(metric="engagement_per_reach", verdict="NOT TESTABLE"),
    )
    assert [line.split(":")[0] for line in told.lines()] == [
        "Micro creators together, engagement per follower",
        "The typical micro creator, engagement per view",
    ]


def test_platforms_with_the_same_verdicts_share_a_sentence():
    engage = answer(row(), row("tiktok"), row("youtube", verdict="INCONCLUSIVE"))
    convert = answer(
        sells("instagram", "CONTRADICTED"),
        sells("tiktok", "CONTRADICTED"),
        sells("youtube", "NOT TESTABLE"),
        claim="H2",
    )
    assert sentences.overall([engage, convert]) == (
        "On Instagram and TikTok, micro creators engage more than macro creators;"
        " they do not convert better: they sell less per click."
        " On YouTube, we cannot tell whether micro or macro creators engage more;"
        " conversion cannot be compared."
    )


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
    assert forbidden_words(text)


def test_what_we_say_keeps_the_rules():
    for verdict in ("SUPPORTED", "CONTRADICTED", "EQUIVALENT", "INCONCLUSIVE", "NOT TESTABLE"):
        said = sentences.overall(
            [answer(row(verdict=verdict)), answer(sells("instagram", verdict))]
        )
        assert not forbidden_words(said + answer(row(verdict=verdict)).headline())
