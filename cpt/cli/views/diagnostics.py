"""Diagnostics, drawn as a good compiler draws them: the line, the place in it, and what to do."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from package_format.diagnostics import Diagnostic, Diagnostics, Severity
from package_format.kinds.model import Json

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def show_diagnostics(console: Console, diagnostics: Diagnostics, root: Path | None) -> None:
    """Draw every diagnostic, and count them.

    Args:
        console: Where to.
        diagnostics: What was found.
        root: The folder that spans' files are relative to; None where there is no text to show.
    """
    for diagnostic in diagnostics:
        console.print(_drawn(diagnostic, root), soft_wrap=True)
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


def _drawn(diagnostic: Diagnostic, root: Path | None) -> Text:
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
        line = _line(root, span.file, span.line)
        if line is not None:
            text.append(f"{margin} |\n{number} | ", "blue")
            text.append(f"{line}\n")
            text.append(f"{margin} | ", "blue")
            before = "".join("\t" if c == "\t" else " " for c in line[: span.column - 1])
            marks = "^" * max(1, min(span.end_column, len(line) + 1) - span.column)
            text.append(f"{before}{marks}\n", colour)
    if diagnostic.help:
        first, *rest = diagnostic.help.splitlines()
        text.append(f"{margin} = ", "blue")
        text.append("help", "bold")
        text.append(f": {first}\n")
        for line in rest:
            text.append(f"{margin}   {line}\n")
    return text


def _line(root: Path | None, file: str, number: int) -> str | None:
    if root is None:
        return None
    try:
        lines = (root / file).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return lines[number - 1] if 0 < number <= len(lines) else None


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
