"""Commands and all that they say, as a person at the keyboard sees it.

Each file in ``transcripts`` is a session in a folder of its own. A session is written again, to be
looked at with ``git diff``, when CPT_WRITE_TRANSCRIPTS is set.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt


SESSIONS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
RANDOM = re.compile(
    r"(?<!:)\b[0-9a-f]{32}\b"  # ids
    r'|(?<="published": ")[^"]+'
    r'|[\d,]+(?= bytes\))|(?<="size": )\d+'  # differ from one zstd to the next
)
WRITE = "CPT_WRITE_TRANSCRIPTS" in os.environ


@pytest.mark.parametrize("session", SESSIONS, ids=lambda path: path.stem)
def test_a_session_goes_as_it_is_written(session: Path, world: Path, cpt: Cpt) -> None:
    said: list[str] = []
    title, *lines = session.read_text("utf-8").splitlines()
    said.append(f"{title}\n")
    said += [f"{x}\n{_output(cpt, x, world)}" for x in lines if x.startswith("$ ")]
    text = "\n".join(said)
    if WRITE:
        session.write_text(text, "utf-8")
    assert text == session.read_text("utf-8")


def _output(cpt: Cpt, line: str, world: Path) -> str:
    words = shlex.split(line.removeprefix("$ cpt "))
    answers = None
    if "<<<" in words:  # what is typed at the prompts
        at = words.index("<<<")
        answers = words[at + 1].replace("\\n", "\n") + "\n"
        words = words[:at]
    ended = cpt(*words, answers=answers)
    said = RANDOM.sub("…", ended.said.replace(str(world), "…")).rstrip("\n")
    code = f"\n[{ended.code}]" if ended.code else ""
    return f"{said}{code}\n".lstrip("\n")
