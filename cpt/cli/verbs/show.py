"""``cpt show``: the picture of each campaign, and what a package brings."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option, with_option


@click.command()
@click.argument("package", default=".", metavar="[FOLDER|FILE|PACKAGE]")
@click.option("--out", metavar="FILE.svg", help="Draw into a file instead of the terminal.")
@click.option("--campaign", metavar="KEY", help="Only this campaign.")
@with_option
@registry_option
@format_option
def show(
    package: str,
    out: str | None,
    campaign: str | None,
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> None:
    """Draw the campaigns of a package, and say what it brings.

    With several campaigns, each is drawn into a file of its own: FILE-KEY.svg.
    """
    from pathlib import Path

    from cpt.cli.drawing import campaigns_of, drawn_svg, drawn_text, names_of, targets
    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.packages import any_package, find_dependencies, supply_of
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.views.packages import package_data, show_package
    from cpt.cli.writing import write_file

    where = find_registry_if_named(registry)
    found = any_package(package, where, with_)
    chosen = campaigns_of(found, campaign)
    names = names_of(found, find_dependencies(found, supply_of(where, with_)))
    files = targets(out, chosen) if out is not None else {}
    for key, path in files.items():
        write_file(Path(path), drawn_svg(chosen[key], names))
    if format_ == "json":
        print_json("show", {**package_data(found), "pictures": files})
        return
    if out is None:
        screen = console()
        show_package(screen, found)
        for resource in chosen.values():
            click.echo(f"\n{drawn_text(resource, names, screen)}")
    for key, path in files.items():
        tell(f"the campaign {key} of {found} is drawn in {path}")
