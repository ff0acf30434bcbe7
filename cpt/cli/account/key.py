"""``cpt account key``: who may ask an account over HTTP; see `cpt.cli.account.keys`."""

from __future__ import annotations

import click

from cpt.cli.app import LazyGroup

VERBS = {
    "create": "Make an API key, and show its token once.",
    "list": "List the API keys.",
    "revoke": "Let nobody in by a key any more.",
}


@click.group(cls=LazyGroup, verbs=VERBS, folder="cpt.cli.account.keys")
def key() -> None:
    """Look after the API keys of an account."""
