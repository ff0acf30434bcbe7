"""``cpt diff``: what changed for those who have the old version, and the bump it demands."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option, theme_option, with_option


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", default=".")
@click.option("--out", metavar="FILE", help="Draw both versions as one, into a .svg or .png file.")
@theme_option
@with_option
@registry_option
@format_option
def diff(
    old: str,
    new: str,
    out: str | None,
    theme: str,
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> int:
    """Say what changed between two versions of a package, and which bump that demands.

    OLD and NEW are folders, .cpt files, or names with a version (acme/x@1.0.0); NEW is the folder
    that you are in if left out. Ends with 1 if NEW's version is smaller than it must be.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.packages import any_package, supply_of
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.views.diff import comparison_data, show_comparison
    from package_format.compatibility import compare, is_enough

    where = find_registry_if_named(registry)
    before, after = any_package(old, where, with_), any_package(new, where, with_)
    comparison = compare(before, after)
    if out is not None:
        from cpt.cli.comparing import draw_comparison

        draw_comparison(before, after, supply_of(where, with_), out, theme)
    if format_ == "json":
        print_json("diff", comparison_data(before, after, comparison))
    else:
        show_comparison(console(), before, after, comparison)
    enough = is_enough(before, after, comparison)
    return int(ExitCode.DONE if enough else ExitCode.NO)
