"""``cpt install``: plan, ask, apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli import completion
from cpt.cli.options import changing_options, enrol_option, registry_option, value_options
from cpt.cli.signatures import signers_option

if TYPE_CHECKING:
    from cpt.cli.planning import Settling


@click.command()
@click.argument(
    "packages",
    nargs=-1,
    required=True,
    metavar="PACKAGE[@RANGE]...",
    shell_complete=completion.packages,
)
@value_options
@signers_option
@registry_option
@enrol_option
@changing_options
def install(
    packages: tuple[str, ...],
    set_: tuple[str, ...],
    values: str | None,
    settling: Settling,
    yes: bool,
    account: str | None,
    registry: str | None,
    format_: str,
) -> int:
    """Install packages into an account: names with ranges, folders, or .cpt files.

    Shows what would change, asks, and applies it whole or not at all.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.places import find_account
    from cpt.cli.planning import carry_out
    from cpt.cli.requests import install_request

    with find_account(account) as found:
        request = install_request(found, packages, registry, set_, values)
        done = carry_out(found, request, settling, yes=yes, format_=format_)
    return int(ExitCode.DONE if done else ExitCode.NO)
