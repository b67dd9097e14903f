"""How far a run is: a bar on a terminal, one line of JSON per event everywhere else."""

import json
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from tqdm import tqdm


class Bar:
    """For a person at a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Any = None

    def begin(self, due: int, _unchanged: int) -> None:
        """Show the bar, unless there is nothing to wait for."""
        if due:
            self._bar = tqdm(total=due, unit="report", file=self._stream, leave=False)

    def ended(self, report_id: str, cause: str | None, **_facts: object) -> None:
        """Move the bar; a failure gets a line above it."""
        if cause is not None:
            self._write(f"micromacro: failed: {report_id}: {cause}")
        self._bar.set_postfix_str(report_id, refresh=False)
        self._bar.update()

    def warn(self, text: str) -> None:
        """A line above the bar."""
        self._write(f"micromacro: {text}")

    def end(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()

    def _write(self, line: str) -> None:
        tqdm.write(line, file=self._stream)


class Lines:
    """Progress for a log: lines of JSON with ``at`` and ``event``."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, due: int, unchanged: int) -> None:
        """Event ``begin``."""
        self._write("begin", due=due, unchanged=unchanged)

    def ended(self, report_id: str, cause: str | None, **facts: object) -> None:
        """Event ``published`` or ``failed``."""
        if cause is None:
            self._write("published", report=report_id, **facts)
        else:
            self._write("failed", report=report_id, cause=cause, **facts)

    def warn(self, text: str) -> None:
        """Event ``warning``."""
        self._write("warning", text=text)

    def end(self) -> None:
        """Event ``end``."""
        self._write("end")

    def _write(self, event: str, **facts: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        print(json.dumps({"at": now, "event": event, **facts}), file=self._stream, flush=True)


Progress = Bar | Lines


def progress_on(stream: TextIO | None = None) -> Progress:
    """The form that suits a stream.

    Standard error if none is given.
    """
    chosen = stream or sys.stderr
    return Bar(chosen) if chosen.isatty() else Lines(chosen)
