"""The group of the verbs; a module beside it has each sort of them."""

from __future__ import annotations

import click

from registry_server.cli.collecting import collect
from registry_server.cli.copies import backup, import_, restore
from registry_server.cli.issuers import issuer
from registry_server.cli.people import quota, welcome
from registry_server.cli.root import use_root
from registry_server.cli.serving import serve


@click.group()
def registry() -> None:
    """Verbs of the registry server; `cpt registry` lists them beside its own."""


for verb in (serve, welcome, use_root, issuer, import_, backup, restore, collect, quota):
    registry.add_command(verb)
