"""Proving a registry, every byte of it: what is there, that it fits, and that nothing else is.

The configuration, the list of names, every line of the index and every archive are read and held
against each other. Of a folder it is also said what is in it that belongs to no version; what else
an address has cannot be known.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cpt.errors import DamagedRegistryError, DistrustedRegistryError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.port import Registry
from cpt.registries.proof import archive_of, config_of, index_of, names_of, notices_of
from cpt.registries.writing import LOCK
from package_format.canonical import to_json
from package_format.delegations import newest_delegations
from package_format.ending import endings
from package_format.errors import InvalidIndexError
from package_format.index import BLOBS, NAMES_PATH, IndexLine, Status, blob_path, index_path
from package_format.notices import NOTICES_PATH
from package_format.registry_folders import CONFIG_PATH
from package_format.signed_tree import SIGNED_LIMIT, TUF, is_signed_path, root_path


@dataclass(frozen=True)
class Problem:
    """Something in a registry that is not as it must be.

    Attributes:
        path: Where it stands in the tree.
        what: What is wrong, a sentence that names the file or the version.
    """

    path: str
    what: str


@dataclass
class Proof:
    """What was looked at, and what was found.

    Attributes:
        packages: How many packages there are.
        versions: How many versions.
        withheld: How many of them are in quarantine, and have no archive that could be read.
        size: How many bytes were read.
        problems: What is not as it must be, in the order of the tree.
        soon: What will need whoever signs the registry soon, sentences without a full stop.
        unvouched: The names and versions of what nobody installs anew, as their publisher did not
            sign it with a key that the root names.
    """

    packages: int = 0
    versions: int = 0
    withheld: int = 0
    size: int = 0
    problems: list[Problem] = field(default_factory=list)
    soon: list[str] = field(default_factory=list)
    unvouched: list[str] = field(default_factory=list)


class Verification:
    """One look through one registry."""

    def __init__(self, registry: Registry, now: datetime | None = None) -> None:
        """Name the registry, and say what time it is, in UTC; nothing is read yet."""
        self._now = now or datetime.now(UTC)
        self._registry = registry
        self._proof = Proof()
        self._belongs = {LOCK}
        self._all_read = True
        self._lines: list[IndexLine] = []

    def run(self, say: Callable[[str], None] = lambda _: None) -> Proof:
        """Look at everything.

        Args:
            say: Told the name of each package before it is looked at.

        Raises:
            RegistryError: There is no registry, or it cannot be reached.
        """
        self._belongs.add(CONFIG_PATH)
        config = config_of(self._registry)
        self._proof.size += len(config.written())
        names = self._names()
        self._notices(names)
        for name in names:
            say(name)
            self._proof.packages += 1
            self._package(name)
        if config.signed:
            self._signatures(names)
        if self._is_folder:
            self._strays(Path(self._registry.location))
        return self._proof

    def _names(self) -> tuple[str, ...]:
        """Return the name of every package; hold the list of them against the files."""
        self._belongs.add(NAMES_PATH)
        try:
            data, listed = self._registry.read(NAMES_PATH), names_of(self._registry)
        except DamagedRegistryError as error:
            self._found(NAMES_PATH, str(error))
            return self._registry.names() if self._is_folder else ()
        names = self._registry.names()
        if data is None or listed is None:
            self._found(NAMES_PATH, f"there is no {NAMES_PATH}: nobody can list packages over HTTP")
            return names
        self._proof.size += len(data)
        if listed != names:
            odd = ", ".join(sorted(set(listed) ^ set(names)))
            self._found(NAMES_PATH, f"{NAMES_PATH} does not list what the index has: {odd}")
        elif data != to_json(list(names)) + b"\n":
            self._found(NAMES_PATH, f"{NAMES_PATH} is not a sorted list in canonical JSON")
        return names

    def _notices(self, names: Collection[str]) -> None:
        """Hold what is said of packages against which there are."""
        self._belongs.add(NOTICES_PATH)
        try:
            unknown = sorted(set(notices_of(self._registry)) - set(names))
        except DamagedRegistryError as error:
            self._found(NOTICES_PATH, str(error))
            return
        if unknown:
            self._found(NOTICES_PATH, f"{NOTICES_PATH} tells of what is not here: {unknown[0]}")

    @property
    def _is_folder(self) -> bool:
        return isinstance(self._registry, DirectoryRegistry)

    def _package(self, name: str) -> None:
        path = index_path(name)
        self._belongs.add(path)
        try:
            data, lines = index_of(self._registry, name)
        except DamagedRegistryError as error:
            self._found(path, str(error))
            self._all_read = False
            return
        self._proof.size += len(data)
        self._lines += lines
        for line in lines:
            self._version(line)

    def _version(self, line: IndexLine) -> None:
        path = blob_path(line.digest)
        self._belongs.add(path)
        self._proof.versions += 1
        if line.status is Status.QUARANTINED and not self._holds(path):
            self._proof.withheld += 1
            return
        try:
            data, _ = archive_of(self._registry, line)
        except DamagedRegistryError as error:
            self._found(path, f"{line.name} {line.version}: {error}")
            return
        self._proof.size += len(data)

    def _holds(self, path: str) -> bool:
        return self._is_folder and (Path(self._registry.location) / path).exists()

    def _signatures(self, names: Iterable[str]) -> None:
        """Say what is signed otherwise than it is, by the first root that the tree itself has."""
        from cpt.registries.trust.checking import SignedIndex  # noqa: PLC0415  few are signed
        from package_format.signing import unvouched  # noqa: PLC0415  likewise

        registry = self._registry
        root = registry.read(root_path(1), SIGNED_LIMIT)
        if root is None:
            self._found(root_path(1), f"there is no {root_path(1)}, and {CONFIG_PATH} says signed")
            return
        try:
            found = endings(lambda path: registry.read(path, SIGNED_LIMIT), self._now)
            self._proof.soon += [f"{ending.what}: {ending.help}" for ending in found]
            named = newest_delegations(lambda path: registry.read(path, SIGNED_LIMIT))
            self._proof.unvouched += unvouched(self._lines, named)
        except InvalidIndexError as error:
            self._found(TUF, str(error))
        with tempfile.TemporaryDirectory() as state:
            index = SignedIndex(registry, root, Path(state))
            for path in (NAMES_PATH, NOTICES_PATH, *map(index_path, names)):
                try:
                    if index.read(path) != registry.read(path):
                        self._found(path, f"{path} is not as it was signed; sign it anew")
                except DistrustedRegistryError as error:
                    self._found(TUF, str(error))
                    return

    def _strays(self, root: Path) -> None:
        """Say what is in the folder and belongs to nothing that was read."""
        for path in sorted(set(_files_in(root)) - self._belongs):
            if is_signed_path(path):
                continue
            if Path(path).name.startswith("."):
                self._found(path, f"{path} was left by a writer that did not come to its end")
            elif self._all_read or not path.startswith(BLOBS):
                self._found(path, f"{path} belongs to no version that is published here")

    def _found(self, path: str, what: str) -> None:
        self._proof.problems.append(Problem(path, what))


def _files_in(root: Path) -> Iterator[str]:
    """Yield the path of everything in a folder that is not itself a folder; no link is followed."""
    for folder, folders, files in os.walk(root):
        where = Path(folder)
        for name in (*files, *(each for each in folders if (where / each).is_symlink())):
            yield (where / name).relative_to(root).as_posix()
