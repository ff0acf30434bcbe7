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
    type=_KEY,
    metavar="FILE",
    help="A private key that signs this root and the next one; repeatable.",
)
@click.option(
    "--public-key",
    "others",
    multiple=True,
    metavar="FILE|KEY",
    help="The public key of somebody else, who signs it, too; takes --pending; repeatable.",
)
@click.option(
    "--pending",
    type=_KEY,
    metavar="FILE",
    help="Write it there, for others to sign with 'cpt registry sign-root', and not into DIR.",
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
    others: tuple[str, ...],
    pending: Path | None,
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
    from cpt.cli.views.roots import pending_data, root_data
    from cpt.cli.views.words import counted
    from cpt.errors import UsageError
    from cpt.registries.trust.checking import read_root
    from cpt.registries.trust.cosigning import look_at, sign_too
    from cpt.registries.trust.keys import read_private_key, read_public_key
    from cpt.registries.trust.signing import Signer
    from package_format.signed_tree import root_path

    private = [read_private_key(path) for path in keys]
    signer = Signer(folder, datetime.now(UTC))
    if not keys and not others:
        raise UsageError("a root needs keys that sign it", "give them with --key or --public-key")
    if others and pending is None:
        raise UsageError(
            "a root that others sign, too, is not yet one",
            "say where it waits, with --pending FILE",
        )
    if pending is not None:
        public = [*(key.public_key() for key in private), *map(read_public_key, others)]
        online = read_public_key(online_key)
        of = threshold or len(public)
        draft = signer.draft_root(public, online, threshold=of, days=days)
        newest = signer.root()
        old = [read_private_key(path) for path in old_keys]
        before = None if newest is None else newest.to_bytes()
        data = sign_too(draft.to_bytes(), [*private, *old], before)
        pending.write_bytes(data)
        said = look_at(data)
        if format_ == "json":
            print_json("registry-root", {"file": str(pending), **pending_data(said)})
        else:
            tell(f"{counted(said.missing, 'key')} must sign {pending} still: pass it on")
        return
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
