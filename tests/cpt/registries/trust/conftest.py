"""A signed registry with keys of its own, and an owner who trusts its root."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cpt.registries.directory import DirectoryRegistry
from cpt.registries.trust.signed import SignedRegistry
from cpt.registries.trust.signing import Signer
from package_format.signed_tree import root_path
from tests.cpt.registries.conftest import publish

Sign: TypeAlias = Callable[[], None]


@dataclass
class Signed:
    """A signed registry in a folder.

    Attributes:
        tree: The folder.
        root_keys: Two keys, both of which sign its root.
        online: The key that signs the rest.
        first_root: The root that owners trust.
    """

    tree: Path
    root_keys: tuple[Ed25519PrivateKey, Ed25519PrivateKey]
    online: Ed25519PrivateKey
    first_root: bytes

    def signer(self, now: datetime | None = None) -> Signer:
        """Return what signs at some moment."""
        return Signer(self.tree, now or datetime.now(UTC))

    def sign(self, now: datetime | None = None) -> None:
        """Sign it as it is."""
        self.signer(now).sign(self.online)

    def publish(self, folder: str) -> None:
        """Publish an example, and sign."""
        publish(self.tree, folder)
        self.sign()


class Owner:
    """Somebody who trusts a registry's root; each call is one command of theirs."""

    def __init__(self, signed: Signed, state: Path) -> None:
        self._signed = signed
        self._state = state

    def __call__(self, tree: Path | None = None) -> SignedRegistry:
        """Return the registry as one command sees it, or another tree that says it is that."""
        registry = DirectoryRegistry(tree or self._signed.tree)
        return SignedRegistry(registry, self._signed.first_root, self._state)


@pytest.fixture(scope="session")
def signed_once(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    tree = Path(shutil.copytree(published, tmp_path_factory.mktemp("signed") / "tree"))
    keys = (Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())
    online = Ed25519PrivateKey.generate()
    signed = Signed(tree, keys, online, b"")
    signed.first_root = signed.signer().renew_root(keys, online.public_key(), threshold=2)
    assert (tree / root_path(1)).read_bytes() == signed.first_root
    signed.sign()
    return signed


@pytest.fixture
def signed(signed_once: Signed, tmp_path: Path) -> Signed:
    """Return a signed registry that a test may change."""
    tree = Path(shutil.copytree(signed_once.tree, tmp_path / "signed"))
    return Signed(tree, signed_once.root_keys, signed_once.online, signed_once.first_root)


@pytest.fixture
def owner(signed: Signed, tmp_path: Path) -> Owner:
    return Owner(signed, tmp_path / "state")
