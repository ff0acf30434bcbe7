"""All that cpt prints passes here: to a person through `echo`, `ask` and rich, or as JSON.

What is printed to a person comes from strangers too: packages, contacts, accounts, plan files. It
is made `plain` here and nowhere else, so that none of it can move the cursor, hide, or change the
order of what is read. JSON documents say exactly what there is, in JSON's own escapes.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import IO, TYPE_CHECKING, TextIO, cast

import click

if TYPE_CHECKING:
    from rich.console import Console

    from package_format.kinds.model import Json

FORMAT = 1
"""The version of every JSON document that the command line prints."""

_WIDTH_WHEN_PIPED = 80
_GREATEST_WIDTH = 110

_EMOJI = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_ARABIC = "\u0600-\u06ff\u0750-\u077f"
_UNSEEN = re.compile(
    # Control characters: escapes, backspaces, carriage returns.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    # What has no shape, or turns the order of what is read.
    "\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # Joiners join emoji, and forms of Arabic letters; anywhere else they hide.
    f"|\u200d(?<![{_EMOJI}]\u200d)|\u200d(?![{_EMOJI}])"
    f"|\u200c(?<![{_ARABIC}]\u200c)|\u200c(?![{_ARABIC}])"
)

_QUOTED = re.compile(r"(?<!\S)'[^'\n]{1,60}'\S*")
_COMMAND = re.compile(r"\bcpt [a-z-]+ ")


def plain(text: str) -> str:
    r"""Return a text in which nothing is hidden: control characters are written as ``\x1b``.

    So is whatever has no shape of its own or changes the order of what is read. Line breaks and
    tabs are left.
    """
    return _UNSEEN.sub(_written, text.replace("\r\n", "\n"))


def _written(found: re.Match[str]) -> str:
    return _escaped(found) if found[0] > "\xff" else f"\\x{ord(found[0]):02x}"


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] > "\x7f" else f"\\u{ord(found[0]):04x}"


def one_line(text: str) -> str:
    """Return a plain text as one line, as names and questions are: they cannot go on below."""
    return plain(" ".join(text.split()))


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a line, or several."""
    click.echo(plain(str(text)), err=err, nl=nl)


def echo_sentence(text: str, *, err: bool = False) -> None:
    """Print what is said to a person, in lines that fit the terminal if it is one."""
    click.echo(_fitting(plain(text), err=err), err=err)


def echo_styled(word: str, text: str, **style: str | bool) -> None:
    """Print a word in a style and what it introduces on standard error, in lines that fit."""
    lines = _fitting(word + plain(text), err=True, hanging=len(word) + len(": "))
    said = click.style(word, **style) + lines[len(word) :]  # type: ignore[arg-type]
    click.echo(said, err=True)


def _fitting(text: str, *, err: bool, hanging: int = 0) -> str:
    if not (sys.stderr if err else sys.stdout).isatty():
        return text
    import shutil

    return wrapped(text, min(shutil.get_terminal_size().columns, _GREATEST_WIDTH), hanging)


def wrapped(text: str, width: int, hanging: int = 0) -> str:
    """Return a text with its lines broken at words, but not inside of commands.

    A command in quotes stays whole, and so does a line with one that is not: where it ends, nobody
    can tell, and whoever copies it wants all of it.

    Args:
        text: The text.
        width: How wide a line may be.
        hanging: How far in what follows of the first line begins.
    """
    import textwrap

    def whole(line: str) -> str:
        return _QUOTED.sub(lambda found: found[0].replace(" ", "\xa0"), line)

    found = []
    for number, line in enumerate(text.split("\n")):
        indent = " " * ((not number and hanging) or len(line) - len(line.lstrip(" ")))
        if len(line) <= width or _COMMAND.search(whole(line)):
            found.append(line)
            continue
        lines = textwrap.wrap(
            whole(line),
            width,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        found += [one.replace("\xa0", " ") for one in lines]
    return "\n".join(found)


def draw(picture: str) -> None:
    """Print a picture of `package_format.picture`, which is plain but for its own colours."""
    click.echo(picture)


def ask(question: str, *, default: str | None = None, secretly: bool = False) -> str:
    """Ask at the terminal, in one line on standard error, and return what was typed.

    Args:
        question: The question.
        default: What an empty answer means; not shown.
        secretly: Whether what is typed stays unseen.
    """
    said = one_line(question)
    return click.prompt(said, default, hide_input=secretly, show_default=False, err=True)


class _Trimmed:
    """A file that is not a terminal: rows are not padded with spaces there."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        lines = text.split("\n")
        self._file.write("\n".join([*(line.rstrip(" ") for line in lines[:-1]), lines[-1]]))
        return len(text)

    def flush(self) -> None:
        self._file.flush()

    def isatty(self) -> bool:
        return False


def console(*, err: bool = False) -> Console:
    """Return a console that knows where it writes: no colour in a pipe, never a row cut off."""
    from cpt.cli.screen import Screen

    file = sys.stderr if err else sys.stdout
    terminal = file.isatty()
    found = Screen(
        file=file if terminal else cast("IO[str]", _Trimmed(file)),
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        no_color=True if "NO_COLOR" in os.environ or not terminal else None,
        force_terminal=terminal,
    )
    width = found.width if terminal else _width_when_piped()
    found.width = min(width, _GREATEST_WIDTH)
    return found


def _width_when_piped() -> int:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if re.fullmatch("[1-9][0-9]{0,4}", columns) else _WIDTH_WHEN_PIPED


def print_json(kind: str, data: Json) -> None:
    """Print one JSON document: its format, what it is, and the rest."""
    print_document({"format": FORMAT, "type": kind, **data})


def print_document(document: Json) -> None:
    """Print JSON; what a terminal would obey, or not show, is escaped as JSON can."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    click.echo(_UNSEEN.sub(_escaped, text))
