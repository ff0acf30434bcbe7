"""``cpt owner``: who owns a publisher's name; see `cpt.cli.owner`."""

from __future__ import annotations

import click

from cpt.cli.app import LazyGroup

VERBS = {
    "list": "Say who owns a publisher, and who is invited to.",
    "invite": "Invite somebody to own a publisher.",
    "accept": "Accept an invitation.",
    "decline": "Decline an invitation.",
    "remove": "Make somebody an owner no more.",
}


@click.group(cls=LazyGroup, verbs=VERBS, folder="cpt.cli.owner")
def owner() -> None:
    """Share the ownership of a publisher's name."""
