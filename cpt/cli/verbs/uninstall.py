"""``cpt uninstall``: packages leave an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli import completion
from cpt.cli.options import changing_options

if TYPE_CHECKING:
    from cpt.cli.planning import Settling


@click.command()
@click.argument(
    "packages", nargs=-1, required=True, metavar="PACKAGE...", shell_complete=completion.installed
)
@changing_options
def uninstall(
    packages: tuple[str, ...],
    settling: Settling,
    yes: bool,
    account: str | None,
    format_: str,
) -> int:
    """Take packages out of an account, and the dependencies that nobody needs then.

    What you adopted, changed or use stays and is yours; you are asked about texts that you have
    reworded, and --take ADDRESS lets go of anything that you changed. Contacts in flight need an
    answer: --contacts finish-on-old or --contacts exit, or CAMPAIGN=exit for one campaign.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.places import find_account
    from cpt.cli.planning import carry_out
    from cpt.cli.requests import uninstall_request

    with find_account(account) as found:
        request = uninstall_request(found, packages)
        done = carry_out(found, request, settling, yes=yes, format_=format_)
    return int(ExitCode.DONE if done else ExitCode.NO)
