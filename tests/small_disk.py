"""A small disk that can be filled: memory that is mounted, which only root can do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    """A disk.

    Attributes:
        path: The folder that it is.
    """

    path: Path

    def fill(self, left: int) -> None:
        """Write until there is room for so many bytes, and no more."""
        room = os.statvfs(self.path)
        with self._ballast.open("ab") as file:
            file.write(bytes(max(0, room.f_bavail * room.f_bsize - left)))

    def free(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"


@contextmanager
def small_disk(path: Path, mebibytes: int) -> Iterator[Disk]:
    """Mount a disk in an empty folder; skip the test where that is not allowed."""
    options = f"size={mebibytes}m,mode=0777"
    mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
