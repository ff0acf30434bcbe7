"""``cpt registry root``: which keys sign a registry."""

from __future__ import annotations

from pathlib import Path

import click

from cpt.cli.options import format_option

_KEY = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    type=_KEY,
    metavar="FILE",
    help="A private key that signs this root and the next one; repeatable.",
)
@click.option(
    "--online-key",
    required=True,
    metavar="FILE|KEY",
    help="The public key whose private one signs the index.",
)
@click.option(
    "--threshold",
    type=click.IntRange(1, 100),
    help="How many keys have to sign a root; all of them, unless you say.",
)
@click.option(
    "--old-key",
    "old_keys",
    multiple=True,
    type=_KEY,
    metavar="FILE",
    help="A private key that signs this root still, and none thereafter; repeatable.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=365,
    show_default=True,
    help="For how many days the root is good.",
)
@format_option
def root(
    folder: Path,
    keys: tuple[Path, ...],
    online_key: str,
    threshold: int | None,
    old_keys: tuple[Path, ...],
    days: int,
    format_: str,
) -> None:
    """Make the root of the registry in DIR, or its next version: which keys sign what.

    Keys of the root sign roots alone and are best kept offline; the online key signs the index, as
    'cpt registry sign' does. From the first root on, DIR says that it is signed, and is installed
    from by those who trust its root. A DIR that is empty, or is not there yet, is for the roots of
    a registry that a server keeps, and need be on no machine that is connected.
    """
    from datetime import UTC, datetime

    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.views.roots import root_data
    from cpt.registries.trust.checking import read_root
    from cpt.registries.trust.keys import read_private_key, read_public_key
    from cpt.registries.trust.signing import Signer
    from package_format.signed_tree import root_path

    private = [read_private_key(path) for path in keys]
    signer = Signer(folder, datetime.now(UTC))
    data = signer.renew_root(
        private,
        read_public_key(online_key),
        threshold=threshold or len(private),
        old_keys=[read_private_key(path) for path in old_keys],
        days=days,
    )
    made = read_root(data, str(folder))
    if format_ == "json":
        print_json("registry-root", {"registry": str(folder), **root_data(made)})
        return
    tell(f"root {made.version} of {folder} is good until {made.expires}; its fingerprint:")
    echo(made.fingerprint)
    tell(
        "'cpt registry sign' signs the index now; tell people the fingerprint by another way"
        if signer.has_index
        else f"hand {folder / root_path(made.version)} to the registry's server, which "
        "'cpt registry use-root' does there; tell people the fingerprint by another way"
    )
