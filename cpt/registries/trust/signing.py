"""Signing a registry's index, for whoever runs it: the root, and everything below it.

The root is signed by keys that are kept offline and says which *online* key signs the rest. The
index is shared among bins by the hashes of paths, so that one new version means one small file
anew, and nobody reads what they do not install.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import (
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError

from cpt.errors import BadInputError, DamagedRegistryError, UsageError
from cpt.registries.writing import TreeWriter
from package_format.index import NAMES_PATH, index_path
from package_format.index_files import bytes_in, file_in, names_in
from package_format.notices import NOTICES_PATH
from package_format.signed_tree import (
    BINS,
    BITS,
    SIGNED_LIMIT,
    TIMESTAMP,
    TUF,
    is_signed_path,
    metadata_path,
    root_path,
    target_path,
)
from package_format.tree_config import CONFIG_PATH, read_config

ROOT_DAYS = 365
"""For how many days a root is good."""

STATE_DAYS = 7
"""For how many days a signed state is good: longest can a mirror hold back what is newer."""

BIN_DAYS = 365
"""For how many days a bin is good; it is signed anew after half of that."""

_READING_TAKES = 86_400
"""For how many seconds what an older state refers to is kept."""

_ONLINE = (Timestamp.type, Snapshot.type, Targets.type)
_S = TypeVar("_S", Root, Timestamp, Snapshot, Targets)


@dataclass(frozen=True)
class SignedState:
    """What signing came to.

    Attributes:
        files: How many files of the index are covered.
        bins: How many bins were signed anew.
        version: The number of the signed state.
        expires: When it must have been signed again, in UTC.
    """

    files: int
    bins: int
    version: int
    expires: datetime


class Signer:
    """Signs the tree of one registry that is a folder."""

    def __init__(self, root: Path, now: datetime) -> None:
        """Name the folder, and say what time it is.

        Args:
            root: The folder.
            now: The present moment, in UTC.

        Raises:
            BadInputError: There is no registry in it.
        """
        self._root = root
        self._writer = TreeWriter(root)
        self._now = now.replace(microsecond=0)
        if bytes_in(root, CONFIG_PATH) is None:
            raise BadInputError(
                f"there is no registry in {root}", "publish to it first, or check the path"
            )

    def renew_root(
        self,
        keys: Sequence[Ed25519PrivateKey],
        online: Ed25519PublicKey,
        *,
        threshold: int,
        old_keys: Sequence[Ed25519PrivateKey] = (),
        days: int = ROOT_DAYS,
    ) -> bytes:
        """Make the next version of the root, or the first, and say that the tree is signed.

        Args:
            keys: The keys that sign it and the next one.
            online: The key that signs the rest.
            threshold: How many of the keys are needed to sign a root.
            old_keys: Keys that sign this one still, and none thereafter.
            days: For how many days it is good.

        Raises:
            UsageError: There are fewer keys than are needed, of the new ones or of the old.
        """
        if not 1 <= threshold <= len(keys):
            raise UsageError(
                f"a root that {threshold} keys must sign needs as many, and {len(keys)} are given"
            )
        before = self.root()
        root = Root(
            version=before.signed.version + 1 if before else 1,
            expires=self._now + timedelta(days=days),
            keys={},
            roles={role: Role([], 1) for role in (Root.type, *_ONLINE)},
            consistent_snapshot=True,
        )
        for key in keys:
            root.add_key(SSlibKey.from_crypto(key.public_key()), Root.type)
        root.roles[Root.type].threshold = threshold
        for role in _ONLINE:
            root.add_key(SSlibKey.from_crypto(online), role)
        signed = Metadata(root)
        for key in (*keys, *old_keys):
            signed.sign(CryptoSigner(key), append=True)
        try:
            (before or signed).verify_delegate(Root.type, signed)
        except UnsignedMetadataError as error:
            raise UsageError(
                f"the root must be signed by keys of the one before it: {error}",
                "give these with --old-key",
            ) from error
        data = signed.to_bytes()
        with self._writer.locked():
            self._writer.write(root_path(root.version), data)
            config = read_config(bytes_in(self._root, CONFIG_PATH) or b"")
            if not config.signed:
                config = config.model_copy(update={"signed": True})
                self._writer.write(CONFIG_PATH, config.written())
        return data

    def root(self) -> Metadata[Root] | None:
        """Return the newest root; None if the tree has none."""
        version, data = 0, None
        while (newer := self._bytes(root_path(version + 1))) is not None:
            version, data = version + 1, newer
        return None if data is None else self._parsed(root_path(version), data, Root)

    def sign(self, key: Ed25519PrivateKey, *, days: int = STATE_DAYS) -> SignedState:
        """Sign the index as it is now.

        Args:
            key: The online key.
            days: For how many days the signed state is good.

        Raises:
            UsageError: There is no root, or it does not say that this key signs.
            DamagedRegistryError: What was signed before cannot be read.
        """
        root, signer = self.root(), CryptoSigner(key)
        if root is None:
            raise UsageError(f"{self._root} has no root yet", "'cpt registry root' makes one")
        keyid = signer.public_key.keyid
        if any(keyid not in root.signed.roles[role].keyids for role in _ONLINE):
            raise UsageError(
                "the root does not say that this key signs the index",
                "give the online key, or name this one in a new root",
            )
        with self._writer.locked():
            return self._sign(signer, timedelta(days=days))

    def _sign(self, signer: CryptoSigner, good: timedelta) -> SignedState:
        timestamp = self._latest(Timestamp, None)
        snapshot = self._latest(
            Snapshot, timestamp.signed.snapshot_meta.version if timestamp else None
        )
        versions = {
            name.removesuffix(".json"): meta.version
            for name, meta in (snapshot.signed.meta.items() if snapshot else ())
        }
        wanted = self._wanted()
        changed = 0
        for role in (Targets.type, *wanted):
            before = self._latest(Targets, versions.get(role), role)
            after = self._targets(role, wanted.get(role, {}), before, signer)
            if after is not None:
                self._write(role, after, signer)
                versions[role] = after.version
                changed += role != Targets.type
        state = Snapshot(
            version=(snapshot.signed.version if snapshot else 0) + 1,
            expires=self._now + good,
            meta={f"{role}.json": MetaFile(number) for role, number in sorted(versions.items())},
        )
        data = self._write(Snapshot.type, state, signer)
        stamp = Timestamp(
            version=(timestamp.signed.version if timestamp else 0) + 1,
            expires=self._now + good,
            snapshot_meta=MetaFile(state.version, len(data), {"sha256": sha256(data).hexdigest()}),
        )
        self._writer.write(TIMESTAMP, _signed(stamp, signer))
        versions[Snapshot.type] = state.version
        current = {metadata_path(role, number) for role, number in versions.items()}
        current |= {copy_of(file) for files in wanted.values() for file in files.values()}
        self._take_away_old({TIMESTAMP, *current})
        return SignedState(sum(map(len, wanted.values())), changed, stamp.version, self._now + good)

    def _take_away_old(self, current: Container[str]) -> None:
        """Take away what only older states refer to, when nobody can still be reading these."""
        for path in sorted((self._root / TUF).rglob("*.json*")):
            relative = path.relative_to(self._root).as_posix()
            if relative in current or not is_signed_path(relative) or ".root." in path.name:
                continue
            if self._now.timestamp() - path.stat().st_mtime > _READING_TAKES:
                path.unlink()

    def _wanted(self) -> dict[str, dict[str, TargetFile]]:
        """Return what each bin is to cover; a copy of each file is brought into place."""
        bins = SuccinctRoles([], 1, BITS, BINS)
        wanted: dict[str, dict[str, TargetFile]] = {role: {} for role in bins.get_roles()}
        for path in (NAMES_PATH, NOTICES_PATH, *map(index_path, sorted(names_in(self._root)))):
            data = self._bytes(path)
            if data is None:
                continue
            digest = sha256(data).hexdigest()
            file = TargetFile(len(data), {"sha256": digest}, path)
            if file_in(self._root, copy_of(file)) is None:
                self._writer.write(copy_of(file), data)
            wanted[bins.get_role_for_target(path)][path] = file
        return wanted

    def _targets(
        self,
        role: str,
        files: dict[str, TargetFile],
        before: Metadata[Targets] | None,
        signer: CryptoSigner,
    ) -> Targets | None:
        """Return the next version of a bin, or of what shares the bins out; None if it stands."""
        keyid = signer.public_key.keyid
        delegations = None
        if role == Targets.type:
            succinct = SuccinctRoles([keyid], 1, BITS, BINS)
            delegations = Delegations({keyid: signer.public_key}, succinct_roles=succinct)
        if (
            before is not None
            and before.signed.targets == files
            and before.signed.delegations == delegations
            and keyid in before.signatures
            and before.signed.expires - self._now > timedelta(days=BIN_DAYS / 2)
        ):
            return None
        return Targets(
            version=(before.signed.version if before else 0) + 1,
            expires=self._now + timedelta(days=BIN_DAYS),
            targets=files,
            delegations=delegations,
        )

    def _latest(
        self, kind: type[_S], version: int | None, role: str | None = None
    ) -> Metadata[_S] | None:
        """Return what was signed before; None if it is the first time."""
        if kind is Timestamp:
            path = TIMESTAMP
        elif version is None:
            return None
        else:
            path = metadata_path(role or kind.type, version)
        data = self._bytes(path)
        return None if data is None else self._parsed(path, data, kind)

    def _parsed(self, path: str, data: bytes, kind: type[_S]) -> Metadata[_S]:
        try:
            found = Metadata[_S].from_bytes(data)
        except DeserializationError as error:
            raise self._damaged(path) from error
        if not isinstance(found.signed, kind):
            raise self._damaged(path)
        return found

    def _damaged(self, path: str) -> DamagedRegistryError:
        return DamagedRegistryError(
            f"{self._root / path} cannot be read as what was signed before",
            "restore it from a backup or from a mirror",
        )

    def _write(self, role: str, signed: _S, signer: CryptoSigner) -> bytes:
        data = _signed(signed, signer)
        self._writer.write(metadata_path(role, signed.version), data)
        return data

    def _bytes(self, path: str) -> bytes | None:
        return bytes_in(self._root, path, SIGNED_LIMIT)


def copy_of(file: TargetFile) -> str:
    """Return where the copy of a file stands that a bin covers."""
    return target_path(file.path, file.hashes["sha256"])


def _signed(signed: _S, signer: CryptoSigner) -> bytes:
    metadata = Metadata(signed)
    metadata.sign(signer)
    return metadata.to_bytes()
