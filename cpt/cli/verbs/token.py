"""``cpt token``: tokens for programs; see `cpt.cli.token`."""

from __future__ import annotations

import click

from cpt.cli.app import LazyGroup

VERBS = {
    "create": "Make a token, and print it once.",
    "list": "List your tokens.",
    "revoke": "End a token, and those made with it.",
}


@click.group(cls=LazyGroup, verbs=VERBS, folder="cpt.cli.token")
def token() -> None:
    """Make and end tokens that publish for you."""
