"""Signing a registry's index, for whoever runs it: the root, and everything below it.

The root is signed by keys that are kept offline and says which *online* key signs the rest. The
index is shared among bins by the hashes of paths, so that one new version means one small file
anew, and nobody reads what they do not install.
"""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, Role, Root, TargetFile

from cpt.errors import (
    BadInputError,
    DamagedRegistryError,
    DistrustedRegistryError,
    UsageError,
)
from cpt.registries.directory import DirectoryRegistry, refuse_what_is_no_tree
from cpt.registries.writing import LOCK, TreeWriter
from package_format.delegations import (
    FIELD,
    Delegations,
    delegations_data,
    keys_for,
    newest_delegations,
)
from package_format.errors import InvalidIndexError
from package_format.index import NAMES_PATH, index_path
from package_format.index_files import bytes_in, file_in, names_in
from package_format.notices import NOTICES_PATH
from package_format.registry_folders import CONFIG_PATH
from package_format.signed_state import (
    ONLINE,
    STATE_DAYS,
    bin_of,
    copy_of,
    every_bin,
    may_sign,
    newest_root,
    next_root,
    next_state,
    target,
)
from package_format.signed_tree import SIGNED_LIMIT, TUF, is_signed_path, root_path
from package_format.signing import unvouched
from package_format.tree_config import read_config

ROOT_DAYS = 365
"""For how many days a root is good."""

