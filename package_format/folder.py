"""Folders: a working folder read as a package, and a package written as a working folder.

This is the edge of the room: only here and in `folder_files` are files opened. An author's mistakes
are collected as diagnostics, all at once; nothing that stands in a folder raises. Which file holds
which kind is said by the locations in the table of kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from package_format.archive import name_problem
from package_format.canonical import DOCUMENTS, in_order, is_document
from package_format.diagnostics import Diagnostics, Span
from package_format.errors import FolderNotEmptyError, PackageError
from package_format.folder_files import IGNORE_FILE, FolderFiles
from package_format.garbage_collection import collection_paused
from package_format.kinds.model import Json
from package_format.kinds.table import Kind
from package_format.locations import (
    SCENARIOS,
    UPGRADES_FILE,
    kind_at,
    meant_file,
    stands_at,
    stem_of,
)
from package_format.manifest import Manifest
from package_format.origin import MANIFEST, SCENARIO, UPGRADES, Root, TextOrigin
from package_format.package import Package, Resource
from package_format.pruning import pruned
from package_format.references import is_key, key_like
from package_format.salvage import PARTS, salvaged
from package_format.source import (
    ListNode,
    Node,
    Written,
    locate,
    plain,
    read_toml,
    validated,
    written,
    written_front_matter,
    written_yaml,
)
from package_format.source.nodes import find
from package_format.unread import NOTHING, Unread
from package_format.upgrades.entries import Entry
from package_format.upgrades.entry_data import read_entry, verify_number

MANIFEST_FILE = "cpt.toml"


@dataclass(frozen=True)
class Loaded:
    """What came of reading a folder.

    Attributes:
        package: The package; None if something is wrong with it.
        diagnostics: Everything that was found, warnings included.
        readable: As much of the package as could be read, for the checks; None if that is nothing.
        unread: What of it could not be read.
        files: The contents of the files that the package is made of, by their sorted paths.
        left_out: The paths of those that ``.cptignore`` names, sorted.
    """

    package: Package | None
    diagnostics: Diagnostics
    readable: Package | None = None
    unread: Unread = NOTHING
    files: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def load_package(path: Path) -> Loaded:
    """Read a working folder.

    Args:
        path: The folder that holds ``cpt.toml``.

    Returns:
        Loaded: The package, or everything that is wrong with it.
    """
    reader = _Reader(Path(path))
    with collection_paused():
        package = reader.package()
    return Loaded(
        None if reader.diagnostics.has_errors else package,
        reader.diagnostics,
        package,
        reader.unread,
        reader.files.read,
        reader.files.left_out,
    )


def write_package(package: Package, path: Path) -> None:
    """Write a package as a working folder, which reads as the same package.

    Args:
        package: The package.
        path: The folder; it is made if it is not there.

    Raises:
        FolderNotEmptyError: Something stands there already.
        PackageError: A file's name is not allowed.
    """
    from package_format.authored import authored_files  # noqa: PLC0415  most folders are only read

    folder = Path(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmptyError(f"{path} is there already, and is not an empty folder")
    files = authored_files(package)
    for name in files:
        problem = name_problem(name)
        if problem:
            raise PackageError(f"{name!r} cannot be written: {problem}")
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@dataclass
class _Reader:
    """Reads one folder.

    Attributes:
        folder: The folder.
        diagnostics: Everything that was found.
        roots: Where everything begins, for `TextOrigin`.
        files: Its files.
        lost: What could not be read, by kind and key.
        lost_kinds: The kinds of which nobody knows what there is.
        torn: What is good in resources that have mistakes.
    """

    folder: Path
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    roots: dict[tuple[str, str], Root] = field(default_factory=dict)
    files: FolderFiles = field(init=False)
    lost: set[tuple[str, str]] = field(default_factory=set)
    lost_kinds: set[str] = field(default_factory=set)
    torn: list[Resource] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open nothing yet."""
        self.files = FolderFiles(self.folder, self.diagnostics)

    @property
    def unread(self) -> Unread:
        """What could not be read."""
        return Unread(frozenset(self.lost), frozenset(self.lost_kinds), tuple(self.torn))

    def package(self) -> Package | None:
        """Read as much as possible; None if there is no manifest."""
        if not (self.folder / MANIFEST_FILE).exists():
            self.diagnostics.error(
                "not-a-package",
                f"{self.folder} is not a package: there is no {MANIFEST_FILE} in it",
                help="go to the package's folder, or begin one with cpt new",
            )
            return None
        manifest = salvaged(None, self.lost, self.lost_kinds)
        resources: list[Resource] = []
        upgrades: tuple[Entry, ...] = ()
        scenarios: dict[str, Json] = {}
        documents: dict[str, bytes] = {}
        for file in self.files.paths():
            kind = kind_at(file)
            if file == MANIFEST_FILE:
                manifest = self._manifest(file)
            elif file == UPGRADES_FILE:
                upgrades = self._upgrades(file)
            elif kind is not None and "*" in kind.location:
                resources += self._large(kind, file)
            elif kind is not None:
                resources += self._small(kind, file)
            elif stands_at(SCENARIOS, file):
                scenarios |= self._scenario(file)
            elif is_document(file):
                documents |= self._document(file)
            elif not file.endswith(".cpt"):
                self._unknown(file)
        origin = TextOrigin(self.roots)
        ordered = in_order(resources)
        return Package(manifest, ordered, upgrades, scenarios, documents, origin)

    def _manifest(self, file: str) -> Manifest:
        source = self.files.source(file)
        node = read_toml(source, self.diagnostics) if source else None
        if node is None:
            return salvaged(None, self.lost, self.lost_kinds)
        said = written(node)
        self.roots[MANIFEST] = Root(said)
        self.lost_kinds.difference_update(PARTS)
        manifest = validated(Manifest, said, self.diagnostics)
        return manifest or salvaged(said.data, self.lost, self.lost_kinds)

    def _small(self, kind: Kind, file: str) -> Iterator[Resource]:
        """Read a file that holds every resource of a kind by its key."""
        said = self._yaml(file)
        if said is None or not isinstance(said.data, dict):
            self.lost_kinds.add(kind.name)
        if said is None:
            return
        if not isinstance(said.data, dict):
            self.diagnostics.error(
                "wrong-type", f"{file} must be a mapping of keys to {kind.title}s", said.node.span
            )
            return
        for key in said.data:
            if not is_key(key):
                self._invalid_key(key, locate(said.node, (key,), key=True))
                self.lost.add((kind.name, key))
            yield from self._resource(kind, key, Root(said, (key,)))

    def _large(self, kind: Kind, file: str) -> Iterator[Resource]:
        """Read a file that holds one resource."""
        said = self._yaml(file) if file.endswith(".yaml") else self._front_matter(file)
        key = stem_of(file)
        if not is_key(key):
            self._invalid_name(file)
        if said is None or not is_key(key):
            self.lost.add((kind.name, key))
        if said is None:
            return
        yield from self._resource(kind, key, Root(said))

    def _resource(self, kind: Kind, key: str, root: Root) -> Iterator[Resource]:
        self.roots[kind.name, key] = root
        defaults = {kind.named_by_key: key} if kind.named_by_key else {}
        model = validated(kind.model, root.written, self.diagnostics, at=root.at, defaults=defaults)
        if model is not None:
            yield Resource(kind.name, key, model)
            return
        self.lost.add((kind.name, key))
        good = pruned(kind.model, find(root.node, root.at).node, defaults)
        if good is not None:
            self.roots[kind.name, key] = Root(written(good[1]))
            self.torn.append(Resource(kind.name, key, good[0]))

    def _upgrades(self, file: str) -> tuple[Entry, ...]:
        said = self._yaml(file)
        if said is None or said.data == {}:
            return ()
        node = said.node
        self.roots[UPGRADES, ""] = Root(said)
        if not isinstance(node, ListNode):
            self.diagnostics.error("wrong-type", f"{file} must be a list of entries", node.span)
            return ()
        try:
            verify_number(node.items)
        except ValueError as error:
            self.diagnostics.error("invalid-upgrade", str(error), node.span)
            return ()
        entries: list[Entry] = []
        good: list[Node] = []
        for index, item in enumerate(node.items):
            try:
                entries.append(read_entry(index, plain(item)))
                good.append(item)
            except ValueError as error:
                self.diagnostics.error("invalid-upgrade", str(error), item.span)
        self.roots[UPGRADES, ""] = Root(written(replace(node, items=tuple(good))))
        return tuple(entries)

    def _scenario(self, file: str) -> dict[str, Json]:
        from package_format.scenario import Scenario  # noqa: PLC0415  as in checks.rule

        stem = stem_of(file)
        if not is_key(stem):
            self._invalid_name(file)
        said = self._yaml(file)
        if said is None:
            self.lost.add((SCENARIO, stem))
            return {}
        self.roots[SCENARIO, stem] = Root(said)
        scenario = validated(Scenario, said, self.diagnostics)
        if scenario is None:
            self.lost.add((SCENARIO, stem))
            # What is cut off may be the upgrade, and what stands before it of another version.
            is_of_one = isinstance(said.data, dict) and "installed" not in said.data
            good = pruned(Scenario, said.node, {}) if is_of_one else None
            if good is None:
                return {}
            scenario = good[0]
            self.roots[SCENARIO, stem] = Root(written(good[1]))
        return {stem: scenario.canonical()}

    def _document(self, file: str) -> dict[str, bytes]:
        content = self.files.content(file)
        problem = name_problem(f"documents/{file}")
        if problem:
            message = f"{file} cannot be in a package: {problem}"
            self.diagnostics.error("invalid-file-name", message, help="rename the file")
        if content is None:
            return {}
        if file in DOCUMENTS:
            content = content.replace(b"\r\n", b"\n")
        return {file: content}

    def _unknown(self, file: str) -> None:
        self.diagnostics.warning(
            "unknown-file",
            f"{ascii(file)[1:-1]} is no part of a package and is left out",
            help=meant_file(file) or f"if it is to be left out, name it in {IGNORE_FILE}",
        )

    def _invalid_name(self, file: str) -> None:
        path = PurePosixPath(file)
        better = path.with_name(f"{key_like(path.stem)}{path.suffix}")
        offer = f"call the file {better}" if is_key(better.stem) else None
        self._invalid_key(path.stem, Span(file, 1, 1, 2), offer)

    def _invalid_key(self, key: str, span: Span, offer: str | None = None) -> None:
        self.diagnostics.error(
            "invalid-key",
            f"{ascii(key)[1:-1]} cannot be a key",
            span,
            offer
            or "use lower-case letters and digits, with single hyphens or underscores between "
            "them, and at most 64 of them",
        )

    def _yaml(self, file: str) -> Written | None:
        source = self.files.source(file)
        return written_yaml(source, self.diagnostics) if source else None

    def _front_matter(self, file: str) -> Written | None:
        source = self.files.source(file)
        return written_front_matter(source, self.diagnostics) if source else None
