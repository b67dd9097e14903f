"""What a person hears while data are read: nothing for two seconds, then what goes on."""

import threading

import pytest

from analysis.cli.data import after_two_seconds


class Clock:
    """Stands in for a timer, and goes off when the test says so."""

    def __init__(self, _seconds, function):
        self.go_off = function
        Clock.made = self

    def start(self):
        self.running = True

    def cancel(self):
        self.running = False


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(threading, "Timer", Clock)


def test_a_first_and_only_file_is_named_while_it_is_read(capsys):
    with after_two_seconds() as tell:
        tell("reading posts.csv")
        assert capsys.readouterr().err == ""
        Clock.made.go_off()
        assert capsys.readouterr().err == "micromacro: reading posts.csv\n"
        tell("writing")
        assert capsys.readouterr().err == "micromacro: writing\n"
    assert not Clock.made.running


def test_what_is_done_before_says_nothing(capsys):
    with after_two_seconds() as tell:
        tell("reading posts.csv")
        tell("reading more.csv")
    assert capsys.readouterr().err == ""


def test_only_the_step_that_goes_on_is_named(capsys):
    with after_two_seconds() as tell:
        tell("reading posts.csv")
        tell("reading file 2 of 2", "more.csv")
        Clock.made.go_off()
    assert capsys.readouterr().err == "micromacro: reading file 2 of 2, more.csv\n"
