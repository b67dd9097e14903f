"""Progress: a bar for a person, one JSON object a line for a log."""

import io
import json

from analysis.runs.progress import Bar, Lines, progress_on


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(stream):
    progress = progress_on(stream)
    progress.begin(2, 3)
    progress.ended("engagement", None, seconds=0.5)
    progress.ended("cost", "cell 2: ValueError: no rows", seconds=0.1)
    progress.warn("is the export stuck?")
    progress.end()
    return stream.getvalue()


def test_a_log_gets_one_object_a_line():
    lines = [json.loads(line) for line in run(io.StringIO()).splitlines()]
    assert all(line.pop("at").endswith("+00:00") for line in lines)
    assert lines == [
        {"event": "begin", "due": 2, "unchanged": 3},
        {"event": "published", "report": "engagement", "seconds": 0.5},
        {
            "event": "failed",
            "report": "cost",
            "cause": "cell 2: ValueError: no rows",
            "seconds": 0.1,
        },
        {"event": "warning", "text": "is the export stuck?"},
        {"event": "end"},
    ]


def test_a_person_sees_a_bar_and_what_went_wrong():
    said = run(Terminal())
    assert "0/2 [" in said
    assert "micromacro: failed: cost: cell 2: ValueError: no rows\n" in said
    assert "micromacro: is the export stuck?\n" in said


def test_a_run_without_anything_due_shows_no_bar():
    stream = Terminal()
    progress = progress_on(stream)
    progress.begin(0, 3)
    progress.end()
    assert stream.getvalue() == ""


def test_the_stream_decides():
    assert isinstance(progress_on(Terminal()), Bar)
    assert isinstance(progress_on(io.StringIO()), Lines)
