"""``cpt tree``: what needs what."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@account_option
@format_option
def tree(account: str | None, format_: str) -> None:
    """Draw the installed packages, each with what it needs."""
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.views.standing import show_trees, trees_data
    from cpt.installer.record.needs import trees
    from cpt.installer.record.snapshot import read_record

    with find_account(account) as found:
        grown = trees(read_record(found))
    if format_ == "json":
        print_json("tree", trees_data(grown))
    else:
        show_trees(console(), grown)
