"""``cpt workflow``: what may publish from a CI without a token; see `cpt.cli.workflow`."""

from __future__ import annotations

import click

from cpt.cli.app import LazyGroup

VERBS = {
    "add": "Let a workflow publish a package.",
    "list": "List the workflows that may publish a package.",
    "remove": "Let a workflow publish no more.",
}


@click.group(cls=LazyGroup, verbs=VERBS, folder="cpt.cli.workflow")
def workflow() -> None:
    """Let a CI's workflow publish without a token that somebody could lose."""
