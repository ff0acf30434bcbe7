"""``cpt account``: accounts by name, and a sandbox account by hand; see `cpt.cli.account`."""

from __future__ import annotations

import click

from cpt.cli.app import LazyGroup

VERBS = {
    "create": "Make an embedded account: one file.",
    "add": "Give an account a name.",
    "remove": "Forget the name of an account.",
    "list": "List the accounts that have names, and those in this folder.",
    "show": "Say what an account holds, or one resource says.",
    "contact": "List contacts, or tell one contact's story.",
    "campaign": "List campaigns, or say where contacts stand in one.",
    "event": "Let something happen to contacts.",
    "tick": "Let time pass.",
    "outbox": "Look at what was sent.",
    "run": "Keep an account running, and deliver what is due.",
    "courier": "Look at what carries messages out, or switch it on.",
    "worklist": "List letters, calls and tasks for people.",
    "bounce": "Hear that an email came back.",
    "unsubscribe": "Let a contact opt out by a link.",
    "confirm": "Let a copied or restored account deliver.",
    "edit": "Change a resource as its owner would.",
    "own": "Keep fields for yourself, whatever upgrades bring.",
    "serve": "Serve an account: an API for programs, pages for its owner.",
    "key": "Look after the API keys of an account.",
}


@click.group(cls=LazyGroup, verbs=VERBS, folder="cpt.cli.account")
def account() -> None:
    """Look after an account: contacts, events, time."""
