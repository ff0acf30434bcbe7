"""``cpt show``: the picture of each campaign, and what a package brings."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import format_option, registry_option, theme_option, with_option


@click.command()
@click.argument(
    "package", default=".", metavar="[FOLDER|FILE|PACKAGE]", shell_complete=completion.packages
)
@click.option("--out", metavar="FILE", help="Draw into a file that ends in .svg or .png.")
@click.option("--campaign", metavar="KEY", help="Only this campaign.")
@click.option("--against", metavar="OLD", help="Draw what changed since this version.")
@click.option("--contact", metavar="FILE", help="For an email's file: whom to show it for.")
@theme_option
@with_option
@registry_option
@format_option
def show(
    package: str,
    out: str | None,
    campaign: str | None,
    against: str | None,
    contact: str | None,
    theme: str,
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> None:
    """Draw the campaigns of a package, and say what it brings.

    Several campaigns are drawn one below the other; --campaign KEY draws one of them alone. With
    --against OLD (a folder, a .cpt file, or a name with a version), both versions are drawn as one,
    with what was added, removed, moved and changed: each campaign into a file of its own,
    FILE-KEY.svg, if there are several. For the file of an email (emails/KEY.html), the
    email is shown as a contact would get it: as text, or with --out FILE.html as HTML.
    """
    from pathlib import Path

    from cpt.cli.drawing import (
        campaigns_of,
        drawn,
        drawn_text,
        names_of,
        suffix_of,
    )
    from cpt.cli.options import tell
    from cpt.cli.output import console, draw, print_json
    from cpt.cli.packages import any_package, find_dependencies, supply_of
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.verbs.preview import is_email, preview_email
    from cpt.cli.views.packages import package_data, show_package
    from cpt.cli.writing import write_file
    from cpt.errors import BadInputError

    if is_email(package):
        preview_email(package, contact, out)
        return
    where = find_registry_if_named(registry)
    found = any_package(package, where, with_)
    if against is not None:
        from cpt.cli.comparing import draw_comparison

        old = any_package(against, where, with_)
        supply = supply_of(where, with_)
        files = draw_comparison(old, found, supply, out, theme, only=campaign)
        if format_ == "json":
            print_json("show", {**package_data(found), "pictures": files})
        return
    chosen = campaigns_of(found, campaign)
    names = names_of(found, find_dependencies(found, supply_of(where, with_)))
    if out is not None:
        suffix = suffix_of(out)
        if not chosen:
            raise BadInputError(f"{found} has no campaign to draw", "leave out --out")
        write_file(Path(out), drawn(found, chosen, names, theme, suffix))
    files = dict.fromkeys(chosen, out) if out is not None else {}
    if format_ == "json":
        print_json("show", {**package_data(found), "pictures": files})
        return
    if out is None:
        screen = console()
        show_package(screen, found)
        for resource in chosen.values():
            draw(f"\n{drawn_text(resource, names, screen)}")
        return
    which = f"the campaign {next(iter(chosen))}" if len(chosen) == 1 else "every campaign"
    tell(f"{which} of {found} is drawn in {out}")
