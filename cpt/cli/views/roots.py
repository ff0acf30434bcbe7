"""Roots of signed registries, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cpt.cli.output import echo

if TYPE_CHECKING:
    from cpt.registries.trust.checking import ShownRoot
    from cpt.registries.trust.cosigning import PendingRoot
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


def show_pending(root: PendingRoot) -> None:
    """Print what a root says that somebody is about to sign, and who has signed it."""
    echo(f"root {root.version}, good until {root.expires}, which {root.threshold} of these sign:")
    for key in root.keys:
        echo(f"  {key}{'  has signed' if key in root.signed else ''}")
    echo(f"the index is signed by {root.online}")


def pending_data(root: PendingRoot) -> dict[str, Json]:
    """Return a root that some have signed as JSON values."""
    return {
        "version": root.version,
        "expires": root.expires,
        "threshold": root.threshold,
        "keys": list(root.keys),
        "signed": list(root.signed),
        "missing": root.missing,
        "online_key": root.online,
    }
