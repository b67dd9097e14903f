"""The grid of verdicts: five states, and what has no column for lack of data."""

from types import SimpleNamespace

import pandas as pd

from analysis.evidence.results import Answer
from analysis.show import grid
from tests.show.conftest import VERDICTS

WHOLE = "1K-100K vs 100K+"


def test_the_grid_shows_word_ratio_interval_and_creators(five_verdicts):
    shown = grid.verdict_grids([five_verdicts]).data
    for verdict in VERDICTS[:4]:
        assert (
            f'<td class="{verdict.lower()}"><b>{verdict.lower()}</b>1.23 <span>(1.10–1.40)</span>'
            in shown
        )
    assert "<small>1,000 | 50</small>" in shown
    assert "&lt;niche 1&gt;" in shown
    assert "<niche" not in shown


def test_an_open_cell_whose_interval_leaves_out_1_prints_its_reason(five_verdicts):
    half = five_verdicts.frame.assign(
        verdict="INCONCLUSIVE", deciding_low=1.003, deciding_high=1.4, reason="one <half>"
    )
    shown = grid.verdict_grids([Answer("H1c", "says", "higher", half, WHOLE)]).data
    assert "<span>(1.003–1.400)</span><small>one &lt;half&gt;</small>" in shown
    open_one = half.assign(deciding_low=0.9)
    shown = grid.verdict_grids([Answer("H1c", "says", "higher", open_one, WHOLE)]).data
    assert "half" not in shown


def test_the_grid_names_metrics_without_data_instead_of_a_grey_row(five_verdicts):
    empty = five_verdicts.frame.assign(
        metric="engagement_per_view", verdict="NOT TESTABLE", estimate=float("nan")
    )
    both = Answer("H1", "says", "higher", pd.concat([five_verdicts.frame, empty]), WHOLE)
    shown = grid.verdict_grids([both]).data
    assert (
        "<p>No such data: engagement per view.</p><p>Not enough data: &lt;niche 4&gt;.</p>" in shown
    )
    assert shown.count('<th scope="row">') == 1


def test_a_cell_without_enough_data_says_so_beside_cells_that_have_it(five_verdicts):
    other = five_verdicts.frame.assign(
        metric="engagement_per_view", estimate=1.1, verdict="INCONCLUSIVE"
    )
    both = Answer("H1", "says", "higher", pd.concat([five_verdicts.frame, other]), WHOLE)
    shown = grid.verdict_grids([both]).data
    assert '<td class="not-testable"><b>not enough data</b><small>1,000 | 50</small>' in shown


def test_the_headline_grid_has_a_line_per_claim_and_a_reason_where_none_can_be_tested(
    five_verdicts, study
):
    none = five_verdicts.frame.assign(claim="H2", estimate=float("nan"), reason="no <orders>")
    both = [five_verdicts, Answer("H2", "micro creators convert", "higher", none, WHOLE)]
    shown = grid.headline_grid(SimpleNamespace(study=study), both).data
    assert '<tr class="band"><th scope="rowgroup" colspan="5">Instagram</th></tr>' in shown
    assert "says<small>engagement per follower, typical creator</small>" in shown
    assert '<th scope="row">convert</th>' in shown
    assert '<td class="not-testable" colspan="4"><b>not enough data</b>no &lt;orders&gt;' in shown
    least = study.minimums.creators_per_arm
    assert f"fewer than {least} creators on one side" in shown
    assert "So it is in all of &lt;niche 4&gt;." in shown
    assert "true ratio" not in shown


def test_a_true_ratio_stands_in_its_result_and_in_the_caption(five_verdicts, study):
    planted = Answer("H1", "says", "higher", five_verdicts.frame.assign(planted=1.3), WHOLE)
    shown = grid.headline_grid(SimpleNamespace(study=study), [planted]).data
    assert "(micro | macro), true ratio of the invented data. The interval decides" in shown
    assert "<small>1,000 | 50, true 1.30</small>" in shown
