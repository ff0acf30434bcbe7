"""``cpt registry``: the operator's verbs; those of the server are contributed by its package."""

from __future__ import annotations

import click

from cpt.cli.app import LazyGroup

VERBS = {
    "mirror": "Copy a registry into a folder, or bring the copy up to date.",
    "verify": "Prove every byte of a registry.",
    "trust": "Trust the root by which a registry is signed.",
    "key": "Make a key to sign with.",
    "root": "Say which keys sign a registry.",
    "sign-root": "Sign a root that several people sign.",
    "sign": "Sign a registry's index as it is now.",
    "quarantine": "Keep everybody from a package.",
    "names": "List the names that wait for a decision.",
    "decide": "Decide whether a name may be published under.",
    "log": "Say what happened in a registry.",
}


@click.group(cls=LazyGroup, verbs=VERBS, folder="cpt.cli.registry", contributed="cpt.registry")
def registry() -> None:
    """Run a registry, copy it, prove it, sign it, or trust it."""
