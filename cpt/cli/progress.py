"""Progress: a line on a terminal that says what is being done, and is gone when it is done."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cpt.cli.output import console, echo_sentence, plain

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE = 1.0
"""For how many seconds something may go on before anything is shown of it."""

_in_use: list[Console] = []
"""The consoles on which something is shown at the moment."""


def say_beside(message: str) -> None:
    """Say something to the person at the terminal, above the line of what is being done if any."""
    if _in_use:
        from rich.text import Text

        _in_use[-1].print(Text(plain(message)))
    else:
        echo_sentence(message, err=True)


@contextlib.contextmanager
def _showing() -> Iterator[Console]:
    """Give a console on which something is shown while the block runs."""
    used = console(err=True)
    _in_use.append(used)
    try:
        yield used
    finally:
        _in_use.remove(used)


@contextlib.contextmanager
def working(doing: str) -> Iterator[None]:
    """Say what is being done, and for how long, once the block has run for a second.

    Nothing is shown but on a terminal, and nothing is left of it afterwards.

    Args:
        doing: What is being done: ``planning``.
    """
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    shower = threading.Thread(target=_show, args=(doing, done), name="working", daemon=True)
    shower.start()
    try:
        yield
    finally:
        done.set()
        shower.join()


def _show(doing: str, done: threading.Event) -> None:
    if done.wait(PATIENCE):
        return
    from rich.text import Text

    seconds = PATIENCE
    with _showing() as used, used.status(Text(f"{doing} …")) as shown:
        while not done.wait(1):
            seconds += 1
            shown.update(Text(f"{doing} … {seconds:.0f} s"))


@contextlib.contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done while the block runs; nothing is shown but on a terminal.

    Args:
        doing: A word before each thing, such as ``copying``.

    Yields:
        Callable[[str], None]: What is told of each thing that is begun.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.text import Text

    with _showing() as used, used.status(Text(doing)) as shown:
        yield lambda what: shown.update(Text(f"{doing} {what}"))


@contextlib.contextmanager
def downloading(archives: int, size: int) -> Iterator[Callable[[int], None]]:
    """Show a download while the block runs; nothing is shown but on a terminal.

    Args:
        archives: How many archives come.
        size: How many bytes they have together.

    Yields:
        Callable[[int], None]: What is told of every number of bytes that has come.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from cpt.cli.views.words import counted

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with _showing() as used, Progress(*columns, console=used, transient=True) as shown:
        task = shown.add_task(f"downloading {counted(archives, 'package')}", total=size)
        yield lambda number: shown.advance(task, number)
