"""The port of registries: all that the toolkit asks of one, whichever sort it is.

Implementations live beside this module (`directory`, `http`) and pass one conformance suite.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from package_format.archive import COMPRESSED_LIMIT
from package_format.delegations import Delegations
from package_format.index import IndexLine
from package_format.index_files import INDEX_LIMIT
from package_format.signature import Envelope


@dataclass(frozen=True)
class Published:
    """The answer to publishing.

    Attributes:
        line: The version's line in the index.
        already: Whether the same content had been published before, so that nothing was done.
        claimed: Whether the publisher's name became one's own by it.
    """

    line: IndexLine
    already: bool = False
    claimed: bool = False


@runtime_checkable
class Endable(Protocol):
    """A registry that somebody may have to wait for, which another thread can put an end to."""

    def stop(self) -> None:
        """End whatever other threads ask for at the moment, or wait for; nothing is asked again."""
        ...


class Registry(Protocol):
    """A registry."""

    @property
    def location(self) -> str:
        """Where it is, in a word that people recognise: a path or an address."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted."""
        ...

    def versions(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, as published; none if it is unknown."""
        ...

    def read(self, path: str, limit: int = INDEX_LIMIT) -> bytes | None:
        """Return the bytes of one of the tree's files, as they are; None if there is none.

        Args:
            path: Where it stands in the tree; see `package_format.index`.
            limit: The most bytes that it may have.

        Raises:
            DamagedRegistryError: It cannot be used, or has more bytes.
            RegistryError: The registry cannot be read.
        """
        ...

    def delegations(self) -> Delegations:
        """Return the publishers for whom the root that one trusts names keys of their own.

        Raises:
            DistrustedRegistryError: They cannot be known.
        """
        ...

    def fetch(self, digest: str, limit: int = COMPRESSED_LIMIT) -> bytes:
        """Return the archive with this content digest, verified.

        Args:
            digest: The digest.
            limit: The most bytes that it may have.

        Raises:
            RegistryError: The archive is missing or is not what its digest says.
        """
        ...

    def prepare(self, lines: Iterable[IndexLine]) -> None:
        """Bring the archives of some versions near: they will be fetched next, one by one.

        Raises:
            RegistryError: One of them is missing or is not what its digest says.
        """
        ...

    def publish(
        self, archive: bytes, published: str, signatures: tuple[Envelope, ...] = ()
    ) -> Published:
        """Publish an archive; publishing the same content again changes nothing.

        Args:
            archive: The bytes of a ``.cpt`` file.
            published: The present moment as an ISO instant, for the index.
            signatures: What the author signed.

        Raises:
            AlreadyPublishedError: The version exists with other content.
            ArchiveError: The archive is broken.
            RegistryError: The registry cannot be written.
        """
        ...
