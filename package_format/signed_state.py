"""The next signed state of a registry's index: made of the one before, and of what has changed.

Whoever holds the online key makes one: `cpt registry sign` of a folder, and a registry's server of
what it keeps. Both hand in how the files of the state before are read, and bring into place what
comes back. The shape of it all is `package_format.signed_tree`; only who signs, or takes a root,
needs `tuf`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeAlias, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError

from package_format import signed_tree
from package_format.delegations import delegations_in
from package_format.errors import InvalidIndexError
from package_format.signed_tree import (
    BINS,
    BITS,
    MOST_ROOTS,
    ROOT_LIMIT,
    TIMESTAMP,
    Read,
    metadata_path,
    target_path,
)

STATE_DAYS = 7
"""For how many days a signed state is good: longest can a mirror hold back what is newer."""

BIN_DAYS = 365
"""For how many days a bin is good; it is signed anew after half of that."""

ONLINE = (Timestamp.type, Snapshot.type, Targets.type)
"""The roles that the online key signs."""

Covered: TypeAlias = Mapping[str, TargetFile]
"""The files that a bin covers, by their paths."""

_S = TypeVar("_S", Root, Timestamp, Snapshot, Targets)


@dataclass(frozen=True)
class NextState:
    """A signed state, to be brought into place.

    Attributes:
        files: Its new files by their paths, in the order in which they are to be written: the
            timestamp, which makes it the newest state, is the last.
        metadata: The path of every file of metadata that it refers to, of old and new ones.
        replaced: Likewise of those that the state before referred to, and this one does not.
        bins: How many bins were signed anew.
        version: Its number.
        expires: When the next one must have been made, in UTC.
    """

    files: Mapping[str, bytes]
    metadata: frozenset[str]
    replaced: frozenset[str]
    bins: int
    version: int
    expires: datetime


def bin_of(path: str) -> str:
    """Return the bin that covers a file of the index."""
    return SuccinctRoles([], 1, BITS, BINS).get_role_for_target(path)


def every_bin() -> tuple[str, ...]:
    """Return the name of every bin."""
    return tuple(SuccinctRoles([], 1, BITS, BINS).get_roles())


def target(path: str, data: bytes) -> TargetFile:
    """Return what a bin says of a file."""
    return TargetFile(len(data), {"sha256": sha256(data).hexdigest()}, path)


def copy_of(file: TargetFile) -> str:
    """Return where the copy of a file stands that a bin covers."""
    return target_path(file.path, file.hashes["sha256"])


def next_state(
    read: Read,
    key: Ed25519PrivateKey,
    covered: Callable[[str, Covered], Covered],
    *,
    bins: Collection[str],
    now: datetime,
    good: timedelta = timedelta(days=STATE_DAYS),
) -> NextState:
    """Make the next signed state, or the first one.

    Args:
        read: Returns the files of the state before.
        key: The online key.
        covered: Returns what a bin is to cover, told its name and what it covered before.
        bins: The bins to look at; of the others, the state before is believed.
        now: The present moment, in UTC, to the second.
        good: For how long the state is good.

    Raises:
        InvalidIndexError: The state before cannot be read.
    """
    signer = CryptoSigner(key)
    timestamp = _read(read, TIMESTAMP, Timestamp)
    snapshot: Metadata[Snapshot] | None = None
    if timestamp is not None:
        number = timestamp.signed.snapshot_meta.version
        snapshot = _read(read, metadata_path(Snapshot.type, number), Snapshot)
    versions = {
        name.removesuffix(".json"): meta.version
        for name, meta in (snapshot.signed.meta.items() if snapshot else ())
    }
    before_this = {metadata_path(*each) for each in versions.items()}
    if snapshot is not None:
        before_this.add(metadata_path(Snapshot.type, snapshot.signed.version))
    files: dict[str, bytes] = {}
    for role in (Targets.type, *bins):
        before = None
        if role in versions:
            before = _read(read, metadata_path(role, versions[role]), Targets)
        after = _next_targets(role, before, covered, signer, now)
        if after is not None:
            versions[role] = after.version
            files[metadata_path(role, after.version)] = _signed(after, signer)
    changed = len(files) - (metadata_path(Targets.type, versions[Targets.type]) in files)
    state = Snapshot(
        version=(snapshot.signed.version if snapshot else 0) + 1,
        expires=now + good,
        meta={f"{role}.json": MetaFile(number) for role, number in sorted(versions.items())},
    )
    versions[Snapshot.type] = state.version
    data = _signed(state, signer)
    files[metadata_path(Snapshot.type, state.version)] = data
    stamp = Timestamp(
        version=(timestamp.signed.version if timestamp else 0) + 1,
        expires=now + good,
        snapshot_meta=MetaFile(state.version, len(data), {"sha256": sha256(data).hexdigest()}),
    )
    files[TIMESTAMP] = _signed(stamp, signer)
    metadata = frozenset({TIMESTAMP, *(metadata_path(*each) for each in versions.items())})
    return NextState(
        files=files,
        metadata=metadata,
        replaced=frozenset(before_this - metadata),
        bins=changed,
        version=stamp.version,
        expires=now + good,
    )


def _next_targets(
    role: str,
    before: Metadata[Targets] | None,
    covered: Callable[[str, Covered], Covered],
    signer: CryptoSigner,
    now: datetime,
) -> Targets | None:
    """Return the next version of a bin, or of what shares the bins out; None if it stands."""
    keyid = signer.public_key.keyid
    files: Covered = {}
    delegations = None
    if role == Targets.type:
        succinct = SuccinctRoles([keyid], 1, BITS, BINS)
        delegations = Delegations({keyid: signer.public_key}, succinct_roles=succinct)
    else:
        files = covered(role, before.signed.targets if before else {})
    if (
        before is not None
        and before.signed.targets == files
        and before.signed.delegations == delegations
        and keyid in before.signatures
        and before.signed.expires - now > timedelta(days=BIN_DAYS / 2)
    ):
        return None
    return Targets(
        version=(before.signed.version if before else 0) + 1,
        expires=now + timedelta(days=BIN_DAYS),
        targets=dict(files),
        delegations=delegations,
    )


@dataclass(frozen=True)
class LastState:
    """What is to be known of the newest signed state, to tell whether it stands.

    Attributes:
        signed_by: The ids of the keys that signed it.
        expires: Until when it is good, in UTC.
    """

    signed_by: frozenset[str]
    expires: datetime


def last_state(read: Read) -> LastState | None:
    """Return what is to be known of the newest signed state; None if there is none.

    Raises:
        InvalidIndexError: It cannot be read.
    """
    found = _read(read, TIMESTAMP, Timestamp)
    return None if found is None else LastState(frozenset(found.signatures), found.signed.expires)


# --- roots ----------------------------------------------------------------------------------------


def newest_root(read: Read) -> Metadata[Root] | None:
    """Return the newest root; None if there is none.

    Raises:
        InvalidIndexError: It cannot be read, or there is no end to them.
    """
    newest = signed_tree.newest_root(read)
    return None if newest is None else _parsed(*newest, Root)


def next_root(data: bytes, before: Metadata[Root] | None) -> Metadata[Root]:
    """Return the root that a file holds, if it is the one that comes after another.

    Args:
        data: The file.
        before: The root that it comes after; None for the first.

    Raises:
        InvalidIndexError: It is no root, or another one, or not signed by the keys that it takes.
    """
    if len(data) > ROOT_LIMIT:
        raise InvalidIndexError(
            f"it has {len(data)} bytes, and who trusts the one before "
            f"reads no more than {ROOT_LIMIT} of it"
        )
    root = _parsed("the file", data, Root)
    number = before.signed.version + 1 if before else 1
    if root.signed.version != number:
        raise InvalidIndexError(
            f"it is version {root.signed.version} of the root, and the next one is {number}"
        )
    if number >= MOST_ROOTS:
        raise InvalidIndexError(f"it would be the root {number}, and readers follow fewer")
    try:
        root.verify_delegate(Root.type, root)
        if before is not None:
            before.verify_delegate(Root.type, root)
    except (RepositoryError, ValueError) as error:
        raise InvalidIndexError(
            f"it is not signed by as many of the root's keys as it takes: {error}"
        ) from error
    delegations_in(data)
    if not root.signed.consistent_snapshot:
        raise InvalidIndexError("it is of a tree whose files change under one name")
    return root


def may_sign(key: Ed25519PrivateKey, root: Metadata[Root]) -> bool:
    """Whether a root says that a key signs the index."""
    keyid = keyid_of(key)
    roles = [root.signed.roles[role] for role in ONLINE]
    return all(keyid in role.keyids and role.threshold == 1 for role in roles)


def keyid_of(key: Ed25519PrivateKey) -> str:
    """Return the id by which metadata names a key."""
    return str(CryptoSigner(key).public_key.keyid)


def _read(read: Read, path: str, kind: type[_S]) -> Metadata[_S] | None:
    data = read(path)
    return None if data is None else _parsed(path, data, kind)


def _parsed(path: str, data: bytes, kind: type[_S]) -> Metadata[_S]:
    try:
        found = Metadata[_S].from_bytes(data)
    except (DeserializationError, RecursionError) as error:
        raise InvalidIndexError(f"{path} cannot be read as what was signed before") from error
    if not isinstance(found.signed, kind):
        raise InvalidIndexError(f"{path} cannot be read as what was signed before")
    return found


def _signed(signed: _S, signer: CryptoSigner) -> bytes:
    metadata = Metadata(signed)
    metadata.sign(signer)
    return metadata.to_bytes()
