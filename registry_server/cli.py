"""The verbs of ``cpt registry`` that need the server.

The distribution contributes them to `cpt` through the entry point group ``cpt.registry``. `cpt`
loads this module to list its verbs, so nothing but click is imported here before one is called.
"""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address
from pathlib import Path

import click

from registry_server.cli_options import (
    a_folder,
    counted,
    counting,
    format_option,
    print_json,
    store_at,
    store_options,
)
from registry_server.cli_upkeep import backup, collect, quota, restore


def _ip_address(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    del ctx, parameter
    try:
        return str(ip_address(value))
    except ValueError:
        raise click.BadParameter("it is not an IP address; one looks like 127.0.0.1") from None


@click.group()
def registry() -> None:
    """Verbs of the registry server; `cpt registry` lists them beside its own."""


signing_key_option = click.option(
    "--signing-key",
    metavar="FILE",
    envvar="CPT_SIGNING_KEY",
    show_envvar=False,
    help="The online key that signs the index: a file, or in the environment its content. "
    "[env: CPT_SIGNING_KEY]",
)


@registry.command(short_help="Serve a registry: to programs, and to people as pages.")
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
    from registry_server.operations.logs import Form
    from registry_server.operations.rates import Rates
    from registry_server.serving import serve as serve_registry
    from registry_server.store import Place, is_store

    root = folder.resolve()
    only_read = (root / "config.json").exists() and not (database or blobs or is_store(root))
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


@registry.command(short_help="Make somebody known, and print a token to log in with.")
@click.option("--operator", is_flag=True, help="They run the registry: they may quarantine.")
@store_options
@click.argument("name")
def welcome(
    folder: Path, database: str | None, blobs: str | None, name: str, *, operator: bool
) -> None:
    """Make NAME known in the registry in DIR, and print a token for 'cpt login'.

    The token is shown once. Somebody who is known already gets another one.
    """
    from registry_server.api.desk import utc_now
    from registry_server.upkeep.operating import welcome as make_known

    with store_at(folder, database, blobs) as store:
        secret = make_known(store, name, operator=operator, now=utc_now())
    click.echo(f"{name} can log in with this token, which is not shown again:", err=True)
    click.echo(secret)


@registry.command("use-root", short_help="Hand in the root by which a server's registry is signed.")
@signing_key_option
@store_options
@click.argument("file", metavar="ROOT", type=click.Path(dir_okay=False, path_type=Path))
def use_root(
    folder: Path, database: str | None, blobs: str | None, file: Path, signing_key: str | None
) -> None:
    """Hand in ROOT, which 'cpt registry root' made, to the registry in DIR.

    It is the first root, or the next one, signed by keys that stay offline. With --signing-key, the
    private key that it names as the online one, the index is signed in the same step; so a stolen
    or lost online key is replaced without a moment in which nothing fits. Servers are then to be
    started anew with that key.
    """
    import datetime as dt

    from registry_server.errors import CannotServeError
    from registry_server.signing import read_key, take_root

    try:
        data = file.read_bytes()
    except OSError as error:
        raise CannotServeError(f"{file} cannot be read: {error.strerror}") from error
    key = None if signing_key is None else read_key(signing_key)
    with store_at(folder, database, blobs) as store:
        taken = take_root(store.database, data, key, dt.datetime.now(dt.UTC))
    click.echo(f"{folder} has version {taken.version} of its root", err=True)
    if taken.state is not None:
        until = f"{taken.state.expires:%Y-%m-%d %H:%M} UTC"
        click.echo(
            f"its index is signed, state {taken.state.version}, good until {until}", err=True
        )
    else:
        click.echo("a server that runs with the online key (--signing-key) signs it", err=True)


@registry.group(short_help="Whose word is taken for who a CI's workflow is.")
def issuer() -> None:
    """Issuers of OpenID Connect tokens, which let workflows publish without a secret."""


@issuer.command("add", short_help="Take an issuer's word.")
@store_options
@click.argument("address", metavar="URL")
def add_issuer(folder: Path, database: str | None, blobs: str | None, address: str) -> None:
    """Take the word of the issuer at URL in the registry in DIR.

    URL is what the issuer's tokens have as 'iss', to the letter, such as
    https://token.actions.githubusercontent.com or https://gitlab.com.
    """
    from registry_server.api.desk import utc_now
    from registry_server.upkeep.operating import add_issuer as add

    with store_at(folder, database, blobs) as store:
        add(store, address, utc_now())
    click.echo(f"owners can let workflows publish for which {address} vouches", err=True)


@issuer.command("remove", short_help="Take an issuer's word no more.")
@store_options
@click.argument("address", metavar="URL")
def remove_issuer(folder: Path, database: str | None, blobs: str | None, address: str) -> None:
    """Take the word of the issuer at URL in the registry in DIR no more."""
    from registry_server.api.desk import utc_now
    from registry_server.upkeep.operating import remove_issuer as remove

    with store_at(folder, database, blobs) as store:
        remove(store, address, utc_now())
    click.echo(f"nothing is published any more by who {address} vouches for", err=True)


@issuer.command("list", short_help="List the issuers whose word is taken.")
@format_option
@store_options
def list_issuers(folder: Path, database: str | None, blobs: str | None, format_: str) -> None:
    """List the issuers whose word is taken in the registry in DIR."""
    with (
        store_at(folder, database, blobs) as store,
        store.database.reading() as records,
    ):
        issuers = records.workflows.issuers()
    if format_ == "json":
        print_json("registry-issuers", {"issuers": list(issuers)})
        return
    for address in issuers:
        click.echo(address)


@registry.command("import", short_help="Bring in what is in a registry that is a plain folder.")
@click.option("--owner", required=True, help="Who shall own what is brought in.")
@format_option
@store_options
@click.argument("tree", metavar="TREE", type=a_folder(exists=True))
def import_(
    folder: Path, database: str | None, blobs: str | None, tree: Path, owner: str, format_: str
) -> None:
    """Bring everything in TREE, a registry that is a plain folder, into the one in DIR."""
    from registry_server.api.desk import utc_now
    from registry_server.trees.folder_tree import FolderTree
    from registry_server.upkeep.operating import import_tree

    with store_at(folder, database, blobs) as store, counting("importing") as begun:
        done = import_tree(store, FolderTree(tree.resolve()), owner, utc_now(), begun)
    if format_ == "json":
        print_json("registry-import", {"packages": done.packages, "versions": done.versions})
        return
    new, packages = counted(done.versions, "new version"), counted(done.packages, "package")
    click.echo(f"{new} of {packages}", err=True)


for verb in (backup, restore, collect, quota):
    registry.add_command(verb)
