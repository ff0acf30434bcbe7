"""``cpt owner list``: who owns a publisher's name, or which ones somebody owns."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option


@click.command("list")
@click.argument("publisher", required=False)
@registry_option
@format_option
def list_(publisher: str | None, registry: str | None, format_: str) -> None:
    """Say who owns PUBLISHER, and who is invited to; without one, what you own and are invited to.

    An invitation waits until it is accepted ('cpt owner accept'), declined, or over.
    """
    from cpt.cli.marketplace import demand_publisher, find_api
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json

    if publisher is None:
        me = find_api(registry).me()
        if format_ == "json":
            said = me.model_dump(mode="json", include={"person", "publishers", "invitations"})
            print_json("owned-publishers", said)
            return
        for name in me.publishers:
            echo(name)
        for invited in me.invitations:
            until = invited.expires[:10]
            echo(f"{invited.publisher} (invited by {invited.invited_by}, until {until})")
        if not (me.publishers or me.invitations):
            tell(f"{me.person} owns no publisher here, and is invited to none")
        return
    found = find_api(registry).owners(demand_publisher(publisher))
    if format_ == "json":
        print_json("owners", found.model_dump(mode="json"))
        return
    for person in found.owners:
        echo(person)
    for invited in found.invited:
        until = invited.expires[:10]
        echo(f"{invited.person} (invited by {invited.invited_by}, until {until})")
