"""What a notebook hands on: one sentence, and the rows behind it."""

import html
import json

from analysis.evidence.results import RESULT_COLUMNS
from analysis.show import recording as module
from analysis.show.media_type import RESULTS_MIME


def test_record_says_and_hands_over_the_same_rows(five_verdicts, monkeypatch):
    shown = []
    monkeypatch.setattr(module, "display", lambda bundle, raw: shown.append(bundle))
    module.record(five_verdicts)
    bundle = json.loads(json.dumps(shown[0][RESULTS_MIME], allow_nan=False))
    assert bundle["columns"] == list(RESULT_COLUMNS)
    assert bundle["rows"][0][RESULT_COLUMNS.index("estimate")] == 1.234
    assert bundle["rows"][4][RESULT_COLUMNS.index("estimate")] is None
    assert html.escape(five_verdicts.headline()) in shown[0]["text/html"]
