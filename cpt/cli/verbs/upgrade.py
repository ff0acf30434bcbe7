"""``cpt upgrade``: likewise, for what is installed."""

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
    "packages", nargs=-1, metavar="[PACKAGE[@RANGE]...]", shell_complete=completion.installed
)
@click.option("--precise", metavar="VERSION", help="Move the one PACKAGE to exactly this version.")
@value_options
@signers_option
@registry_option
@enrol_option
@changing_options
def upgrade(
    packages: tuple[str, ...],
    precise: str | None,
    set_: tuple[str, ...],
    values: str | None,
    settling: Settling,
    yes: bool,
    account: str | None,
    registry: str | None,
    format_: str,
) -> int:
    """Move packages, and what they depend on, to newer versions; all that were asked for if none.

    A package stays within the range that it was installed with, unless a new @RANGE is given. What
    the owner changed stays; contacts are carried along. Nothing is changed before you agree.
    --precise stays within that range, and nothing else moves unless it must; a dependency, too, can
    be moved so.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.places import find_account
    from cpt.cli.planning import carry_out
    from cpt.cli.requests import upgrade_request

    with find_account(account) as found:
        request = upgrade_request(found, packages, registry, set_, values, precise)
        done = carry_out(found, request, settling, yes=yes, format_=format_)
    return int(ExitCode.DONE if done else ExitCode.NO)
