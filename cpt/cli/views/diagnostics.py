"""Diagnostics, drawn as a good compiler draws them: the line, the place in it, and what to do."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from package_format.diagnostics import Diagnostic, Diagnostics, Severity
from package_format.kinds.model import Json

_LONGEST = 400
"""How much is shown of a line that is longer than any that a person wrote."""

_LEAD = 80
"""How much of it stands before the place that is meant."""

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def show_diagnostics(console: Console, diagnostics: Diagnostics, root: Path | None) -> None:
    """Draw every diagnostic, and count them.

    Args:
        console: Where to.
        diagnostics: What was found.
        root: The folder that spans' files are relative to; None where there is no text to show.
    """
    texts = _Texts(root)
    for diagnostic in diagnostics:
        console.print(_drawn(diagnostic, root, texts), soft_wrap=True)
    errors = sum(d.severity is Severity.ERROR for d in diagnostics)
    warnings = len(diagnostics) - errors
    if len(diagnostics):
        counts = [_counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
        console.print(Text(" and ".join(counts), "bold"))


def diagnostics_data(diagnostics: Diagnostics) -> list[Json]:
    """Return the diagnostics as JSON values."""
    return [
        {
            "code": d.code,
            "severity": str(d.severity),
            "message": d.message,
            "file": d.span.file if d.span else None,
            "line": d.span.line if d.span else None,
            "column": d.span.column if d.span else None,
            "end_column": d.span.end_column if d.span else None,
            "help": d.help,
        }
        for d in diagnostics
    ]


def _drawn(diagnostic: Diagnostic, root: Path | None, texts: _Texts) -> Text:
    colour = _COLOURS[diagnostic.severity]
    text = Text()
    text.append(f"{diagnostic.severity}[{diagnostic.code}]", colour)
    text.append(f": {diagnostic.message}\n", "bold")
    span = diagnostic.span
    margin = " "
    if span is not None:
        number = str(span.line)
        margin = " " * len(number)
        text.append(f"{margin}--> ", "blue")
        text.append(f"{root / span.file if root else span.file}:{span.line}:{span.column}\n")
        line = texts.line(span.file, span.line)
        if line is not None:
            start = max(0, span.column - _LEAD) if len(line) > _LONGEST else 0
            line = line[start : start + _LONGEST]
            column, end = span.column - start, span.end_column - start
            text.append(f"{margin} |\n{number} | ", "blue")
            text.append(f"{line}\n")
            text.append(f"{margin} | ", "blue")
            before = "".join("\t" if c == "\t" else " " for c in line[: column - 1])
            marks = "^" * max(1, min(end, len(line) + 1) - column)
            text.append(f"{before}{marks}\n", colour)
    if diagnostic.help:
        first, *rest = diagnostic.help.splitlines()
        text.append(f"{margin} = ", "blue")
        text.append("help", "bold")
        text.append(f": {first}\n")
        for line in rest:
            text.append(f"{margin}   {line}\n")
    return text


class _Texts:
    """The texts that are pointed into, each read once."""

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._lines: dict[str, list[str]] = {}

    def line(self, file: str, number: int) -> str | None:
        if file not in self._lines:
            self._lines[file] = self._read(file)
        lines = self._lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else None

    def _read(self, file: str) -> list[str]:
        if self._root is None:
            return []
        try:
            return (self._root / file).read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return []


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
