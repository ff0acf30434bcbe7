"""``cpt new``: a working package to start from."""

from __future__ import annotations

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("name", metavar="NAME", required=False)
@click.option("--template", "-t", metavar="T", help="What to start from; --list shows them.")
@click.option("--dir", "folder", metavar="DIR", help="Where to; the package's name if left out.")
@click.option("--list", "list_", is_flag=True, help="List the templates.")
@format_option
def new(
    name: str | None, template: str | None, folder: str | None, list_: bool, format_: str
) -> None:
    """Write a new package: a campaign, its emails, scenarios, a readme and a licence.

    NAME is PUBLISHER/NAME, such as acme/spring-offer. What is written passes 'cpt check' and 'cpt
    test' as it is.
    """
    from cpt.authoring.new import DEFAULT, TEMPLATES
    from cpt.cli.creating import create_package
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json

    if list_:
        if format_ == "json":
            rows = [{"name": row.name, "summary": row.summary} for row in TEMPLATES.values()]
            print_json("templates", {"templates": rows, "default": DEFAULT})
        else:
            for row in TEMPLATES.values():
                echo(f"{row.name:<16}{row.summary}")
        return
    if name is None:
        raise click.UsageError("NAME is missing, such as acme/spring-offer; or give --list.")
    target, files = create_package(name, template or DEFAULT, folder)
    if format_ == "json":
        print_json("new", {"package": name, "folder": str(target), "files": list(files)})
        return
    tell(f"{name} is in {target}: {len(files)} files, from the template {template or DEFAULT}")
    tell(f"  next: cpt check {target} · cpt test {target} · cpt show {target}")
    echo(target)
