"""A tree that is in a store: its index comes from the database, its archives from the blobs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from package_format.index import IndexLine
from package_format.notices import Notices
from package_format.signed_tree import TIMESTAMP
from package_format.tree_config import FORMAT, TreeConfig
from registry_server.catalog.workflows import TOLD
from registry_server.database.log import Entry
from registry_server.errors import WithheldError
from registry_server.operations.health import Checks
from registry_server.store import Store
from registry_server.trees.tree import Tree, quarantine_of

_CONFIG = TreeConfig(format=FORMAT, api="api/v1/")


class StoredTree(Tree):
    """The tree of a store."""

    def __init__(self, store: Store, address: str) -> None:
        """Take the store, and the address that authors publish to."""
        super().__init__()
        self._store = store
        self._address = address
        self._is_signed = False

    @property
    def is_near(self) -> bool:
        """See `Tree.is_near`."""
        return self._store.blobs.is_near

    @property
    def publish_to(self) -> str:
        """The server's address."""
        return self._address

    def checks(self) -> Checks:
        """See `Tree.checks`."""
        return {"database": self._store.database.ready, "storage": self._store.blobs.ready}

    def config(self) -> bytes:
        """See `Tree.config`; there is one before anything is published."""
        if not self._is_signed:  # what is signed once is signed for good
            self._is_signed = self._signed(TIMESTAMP) is not None
        return _CONFIG.model_copy(update={"signed": self._is_signed}).written()

    def names(self) -> tuple[str, ...]:
        """See `Tree.names`."""
        with self._store.database.reading() as records:
            return records.packages.names()

    def notices(self) -> Mapping[str, Notices]:
        """See `Tree.notices`."""
        with self._store.database.reading() as records:
            return records.packages.all_notices()

    def notices_of(self, name: str) -> Notices:
        """See `Tree.notices_of`; nobody goes through those of all packages for it."""
        with self._store.database.reading() as records:
            return records.packages.notices(name) or Notices()

    def published_from(self, line: IndexLine) -> Mapping[str, str]:
        """See `Tree.published_from`."""
        with self._store.database.reading() as records:
            details = records.log.publication(line.name, line.version)
        return {name: details[name] for name in ("issuer", *TOLD) if name in details}

    def withdrawn_because(self, line: IndexLine) -> str | None:
        """See `Tree.withdrawn_because`: the log has it."""
        with self._store.database.reading() as records:
            return records.log.yank(line.name, line.version).get("reason")

    @property
    def has_log(self) -> bool:
        """See `Tree.has_log`."""
        return True

    def log(self, subject: str | None, before: int | None, limit: int) -> tuple[Entry, ...]:
        """See `Tree.log`."""
        with self._store.database.reading() as records:
            return records.log.entries(subject=subject, before=before, limit=limit)

    def owners(self, publisher: str) -> tuple[str, ...]:
        """See `Tree.owners`."""
        with self._store.database.reading() as records:
            return records.publishers.owners(publisher)

    def downloads(self, name: str) -> int:
        """See `Tree.downloads`."""
        with self._store.database.reading() as records:
            return records.downloads.of(name)

    def _index(self, name: str) -> bytes | None:
        text = self._store.database.reads.index(name)
        return None if text is None else text.encode()

    def _signed(self, path: str) -> bytes | None:
        return self._store.database.reads.signed(path)

    def _blob(self, digest: str) -> Path | bytes | None:
        package = self._store.database.reads.package_of(digest)
        if package is None:  # kept for a version that was never published: a writer was interrupted
            return None
        name, quarantined = package
        if quarantined is not None:
            raise WithheldError(quarantine_of(name, quarantined))
        return self._store.blobs.file(digest) or self._store.blobs.read(digest)

    def _archive(self, digest: str) -> bytes | None:
        return self._store.blobs.read(digest)
