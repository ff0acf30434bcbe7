"""What was read from registries before, kept on the disk: files with their ETags, and archives.

Any number of processes may use one cache: a file is written beside its place and renamed there, and
carries its own digest, so that a torn one is nobody's. Archives are proved by their digest whenever
they are read, are never stale, and serve every registry. A cache that cannot be written is one that
keeps nothing, and no reason to fail.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from package_format.archive import COMPRESSED_LIMIT, digest_of
from package_format.errors import ArchiveError
from package_format.index import blob_path
from package_format.index_files import INDEX_LIMIT

_HEAD_LIMIT = 4096


@dataclass(frozen=True)
class Kept:
    """A file as it was last read.

    Attributes:
        data: Its bytes.
        etag: What its host calls this state of it, if it says so.
    """

    data: bytes
    etag: str | None = None


class Cache:
    """A folder of what was read; it need not exist."""

    def __init__(self, root: Path) -> None:
        """Name the folder; nothing is read or written yet."""
        self.root = root

    def file(self, registry: str, path: str) -> Kept | None:
        """Return a registry's file as it was last read; None if it never was.

        Args:
            registry: The registry's address.
            path: Where the file stands in its tree.
        """
        head, _, data = (_read(self._place(registry, path), INDEX_LIMIT) or b"").partition(b"\n")
        try:
            said = json.loads(head)
            if said["sha256"] != sha256(data).hexdigest():
                return None
            return Kept(data, None if said["etag"] is None else str(said["etag"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep_file(self, registry: str, path: str, kept: Kept) -> None:
        """Keep a registry's file."""
        head = json.dumps({"etag": kept.etag, "sha256": sha256(kept.data).hexdigest()})
        if len(head) < _HEAD_LIMIT:
            _write(self._place(registry, path), head.encode() + b"\n" + kept.data)

    def forget_file(self, registry: str, path: str) -> None:
        """Forget a registry's file: it is no longer there."""
        with contextlib.suppress(OSError):
            self._place(registry, path).unlink(missing_ok=True)

    def forget_registry(self, registry: str) -> None:
        """Forget every file of a registry; archives stay, for reading one proves it."""
        shutil.rmtree(self._place(registry, "."), ignore_errors=True)

    def archive(self, digest: str) -> bytes | None:
        """Return the archive with this content digest, proved; None if it is not kept whole."""
        place = self.root / blob_path(digest)
        data = _read(place, COMPRESSED_LIMIT)
        if data is None:
            return None
        try:
            if digest_of(data) == digest:
                return data
        except ArchiveError:
            pass
        with contextlib.suppress(OSError):
            place.unlink()
        return None

    def has_archive(self, digest: str) -> bool:
        """Whether an archive is kept; reading it proves it."""
        return (self.root / blob_path(digest)).is_file()

    def keep_archive(self, digest: str, data: bytes) -> None:
        """Keep an archive that was proved, for ever."""
        _write(self.root / blob_path(digest), data)

    def begun(self, digest: str) -> bytearray:
        """Return what there is of an archive whose download was broken off."""
        return bytearray(_read(self._part(digest), COMPRESSED_LIMIT) or b"")

    def keep_begun(self, digest: str, data: bytes) -> None:
        """Keep what there is of an archive; nothing, once there is no more to go on with."""
        if data:
            _write(self._part(digest), data)
        else:
            with contextlib.suppress(OSError):
                self._part(digest).unlink(missing_ok=True)

    def _part(self, digest: str) -> Path:
        return self.root / "begun" / Path(blob_path(digest)).name

    def _place(self, registry: str, path: str) -> Path:
        return self.root / "registries" / folder_name(registry) / path


def folder_name(registry: str) -> str:
    """Return a name for a folder of what belongs to one registry, which people recognise."""
    said = registry.partition("://")[2] or Path(registry).name
    words = re.sub("[^a-z0-9.]+", "-", said.lower()).strip("-.")[:60]
    return f"{words}-{sha256(registry.encode()).hexdigest()[:16]}"


def _read(place: Path, limit: int) -> bytes | None:
    try:
        with place.open("rb") as file:
            data = file.read(limit + _HEAD_LIMIT + 1)
    except OSError:
        return None
    return data if len(data) <= limit + _HEAD_LIMIT else None


def _write(place: Path, data: bytes) -> None:
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(data)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
