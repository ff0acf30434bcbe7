"""Whoever waits at a terminal for longer than a second sees what for, and nothing is left of it."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable

import pytest

from cpt.cli import progress
from cpt.cli.progress import downloading, say_beside, working


class Terminal(io.StringIO):
    """A terminal that remembers what was written to it."""

    def __init__(self, wanted: str = "") -> None:
        super().__init__()
        self.seen = threading.Event()
        self._wanted = wanted

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._wanted and self._wanted in self.getvalue():
            self.seen.set()
        return written


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Terminal]:
    """Return what makes standard error a terminal, on which something is waited for."""

    def made(wanted: str) -> Terminal:
        found = Terminal(wanted)
        monkeypatch.setattr(sys, "stderr", found)
        return found

    return made


def test_what_takes_longer_is_said_and_wiped_away(
    terminal: Callable[[str], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    screen = terminal("planning …")
    with working("planning"):
        assert screen.seen.wait(10)
    assert screen.getvalue().endswith("\x1b[2K")  # the line is empty again


def test_of_what_is_done_at_once_nothing_is_said(terminal: Callable[[str], Terminal]) -> None:
    screen = terminal("planning")
    with working("planning"):
        pass
    assert screen.getvalue() == ""


def test_what_fails_leaves_nothing_behind(
    terminal: Callable[[str], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    screen = terminal("applying …")

    def interrupted() -> None:
        with working("applying"):
            assert screen.seen.wait(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert screen.getvalue().endswith("\x1b[2K")
    assert not any(thread.name.startswith("working") for thread in threading.enumerate())


def test_where_nobody_looks_nothing_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with working("planning"):
        pass
    assert capsys.readouterr().err == ""


def test_what_is_said_meanwhile_stands_on_lines_of_its_own(
    terminal: Callable[[str], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    screen = terminal("downloading")
    with downloading(2, 1000):
        say_beside("note: it is asked again in 40 s")
    say_beside("note: that was all")
    lines = [line.rpartition("\x1b[2K")[2] for line in screen.getvalue().split("\n")]
    assert "note: it is asked again in 40 s" in [line.strip() for line in lines]
    assert screen.getvalue().endswith("note: that was all\n")
