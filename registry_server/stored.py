"""A tree that is in a store: its index comes from the database, its archives from the blobs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from package_format.errors import PackageError
from package_format.index import Status
from package_format.notices import Notices
from package_format.tree_config import FORMAT, TreeConfig, read_config
from registry_server.errors import DamagedTreeError, NotFoundError, WithheldError
from registry_server.folder import FolderTree
from registry_server.operations.health import Checks
from registry_server.store import Store
from registry_server.tree import Tree

_CONFIG = TreeConfig(format=FORMAT, api="api/v1/")


class StoredTree(Tree):
    """The tree of a store."""

    def __init__(self, store: Store, address: str) -> None:
        """Take the store, and the address that authors publish to."""
        super().__init__()
        self._store = store
        self._address = address
        self._signatures = None if store.signed is None else FolderTree(store.signed)

    @property
    def publish_to(self) -> str:
        """The server's address."""
        return self._address

    def checks(self) -> Checks:
        """See `Tree.checks`."""
        return {"database": self._store.database.ready, "storage": self._store.blobs.ready}

    def config(self) -> bytes:
        """See `Tree.config`; there is one before anything is published."""
        return _CONFIG.model_copy(update={"signed": self._is_signed()}).written()

    def _is_signed(self) -> bool:
        """Whether readers are to see what is signed, and nothing else."""
        if self._signatures is None:
            return False
        try:
            return read_config(self._signatures.config()).signed
        except NotFoundError:
            return False
        except PackageError as error:
            raise DamagedTreeError(f"What is signed cannot be read: {error}.") from error

    def names(self) -> tuple[str, ...]:
        """See `Tree.names`."""
        with self._store.database.reading() as records:
            return records.packages.names()

    def notices(self) -> Mapping[str, Notices]:
        """See `Tree.notices`."""
        with self._store.database.reading() as records:
            return records.packages.all_notices()

    def _index(self, name: str) -> bytes | None:
        with self._store.database.reading() as records:
            text = records.packages.index(name)
        return None if text is None else text.encode()

    def _signed(self, path: str) -> bytes | None:
        if self._signatures is None:
            return None
        try:
            return self._signatures.signed(path)
        except NotFoundError:
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
