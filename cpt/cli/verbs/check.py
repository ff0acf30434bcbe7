"""``cpt check``: every diagnostic at once."""

from __future__ import annotations

import click

from cpt.cli.exit_codes import ExitCode
from cpt.cli.options import registry_option, with_option


@click.command()
@click.argument("folder", default=".", type=click.Path())
@with_option
@registry_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["human", "json", "sarif"]),
    default="human",
    envvar="CPT_FORMAT",
    help="For people, versioned JSON for programs, or SARIF for editors and CI.",
)
def check(folder: str, with_: tuple[str, ...], registry: str | None, format_: str) -> int:
    """Report every problem of the package in FOLDER at once.

    Packages that it depends on are looked up in the registry, or read from the folders and files
    given with --with.
    """
    from pathlib import Path

    from cpt.cli.output import console, echo, print_document, print_json
    from cpt.cli.packages import check_folder, supply_of
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.views.diagnostics import diagnostics_data, show_diagnostics

    checked = check_folder(Path(folder), supply_of(find_registry_if_named(registry), with_))
    if format_ == "json":
        print_json(
            "check",
            {
                "package": checked.package.name if checked.package else None,
                "version": str(checked.package.manifest.version) if checked.package else None,
                "good": checked.is_good,
                "diagnostics": diagnostics_data(checked.diagnostics),
            },
        )
    elif format_ == "sarif":
        from cpt.cli.views.sarif import sarif_log

        print_document(sarif_log(checked.diagnostics, checked.root))
    else:
        show_diagnostics(console(), checked.diagnostics, checked.root)
        if checked.is_good:
            echo(f"{checked.package} is good.")
    return int(ExitCode.DONE if checked.is_good else ExitCode.NO)
