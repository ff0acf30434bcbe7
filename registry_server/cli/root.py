"""``cpt registry use-root``: the root by which a server's registry is signed."""

from __future__ import annotations

from pathlib import Path

import click

from registry_server.cli.options import signing_key_option, store_at, store_options


@click.command("use-root", short_help="Hand in the root by which a server's registry is signed.")
@signing_key_option
@store_options
@click.option(
    "--dry-run", is_flag=True, help="Say what it would come to, and leave everything as it is."
)
@click.argument("file", metavar="ROOT", type=click.Path(dir_okay=False, path_type=Path))
def use_root(
    folder: Path,
    database: str | None,
    blobs: str | None,
    file: Path,
    signing_key: str | None,
    *,
    dry_run: bool,
) -> None:
    """Hand in ROOT, which 'cpt registry root' made, to the registry in DIR.

    It is the first root, or the next one, signed by keys that stay offline. With --signing-key, the
    private key that it names as the online one, the index is signed in the same step; so a stolen
    or lost online key is replaced without a moment in which nothing fits. Servers are then to be
    started anew with that key.

    Where it names keys of publishers, what these did not sign is listed: nobody can install that
    anew. A root that was handed in is followed by another one, and never taken back, so look with
    --dry-run first.
    """
    import datetime as dt
    import hashlib

    from package_format.signing import said_of_unvouched
    from registry_server.errors import UnusableInputError
    from registry_server.signing import read_key, take_root

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UnusableInputError(f"{file} cannot be read: {error.strerror}") from error
    key = None if signing_key is None else read_key(signing_key)
    with store_at(folder, database, blobs) as store:
        now = dt.datetime.now(dt.UTC)
        taken = take_root(store.database, data, key, now, dry_run=dry_run)
    fingerprint = f"sha256:{hashlib.sha256(data).hexdigest()}"
    which = "would be the root" if dry_run else "is the root now"
    click.echo(f"root {taken.version} of {folder} {which}; its fingerprint:", err=True)
    click.echo(fingerprint)
    if taken.unvouched:
        click.echo(f"note: {said_of_unvouched(taken.unvouched)}", err=True)
    if dry_run:
        return
    if taken.state is not None:
        until = f"{taken.state.expires:%Y-%m-%d %H:%M} UTC"
        click.echo(
            f"its index is signed, state {taken.state.version}, good until {until}", err=True
        )
    else:
        click.echo("a server that runs with the online key (--signing-key) signs it", err=True)
