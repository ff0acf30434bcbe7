"""The first install of the story: resolve, plan, show and apply, as one process."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import CPT, WALL, Figure, medians, run_quietly, say

ROUNDS = 9
LIMIT = 1.0
"""Seconds."""

EXAMPLES = Path(__file__).parent.parent / "examples"


def measure() -> Iterator[Figure]:
    """Yield the median seconds of an install into a new copy of the school's account."""
    say("installing the story's package")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "CPT_ACCOUNT": "school.account",
            "CPT_REGISTRY": "registry",
            "CPT_CONFIG": str(folder / "settings"),
        }

        def run(*arguments: str) -> None:
            run_quietly(CPT, *arguments, cwd=folder, env=environment)

        for package in ("lifecycle-tags", "webinar-follow-up/1.0.0"):
            run("publish", str(EXAMPLES / package))
        school = EXAMPLES / "accounts/harbour-photo-school"
        run("account", "create", "before.account", "--from", str(school))

        def install() -> None:
            shutil.copyfile(folder / "before.account", folder / "school.account")
            run(
                *("install", "acme/webinar-follow-up", "--yes"),
                *("--set", "sender=hello@harbour.example", "--set", "company=Harbour"),
            )

        (seconds,) = medians([install], ROUNDS, WALL)
    detail = f"median of {ROUNDS} rounds"
    yield Figure("cpt install of the story (step 3)", seconds, LIMIT, "s", detail)
