"""The first install of the story: resolve, plan, show and apply, as one process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Figure, medians

ROUNDS = 9
LIMIT = 1.0
"""Seconds."""

CPT = Path(sys.executable).with_name("cpt")
EXAMPLES = Path(__file__).parent.parent / "examples"


def measure() -> list[Figure]:
    """Return the median seconds of an install into a new copy of the school's account."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "CPT_ACCOUNT": "school.account",
            "CPT_REGISTRY": "registry",
            "CPT_CONFIG": str(folder / "settings"),
        }

        def run(*arguments: str) -> None:
            subprocess.run(
                [CPT, *arguments], cwd=folder, env=environment, check=True, capture_output=True
            )

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

        (seconds,) = medians([install], ROUNDS)
    return [
        Figure(
            "cpt install of the story (step 3)", seconds, LIMIT, "s", f"median of {ROUNDS} rounds"
        )
    ]
