"""What notebooks show: the recorded bundle, the grid's five states, tables with a stub."""

import html
import json
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer
from analysis.show import display, figures, grid
from analysis.show.figures import drawing

VERDICTS = ["SUPPORTED", "CONTRADICTED", "EQUIVALENT", "INCONCLUSIVE", "NOT TESTABLE"]


@pytest.fixture
def answer():
    tested = {"estimate": 1.234, "ci_low": 1.1, "ci_high": 1.4, "p_adjusted": 0.012}
    rows = []
    for number, verdict in enumerate(VERDICTS):
        row = {
            "result_id": f"r{number}",
            "claim": "H1",
            "metric": "engagement_per_follower",
            "estimand": "typical",
            "platform": "instagram",
            "niche": ALL_NICHES if number == 0 else f"<niche {number}>",
            "contrast": "1K-100K vs 100K+",
            "n_micro": 1000,
            "n_macro": 50,
            "verdict": verdict,
            "reason": "a reason",
            **(tested if verdict != "NOT TESTABLE" else {}),
        }
        rows.append({**dict.fromkeys(RESULT_COLUMNS), **row})
    frame = pd.DataFrame(rows)
    numbers = ["estimate", "ci_low", "ci_high", "p_value", "p_adjusted", "planted"]
    numbers += ["superiority", "more_creators"]
    return Answer(
        "H1", "says", "higher", frame.astype(dict.fromkeys(numbers, float)), "1K-100K vs 100K+"
    )


def test_record_says_and_hands_over_the_same_rows(answer, monkeypatch):
    shown = []
    monkeypatch.setattr(display, "display", lambda bundle, raw: shown.append(bundle))
    display.record(answer)
    bundle = json.loads(json.dumps(shown[0][display.RESULTS_MIME], allow_nan=False))
    assert bundle["columns"] == list(RESULT_COLUMNS)
    assert bundle["rows"][0][RESULT_COLUMNS.index("estimate")] == 1.234
    assert bundle["rows"][4][RESULT_COLUMNS.index("estimate")] is None
    assert html.escape(answer.headline()) in shown[0]["text/html"]


def test_a_small_step_does_not_follow_from_the_creators_of_its_arm(study):
    followers = [500] * 2 + [5_000] * 4 + [50_000] * 41 + [500_000] * 11 + [5_000_000] * 7
    creators = pd.DataFrame({"platform": "tiktok", "niche": "food", "followers": followers})
    shown = display.creators_by_tier(SimpleNamespace(creators=creators, study=study)).as_raw_html()
    assert shown.count("withheld") == 3  # under 1K, and both steps of micro: 45 is told elsewhere
    assert ">11<" in shown
    assert ">7<" in shown


def test_the_grid_shows_word_ratio_interval_and_creators(answer):
    shown = grid.verdict_grids([answer]).data
    for verdict in VERDICTS[:4]:
        assert (
            f'<td class="{verdict.lower()}"><b>{verdict.lower()}</b>1.23 <span>(1.10–1.40)</span>'
            in shown
        )
    assert "<small>1,000 | 50</small>" in shown
    assert "&lt;niche 1&gt;" in shown
    assert "<niche" not in shown


def test_the_grid_names_metrics_without_data_instead_of_a_grey_row(answer):
    empty = answer.frame.assign(
        metric="engagement_per_view", verdict="NOT TESTABLE", estimate=float("nan")
    )
    both = Answer("H1", "says", "higher", pd.concat([answer.frame, empty]), answer.main_contrast)
    shown = grid.verdict_grids([both]).data
    assert (
        "<p>No such data: engagement per view.</p><p>Not enough data: &lt;niche 4&gt;.</p>" in shown
    )
    assert shown.count('<th scope="row">') == 1


def test_the_evidence_table_labels_its_rows(answer):
    html = display.evidence_table(answer).as_raw_html()
    assert "1.23\N{NO-BREAK SPACE}(1.10\N{WORD JOINER}–\N{WORD JOINER}1.40)" in html
    assert "not enough data" in html
    assert ">nan<" not in html.lower()


def test_a_figure_carries_words_and_numbers(answer):
    figure = figures.forest(answer, "engagement_per_follower")
    assert figure.title.endswith("?")
    html = figure._repr_html_()
    assert 'alt="Ratios micro over macro. instagram all niches typical 1.23 (1.10 to 1.40)' in html
    assert "<details><summary>The numbers</summary><table" in html
    assert figures.forest(answer, "engagement_per_follower").svg == figure.svg


def test_a_figure_of_nothing_is_none(answer):
    assert figures.forest(answer, "engagement_per_view") is None


def test_a_figure_with_too_many_marks_is_refused():
    with pytest.raises(ValueError, match="too heavy"):
        drawing.svg_of(None, marks=10**6)


def test_a_cell_without_enough_data_says_so_beside_cells_that_have_it(answer):
    other = answer.frame.assign(metric="engagement_per_view", estimate=1.1, verdict="INCONCLUSIVE")
    both = Answer("H1", "says", "higher", pd.concat([answer.frame, other]), answer.main_contrast)
    shown = grid.verdict_grids([both]).data
    assert '<td class="not-testable"><b>not enough data</b><small>1,000 | 50</small>' in shown
