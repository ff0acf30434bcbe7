"""What somebody typed in an editor: it is not lost when it cannot be used."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from cpt.cli.views.words import typed
from cpt.errors import CptError


class Draft:
    """A text that is being edited.

    Attributes:
        text: What was typed; None as long as nothing was.
        suffix: How the name of a file with such a text ends.
    """

    def __init__(self, resource: str) -> None:
        """Name the resource, as the command line does."""
        self.text: str | None = None
        self.suffix = ""
        self._resource = resource

    @contextmanager
    def kept_if_refused(self) -> Iterator[None]:
        """Put what was typed into a file if it cannot be used, and say how to go on from it."""
        try:
            yield
        except CptError as error:
            if self.text is not None:
                path = self._written(self.text)
                command = typed("cpt", "account", "edit", self._resource, "--from-file", path)
                error.help += (f"your text is kept in {path}; {command} goes on from it",)
            raise

    def _written(self, text: str) -> str:
        number, path = tempfile.mkstemp(prefix="cpt-edit-", suffix=self.suffix, text=True)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        return path
