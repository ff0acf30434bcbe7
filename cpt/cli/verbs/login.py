"""``cpt login``: stores a token for a registry."""

from __future__ import annotations

import sys

import click

from cpt.cli.options import registry_option


@click.command()
@registry_option
def login(registry: str | None) -> None:
    """Store a token for a registry, after asking it whose it is.

    The token is asked for at a terminal, or read from standard input. It is kept in the system's
    keyring where there is one. CPT_TOKEN, where it is set, is used instead of what is stored.
    """
    from cpt.cli.marketplace import credentials, find_api
    from cpt.cli.options import is_interactive, tell
    from cpt.cli.output import ask
    from cpt.errors import UsageError

    location = find_api(registry).location  # says what is wrong before a secret is asked for
    if is_interactive():
        token = ask(f"token for {location}:", secretly=True).strip()
    else:
        token = sys.stdin.readline().strip()
    if not token:
        raise UsageError(
            "no token was given", "whoever runs the registry makes the first one for you"
        )
    me = find_api(registry, token).me()
    where = credentials().store(location, token)
    tell(f"logged in to {location} as {me.person}; the token is in {where}")
    for invitation in me.invitations:
        tell(
            f"note: {invitation.invited_by} invites you to own {invitation.publisher}; "
            f"'cpt owner accept {invitation.publisher}' accepts"
        )
