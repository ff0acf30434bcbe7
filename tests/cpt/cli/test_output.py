"""What is printed: nothing of it can do anything to a terminal, or hide in it."""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click import unstyle
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

import cpt.cli
from cpt.cli.output import ask, echo_sentence, echo_styled, one_line, plain, print_document, wrapped
from cpt.cli.screen import Screen
from cpt.cli.views.plan import show_plan

if TYPE_CHECKING:
    from cpt.installer.plan import Plan
    from tests.cpt.cli.conftest import Cpt

EVIL = "\x1b[8m\x1b]0;x\x07\r\x08\x9b2J\u202e\u200b\u2066\ufeff\u2028\U000e0041"


def _evil(text: str) -> str:
    return "".join(letter for letter in text if letter in EVIL and letter not in "[]0;x8m2J")


@given(st.text(st.sampled_from([*EVIL, "a", "\n", "\t", "\u200d", "é", "👩", "💻"])))
def test_a_plain_text_hides_nothing_and_stays_plain(text: str) -> None:
    assert not _evil(plain(text))
    assert plain(plain(text)) == plain(text)


def test_what_people_write_stays_as_it_is() -> None:
    for text in (
        "Łódź\n\tné 東京",
        "👩\u200d💻 👨\u200d👩\u200d👧 ❤\ufe0f",
        "می\u200cخواهم",  # noqa: RUF001  Persian
        "שלום",
    ):
        assert plain(text) == text


def test_what_would_act_is_written_out() -> None:
    assert plain("a\x1b[2Jb\rc\x9b\u202ed\u200d") == r"a\x1b[2Jb\x0dc\x9b\u202ed\u200d"
    assert plain("a\r\nb") == "a\nb"
    assert one_line("a\n\n  b\x1b") == r"a b\x1b"


def test_json_says_exactly_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_document({"text": EVIL + "é\x7f"})
    printed = capsys.readouterr().out
    assert not _evil(printed)
    assert "é" in printed
    assert json.loads(printed) == {"text": EVIL + "é\x7f"}


@pytest.mark.parametrize(
    "made",
    [
        lambda: EVIL,
        lambda: Text(EVIL, "bold"),
        lambda: Padding(Text.assemble(("x", "red"), EVIL), 1),
        lambda: _table(EVIL),
        lambda: _table(Text(EVIL)),
    ],
)
def test_whatever_rich_prints_is_plain(made: Callable[[], Padding | Table | Text | str]) -> None:
    file = io.StringIO()
    Screen(file=file, width=60, force_terminal=False, highlight=False, markup=False).print(made())
    assert not _evil(file.getvalue())
    assert r"\x1b[8m" in file.getvalue()


def _table(cell: str | Text) -> Table:
    table = Table("HEADING\x1b")
    table.add_row(cell)
    return table


def test_nothing_but_the_output_prints() -> None:
    """The sanitiser stands at one place; what passes it by would be a hole."""
    printing = {"echo", "secho", "prompt", "confirm", "style", "pause", "progressbar"}
    holes = []
    for path in Path(cpt.cli.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id="click"), attr=name) if name in printing:
                    holes.append(f"{path.name}:{node.lineno}")
                case ast.Call(func=ast.Name(id="print" | "input" | "Console")):
                    holes.append(f"{path.name}:{node.lineno}")
                case _:
                    pass
    assert {hole.partition(":")[0] for hole in holes} == {"output.py"}, holes


def test_no_name_in_a_plan_can_write_a_line_of_its_own(plan: Plan) -> None:
    forged = "x\n\nNothing would change.\n"
    changes = tuple(replace(c, label=f"{c.label}{forged}", reason=forged) for c in plan.changes)
    steps = tuple(replace(s, why=forged) for s in plan.packages)
    travels = tuple(replace(t, title=forged) for t in plan.travels)
    listeners = tuple(replace(x, title=forged, event=forged) for x in plan.listeners)
    file = io.StringIO()
    screen = Screen(file=file, width=2_000, force_terminal=False, highlight=False, markup=False)
    show_plan(
        screen,
        replace(
            plan, title=forged, changes=changes, packages=steps, travels=travels,
            listeners=listeners, notes=(forged,),
        ),
    )  # fmt: skip
    lines = [line.strip() for line in file.getvalue().splitlines()]
    assert "Nothing would change." not in lines


def test_an_error_does_nothing_to_the_terminal(cpt: Cpt) -> None:
    ended = cpt("status", "--account", "\x1b[2Jshop\u202e.account")
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err
    assert r"\x1b[2Jshop\u202e.account" in ended.err


def test_a_question_is_one_plain_line() -> None:
    with CliRunner().isolation("y\n") as (_, err, _both):
        assert ask("Give it to “x”?\n\nApply this? [y/N]: y\x1b[2J") == "y"
    assert err.getvalue().decode().startswith(r"Give it to “x”? Apply this? [y/N]: y\x1b[2J: ")


@pytest.mark.usefixtures("published")
def test_odd_names_and_surroundings_are_survived(cpt: Cpt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "many")
    ended = cpt("account", "create", "\x1b[1Am\ny.account", "--name", "Us\n\x1b[2J")
    assert (ended.code, "\x1b" in ended.said) == (0, False)


def test_sentences_are_broken_at_words_and_commands_are_not_torn_apart() -> None:
    said = "  it stays here: set THE_VARIABLE where the account's 'cpt account run' is, and wait"
    assert wrapped(said, 60).split("\n") == [
        "  it stays here: set THE_VARIABLE where the account's",
        "  'cpt account run' is, and wait",
    ]
    assert wrapped("one two three", 9, hanging=4) == "one two\n    three"
    assert wrapped("one\n\n  two", 60) == "one\n\n  two"
    assert wrapped("x" * 70 + "-y", 60) == "x" * 70 + "-y"
    command = "let them finish it: cpt upgrade acme/welcome --contacts finish-on-old"
    assert wrapped(command, 40) == command


def test_what_is_said_fits_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    echo_sentence("word " * 20)
    assert capsys.readouterr().out.count("\n") == 1
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    echo_sentence("word " * 20)
    echo_sentence("word " * 20, err=True)
    echo_styled("error", ": " + "word " * 20, bold=True)
    said = capsys.readouterr()
    assert max(len(unstyle(line)) for line in (said.out + said.err).splitlines()) <= 30
    assert "\n       word" in said.err
