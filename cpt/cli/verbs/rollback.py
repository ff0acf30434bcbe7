"""``cpt rollback``: an upgrade to an earlier revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import changing_options, enrol_option

if TYPE_CHECKING:
    from cpt.cli.planning import Settling


@click.command()
@click.option("--to", type=int, metavar="REVISION", help="Which; the one before if left out.")
@enrol_option
@changing_options
def rollback(
    to: int | None,
    settling: Settling,
    yes: bool,
    account: str | None,
    format_: str,
) -> int:
    """Go back to what an earlier revision left behind; 'cpt history' lists them.

    It is an upgrade like any other: your own edits stay, contacts are carried along, nobody is
    mailed twice, and it becomes a revision itself. So a second 'cpt rollback' undoes the first and
    goes forward again; the plan's first line says to which revision. --to goes further back.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.places import find_account
    from cpt.cli.planning import carry_out
    from cpt.installer.preparing import rolling_back

    with find_account(account) as found:
        request = rolling_back(found, to)
        done = carry_out(found, request, settling, yes=yes, format_=format_)
    return int(ExitCode.DONE if done else ExitCode.NO)
