"""The verbs of ``cpt registry`` that need the server.

The distribution contributes them to `cpt` through the entry point group ``cpt.registry``. `cpt`
loads this module to list its verbs, so nothing but click is imported here before one is called.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import click


def _ip_address(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    del ctx, parameter
    try:
        return str(ip_address(value))
    except ValueError:
        raise click.BadParameter("it is not an IP address; one looks like 127.0.0.1") from None


@click.group()
def registry() -> None:
    """Verbs of the registry server; `cpt registry` lists them beside its own."""


@registry.command(short_help="Serve a registry: files for programs, pages for people.")
@click.argument(
    "root", metavar="DIR", type=click.Path(file_okay=False, exists=True, path_type=Path)
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8700,
    show_default=True,
    help="The port to listen at; 0 for a free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    callback=_ip_address,
    help="The IP address to listen at; 0.0.0.0 lets everybody in the network read.",
)
@click.option(
    "--address",
    metavar="URL",
    help="The address that people use, if there is something in front of this server.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes share the work.",
)
def serve(root: Path, port: int, host: str, address: str | None, workers: int) -> None:
    """Serve the registry in DIR: to programs as files, to people as pages."""
    from registry_server.serving import serve as serve_tree

    def ready(public: str) -> None:
        click.echo(public)
        click.echo(f"serving {root}; Ctrl-C ends it", err=True)

    serve_tree(root.resolve(), host=host, port=port, address=address, workers=workers, ready=ready)
