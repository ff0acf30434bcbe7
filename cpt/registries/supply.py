"""Where packages come from in one command: a registry, with packages from disk laid over it.

A package that somebody hands in as a folder or a file is treated as if it had been published: it
has an index line, and is chosen instead of what the registry has under its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpt.errors import DamagedRegistryError, NoSuchVersionError, NotOfferedError
from package_format.archive import Archive
from package_format.package import Package

if TYPE_CHECKING:
    from cpt.registries.port import Registry
    from package_format.delegations import Delegations
    from package_format.index import IndexLine
    from package_format.notices import Notices

NEVER = "1970-01-01T00:00:00Z"
"""When a package was published that never was."""


@dataclass(frozen=True)
class Local:
    """A package from disk.

    Attributes:
        package: What it is.
        line: The index line that it would have.
    """

    package: Package
    line: IndexLine

    @classmethod
    def of(cls, package: Package, archive: Archive) -> Local:
        """Return a package with the line it would have; it was published at no time."""
        from package_format.index import IndexLine  # noqa: PLC0415

        line = IndexLine.of(package, digest=archive.digest, size=archive.size, published=NEVER)
        return cls(package, line)


class Supply:
    """A registry, if there is one, with local packages laid over it."""

    def __init__(
        self,
        registry: Registry | None,
        locals_: Iterable[Local] = (),
        installed: Iterable[IndexLine] = (),
    ) -> None:
        """Lay local packages over a registry.

        Args:
            registry: The registry, if one is named.
            locals_: Packages from disk.
            installed: What an account has installed: it may stay although nobody offers it.
        """
        self._registry = registry
        self._locals = {local.package.name: local for local in locals_}
        self._installed = {line.name: line for line in installed}
        self._read: dict[tuple[str, str, str], Package] = {}
        self._offered: dict[str, tuple[IndexLine, ...]] = {}

    def index(self, name: str) -> tuple[IndexLine, ...]:
        """Return the lines of a package's versions; none if it is unknown.

        Raises:
            DamagedRegistryError: The registry says of what is installed what it is not.
            RegistryError: The registry cannot be read.
        """
        if name in self._locals:
            return (self._locals[name].line,)
        lines = self._versions(name)
        installed = self._installed.get(name)
        if installed is None:
            return lines
        self._demand_true(lines, installed)
        if any(line.version == installed.version for line in lines):
            return lines
        return (*lines, installed)

    def _demand_true(self, lines: Iterable[IndexLine], installed: IndexLine) -> None:
        """Hold what is listed against what is installed: that archive may not be fetched again."""
        from package_format.index import difference  # noqa: PLC0415  start-up is quicker without

        for line in lines:
            if line.digest != installed.digest:
                continue
            lie = difference(line, installed, ("version", "dependencies"))
            if lie is not None:
                where = "" if self._registry is None else f" at {self._registry.location}"
                raise DamagedRegistryError(
                    f"the registry{where} says of {line.name} {installed.version}, which is "
                    f"installed, what it is not: {lie}",
                    "take nothing from it; tell whoever runs the registry",
                )

    def _versions(self, name: str) -> tuple[IndexLine, ...]:
        """Return what the registry lists; it is asked once, so that one command sees one state."""
        if name not in self._offered:
            offered = self._registry.versions(name) if self._registry is not None else ()
            self._offered[name] = offered
        return self._offered[name]

    def notices(self) -> Mapping[str, Notices]:
        """Return what people should know of the registry's packages."""
        if self._registry is None:
            return {}
        from cpt.registries.proof import notices_of  # noqa: PLC0415

        return notices_of(self._registry)

    def delegations(self) -> Delegations:
        """Return the publishers for whom the root that one trusts names keys of their own."""
        return {} if self._registry is None else self._registry.delegations()

    def say_why(self, error: NoSuchVersionError) -> None:
        """Add why the registry keeps everybody from versions, if it does and says so."""
        if error.quarantined:
            said = self.notices().get(error.name)
            if said is not None and said.quarantined is not None:
                error.because(said.quarantined)

    def names(self) -> tuple[str, ...]:
        """Return every known name, sorted."""
        known = self._registry.names() if self._registry is not None else ()
        return tuple(sorted({*known, *self._locals}))

    def prepare(self, lines: Iterable[IndexLine]) -> None:
        """Bring near what `package` will be asked for next."""
        if self._registry is not None:
            self._registry.prepare(
                line for line in lines if self.is_from_registry(line) and not self._is_read(line)
            )

    def is_from_registry(self, line: IndexLine) -> bool:
        """Whether a package comes from the registry, and is not somebody's own from disk."""
        return line.name not in self._locals

    def _is_read(self, line: IndexLine) -> bool:
        return (line.name, line.version, line.digest) in self._read

    def package(self, line: IndexLine) -> Package:
        """Return the package of an index line, its archive verified and held against the line.

        Raises:
            NotOfferedError: It comes from neither.
            RegistryError: The archive is not what the registry's index says of it.
        """
        local = self._locals.get(line.name)
        if local is not None and local.line.digest == line.digest:
            return local.package
        which = (line.name, line.version, line.digest)
        if which not in self._read:
            self._read[which] = self._fetched(line)
        return self._read[which]

    def _fetched(self, line: IndexLine) -> Package:
        """Fetch a package from the registry, whose own line it must be as good as."""
        which = (line.version, line.digest)
        offered = next(
            (x for x in self._versions(line.name) if (x.version, x.digest) == which), None
        )
        if self._registry is None or offered is None:
            raise NotOfferedError(
                f"{line.name} {line.version} is installed, but neither the registry nor a "
                "folder that you name has it",
                "name the registry (--registry) or the folder that it was installed from",
            )
        from cpt.registries.proof import archive_of  # noqa: PLC0415

        return archive_of(self._registry, offered)[1]
