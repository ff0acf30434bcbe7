"""``cpt bump``: the version that the changes demand, and the beginning of its changelog entry."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option, with_option


@click.command()
@click.argument("folder", default=".", type=click.Path())
@click.option(
    "--against", metavar="VERSION", help="Compare with this version, folder or .cpt file instead."
)
@click.option("--dry-run", is_flag=True, help="Only say what it would be.")
@with_option
@registry_option
@format_option
def bump(
    folder: str,
    against: str | None,
    dry_run: bool,
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> None:
    """Write the version that the changes demand into cpt.toml, and begin its changelog entry.

    Compares the package in FOLDER with the greatest version that was published, yanked or not. A
    version that is large enough already stays.
    """
    from pathlib import Path

    from cpt.cli.bumping import bump_package
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.packages import good_package, supply_of
    from cpt.cli.places import find_registry_if_named

    supply = supply_of(find_registry_if_named(registry), with_)
    package = good_package(Path(folder), supply).package
    assert package is not None  # noqa: S101  a good one is there
    done = bump_package(Path(folder), package, supply, against, dry_run=dry_run)
    if format_ == "json":
        data = {"package": package.name, "old": done.old, "demanded": str(done.demanded)}
        print_json("bump", {**data, "version": str(done.version), "wrote": list(done.wrote)})
        return
    tell(done.said)
    for file in done.wrote:
        tell(f"wrote {file}")
    echo(str(done.version))
