"""Roots of signed registries, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cpt.registries.trust.checking import ShownRoot
    from package_format.kinds.model import Json


def root_data(root: ShownRoot) -> dict[str, Json]:
    """Return a root as JSON values."""
    return {
        "version": root.version,
        "fingerprint": root.fingerprint,
        "expires": root.expires,
        "keys": list(root.keys),
        "threshold": root.threshold,
    }
