"""``cpt build``: the archive, and its digest."""

from __future__ import annotations

import click

from cpt.cli.options import allow_secret_option, format_option, registry_option, with_option


@click.command()
@click.argument("folder", default=".", type=click.Path())
@click.option("--out", metavar="FILE", help="Where to; NAME-VERSION.cpt when left out.")
@allow_secret_option
@with_option
@registry_option
@format_option
def build(
    folder: str,
    out: str | None,
    allow_secret: tuple[str, ...],
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> None:
    """Write the archive of the package in FOLDER and print its content digest.

    The digest is the same on every machine; building twice gives the same bytes. What .cptignore
    names is left out, in the grammar of .gitignore; what looks like a secret is refused.
    """
    from pathlib import Path

    from cpt.cli.leaks import refuse_leaks
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.packages import good_package, supply_of
    from cpt.cli.packing import packed, packed_data
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.writing import write_file
    from package_format.archive import build_archive

    supply = supply_of(find_registry_if_named(registry), with_)
    package = good_package(Path(folder), supply).package
    assert package is not None  # noqa: S101  a good one is there
    refuse_leaks(Path(folder), allow_secret)
    archive = build_archive(package)
    stem = f"{package.name.replace('/', '-')}-{package.manifest.version}"
    target = Path(out or f"{stem}.cpt")
    write_file(target, archive.data)
    if format_ == "json":
        data = {"file": str(target), "digest": archive.digest, "size": archive.size}
        data |= packed_data(Path(folder), package)
        print_json(
            "build", {"package": package.name, "version": package.manifest.package.version, **data}
        )
        return
    for line in packed(Path(folder), package):
        tell(line)
    tell(f"{package} is in {target} ({archive.size:,} bytes)")
    echo(archive.digest)