_READING_TAKES = 86_400
"""For how many seconds what an older state refers to is kept."""


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
        """
        self._root = root
        self._writer = TreeWriter(root)
        self._now = now.replace(microsecond=0)

    @property
    def has_index(self) -> bool:
        """Whether there is a registry in the folder, and not its roots alone."""
        return bytes_in(self._root, CONFIG_PATH) is not None

    def _demand_index(self) -> None:
        if not self.has_index:
            refuse_what_is_no_tree(self._root)
            raise BadInputError(
                f"there is no registry in {self._root}", "publish to it first, or check the path"
            )

    def renew_root(
        self,
        keys: Sequence[Ed25519PrivateKey],
        online: Ed25519PublicKey,
        *,
        threshold: int,
        old_keys: Sequence[Ed25519PrivateKey] = (),
        days: int = ROOT_DAYS,
        delegations: Delegations | None = None,
    ) -> bytes:
        """Make the next version of the root, or the first, and say that the tree is signed.

        A folder that has nothing else may hold the roots of a registry that is served elsewhere.

        Args:
            keys: The keys that sign it and the next one.
            online: The key that signs the rest.
            threshold: How many of the keys are needed to sign a root.
            old_keys: Keys that sign this one still, and none thereafter.
            days: For how many days it is good.
            delegations: The keys of publishers that it names; those of the root before if not said.

        Raises:
            BadInputError: The folder has other things in it, and no registry.
            DistrustedRegistryError: None of the keys has signed the root before.
            UsageError: There are fewer keys than are needed, of the new ones or of the old.
        """
        before = self.root()
        signed = self.draft_root(
            [key.public_key() for key in keys],
            online,
            threshold=threshold,
            old_keys=[key.public_key() for key in old_keys],
            days=days,
            delegations=delegations,
        )
        for key in (*keys, *old_keys):
            signed.sign(CryptoSigner(key), append=True)
        try:
            (before or signed).verify_delegate(Root.type, signed)
        except UnsignedMetadataError as error:
            raise UsageError(
                f"the root must be signed by keys of the one before it: {error}",
                "give these with --old-key",
            ) from error
        return self.take_root(signed.to_bytes())

    def draft_root(
        self,
        keys: Sequence[Ed25519PublicKey],
        online: Ed25519PublicKey,
        *,
        threshold: int,
        old_keys: Sequence[Ed25519PublicKey] = (),
        days: int = ROOT_DAYS,
        delegations: Delegations | None = None,
    ) -> Metadata[Root]:
        """Return the next version of the root, or the first, that nobody has signed yet.

        Args and Raises: As of `renew_root`.
        """
        if self._root.is_dir() and any(
            path.name not in {TUF.rstrip("/"), LOCK} for path in self._root.iterdir()
        ):
            self._demand_index()
        if not 1 <= threshold <= len(keys):
            raise UsageError(
                f"a root that {threshold} keys must sign needs as many, and {len(keys)} are given"
            )
        before = self.root()
        if before is not None:
            self._demand_ours(before, [*keys, *old_keys])
        if delegations is None:
            delegations = self.delegations()
        root = Root(
            version=before.signed.version + 1 if before else 1,
            expires=self._now + timedelta(days=days),
            keys={},
            roles={role: Role([], 1) for role in (Root.type, *ONLINE)},
            consistent_snapshot=True,
            unrecognized_fields={FIELD: delegations_data(delegations)} if delegations else {},
        )
        for key in keys:
            root.add_key(SSlibKey.from_crypto(key), Root.type)
        root.roles[Root.type].threshold = threshold
        for role in ONLINE:
            root.add_key(SSlibKey.from_crypto(online), role)
        return Metadata(root)

    def _demand_ours(self, before: Metadata[Root], keys: Sequence[Ed25519PublicKey]) -> None:
        """Refuse a root of which the next one would keep what nobody said whose keys these are.

        Whoever can write to the folder can alter the newest root in it. They cannot sign it; where
        the keys given are none of its keys, those who have these look at the next one and sign it.
        """
        ours = [key for key in map(SSlibKey.from_crypto, keys) if key.keyid in before.signed.keys]
        if ours and not any(_has_signed(key, before) for key in ours):
            raise DistrustedRegistryError(
                f"root {before.signed.version} in {self._root} is not signed by any of the keys "
                "that you give: it may have been altered, and the next one keeps what it says",
                "put the root there that you made, and look who can write to the folder",
            )

    def take_root(self, data: bytes) -> bytes:
        """Bring the next root, which is signed, into the tree, and say that it is signed.

        Raises:
            UsageError: It is no root, not the next one, or not signed by as many as it takes.
        """
        with self._explained():
            before = self.root()
        try:
            root = next_root(data, before)
        except InvalidIndexError as error:
            raise UsageError(f"this root is not taken: {error}") from error
        with self._writer.locked():
            self._writer.write(root_path(root.signed.version), data)
            written = bytes_in(self._root, CONFIG_PATH)
            config = None if written is None else read_config(written)
            if config is not None and not config.signed:
                config = config.model_copy(update={"signed": True})
                self._writer.write(CONFIG_PATH, config.written())
        return data

    def root(self) -> Metadata[Root] | None:
        """Return the newest root; None if the tree has none."""
        with self._explained():
            return newest_root(self._bytes)

    def delegations(self) -> Delegations:
        """Return the keys of publishers that the newest root names."""
        with self._explained():
            return newest_delegations(self._bytes)

    def unvouched(self) -> tuple[str, ...]:
        """Return what is published and not signed as the root demands: names and versions."""
        delegations = self.delegations()
        names = names_in(self._root) if delegations else ()
        theirs = sorted(name for name in names if keys_for(name, delegations) is not None)
        registry = DirectoryRegistry(self._root)
        return unvouched((x for name in theirs for x in registry.versions(name)), delegations)

    def sign(self, key: Ed25519PrivateKey, *, days: int = STATE_DAYS) -> SignedState:
        """Sign the index as it is now.

        Args:
            key: The online key.
            days: For how many days the signed state is good.

        Raises:
            BadInputError: There is no registry in the folder.
            UsageError: There is no root, or it does not say that this key signs.
            DamagedRegistryError: What was signed before cannot be read.
        """
        self._demand_index()
        root = self.root()
        if root is None:
            raise UsageError(f"{self._root} has no root yet", "'cpt registry root' makes one")
        if not may_sign(key, root):
            raise UsageError(
                "the root does not say that this key signs the index",
                "give the online key, or name this one in a new root",
            )
        with self._writer.locked():
            return self._sign(key, timedelta(days=days))

    def _sign(self, key: Ed25519PrivateKey, good: timedelta) -> SignedState:
        wanted = self._wanted()
        with self._explained():
            state = next_state(
                self._bytes,
                key,
                lambda role, _: wanted[role],
                bins=tuple(wanted),
                now=self._now,
                good=good,
            )
        for path, data in state.files.items():
            self._writer.write(path, data)
        copies = {copy_of(file) for files in wanted.values() for file in files.values()}
        self._take_away_old(state.metadata | copies)
        return SignedState(len(copies), state.bins, state.version, state.expires)

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
        wanted: dict[str, dict[str, TargetFile]] = {role: {} for role in every_bin()}
        for path in (NAMES_PATH, NOTICES_PATH, *map(index_path, sorted(names_in(self._root)))):
            data = self._bytes(path)
            if data is None:
                continue
            file = target(path, data)
            if file_in(self._root, copy_of(file)) is None:
                self._writer.write(copy_of(file), data)
            wanted[bin_of(path)][path] = file
        return wanted

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except InvalidIndexError as error:
            raise DamagedRegistryError(
                f"{self._root / str(error)}", "restore it from a backup or from a mirror"
            ) from error

    def _bytes(self, path: str) -> bytes | None:
        return bytes_in(self._root, path, SIGNED_LIMIT)


def _has_signed(key: SSlibKey, root: Metadata[Root]) -> bool:
    try:
        key.verify_signature(root.signatures[key.keyid], root.signed_bytes)
    except (KeyError, UnverifiedSignatureError):
        return False
    return True
