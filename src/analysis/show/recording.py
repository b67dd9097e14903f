"""What a notebook hands on: a sentence and its rows."""

import html
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import display

from analysis.decisions.decide import Decision
from analysis.evidence.results import Answer
from analysis.show.advice import advice
from analysis.show.media_type import RESULTS_MIME


def record(answer: Answer, *beside: Answer) -> None:
    """Say what an answer says, and record its rows for results.csv.

    Args:
        answer: to say and record.
        beside: answers that count the same outcome otherwise; only what contradicts is said.
    """
    headline, lines = answer.headline(*beside), answer.lines(*beside)
    display(
        {
            "text/html": f"<p><b>{html.escape(headline)}</b></p>{bullets(lines)}",
            "text/plain": "\n".join([headline, *lines]),
            RESULTS_MIME: recorded_rows([answer], stated=answer.first.drop_duplicates("platform")),
        },
        raw=True,
    )


def advise(decision: Decision) -> None:
    """Say what a decision says, as the headline of its page.

    It records no row: results.csv holds answers to claims.
    """
    said = advice(decision) or "No booking states what it cost and brought: nothing is advised."
    nothing: dict[str, list[str]] = {"columns": [], "rows": [], "answers": []}
    bundle = {"text/html": f"<p><b>{html.escape(said)}</b></p>", "text/plain": said}
    display({**bundle, RESULTS_MIME: nothing}, raw=True)


def bullets(lines: Sequence[str]) -> str:
    """Write lines as a list of HTML."""
    return f"<ul>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"


def recorded_rows(answers: Sequence[Answer], *, stated: pd.DataFrame) -> dict[str, Any]:
    """Pack the rows of answers as JSON, numbers to six digits.

    Of several answers only the main contrasts; their parts stand on the page of each claim.

    Args:
        answers: whose rows to pack.
        stated: those among them that the headline states.
    """
    frames = [answer.frame if len(answers) == 1 else answer.main for answer in answers]
    frame = pd.concat(frames, ignore_index=True).astype(object)
    values = [[_six_digits(value) for value in row] for row in frame.to_numpy().tolist()]
    return {"columns": list(frame.columns), "rows": values, "answers": [*stated["result_id"]]}


def _six_digits(value: object) -> object:
    if value is pd.NA:
        return None
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.6g}")
    return value
