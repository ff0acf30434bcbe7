"""Commands run in this process as one would type them, and all that they say."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner

from cpt.cli import options
from cpt.cli.app import run
from cpt.reference.documents import DOCUMENTS

_RANDOM = re.compile(
    r"(?<!:)\b[0-9a-f]{32}\b"  # ids
    r'|(?<="published": ")[^"]+'
    r"|(?<=published                )[0-9-]+"
    r'|[\d,]+(?= bytes\))|(?<="size": )\d+'  # differ from one zstd to the next
)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that it said: on each stream, and together."""

    code: int
    out: str
    err: str
    said: str


class Cpt(Protocol):
    """Runs a command as one would type it."""

    def __call__(self, *arguments: str, answers: str | None = None) -> Ended:
        """Run it; with answers, at a terminal where they are typed."""
        ...


def run_command(*arguments: str, answers: str | None = None) -> Ended:
    """Run a command; with answers, at a terminal where they are typed."""
    with pytest.MonkeyPatch.context() as patch, CliRunner().isolation(answers) as streams:
        patch.setattr(options, "is_interactive", lambda: answers is not None)
        code = run(list(arguments))
        said = [s.getvalue().decode().replace("\r\n", "\n") for s in streams]
    if "json" in arguments:
        _hold_to_the_reference(said[0])
    return Ended(code, *said)


def _hold_to_the_reference(printed: str) -> None:
    """Demand that a document says nothing that `cpt.reference` does not know of."""
    try:
        document = json.loads(printed)
    except ValueError:
        return
    if isinstance(document, dict) and "type" in document:
        known = {"format", "type", *DOCUMENTS[document["type"]].keys}
        assert document.keys() <= known, f"undocumented: {document.keys() - known}"


def session(cpt: Cpt, line: str, folder: Path) -> str:
    r"""Return what is seen after a line such as ``$ cpt install acme/welcome <<< 'y\n'``.

    What is typed at the prompts stands behind ``<<<``; ``> /dev/null`` shows only what is said to
    a person. An exit code other than 0 stands in brackets at the end.

    Args:
        cpt: Runs a command.
        line: What is typed.
        folder: Where it is run; its path is left out, as everything is that differs each time.
    """
    words = shlex.split(line.removeprefix("$ cpt "))
    quiet = words[-2:] == [">", "/dev/null"]
    words = words[:-2] if quiet else words
    answers = None
    if "<<<" in words:
        at = words.index("<<<")
        answers = words[at + 1].replace("\\n", "\n") + "\n"
        words = words[:at]
    ended = cpt(*words, answers=answers)
    said = ended.err if quiet else ended.said
    said = _RANDOM.sub("…", said.replace(str(folder), "…")).rstrip("\n")
    code = f"\n[{ended.code}]" if ended.code else ""
    return f"{said}{code}\n".lstrip("\n")
