"""A registry whose index is believed only as far as it is signed; of any sort beneath."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from cpt.errors import DamagedRegistryError
from cpt.registries.port import Published, Registry
from cpt.registries.proof import lines_in, names_of
from cpt.registries.trust.checking import SignedIndex
from package_format.archive import COMPRESSED_LIMIT
from package_format.delegations import Delegations
from package_format.index import NAMES_PATH, IndexLine, index_path
from package_format.index_files import INDEX_LIMIT
from package_format.signature import Envelope


class SignedRegistry:
    """A registry, and the root that one trusts it by.

    Archives need no signature of the registry's: the index names them by their digests.
    """

    def __init__(
        self,
        registry: Registry,
        root: bytes,
        state: Path,
        keep: Callable[[str, bytes], None] = lambda _path, _data: None,
        *,
        offline: bool = False,
    ) -> None:
        """Say what is trusted.

        Args:
            registry: The registry.
            root: The root that is trusted, any version of it.
            state: A folder for what was seen, by which what is older is known.
            keep: Told every file of the index that was vouched for, and its bytes.
            offline: Whether the registry is a cache of what was vouched for when it came.
        """
        self._registry = registry
        self._keep = keep
        self._offline = offline
        self._index = SignedIndex(registry, root, state)
        self._lines: dict[str, tuple[IndexLine, ...]] = {}

    @property
    def location(self) -> str:
        """Where it is, in a word that people recognise: a path or an address."""
        return self._registry.location

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted."""
        return names_of(self) or ()

    def versions(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, as signed; none if it is unknown."""
        if name not in self._lines:
            data = self.read(index_path(name))
            self._lines[name] = () if data is None else lines_in(self, name, data)
        return self._lines[name]

    def read(self, path: str, limit: int = INDEX_LIMIT) -> bytes | None:
        """Return the bytes of one of the tree's files: of the index, as they were signed."""
        if not self._offline and (path == NAMES_PATH or path.startswith("index/")):
            data = self._index.read(path)
            if data is not None and len(data) > limit:
                raise DamagedRegistryError(
                    f"the registry at {self.location} has an unusable {path}: it has more than "
                    f"{limit} bytes",
                    "tell whoever runs the registry",
                )
            if data is not None:
                self._keep(path, data)
            return data
        return self._registry.read(path, limit)

    def delegations(self) -> Delegations:
        """Return the publishers for whom the root names keys of their own; as last seen, offline.

        Raises:
            DistrustedRegistryError: They cannot be read.
        """
        return self._index.delegations(fresh=not self._offline)

    def fetch(self, digest: str, limit: int = COMPRESSED_LIMIT) -> bytes:
        """Return the archive with this content digest, verified."""
        return self._registry.fetch(digest, limit)

    def prepare(self, lines: Iterable[IndexLine]) -> None:
        """Bring the archives of some versions near."""
        self._registry.prepare(lines)

    def publish(
        self, archive: bytes, published: str, signatures: tuple[Envelope, ...] = ()
    ) -> Published:
        """Publish an archive; others see it when the index is signed."""
        return self._registry.publish(archive, published, signatures)
