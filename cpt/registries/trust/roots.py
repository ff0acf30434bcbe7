"""The roots that somebody trusts, one for each registry: files among their settings."""

from __future__ import annotations

import shutil
from pathlib import Path

from cpt.registries.cache import folder_name


class TrustedRoots:
    """A folder of trusted roots; it need not exist."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self._folder = folder

    def root_of(self, location: str) -> bytes | None:
        """Return the root that a registry is trusted by; None if none is."""
        try:
            return (self._place(location) / "root.json").read_bytes()
        except FileNotFoundError:
            return None

    def state_of(self, location: str) -> Path:
        """Return the folder of what was seen of a registry, by which what is older is known."""
        return self._place(location) / "seen"

    def trust(self, location: str, root: bytes) -> None:
        """Trust a root from now on, and no other; what was seen of another is forgotten."""
        place = self._place(location)
        if self.root_of(location) != root:
            shutil.rmtree(self.state_of(location), ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)
        beside = place / ".root.json"
        beside.write_bytes(root)
        beside.replace(place / "root.json")

    def _place(self, location: str) -> Path:
        return self._folder / folder_name(location)
