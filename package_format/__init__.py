"""What a package is.

The manifest, the resources it brings, the flow of its campaigns, its versions, the checks it must
pass, the comparison of two versions, and the archive it travels in. Everybody who reads or writes
packages stands on this room, so it knows no account, no registry and no network. Reading a working
folder is an edge and has a module of its own, `folder`; everything else takes values and returns
values.

The functions that other programs need are here, and are told in ``docs/library.md``. Each is
imported when it is first asked for, so that importing the room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_format.archive import Archive, build_archive, read_archive
    from package_format.checks import check
    from package_format.compatibility import Comparison, compare
    from package_format.folder import Loaded, load_package, write_package
    from package_format.package import Package
    from package_format.versions import Range, Version

__all__ = [
    "Archive",
    "Comparison",
    "Loaded",
    "Package",
    "Range",
    "Version",
    "build_archive",
    "check",
    "compare",
    "load_package",
    "read_archive",
    "write_package",
]

_HOMES = {
    "Archive": "archive",
    "Comparison": "compatibility",
    "Loaded": "folder",
    "Package": "package",
    "Range": "versions",
    "Version": "versions",
    "build_archive": "archive",
    "check": "checks",
    "compare": "compatibility",
    "load_package": "folder",
    "read_archive": "archive",
    "write_package": "folder",
}
"""The module that each name comes from."""


if not TYPE_CHECKING:  # which knows them all from above, and what is missing

    def __getattr__(name: str) -> object:
        """Import what is asked for (PEP 562)."""
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """List what can be asked for."""
    return sorted({*globals(), *__all__})
