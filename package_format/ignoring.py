"""What an author wants left out of a package: ``.cptignore``, in the grammar of ``.gitignore``."""

from __future__ import annotations

from collections.abc import Callable

from package_format.diagnostics import Diagnostics, Span

FILE = ".cptignore"

KEPT = frozenset({"cpt.toml"})
"""Without these a folder is no package, so nothing leaves them out."""


def ignoring(text: str, diagnostics: Diagnostics) -> Callable[[str], bool]:
    """Return whether a file, by its path in the folder, is left out.

    Args:
        text: The content of ``.cptignore``.
        diagnostics: Where lines are reported that mean nothing.
    """
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  few packages have such a file

    good: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            span = Span(FILE, number, 1, len(line) + 1)
            diagnostics.error(
                "invalid-pattern", f"{line.strip()!r} is no pattern as .gitignore has them", span
            )
        else:
            good.append(line)
    spec = GitIgnoreSpec.from_lines(good)
    return lambda file: file not in KEPT and spec.match_file(file)
