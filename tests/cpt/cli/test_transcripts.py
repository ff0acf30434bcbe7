"""Commands and all that they say, as a person at the keyboard sees it.

Each file in ``transcripts`` is a session in a folder of its own. A session is written again, to be
looked at with ``git diff``, when CPT_WRITE_TRANSCRIPTS is set.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commands import session

if TYPE_CHECKING:
    from tests.commands import Cpt


SESSIONS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
WRITE = "CPT_WRITE_TRANSCRIPTS" in os.environ


@pytest.mark.parametrize("transcript", SESSIONS, ids=lambda path: path.stem)
def test_a_session_goes_as_it_is_written(transcript: Path, world: Path, cpt: Cpt) -> None:
    said: list[str] = []
    title, *lines = transcript.read_text("utf-8").splitlines()
    said.append(f"{title}\n")
    said += [f"{x}\n{session(cpt, x, world)}" for x in lines if x.startswith("$ ")]
    text = "\n".join(said)
    if WRITE:
        transcript.write_text(text, "utf-8")
    assert text == transcript.read_text("utf-8")
