"""The next version of a package, written into its manifest."""

from __future__ import annotations

import tomlkit
from tomlkit.items import Table

from package_format.versions import Version


def with_version(manifest: str, version: Version) -> str:
    """Return the text of ``cpt.toml`` with another version; comments and layout stay."""
    document = tomlkit.parse(manifest)
    package = document["package"]
    assert isinstance(package, Table)  # noqa: S101  the manifest has been read as one
    package["version"] = str(version)
    return tomlkit.dumps(document)
