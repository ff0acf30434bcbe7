"""Roots of signed registries, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cpt.cli.output import echo
from cpt.cli.views.words import counted, listed

if TYPE_CHECKING:
    from cpt.registries.trust.checking import ShownRoot
    from cpt.registries.trust.cosigning import PendingRoot
    from package_format.delegations import Delegations
    from package_format.kinds.model import Json


_NAMED = 5
"""How many publishers are named in a sentence."""


def root_data(root: ShownRoot) -> dict[str, Json]:
    """Return a root as JSON values."""
    return {
        "version": root.version,
        "fingerprint": root.fingerprint,
        "expires": root.expires,
        "keys": list(root.keys),
        "threshold": root.threshold,
        "publishers": _publishers_data(root.delegations),
    }


def show_pending(root: PendingRoot) -> None:
    """Print what a root says that somebody is about to sign, and who has signed it."""
    echo(f"root {root.version}, good until {root.expires}, which {root.threshold} of these sign:")
    for key in root.keys:
        echo(f"  {key}{'  has signed' if key in root.signed else ''}")
    echo(f"the index is signed by {root.online}")
    for said in delegations_said(root.delegations):
        echo(said)


def delegations_in_brief(delegations: Delegations) -> str:
    """Return in a sentence for whom a root names keys of their own; empty if for nobody."""
    if not delegations:
        return ""
    named, more = sorted(delegations)[:_NAMED], len(delegations) - _NAMED
    who = listed([*named, counted(more, "other")] if more > 0 else named)
    return f"it names the keys by which {who} sign{'s' if len(delegations) == 1 else ''}"


def delegations_said(delegations: Delegations) -> list[str]:
    """Return what a root says of publishers' own keys, a line for each publisher."""
    return [
        f"what {publisher} publishes is signed by {' or '.join(keys)}"
        for publisher, keys in sorted(delegations.items())
    ]


def _publishers_data(delegations: Delegations) -> dict[str, Json]:
    return {publisher: list(keys) for publisher, keys in delegations.items()}


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
        "publishers": _publishers_data(root.delegations),
    }
