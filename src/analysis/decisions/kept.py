"""A decision that was computed once, for every page that speaks of it."""

import json
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter

from analysis.decisions.ahead import forecasts_made_before, keep_forecasts
from analysis.decisions.bookings import whole
from analysis.decisions.decide import Decision, decide
from analysis.evidence.families import family_path
from analysis.evidence.view import View
from analysis.store.disk import held, write_whole
from analysis.store.frames import plain

_FORM = TypeAdapter(Decision)


def decision_of(view: View) -> Decision:
    """The decision of a view, made once for all its pages.

    It is kept beside the prepared data, by data, study, scope and code, as families are; `forget`
    and `prepare` take it away with the folder. What it forecasts is kept for good.

    Example:
        >>> from analysis import open_view
        >>> decision_of(open_view("demo")).state
        'KEEP'
    """
    path = kept_at(view)
    if not path.exists():
        with held(path.with_name(f".{path.stem}.lock"), wait=True):  # another page may be at it
            if not path.exists():
                made = decide(view, made_before=forecasts_made_before(view))
                keep_forecasts(view, made.ahead)
                write_whole(path, json.dumps(asdict(made), default=plain).encode())
    return _FORM.validate_python(json.loads(path.read_text("utf-8")))


def kept_at(view: View) -> Path:
    """Where the decision of a view is kept once it was made."""
    return family_path(whole(view), "decision").with_suffix(".json")
