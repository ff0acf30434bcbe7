"""Diagnostics: what is wrong with a package, where it stands, and what to do about it.

Here live the value that describes one problem and the collector that gathers them. What problems
exist is said where they are found (`source`, `folder`, `checks`); how they are drawn for a person
is the command line's business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Severity(StrEnum):
    """How much a diagnostic matters: an error stops a build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Span:
    """A piece of a line; lines and columns count from 1, the end column is exclusive."""

    file: str
    line: int
    column: int
    end_column: int

    def __str__(self) -> str:
        """Return ``file:line:column``, which editors and terminals can follow."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Diagnostic:
    """One problem.

    Attributes:
        code: The kebab-case name of the kind of problem, such as ``unknown-reference``.
        severity: Whether it stops a build.
        message: One sentence that says what is wrong.
        span: Where it stands, or None when it concerns the package as a whole.
        help: What to do about it, when there is something to say beyond the message.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str | None = None


@dataclass
class Diagnostics:
    """A collector: problems are gathered and shown together, never one at a time."""

    found: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        help: str | None = None,  # noqa: A002  as the attribute is called
    ) -> None:
        """Record an error."""
        self.found.append(Diagnostic(code, Severity.ERROR, message, span, help))

    def warning(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        help: str | None = None,  # noqa: A002  as the attribute is called
    ) -> None:
        """Record a warning."""
        self.found.append(Diagnostic(code, Severity.WARNING, message, span, help))

    def extend(self, others: Diagnostics) -> None:
        """Take over everything that another collector found."""
        self.found.extend(others.found)

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops a build."""
        return any(d.severity is Severity.ERROR for d in self.found)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Iterate in the order of files, lines and columns; without a place first."""
        return iter(sorted(self.found, key=lambda d: (d.span or Span("", 0, 0, 0), d.code)))

    def __len__(self) -> int:
        """Return how many problems were found."""
        return len(self.found)
