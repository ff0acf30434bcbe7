"""``cpt why``: why a package is there."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("package", metavar="PACKAGE", shell_complete=completion.installed)
@account_option
@format_option
def why(package: str, account: str | None, format_: str) -> None:
    """Say why PACKAGE is installed: who asked for it, or what needs it."""
    from cpt.cli.choosing import dependencies_of
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.views.standing import chains_data, show_chains
    from cpt.installer.record.needs import chains
    from cpt.installer.record.snapshot import read_record

    with find_account(account) as found:
        record = read_record(found)
    dependencies_of(record, [package])  # says what is installed, if this is not
    reasons = chains(record, package)
    if format_ == "json":
        print_json("why", chains_data(package, reasons))
    else:
        show_chains(console(), reasons)
