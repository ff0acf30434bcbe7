"""``cpt account serve``: the account over HTTP."""

from __future__ import annotations

import click

from cpt.cli.options import account_option


def _ip_address(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    from ipaddress import ip_address

    del ctx, parameter
    try:
        return str(ip_address(value))
    except ValueError:
        raise click.BadParameter("it is not an IP address; one looks like 127.0.0.1") from None


@click.command()
@account_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8600,
    show_default=True,
    help="The port to listen at; 0 for a free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    callback=_ip_address,
    help="The IP address to listen at; 0.0.0.0 lets everybody in the network ask.",
)
@click.option(
    "--address",
    metavar="URL",
    help="The address that people use, if there is something in front of this server.",
)
def serve(account: str | None, port: int, host: str, address: str | None) -> None:
    """Serve an account: an API for programs, forms for contacts, and pages for its owner.

    It prints its address, and a link that lets the owner into the pages once. Programs need a key:
    'cpt account key create'. The clock is moved by whoever runs the account, not by this.
    """
    from account_engine.server.serving import serve as serve_account
    from account_engine.stores.locations import in_database, without_secrets
    from cpt.accounts.embedded import translated
    from cpt.cli.delivering import witness
    from cpt.cli.options import tell
    from cpt.cli.output import echo
    from cpt.cli.places import ADMITTED_THERE, account_location, find_embedded
    from cpt.installer.record.installed import installed_in

    location = account_location(account)
    with find_embedded(account, ADMITTED_THERE) as found:
        called = found.info.name
    if not in_database(location):
        from pathlib import Path

        location = str(Path(location).resolve())

    def ready(public: str, link: str) -> None:
        echo(public)
        tell(f"serving {called} ({without_secrets(location)}); Ctrl-C ends it")
        tell(f"the owner's pages, once and within ten minutes: {link}")

    with translated():
        serve_account(
            location,
            host=host,
            port=port,
            address=address,
            installations=installed_in,
            witness=witness(),
            ready=ready,
        )
