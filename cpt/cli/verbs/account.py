"""``cpt account``: accounts by name, and a sandbox account by hand; see `cpt.cli.account`."""

from __future__ import annotations

import click

from cpt.cli.app import LazyGroup

VERBS = {
    "create": "Make an embedded account: one file.",
    "add": "Give an account a name.",
    "list": "List the accounts that have names, and those in this folder.",
    "show": "Say what an account is and holds.",
    "contact": "List contacts, or tell one contact's story.",
    "campaign": "List campaigns, or say where contacts stand in one.",
    "event": "Let something happen to contacts.",
    "tick": "Let time pass.",
    "outbox": "Look at what was sent.",
    "edit": "Change a resource as its owner would.",
}


@click.group(cls=LazyGroup, verbs=VERBS, folder="cpt.cli.account")
def account() -> None:
    """Look after an account: contacts, events, time."""
