"""``cpt rehearse``: an upgrade in a copy of the account, in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli import completion
from cpt.cli.options import (
    account_option,
    enrol_option,
    format_option,
    registry_option,
    settling_options,
    value_options,
)
from cpt.cli.signatures import signers_option

if TYPE_CHECKING:
    from cpt.cli.planning import Settling


@click.command()
@click.argument(
    "packages", nargs=-1, metavar="[PACKAGE[@RANGE]...]", shell_complete=completion.packages
)
@click.option(
    "--for", "for_", default="7 days", show_default=True, metavar="DURATION",
    help="How far to look ahead: 7d, '2 weeks', '36 hours'.",
)  # fmt: skip
@value_options
@enrol_option
@signers_option
@settling_options
@account_option
@registry_option
@format_option
def rehearse(
    packages: tuple[str, ...],
    for_: str,
    set_: tuple[str, ...],
    values: str | None,
    settling: Settling,
    account: str | None,
    registry: str | None,
    format_: str,
) -> int:
    """Say what would be sent to whom in the coming days, with and without an upgrade.

    Time runs ahead in copies of the account: as it is; with PACKAGEs (or all that is installed)
    upgraded, or installed where they are not; and with everybody finishing the old version. Nothing
    in the account changes, and nothing is sent. Ends with 1 if the upgrade cannot be applied as
    things stand.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.rehearsing import UPGRADED, rehearse
    from cpt.cli.requests import install_request, upgrade_request
    from cpt.cli.times import later, spelled_out
    from cpt.cli.views.rehearsal import rehearsal_data, show_rehearsal
    from cpt.installer.record.snapshot import read_record

    with find_account(account) as found:
        info = found.info
        until = later(info.now, spelled_out(for_), info.zone)
        request = None
        if packages or read_record(found).packages:
            make = install_request if packages else upgrade_request
            request = make(found, packages, registry, set_, values)
        ways = rehearse(found, request, settling, until)
    if format_ == "json":
        print_json("rehearsal", rehearsal_data(info.now, until, ways))
    else:
        show_rehearsal(console(), info.name, info.now, until, ways, info.zone)
    impossible = any(way.name == UPGRADED and way.why_not for way in ways)
    return int(ExitCode.NO if impossible else ExitCode.DONE)
