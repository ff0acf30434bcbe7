"""``cpt sync``: an account as a stack file says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import changing_options, enrol_option, registry_option, value_options
from cpt.cli.signatures import signers_option

if TYPE_CHECKING:
    from cpt.cli.planning import Settling


@click.command()
@click.argument("stack", default="stack.toml", type=click.Path(), metavar="[STACK]")
@click.option(
    "--update",
    multiple=True,
    metavar="PACKAGE",
    help="Choose this package's version anew, whatever the lock says; repeatable.",
)
@click.option("--update-all", is_flag=True, help="Choose every version anew.")
@click.option("--locked", is_flag=True, help="Refuse if the lock file would change.")
@value_options
@signers_option
@registry_option
@enrol_option
@changing_options
def sync(
    stack: str,
    update: tuple[str, ...],
    update_all: bool,
    locked: bool,
    set_: tuple[str, ...],
    values: str | None,
    settling: Settling,
    yes: bool,
    account: str | None,
    registry: str | None,
    format_: str,
) -> int:
    """Bring an account to what STACK says (stack.toml): packages, ranges and parameters.

    Versions stay as the lock file beside it says; what the stack asked for once, and does no more,
    is taken out, and nothing else. Shows what would change, and asks.
    """
    from pathlib import Path

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.places import find_account
    from cpt.cli.planning import carry_out
    from cpt.cli.requests import given_values
    from cpt.cli.stacks import demand_names, open_lock, open_stack, save_lock, sync_request
    from cpt.installer.record.snapshot import read_record
    from cpt.installer.stack import Syncing

    path = Path(stack)
    wanted, lock = open_stack(path), open_lock(path)
    moving = None if update_all else demand_names(wanted, lock, update)
    with find_account(account) as found:
        syncing = Syncing(wanted, read_record(found), lock, moving)
        request, new = sync_request(syncing, registry, given_values(set_, values), frozen=locked)
        done = carry_out(found, request, settling, yes=yes, format_=format_)
    if done:
        save_lock(path, new)
    return int(ExitCode.DONE if done else ExitCode.NO)
