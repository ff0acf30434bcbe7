"""``cpt registry serve``: a registry is served, to programs and to people."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address
from pathlib import Path

import click

from registry_server.cli.options import signing_key_option, store_options


def _ip_address(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    del ctx, parameter
    try:
        return str(ip_address(value))
    except ValueError:
        raise click.BadParameter("it is not an IP address; one looks like 127.0.0.1") from None


@click.command(short_help="Serve a registry: to programs, and to people as pages.")
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
    help="The IP address to listen at; 0.0.0.0 lets everybody in the network in.",
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
@click.option(
    "--per-address",
    type=click.IntRange(0),
    default=1200,
    show_default=True,
    metavar="N",
    help="Answer so many requests a minute from one address; 0 for any number.",
)
@click.option(
    "--per-token",
    type=click.IntRange(0),
    default=600,
    show_default=True,
    metavar="N",
    help="Answer so many requests a minute with one token; 0 for any number.",
)
@click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    envvar="CPT_REGISTRY_LOG",
    help="Say what is wrong in text, or each request too, in JSON. [env: CPT_REGISTRY_LOG]",
)
@signing_key_option
@partial(store_options, exists=True)  # a slip of the finger makes no new registry
def serve(
    folder: Path,
    database: str | None,
    blobs: str | None,
    port: int,
    host: str,
    address: str | None,
    workers: int,
    per_address: int,
    per_token: int,
    log: str,
    signing_key: str | None,
) -> None:
    """Serve the registry in DIR, and take what is published to it.

    A DIR that 'cpt publish --registry DIR' wrote is only shown: 'cpt registry import' brings what
    is in it into one that can be published to over HTTP. With --signing-key, and a root that
    'cpt registry use-root' has handed in, what is published is signed at once.

    Files of the tree are not counted among the requests of a minute. /healthz says that the server
    lives, /readyz that its database and storage answer, and /metrics what it did, to whoever asks
    from its own network.
    """
    from package_format.registry_folders import Holding, what_is_in
    from registry_server.operations.logs import Form
    from registry_server.operations.rates import Rates
    from registry_server.serving import serve as serve_registry
    from registry_server.store import Place

    root = folder.resolve()
    only_read = not (database or blobs) and what_is_in(root) is Holding.TREE
    source = root if only_read else Place.of(root, database, blobs)
    if only_read and signing_key is not None:
        raise click.UsageError(f"{folder} is only read here; 'cpt registry sign' signs it.")

    def ready(public: str) -> None:
        click.echo(public)
        how = "serving {}, which is only read" if only_read else "serving {}"
        click.echo(f"{how.format(folder)}; Ctrl-C ends it", err=True)

    serve_registry(
        source,
        host=host,
        port=port,
        address=address,
        workers=workers,
        rates=Rates(per_address, per_token),
        log=Form(log),
        ready=ready,
        signing_key=signing_key,
    )
