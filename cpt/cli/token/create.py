"""``cpt token create``: makes a token, and prints it once."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option

SCOPES = ("read", "publish", "yank", "own", "operate")


@click.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    default=("publish",),
    show_default=True,
    help="What it is good for; repeatable.",
)
@click.option("--package", metavar="PACKAGE", help="The only package that it is good for.")
@click.option(
    "--days",
    type=click.FloatRange(0, 366, min_open=True),
    default=90,
    show_default=True,
    help="For how long it is good.",
)
@registry_option
@format_option
def create(
    name: str,
    scopes: tuple[str, ...],
    package: str | None,
    days: float,
    registry: str | None,
    format_: str,
) -> None:
    """Make a token called NAME, and print it; it is not shown again.

    Give it to a program as CPT_TOKEN. It can be good for no more than the token that makes it.
    """
    from cpt.cli.marketplace import demand_name, find_api
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json

    only = None if package is None else demand_name(package)
    made = find_api(registry).create_token(name, scopes, only, days)
    if format_ == "json":
        print_json("token", made.model_dump(mode="json"))
        return
    what = " and ".join(made.scopes) + (f" of {made.package}" if made.package else "")
    tell(f"token {made.id} ({name}): good for {what} until {made.expires[:10]}; not shown again:")
    echo(made.secret or "")
