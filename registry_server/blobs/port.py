"""The port of blobs: all that the server asks of whatever keeps archives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol


class Blobs(Protocol):
    """Archives by their content digests, such as ``sha256:9f86d08…``."""

    is_near: bool
    """Whether archives are in files of this machine."""

    def add(self, digest: str, data: bytes) -> None:
        """Keep an archive; one that is there already stays as it is.

        When this returns, the archive is there whole, and stays there whatever happens.

        Raises:
            UnavailableError: There is no room, or the storage does not answer.
        """
        ...

    def has(self, digest: str) -> bool:
        """Return whether an archive is there.

        Raises:
            UnavailableError: The storage does not answer.
        """
        ...

    def read(self, digest: str) -> bytes | None:
        """Return an archive; None if there is none.

        Raises:
            UnavailableError: The storage does not answer.
        """
        ...

    def file(self, digest: str) -> Path | None:
        """Return the file that holds an archive; None if there is none, or it is in no file."""
        ...

    def kept_before(self, moment: dt.datetime) -> Iterator[str]:
        """Yield the digest of each archive that was kept before a moment, in UTC.

        Raises:
            UnavailableError: The storage does not answer.
        """
        ...

    def take_away(self, digests: Sequence[str]) -> None:
        """Take archives away, of which some may be gone already.

        Raises:
            UnavailableError: The storage does not answer.
        """
        ...

    def halves(self, moment: dt.datetime, *, take_away: bool) -> int:
        """Count what was begun before a moment and never came to be an archive.

        Args:
            moment: The moment, in UTC.
            take_away: Whether it is taken away, too.

        Raises:
            UnavailableError: The storage does not answer.
        """
        ...

    def ready(self) -> None:
        """Try whether archives can be kept and read.

        Raises:
            UnavailableError: The storage does not answer.
        """
        ...
