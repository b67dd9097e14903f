"""The index's matrix: every first answer by niche, linked to the page that states it."""

from analysis.site.matrix import matrix
from analysis.site.records import pack
from tests.runs.records import record

PLATFORMS = ("instagram", "tiktok")


def row(niche, platform="tiktok", estimate=1.5, verdict="SUPPORTED", metric="orders_per_click"):
    return {
        "result_id": f"{metric}:{platform}:{niche}",
        "claim": {"orders_per_click": "H2", "cost_per_order": "H3"}[metric],
        "metric": metric,
        "estimand": "typical",
        "platform": platform,
        "niche": niche,
        "contrast": "1K-100K vs 100K+",
        "estimate": estimate,
        "deciding_low": 1.1,
        "deciding_high": 1.9,
        "verdict": verdict,
        "reason": "fewer than 20 macro creators" if estimate is None else "",
    }


def page(name, rows, answers, **changes):
    return record(name, results=pack(rows), answers=tuple(answers), **changes)


def front(*niches, **changes):
    rows = [row(niche, platform) for niche in ("all niches", *niches) for platform in PLATFORMS]
    return page(
        "summary", rows, [f"orders_per_click:{one}:all niches" for one in PLATFORMS], **changes
    )


def test_a_cell_links_the_page_that_states_it_else_one_that_holds_it_else_the_front():
    summary = front("food", "home")
    stated = page("food", [row("food")], ["orders_per_click:tiktok:food"])
    held = page("topic", [row("food"), row("home")], [])
    laid = matrix([summary, held, stated])
    links = {niche: [cell.report for cell in cells] for niche, cells in laid.rows}
    assert links == {
        "all niches": ["summary", "summary"],
        "food": ["summary", "food"],
        "home": ["summary", "topic"],
    }
    assert laid.rows[1][1][1].name == "food, orders per click, TikTok: micro, +50%"


def test_questions_stand_over_their_platforms_claim_by_claim():
    rows = [
        row("all niches", platform, metric=metric)
        for platform in PLATFORMS
        for metric in ("cost_per_order", "orders_per_click")
    ]
    laid = matrix([page("summary", rows, [one["result_id"] for one in rows])])
    assert laid.questions == (
        ("cost per order", ("Instagram", "TikTok")),
        ("orders per click", ("Instagram", "TikTok")),
    )
    [(_, cells)] = laid.rows
    assert [cell.state.kind for cell in cells] == ["macro", "macro", "micro", "micro"]


def test_a_niche_without_any_estimate_is_listed_with_what_it_lacks():
    rows = [row("all niches"), row("home", estimate=None, verdict="NOT TESTABLE")]
    laid = matrix([page("summary", rows, ["orders_per_click:tiktok:all niches"])])
    assert [niche for niche, _ in laid.rows] == ["all niches"]
    assert laid.missing == (("home", "fewer than 20 macro creators"),)
    assert laid.counts == {"micro": 1}


def test_of_many_niches_those_in_which_least_is_decided_are_folded():
    open_ones = [row(f"niche {n}", estimate=1.1, verdict="INCONCLUSIVE") for n in range(30)]
    rows = [row("all niches"), *open_ones, row("food")]
    laid = matrix([page("summary", rows, ["orders_per_click:tiktok:all niches"])])
    shown = [niche for niche, _ in laid.rows]
    assert shown == ["all niches", *(f"niche {n}" for n in range(14)), "food"]
    assert [niche for niche, _ in laid.folded] == [f"niche {n}" for n in range(14, 30)]
    few = matrix([page("summary", rows[:16], ["orders_per_click:tiktok:all niches"])])
    assert len(few.rows) == 16
    assert few.folded == ()


def test_of_a_single_niche_all_niches_say_the_same_again():
    """As on the summary's grid: the niche stands alone, and one comparison counts once."""
    answers = ["orders_per_click:tiktok:all niches"]
    laid = matrix([page("summary", [row("all niches"), row("not stated")], answers)])
    assert [niche for niche, _ in laid.rows] == ["not stated"]
    assert laid.counts == {"micro": 1}
    lacking = row("home", estimate=None, verdict="NOT TESTABLE")
    laid = matrix([page("summary", [row("all niches"), row("food"), lacking], answers)])
    assert [niche for niche, _ in laid.rows] == ["all niches", "food"]


def test_a_page_without_answers_makes_no_matrix():
    assert matrix([record("data")]) is None


def test_questions_stand_in_the_order_in_which_the_front_states_them():
    """Money first on the summary: its rows are recorded claim by claim all the same."""
    rows = [row("all niches", metric=name) for name in ("orders_per_click", "cost_per_order")]
    stated = [one["result_id"] for one in reversed(rows)]
    found = matrix([page("summary", rows, stated, front=True)])
    assert [label for label, _ in found.questions] == ["cost per order", "orders per click"]
