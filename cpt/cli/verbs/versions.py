"""``cpt versions``: every version of a package."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import format_option, registry_option


@click.command()
@click.argument("package", metavar="PACKAGE", shell_complete=completion.packages)
@registry_option
@format_option
def versions(package: str, registry: str | None, format_: str) -> None:
    """List the versions of PACKAGE, newest first."""
    from cpt.cli.output import console, print_json
    from cpt.cli.packages import parse_request
    from cpt.cli.places import find_registry
    from cpt.cli.views.packages import line_data, show_versions
    from cpt.resolver.solve import demand_package
    from package_format.versions import Version

    where = find_registry(registry)
    name, range_ = parse_request(package)
    lines = demand_package(name, where.versions, where.names)
    shown = sorted(lines, key=lambda line: Version.parse(line.version), reverse=True)
    if range_ is not None:
        shown = [line for line in shown if range_.allows(Version.parse(line.version))]
    if format_ == "json":
        print_json("versions", {"package": name, "versions": [line_data(line) for line in shown]})
    else:
        show_versions(console(), shown)
