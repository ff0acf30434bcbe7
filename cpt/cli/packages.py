"""Packages as commands are given them: a folder, a ``.cpt`` file, or a name with a range.

Reads and checks them, finds what they depend on, and draws what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cpt.cli.options import tell
from cpt.cli.output import console
from cpt.cli.places import demand_registry
from cpt.cli.reading import read_bytes
from cpt.cli.views.words import typed
from cpt.errors import AnswerIsNoError, BadInputError, CptError, NoSuchVersionError, UsageError
from cpt.registries.supply import Local, Supply
from package_format.archive import Archive, build_archive, read_archive
from package_format.checks import check
from package_format.diagnostics import Diagnostics
from package_format.folder import load_package
from package_format.package import Package
from package_format.references import PACKAGE_NAME_PATTERN
from package_format.versions import InvalidVersionError, Range

if TYPE_CHECKING:
    from cpt.registries.port import Registry

MANIFEST = "cpt.toml"


@dataclass(frozen=True)
class Checked:
    """A working folder, read and checked.

    Attributes:
        root: The folder.
        package: What was read; None if not even a package could be made of it.
        dependencies: The packages that it was checked against, by name.
        diagnostics: All that is wrong with it.
        files: The contents of the files that it is made of, by their paths.
        left_out: The paths of those that ``.cptignore`` names.
    """

    root: Path
    package: Package | None
    dependencies: Mapping[str, Package]
    diagnostics: Diagnostics
    files: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it can be built."""
        return self.package is not None and not self.diagnostics.has_errors


def check_folder(root: Path, supply: Supply) -> Checked:
    """Read and check a working folder.

    Raises:
        BadInputError: There is no package in it.
    """
    if not (root / MANIFEST).is_file():
        if not root.exists():
            said = f"there is no folder {root}"
        elif root.is_file():
            said = f"{root} is a file, and a package is a folder"
        else:
            said = f"there is no package in {root}: it has no {MANIFEST}"
        raise BadInputError(said, f"name the folder that holds {MANIFEST}")
    loaded = load_package(root)
    if loaded.readable is None:
        return Checked(root, None, {}, loaded.diagnostics)
    dependencies = find_dependencies(loaded.readable, supply)
    found = Diagnostics(list(loaded.diagnostics.found))
    found.extend(check(loaded.readable, dependencies, loaded.unread))
    return Checked(
        root, loaded.package, dependencies, found, files=loaded.files, left_out=loaded.left_out
    )


def good_package(root: Path, supply: Supply) -> Checked:
    """Read and check a working folder that is to be used.

    Raises:
        AnswerIsNoError: It has errors, which have been drawn.
    """
    checked = check_folder(root, supply)
    if not checked.is_good:
        from cpt.cli.views.diagnostics import show_diagnostics

        show_diagnostics(console(err=True), checked.diagnostics, root)
        raise AnswerIsNoError(
            f"the package in {root} has errors",
            f"mend them; {typed('cpt', 'check', str(root))} shows them again",
        )
    return checked


def find_dependencies(package: Package, supply: Supply) -> Mapping[str, Package]:
    """Return the packages that a package depends on; those that cannot be had are left out.

    What is left out is told to the person, since references into it cannot be checked.
    """
    needed = {name: Range.parse(text) for name, text in package.manifest.dependencies.items()}
    if not needed:
        return {}
    from cpt.resolver.solve import solve

    try:
        lines = solve(needed, supply.index, names=supply.names)
    except CptError as error:
        tell(f"note: references into other packages are not checked: {error}")
        for help_ in error.help or (
            "name the registry with --registry, or their folders with --with",
        ):
            tell(f"  help: {help_}")
        return {}
    supply.prepare(lines.values())
    return {name: supply.package(line) for name, line in lines.items()}


def supply_of(registry: Registry | None, folders: Iterable[str] = ()) -> Supply:
    """Return a supply with the packages of some folders and files laid over a registry."""
    locals_: list[Local] = []
    for text in folders:
        locals_.append(local_package(text, Supply(registry, locals_)))
    return Supply(registry, locals_)


def is_local(text: str) -> bool:
    """Whether a text that names a package means something on disk rather than in a registry."""
    path = Path(text)
    return (
        text.endswith(".cpt")
        or text.startswith((".", "/", "~"))
        or path.is_file()
        or (path / MANIFEST).is_file()
    )


def local_package(text: str, supply: Supply) -> Local:
    """Read a package from a folder or a ``.cpt`` file.

    Raises:
        BadInputError: There is nothing there.
        ArchiveError: The archive is broken.
        AnswerIsNoError: The folder's package has errors, which have been drawn.
    """
    path = Path(text).expanduser()
    if path.is_dir():
        package = good_package(path, supply).package
        assert package is not None  # noqa: S101  a good one is there
        return Local.of(package, build_archive(package))
    data = read_bytes(path)
    package, digest = read_archive(data)
    return Local.of(package, Archive(data, digest))


def parse_request(text: str) -> tuple[str, Range | None]:
    """Read ``publisher/name`` or ``publisher/name@range``.

    Raises:
        UsageError: It is neither.
    """
    import re

    name, at, range_ = text.partition("@")
    if not re.fullmatch(PACKAGE_NAME_PATTERN, name):
        raise UsageError(
            f"{text!r} names no package",
            "a package is a name like acme/webinar-follow-up (with @RANGE if need be), "
            "a folder, or a .cpt file",
        )
    try:
        return name, Range.parse(range_) if at else None
    except InvalidVersionError as error:
        raise UsageError(str(error)) from error


def any_package(text: str, registry: Registry | None, with_: Iterable[str] = ()) -> Package:
    """Return a package by name, folder or file; the newest version that fits."""
    return any_local(text, registry, with_).package


def any_local(text: str, registry: Registry | None, with_: Iterable[str] = ()) -> Local:
    """Return a package by name, folder or file, with its line; the newest version that fits."""
    if is_local(text):
        return local_package(text, supply_of(registry, with_))
    from cpt.resolver.solve import solve

    name, range_ = parse_request(text)
    supply = Supply(need(registry))
    try:
        lines = solve({name: range_ or Range.parse("*")}, supply.index, names=supply.names)
    except NoSuchVersionError as error:
        supply.say_why(error)
        raise
    return Local(supply.package(lines[name]), lines[name])


def need(registry: Registry | None) -> Registry:
    """Return the registry, or say that one has to be named, or that there is none."""
    if registry is None:
        raise UsageError("no registry is named", "give --registry DIR, or set CPT_REGISTRY")
    return demand_registry(registry)
