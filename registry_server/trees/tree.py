"""The registry's tree, read: what of it is served as it is, and what its packages are.

There are two of them: a folder of files (`folder_tree`), and what a database and blobs hold
(`stored_tree`). Whatever names a part of it (a package's name, a digest) is checked against its
grammar first, so that no request can name a file outside the tree. What was read is kept: an index
until it is another one, an archive, which never changes, until others are asked for more often.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from package_format.archive import content_size, read_archive
from package_format.delegations import Delegations, delegations_in
from package_format.ending import Ending, endings
from package_format.errors import InvalidIndexError, PackageError
from package_format.index import IndexLine, Status, contradiction, parse_index
from package_format.notices import Notices
from package_format.package import Package
from package_format.references import PACKAGE_NAME_PATTERN
from package_format.signed_tree import is_signed_path, root_path
from registry_server.database.log import Entry
from registry_server.errors import DamagedTreeError, NotFoundError, WithheldError
from registry_server.keeping import Keeping
from registry_server.operations.health import Checks

_NAME = re.compile(PACKAGE_NAME_PATTERN)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_INDEXES_KEPT = 1024
_PACKAGES_KEPT = 16 * 1024 * 1024
"""How many bytes the packages that are kept may have when they are unpacked; read, it is twice."""


class Tree(ABC):
    """A registry's tree."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._parsed = lru_cache(_INDEXES_KEPT)(_parsed)
        self._packages = Keeping[Package](_PACKAGES_KEPT)
        self._has_root = False
        self._delegations: tuple[int, Delegations] = (0, {})

    @property
    @abstractmethod
    def is_near(self) -> bool:
        """Whether the archives are in files of this machine, so that reading one is no waiting."""

    @property
    @abstractmethod
    def publish_to(self) -> str:
        """What authors give to ``cpt publish --registry``."""

    @abstractmethod
    def checks(self) -> Checks:
        """Return what is needed to read the tree, for whoever asks how the server is."""

    @abstractmethod
    def config(self) -> bytes:
        """Return the file that makes a tree a registry.

        Raises:
            NotFoundError: Nothing has been published yet.
        """

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted."""

    @abstractmethod
    def notices(self) -> Mapping[str, Notices]:
        """Return what people should know of packages, for each of which there is something.

        Raises:
            DamagedTreeError: It cannot be read.
        """

    @abstractmethod
    def _index(self, name: str) -> bytes | None:
        """What the index says about a package; None if there is none of this well-formed name."""

    @abstractmethod
    def _signed(self, path: str) -> bytes | None:
        """A file of what is signed; None if there is none at this well-formed path."""

    @abstractmethod
    def _blob(self, digest: str) -> Path | bytes | None:
        """The file of an archive, or its content; None if there is none of this digest."""

    @abstractmethod
    def _archive(self, digest: str) -> bytes | None:
        """The content of an archive; None if there is none of this digest."""

    def notices_of(self, name: str) -> Notices:
        """Return what people should know of a package.

        Raises:
            DamagedTreeError: It cannot be read.
        """
        return self.notices().get(name, Notices())

    def published_from(self, line: IndexLine) -> Mapping[str, str]:
        """Return what is known of the workflow that published a version, by name; nothing of most.

        See `registry_server.catalog.workflows.TOLD`.
        """
        del line
        return {}

    def withdrawn_because(self, line: IndexLine) -> str | None:
        """Return why the author withdrew a version; None where nobody knows."""
        del line
        return None

    @property
    def has_log(self) -> bool:
        """Whether what happens is written down."""
        return False

    def log(self, subject: str | None, before: int | None, limit: int) -> tuple[Entry, ...] | None:
        """Return what happened, the latest first; None where nobody writes it down.

        Args:
            subject: To this package, publisher or person only.
            before: Before the entry with this number only.
            limit: How many entries at most.
        """
        del subject, before, limit
        return None

    def owners(self, publisher: str) -> tuple[str, ...]:
        """Return who owns a publisher, the longest first; nobody where nobody is known."""
        del publisher
        return ()

    def downloads(self, name: str) -> int | None:
        """Return how often a package was fetched; None where nobody counts."""
        del name
        return None

    def index(self, name: str) -> bytes:
        """Return the file that lists a package's versions.

        Raises:
            NotFoundError: There is no such package, or the text is not a package's name.
        """
        data = self._index(name) if _NAME.fullmatch(name) else None
        if data is None:
            raise NotFoundError(f"This registry has no package {name}.")
        return data

    def signed(self, path: str) -> bytes:
        """Return a file of what is signed.

        Raises:
            NotFoundError: There is none, or the text is not such a file's path.
        """
        data = self._signed(path) if is_signed_path(path) else None
        if data is None:
            raise NotFoundError(f"This registry has no {path}.")
        return data

    def is_signed(self) -> bool:
        """Return whether there is a root by which the registry is trusted; then there always is."""
        self._has_root = self._has_root or self._signed(root_path(1)) is not None
        return self._has_root

    def delegations(self) -> Delegations:
        """Return the publishers for whom the newest root names keys of their own.

        Raises:
            DamagedTreeError: They cannot be read.
        """
        read, found = self._delegations
        while (root := self._signed(root_path(read + 1))) is not None:
            try:
                read, found = read + 1, delegations_in(root)
            except InvalidIndexError as error:
                raise DamagedTreeError(f"{root_path(read + 1)} is damaged: {error}") from error
        self._delegations = read, found
        return found

    def endings(self, now: dt.datetime) -> tuple[Ending, ...]:
        """Return what of what is signed ends soon.

        Raises:
            DamagedTreeError: It cannot be read.
        """
        try:
            return endings(self._signed, now)
        except PackageError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error

    def lines(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, in the order they were published.

        Raises:
            DamagedTreeError: The lines cannot be read or say something impossible.
            NotFoundError: There is no such package.
        """
        return self._parsed(name, self.index(name))

    def blob(self, digest: str) -> Path | bytes:
        """Return the file of an archive, or its content where it is in no file.

        Raises:
            NotFoundError: There is no such archive, or the text is not a digest.
            WithheldError: Its package is in quarantine.
        """
        found = self._blob(digest) if _DIGEST.fullmatch(digest) else None
        if found is None:
            raise NotFoundError(f"This registry has no archive {digest}.")
        return found

    def archive(self, digest: str) -> bytes:
        """Return the content of an archive that an index line names.

        Raises:
            DamagedTreeError: There is none.
        """
        data = self._archive(digest)
        if data is None:
            raise DamagedTreeError(f"The archive {digest} cannot be read: there is none.")
        return data

    def package_of(self, line: IndexLine) -> Package:
        """Return the package of an index line.

        Raises:
            DamagedTreeError: The archive cannot be read, or is not what the line says.
        """
        package = self.package(line.digest)
        lie = contradiction(line, package, digest=line.digest, size=line.size)
        if lie is not None:
            raise DamagedTreeError(
                f"The archive of {line.name} {line.version} is not what the index says: {lie}."
            )
        return package

    def shown(self, line: IndexLine) -> Package:
        """Return the package of an index line, to be shown to anybody.

        Raises:
            DamagedTreeError: See `package_of`.
            WithheldError: It is in quarantine.
        """
        if line.status is Status.QUARANTINED:
            raise WithheldError(quarantine_of(line.name, self.notices_of(line.name).quarantined))
        return self.package_of(line)

    def package(self, digest: str) -> Package:
        """Return what an archive holds.

        Raises:
            DamagedTreeError: The archive is missing, broken, or not what its digest says.
        """
        return self._packages.get(digest, lambda: self._package(digest))

    def _package(self, digest: str) -> tuple[Package, int]:
        """What an archive holds, and how many bytes that is."""
        data = self.archive(digest)
        try:
            return read_archive(data, digest)[0], content_size(data)
        except PackageError as error:
            reason = str(error).rstrip(".")
            raise DamagedTreeError(f"The archive {digest} cannot be read: {reason}.") from error


def quarantine_of(name: str, reason: str | None) -> str:
    """Say that a package is kept from everybody, and why."""
    return f"{name} is in quarantine: {reason or 'no reason was given'}"


def _parsed(name: str, data: bytes) -> tuple[IndexLine, ...]:
    """The lines of a package's index."""
    try:
        lines = parse_index(data.decode("utf-8"), name)
    except (ValueError, PackageError) as error:
        raise DamagedTreeError(f"The index of {name} cannot be read: {error}.") from error
    if not lines:
        raise DamagedTreeError(f"The index of {name} has no version in it.")
    return lines
