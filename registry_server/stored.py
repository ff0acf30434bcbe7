"""A tree that is in a store: its index comes from the database, its archives from the blobs."""

from __future__ import annotations

from pathlib import Path

from package_format.index import Status
from registry_server.errors import WithheldError
from registry_server.operations.health import Checks
from registry_server.store import Store
from registry_server.tree import Tree

_CONFIG = b'{"api": "api/v1/", "blobs": "blobs/", "format": 1}\n'


class StoredTree(Tree):
    """The tree of a store."""

    def __init__(self, store: Store, address: str) -> None:
        """Take the store, and the address that authors publish to."""
        super().__init__()
        self._store = store
        self._address = address

    @property
    def publish_to(self) -> str:
        """The server's address."""
        return self._address

    def checks(self) -> Checks:
        """See `Tree.checks`."""
        return {"database": self._store.database.ready, "storage": self._store.blobs.ready}

    def config(self) -> bytes:
        """See `Tree.config`; there is one before anything is published."""
        return _CONFIG

    def names(self) -> tuple[str, ...]:
        """See `Tree.names`."""
        with self._store.database.reading() as records:
            return records.packages.names()

    def _index(self, name: str) -> bytes | None:
        with self._store.database.reading() as records:
            text = records.packages.index(name)
        return None if text is None else text.encode()

    def _signed(self, path: str) -> bytes | None:
        del path  # so far, what a server keeps is not signed
        return None

    def _blob(self, digest: str) -> Path | bytes | None:
        with self._store.database.reading() as records:
            line = records.packages.line_of(digest)
            if line is not None and line.status is Status.QUARANTINED:
                notices = records.packages.notices(line.name)
                reason = notices.quarantined if notices else None
                raise WithheldError(f"{line.name} is in quarantine: {reason or 'no reason given'}")
        if line is None:  # kept for a version that was never published: a writer was interrupted
            return None
        return self._store.blobs.file(digest) or self._store.blobs.read(digest)

    def _archive(self, digest: str) -> bytes | None:
        return self._store.blobs.read(digest)
