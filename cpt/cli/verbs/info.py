"""``cpt info``: what a package is, what it needs and what it brings."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import format_option, registry_option


@click.command()
@click.argument("package", metavar="PACKAGE", shell_complete=completion.packages)
@registry_option
@format_option
def info(package: str, registry: str | None, format_: str) -> None:
    """Say what PACKAGE (a name, a folder or a file) is, needs and brings."""
    from dataclasses import asdict

    from cpt.cli.marketplace import told_of
    from cpt.cli.output import console, print_json
    from cpt.cli.packages import any_local, is_local
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.signatures import said_of_signatures
    from cpt.cli.views.packages import package_data, show_package
    from cpt.registries.proof import notices_of
    from package_format.notices import Notices, in_words

    where = find_registry_if_named(registry)
    found = any_local(package, where)
    published = [] if is_local(package) or where is None else [found.line]
    notices = notices_of(where).get(found.line.name) if published and where else None
    signed = where and said_of_signatures(
        published, {}, where.versions, delegations=where.delegations(), demanding=False
    ).get(found.line.name)
    about = told_of(registry, found.line.name) if published else None
    when = found.line.published if published else None
    if format_ == "json":
        said = {
            "published": when,
            "owners": None if about is None else list(about.owners),
            "downloads": None if about is None else about.downloads,
            "signed": signed.by if signed else None,
            **asdict(notices or Notices()),
        }
        print_json("info", {**package_data(found.package), **said})
    else:
        show_package(
            console(),
            found.package,
            signed.by if signed else "",
            in_words(notices) if notices else (),
            published=when,
            about=about,
        )
