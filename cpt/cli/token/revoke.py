"""``cpt token revoke``: ends a token."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@registry_option
def revoke(number: int, registry: str | None) -> None:
    """End the token with this ID, and those that were made with it.

    'cpt token list' shows which was made with which. Whoever stole a token may have made others
    with it; make new ones of those that were your own.
    """
    from cpt.cli.marketplace import find_api
    from cpt.cli.options import tell
    from cpt.cli.output import one_line

    for token in find_api(registry).revoke_token(number):
        with_it = "" if token.id == number else f", made with token {token.made_with},"
        tell(one_line(f"token {token.id} ({token.name}){with_it} is good for nothing any more"))
