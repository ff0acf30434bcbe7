"""``cpt token revoke``: ends a token."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@registry_option
def revoke(number: int, registry: str | None) -> None:
    """End the token with this ID, as 'cpt token list' shows it."""
    from cpt.cli.marketplace import find_api
    from cpt.cli.options import tell

    find_api(registry).revoke_token(number)
    tell(f"token {number} is good for nothing any more")
