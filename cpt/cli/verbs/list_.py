"""``cpt list``: what is installed."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command("list")
@account_option
@format_option
def list_(account: str | None, format_: str) -> None:
    """List the packages that are installed in an account."""
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.views.installed import installed_data, show_installed
    from cpt.installer.record.snapshot import read_record

    with find_account(account) as found:
        record = read_record(found)
    if format_ == "json":
        print_json("installed", installed_data(record))
    else:
        show_installed(console(), record)
