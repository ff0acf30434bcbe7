"""``cpt logout``: forgets the token for a registry."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@registry_option
def logout(registry: str | None) -> None:
    """Forget the stored token for a registry.

    The token stays good; 'cpt token revoke' ends one.
    """
    from cpt.cli.marketplace import credentials
    from cpt.cli.options import tell
    from cpt.cli.places import named, whereabouts

    location = whereabouts(named(registry))
    if credentials().forget(location):
        tell(f"the token for {location} is forgotten here; it stays good until it is revoked")
    else:
        tell(f"there was no token for {location}")
