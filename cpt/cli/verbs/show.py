"""``cpt show``: the picture of each campaign, and what a package brings."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option, theme_option, with_option


@click.command()
@click.argument("package", default=".", metavar="[FOLDER|FILE|PACKAGE]")
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

    With several campaigns, each is drawn into a file of its own: FILE-KEY.svg. With
    --against OLD (a folder, a .cpt file, or a name with a version), both versions are drawn as one,
    with what was added, removed, moved and changed. For the file of an email (emails/KEY.html), the
    email is shown as a contact would get it: as text, or with --out FILE.html as HTML.
    """
    from pathlib import Path

    from cpt.cli.drawing import campaigns_of, drawn, drawn_text, names_of, suffix_of, targets
    from cpt.cli.options import tell
    from cpt.cli.output import console, draw, print_json
    from cpt.cli.packages import any_package, find_dependencies, supply_of
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.verbs.preview import is_email, preview_email
    from cpt.cli.views.packages import package_data, show_package
    from cpt.cli.writing import write_file

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
    files = targets(out, chosen) if out is not None else {}
    for key, path in files.items():
        write_file(Path(path), drawn(chosen[key], names, theme, suffix_of(path)))
    if format_ == "json":
        print_json("show", {**package_data(found), "pictures": files})
        return
    if out is None:
        screen = console()
        show_package(screen, found)
        for resource in chosen.values():
            draw(f"\n{drawn_text(resource, names, screen)}")
    for key, path in files.items():
        tell(f"the campaign {key} of {found} is drawn in {path}")
