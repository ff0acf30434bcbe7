"""Looking for secrets in a working folder before any of it gets out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from cpt.authoring.leaks import find_leaks
from cpt.cli.output import console
from cpt.cli.views.words import counted
from cpt.errors import AnswerIsNoError


def refuse_leaks(root: Path, files: Mapping[str, bytes], allowed: Collection[str]) -> None:
    """Refuse a folder in whose files something looks like a secret.

    Args:
        root: The folder.
        files: The contents of the files that would be packed, by their paths in it.
        allowed: Those that are not looked at.

    Raises:
        AnswerIsNoError: Something does, and has been drawn.
    """
    found = find_leaks(files, allowed)
    if found.has_errors:
        from cpt.cli.views.diagnostics import show_diagnostics

        show_diagnostics(console(err=True), found, root)
        raise AnswerIsNoError(
            f"{counted(len(found), 'secret')} would get out with the package in {root}",
            "nothing was built or published",
        )
