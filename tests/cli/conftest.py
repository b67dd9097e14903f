"""What tests of the command line share."""

import threading

import pytest


class Silent:
    """Stands in for a timer that never goes off, however slow the machine."""

    def __init__(self, _seconds, _function):
        pass

    def start(self):
        pass

    def cancel(self):
        pass


@pytest.fixture(autouse=True)
def no_timer(monkeypatch):
    monkeypatch.setattr(threading, "Timer", Silent)
