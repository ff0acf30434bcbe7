"""Reading a registry's files and holding each against the others: index, archives, names.

Whatever uses a file of a registry for more than looking (installing, mirroring, verifying) takes it
from here. What cannot be proved is a `DamagedRegistryError` that says what is wrong with it.
"""

from __future__ import annotations

from typing import NoReturn

from pydantic import TypeAdapter, ValidationError

from cpt.errors import DamagedRegistryError, OfflineError, RegistryError
from cpt.registries.port import Registry
from package_format.archive import read_archive
from package_format.errors import PackageError
from package_format.index import (
    NAMES_PATH,
    IndexLine,
    contradiction,
    index_path,
    index_text,
    parse_index,
)
from package_format.manifest import PackageName
from package_format.notices import NOTICES_PATH, Notices, read_notices
from package_format.package import Package
from package_format.registry_folders import CONFIG_PATH
from package_format.tree_config import FORMAT, TreeConfig, read_config

_NAMES = TypeAdapter(tuple[PackageName, ...])


def config_of(registry: Registry) -> TreeConfig:
    """Return a registry's configuration.

    Raises:
        RegistryError: There is no registry, or one of a later format.
    """
    data = registry.read(CONFIG_PATH)
    if data is None:
        raise RegistryError(
            f"there is no registry at {registry.location}: it has no {CONFIG_PATH}",
            f"check the address; it is that of the folder in which {CONFIG_PATH} lies",
        )
    try:
        config = read_config(data)
    except PackageError as error:
        _refuse(registry, CONFIG_PATH, str(error), error)
    if config.format != FORMAT:
        raise RegistryError(
            f"the registry at {registry.location} has format {config.format}, "
            f"and this cpt knows format {FORMAT}",
            "use a newer cpt",
        )
    return config


def names_of(registry: Registry) -> tuple[str, ...] | None:
    """Return what the list of names says, sorted; None if the tree has none."""
    data = registry.read(NAMES_PATH)
    try:
        return None if data is None else tuple(sorted(_NAMES.validate_json(data)))
    except ValidationError as error:
        _refuse(registry, NAMES_PATH, "it is not a list of package names", error)


def notices_of(registry: Registry) -> dict[str, Notices]:
    """Return what people should know of packages; offline, what was known when it was last read."""
    try:
        data = registry.read(NOTICES_PATH)
    except OfflineError:
        return {}
    try:
        return {} if data is None else read_notices(data)
    except PackageError as error:
        _refuse(registry, NOTICES_PATH, str(error), error)


def index_of(registry: Registry, name: str) -> tuple[bytes, tuple[IndexLine, ...]]:
    """Return the file that lists a package's versions, to the byte, and the lines in it."""
    path = index_path(name)
    data = registry.read(path)
    if data is None:
        _refuse(registry, path, "there is none")
    lines = lines_in(registry, name, data)
    if not lines:
        _refuse(registry, path, "no version is in it")
    if index_text(lines).encode() != data:
        _refuse(registry, path, "it is not written in canonical JSON, a line for each version")
    return data, lines


def lines_in(registry: Registry, name: str, data: bytes) -> tuple[IndexLine, ...]:
    """Return the lines in the file that lists a package's versions."""
    try:
        return parse_index(data.decode("utf-8"), name)
    except (ValueError, PackageError) as error:
        _refuse(registry, index_path(name), str(error), error)


def archive_of(registry: Registry, line: IndexLine) -> tuple[bytes, Package]:
    """Return the archive of an index line and what it holds: just what the line says."""
    data = registry.fetch(line.digest, limit=line.size)
    try:
        package, digest = read_archive(data)
    except PackageError as error:
        raise DamagedRegistryError(
            f"the registry's archive of {line.name} {line.version} is not one: {error}",
            f"do not install it; tell whoever runs the registry at {registry.location}",
        ) from error
    lie = contradiction(line, package, digest=digest, size=len(data))
    if lie is not None:
        raise DamagedRegistryError(
            f"the registry's archive of {line.name} {line.version} is not what its index "
            f"says: {lie}",
            f"do not install it; tell whoever runs the registry at {registry.location}",
        )
    return data, package


def _refuse(registry: Registry, path: str, reason: str, cause: Exception | None = None) -> NoReturn:
    raise DamagedRegistryError(
        f"the registry at {registry.location} has an unusable {path}: {reason}",
        "tell whoever runs the registry",
    ) from cause
