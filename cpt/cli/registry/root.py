"""``cpt registry root``: which keys sign a registry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cpt.cli.options import format_option

if TYPE_CHECKING:
    from package_format.delegations import Delegations

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
    "--delegate",
    "delegated",
    multiple=True,
    metavar="PUBLISHER=KEY",
    help="A public key, or its file, by which PUBLISHER signs: of what is published in that name, "
    "nothing else is taken. Repeatable; takes the place of the keys that the root before names.",
)
@click.option(
    "--no-delegate",
    "undelegated",
    multiple=True,
    metavar="PUBLISHER",
    help="Name no keys of PUBLISHER any longer; repeatable.",
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
    delegated: tuple[str, ...],
    undelegated: tuple[str, ...],
    days: int,
    format_: str,
) -> None:
    """Make the root of the registry in DIR, or its next version: which keys sign what.

    Keys of the root sign roots alone and are best kept offline; the online key signs the index, as
    'cpt registry sign' does. Of a publisher for whom a root names keys (--delegate), nothing is
    taken that none of these signed: not even the online key can publish in that name. The next root
    names them, too, unless you say otherwise.

    From the first root on, DIR says that it is signed, and is installed from by those who trust its
    root. A DIR that is empty, or is not there yet, is for the roots of a registry that a server
    keeps, and need be on no machine that is connected.
    """
    from datetime import UTC, datetime

    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.views.roots import (
        changes_said,
        delegations_said,
        passed_on,
        pending_data,
        root_data,
        spare_key_said,
    )
    from cpt.errors import UsageError
    from cpt.registries.trust.checking import read_root
    from cpt.registries.trust.cosigning import look_at, sign_too
    from cpt.registries.trust.keys import read_private_key, read_public_key
    from cpt.registries.trust.signing import Signer
    from package_format.signed_tree import root_path
    from package_format.signing import said_of_unvouched

    private = [read_private_key(path) for path in keys]
    old = [read_private_key(path) for path in old_keys]
    signer = Signer(folder, datetime.now(UTC))
    newest = signer.root()
    before = None if newest is None else newest.to_bytes()
    looked_at = None if before is None else look_at(before)
    delegations = _next_delegations(signer.delegations(), delegated, undelegated)
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
        draft = signer.draft_root(
            public,
            online,
            threshold=of,
            old_keys=[key.public_key() for key in old],
            days=days,
            delegations=delegations,
        )
        data = sign_too(draft.to_bytes(), [*private, *old], before)
        pending.write_bytes(data)
        said = look_at(data, before)
        if format_ == "json":
            print_json("registry-root", {"file": str(pending), **pending_data(said)})
        else:
            for change in changes_said(looked_at, said):
                tell(change)
            for note in spare_key_said(len(said.keys), said.threshold):
                tell(note)
            tell(passed_on(said, pending))
        return
    data = signer.renew_root(
        private,
        read_public_key(online_key),
        threshold=threshold or len(private),
        old_keys=old,
        days=days,
        delegations=delegations,
    )
    made = read_root(data, str(folder))
    if format_ == "json":
        print_json("registry-root", {"registry": str(folder), **root_data(made)})
        return
    tell(f"root {made.version} of {folder} is good until {made.expires}; its fingerprint:")
    echo(made.fingerprint)
    for delegation in delegations_said(made.delegations):
        tell(delegation)
    for change in changes_said(looked_at, look_at(data)):
        tell(change)
    for note in spare_key_said(len(made.keys), made.threshold):
        tell(note)
    refused = signer.unvouched()
    if refused:
        tell(f"note: {said_of_unvouched(refused)}")
    tell(
        "'cpt registry sign' signs the index now; tell people the fingerprint by another way"
        if signer.has_index
        else f"hand {folder / root_path(made.version)} to the registry's server, which "
        "'cpt registry use-root' does there; tell people the fingerprint by another way"
    )


def _next_delegations(
    before: Delegations, delegated: Sequence[str], undelegated: Sequence[str]
) -> Delegations:
    """Return the delegations of the root before, with those that are said in their place.

    Raises:
        BadInputError: What is said to be a key is none.
        UsageError: What is said names no publisher, or one of whom the root before names no keys.
    """
    from cpt.cli.marketplace import demand_publisher
    from cpt.errors import UsageError
    from cpt.registries.trust.keys import read_public_key
    from package_format.signing import public_text

    new: dict[str, tuple[str, ...]] = {}
    for said in delegated:
        publisher, is_said, key = said.partition("=")
        if not is_said:
            raise UsageError(f"{said} names no key", "say whose it is: acme=ed25519:…, or a file")
        name = demand_publisher(publisher)
        new[name] = (*new.get(name, ()), public_text(read_public_key(key)))
    kept = dict(before)
    for publisher in undelegated:
        if kept.pop(publisher, None) is None:
            raise UsageError(f"the root names no keys of {publisher}")
    return {**kept, **new}
