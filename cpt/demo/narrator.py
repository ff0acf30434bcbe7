"""The narrator: says what comes, types a command as one would, and shows its real output."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

WIDTH = 88


class UnexpectedEndingError(Exception):
    """A command of the story ended otherwise than the story has it."""


class Narrator:
    """Tells a story in a folder of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Work in this folder, with these variables set beside the surroundings' own."""
        self._folder = folder
        self._environment = {
            **os.environ,
            **environment,
            "COLUMNS": str(WIDTH),
            "PYTHONIOENCODING": "utf-8",
        }
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._chapter = 0
        if self._colour:
            self._environment["FORCE_COLOR"] = "1"

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        print()
        print(
            self._styled("1;36", f"━━ {self._chapter}. {title} " + "━" * (WIDTH - 8 - len(title)))
        )

    def say(self, text: str) -> None:
        """Say something, wrapped."""
        print()
        for line in textwrap.wrap(" ".join(text.split()), WIDTH - 2):
            print(self._styled("3", f"  {line}"))

    def run(self, command: str, *, ends: int = 0, shows: str = "") -> str:
        """Run ``cpt …`` and show what it prints.

        Args:
            command: What comes after ``cpt``, as one would type it.
            ends: The exit code that belongs to the story.
            shows: What is typed, where it is more than the command: ``… | head``.

        Returns:
            What it printed on standard output.

        Raises:
            UnexpectedEndingError: It ended otherwise, so that the story cannot go on.
        """
        print()
        print(self._styled("1;32", "$ ") + self._styled("1", shows or f"cpt {command}"), flush=True)
        done = subprocess.run(  # noqa: S603  the story's own commands
            [sys.executable, "-m", "cpt", *shlex.split(command)],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        print(textwrap.indent(done.stdout.rstrip("\n"), "  ", lambda _: True), flush=True)
        if done.returncode != ends:
            raise UnexpectedEndingError(
                f"cpt {command} ended with {done.returncode}, and the story has {ends}"
            )
        return done.stdout

    def _styled(self, codes: str, text: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self._colour else text
