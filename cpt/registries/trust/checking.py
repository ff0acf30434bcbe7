"""Checking what a registry signs: only what its root vouches for is read from it.

A state older than one that was seen, one that has expired, parts of different states, a signature
by another key, a byte too many: each is refused with a sentence of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from cpt.errors import DistrustedRegistryError
from cpt.registries.port import Registry
from cpt.registries.trust.keys import text_of
from cpt.registries.writing import TreeWriter
from package_format import signed_tree
from package_format.delegations import Delegations, delegations_in
from package_format.errors import InvalidIndexError
from package_format.signed_state import next_root
from package_format.signed_tree import METADATA, ROOT_LIMIT, SIGNED_LIMIT, target_path


class SignedIndex:
    """The index of one registry, as far as a root vouches for it."""

    def __init__(self, registry: Registry, root: bytes, state: Path) -> None:
        """Say what is trusted; nothing is read yet.

        Args:
            registry: Where files are read; nothing that it says is believed.
            root: The root that is trusted, any version of it.
            state: A folder for what was seen, by which what is older is known.
        """
        self._registry = registry
        self._root = root
        self._state = state
        self._updater: Updater | None = None

    def read(self, path: str) -> bytes | None:
        """Return a file of the index; None if it is vouched for that there is none.

        Raises:
            DistrustedRegistryError: What the registry has is not what is vouched for.
            RegistryError: The registry cannot be read.
        """
        with self._explained(), TreeWriter(self._state).locked():
            said = self._fresh().get_targetinfo(path)
        if said is None:
            return None
        copy = target_path(path, said.hashes["sha256"])
        data = self._registry.read(copy, said.length)
        if data is None:
            raise DistrustedRegistryError(
                f"the registry at {self._registry.location} withholds {path}: "
                "it is signed that there is one",
                "try again later; if it stays so, tell whoever runs the registry",
            )
        with self._explained():
            said.verify_length_and_hashes(data)
        return data

    def delegations(self, *, fresh: bool) -> Delegations:
        """Return the publishers for whom the root names keys of their own.

        Args:
            fresh: Whether the newest root is to be known, and not only the newest that was seen.

        Raises:
            DistrustedRegistryError: They cannot be read.
            RegistryError: The registry cannot be read.
        """
        with self._explained(), TreeWriter(self._state).locked():
            if fresh:
                self._fresh()
            return delegations_in(self._newest_seen())

    def _newest_seen(self) -> bytes:
        """The newest root that was checked; python-tuf keeps it among what was seen."""
        try:
            return (self._state / "root.json").read_bytes()
        except FileNotFoundError:
            return self._root

    def _fresh(self) -> Updater:
        """Return what is known, brought up to date once for each command."""
        if self._updater is None:
            updater = Updater(
                str(self._state),
                METADATA,
                fetcher=_Fetcher(self._registry),
                config=UpdaterConfig(root_max_length=ROOT_LIMIT),
                bootstrap=self._root,
            )
            updater.refresh()
            self._updater = updater
        return self._updater

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except ExpiredMetadataError as error:
            self._refuse(
                f"what it signed has expired ({error})",
                "either nobody has signed since, or somebody on the way keeps back what is newer",
            )
        except BadVersionNumberError as error:
            self._refuse(
                f"it shows an older state than one that was seen before ({error})",
                "somebody may want you to install a version that was withdrawn",
            )
        except UnsignedMetadataError as error:
            self._refuse(
                f"it is not signed by the keys that you trust ({error})",
                "somebody else has signed it, or whoever runs it has lost the old keys",
            )
        except LengthOrHashMismatchError as error:
            self._refuse(
                f"its files are not those that were signed ({error})",
                "they were altered, or are parts of different states",
            )
        except DownloadHTTPError as error:
            self._refuse(f"a part of what was signed is missing ({error})", "try again later")
        except (RepositoryError, InvalidIndexError, ValueError) as error:
            self._refuse(f"what it signed cannot be used ({error})", "it was altered on the way")

    def _refuse(self, why: str, help_: str) -> NoReturn:
        raise DistrustedRegistryError(
            f"the registry at {self._registry.location} is not to be trusted: {why}",
            help_,
            "nothing was taken from it; tell whoever runs the registry",
        )


@dataclass(frozen=True)
class ShownRoot:
    """A root as one is asked whether to trust it.

    Attributes:
        data: The file.
        version: Its number.
        expires: The day on which it ends, as ISO 8601 writes it.
        keys: The public keys that sign it, as people compare them.
        threshold: How many of them have to.
        delegations: The publishers for whom it names keys of their own.
    """

    data: bytes
    version: int
    expires: str
    keys: tuple[str, ...]
    threshold: int
    delegations: Delegations

    @property
    def fingerprint(self) -> str:
        """The digest of the file, for people to compare."""
        return f"sha256:{sha256(self.data).hexdigest()}"


def newest_root(registry: Registry) -> ShownRoot:
    """Return the newest root that a registry shows; nobody vouches for it yet.

    Raises:
        DistrustedRegistryError: It has none, or roots without end, or one that does not even vouch
            for itself.
    """
    try:
        newest = signed_tree.newest_root(lambda path: registry.read(path, SIGNED_LIMIT))
    except InvalidIndexError as error:
        raise DistrustedRegistryError(
            f"the registry at {registry.location} shows roots without end: {error}",
            "tell whoever runs the registry",
        ) from error
    if newest is None:
        raise DistrustedRegistryError(
            f"the registry at {registry.location} is not signed", "there is no root to trust"
        )
    return read_root(newest[1], registry.location)


def read_root(data: bytes, whose: str) -> ShownRoot:
    """Read a root.

    Args:
        data: The file.
        whose: What it is the root of, for messages.

    Raises:
        DistrustedRegistryError: It is none, or one that does not even vouch for itself.
    """
    try:
        root = Metadata[Root].from_bytes(data)
        root.verify_delegate(Root.type, root)
        delegations = delegations_in(data)
        role = root.signed.roles[Root.type]
        keys = sorted(text_of(root.signed.keys[keyid]) for keyid in role.keyids)
    except (
        DeserializationError, InvalidIndexError, RepositoryError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise DistrustedRegistryError(
            f"what {whose} shows as its root is none: {error}", "tell whoever runs the registry"
        ) from error
    return ShownRoot(
        data,
        root.signed.version,
        root.signed.expires.date().isoformat(),
        tuple(keys),
        role.threshold,
        delegations,
    )


def follows(registry: Registry, trusted: bytes, shown: ShownRoot) -> bool:
    """Whether a root comes after a trusted one, each signed by keys of the one before it, too.

    Args:
        registry: Where the roots in between are.
        trusted: The root that is trusted.
        shown: The root.

    Raises:
        RegistryError: The registry cannot be read.
    """
    try:
        root = Metadata[Root].from_bytes(trusted)
        if root.signed.version >= shown.version:
            return False
        while (number := root.signed.version + 1) < shown.version:
            between = registry.read(signed_tree.root_path(number), SIGNED_LIMIT)
            if between is None:
                return False
            root = next_root(between, root)
        next_root(shown.data, root)
    except (DeserializationError, InvalidIndexError):
        return False
    return True


def demand_fingerprint(root: ShownRoot, wanted: str) -> None:
    """Compare a root's fingerprint with one that was got by another way.

    Raises:
        DistrustedRegistryError: It is another one.
    """
    if root.fingerprint != f"sha256:{wanted.strip().lower().removeprefix('sha256:')}":
        raise DistrustedRegistryError(
            "the root has another fingerprint than the one that you gave",
            f"do not trust it; ask whoever runs the registry for the fingerprint of root "
            f"{root.version}: each root has its own",
            "of an older root you may give the file, with --root: newer ones are followed from it",
        )


class _Fetcher(FetcherInterface):
    """Reads metadata through the registry, which knows proxies, patience and limits."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def _fetch(self, url: str) -> Iterator[bytes]:
        raise NotImplementedError  # pragma: no cover  all that is asked for comes as bytes

    def download_bytes(self, url: str, max_length: int) -> bytes:
        data = self._registry.read(url, max_length)
        if data is None:
            raise DownloadHTTPError(f"there is no {url}", 404)
        return data
