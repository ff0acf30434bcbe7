"""``cpt registry key``: a key to sign with."""

from __future__ import annotations

from pathlib import Path

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@format_option
def key(file: Path, format_: str) -> None:
    """Make a private key in FILE, readable by you alone, and print the public key.

    It is an ed25519 key as OpenSSL writes it. Whoever has the file can sign in your place: keep the
    keys of a root on no machine that is connected.
    """
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.registries.trust.keys import make_key

    public = make_key(file)
    if format_ == "json":
        print_json("registry-key", {"file": str(file), "public_key": public})
        return
    tell(f"{file} holds the private key; this is the public one:")
    echo(public)
