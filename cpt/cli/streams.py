"""The three standard streams, made such that whatever they lead to, a command comes to its end.

A stream may be closed, lead to a reader who has seen enough (``cpt search | head -1``) or to a disk
that is full. None of these stops a command half-way: what was agreed to is carried out, and what
can no longer be printed is dropped. A full disk is told about at the end.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

_NOBODY_READS = (errno.EPIPE, errno.EBADF)


class Tolerant(io.FileIO):
    """A descriptor to write to, where failures are remembered and no longer raised.

    Attributes:
        failure: Why something could not be written; None if all was, or nobody reads it.
    """

    failure: OSError | None = None
    _lost = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, or drop what cannot be written."""
        if not self._lost:
            try:
                return super().write(data)
            except BlockingIOError:
                raise
            except OSError as error:
                self._lost = True
                if error.errno not in _NOBODY_READS:
                    self.failure = error
        return memoryview(data).nbytes


def prepare() -> Tolerant:
    """Put tolerant streams in place of this process's own; return the one that carries answers."""
    _open_what_is_closed()
    answers = Tolerant(1, "w", closefd=False)
    sys.stdout = _text(answers, sys.stdout, lines=answers.isatty())
    sys.stderr = _text(Tolerant(2, "w", closefd=False), sys.stderr, lines=True)
    return answers


def flush() -> None:
    """Bring out what was printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


def _open_what_is_closed() -> None:
    """Let closed streams lead nowhere, and keep their numbers from being given to other files."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            mode = "w" if number else "r"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _text(file: Tolerant, before: TextIO, *, lines: bool) -> io.TextIOWrapper:
    """Return a stream of text that has a sign for what its encoding has none for.

    An environment without a locale says ASCII, and means that it does not know: that is UTF-8.
    """
    encoding = before.encoding
    if encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968", "646"):
        encoding = "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(file), encoding, errors="replace", line_buffering=lines
    )
