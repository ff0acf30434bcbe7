"""``cpt plan``: what an installation or upgrade would change, as a file for ``cpt apply``."""

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
@click.option("--out", metavar="FILE", help="Keep the plan here, for 'cpt apply'.")
@click.option("--page", metavar="FILE", help="Write the plan as one HTML page, with pictures.")
@value_options
@enrol_option
@settling_options
@account_option
@signers_option
@registry_option
@format_option
def plan(
    packages: tuple[str, ...],
    out: str | None,
    page: str | None,
    set_: tuple[str, ...],
    values: str | None,
    settling: Settling,
    account: str | None,
    registry: str | None,
    format_: str,
) -> None:
    """Work out what installing (or, where installed, upgrading) packages would change.

    Changes nothing. Ends with 1 if something has to be settled before it could be applied.
    """
    from pathlib import Path

    from cpt.cli.options import tell
    from cpt.cli.output import console
    from cpt.cli.places import find_account
    from cpt.cli.planning import planned, print_plan, refuse_shown, tell_secrets
    from cpt.cli.requests import install_request, upgrade_request
    from cpt.cli.secret_values import SecretValues
    from cpt.cli.views.plan import show_plan
    from cpt.cli.views.words import typed
    from cpt.cli.writing import write_file
    from cpt.installer.plan_file import save

    with find_account(account) as found:
        make = install_request if packages else upgrade_request
        request = make(found, packages, registry, set_, values)
        made = planned(found, request, settling.choices)
        zone = found.info.zone
        if page is not None:
            from cpt.cli.views.page import plan_page

            write_file(Path(page), plan_page(made, found.info.name, zone, found.object))
        secrets = SecretValues(found, request.secrets)
        if format_ == "json":
            print_plan(made, secrets)
        else:
            show_plan(console(), made, zone)
            tell_secrets(secrets.unplanned(made), format_=format_)
    if page is not None:
        tell(f"the plan as a page is in {page}")
    refuse_shown(made, format_=format_)
    if out is not None:
        write_file(Path(out), save(made))
        tell(f"the plan is in {out}; {typed('cpt', 'apply', out)} applies just this")
