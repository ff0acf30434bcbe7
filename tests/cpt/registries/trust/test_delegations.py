"""Publishers' own keys in a root, as far as a registry that one reads goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from cpt.errors import BadInputError, DistrustedRegistryError, PublishRefusedError, UsageError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.trust.checking import read_root
from cpt.registries.trust.cosigning import look_at
from cpt.registries.trust.signed import SignedRegistry
from package_format.archive import build_archive
from package_format.delegations import FIELD, MOST_KEYS
from package_format.folder import load_package
from package_format.signed_tree import ROOT_LIMIT, root_path
from package_format.signing import public_text
from tests.cpt.registries.conftest import EXAMPLES
from tests.cpt.registries.test_directory import NOW
from tests.cpt.registries.trust.conftest import Owner, Signed

TAGS = "acme/lifecycle-tags"
ACME = Ed25519PrivateKey.generate()
KEYS = {"acme": (public_text(ACME.public_key()),)}


def delegate(registry: Signed, delegations: dict[str, tuple[str, ...]] | None = None) -> None:
    """Make the next root, which names keys of publishers, and sign."""
    registry.signer().renew_root(
        registry.root_keys,
        registry.online.public_key(),
        threshold=2,
        delegations=KEYS if delegations is None else delegations,
    )
    registry.sign()


def test_they_are_of_the_newest_root_whichever_one_trusts(signed: Signed, owner: Owner) -> None:
    assert owner().delegations() == {}
    delegate(signed)
    assert owner().delegations() == KEYS
    delegate(signed, {"shop": KEYS["acme"]})
    assert owner().delegations() == {"shop": KEYS["acme"]}


def test_offline_they_are_those_that_were_seen_last(
    signed: Signed, owner: Owner, tmp_path: Path
) -> None:
    def offline(state: str) -> SignedRegistry:
        registry, root = DirectoryRegistry(signed.tree), signed.first_root
        return SignedRegistry(registry, root, tmp_path / state, offline=True)

    delegate(signed)
    assert owner().delegations() == KEYS
    delegate(signed, {})
    assert offline("state").delegations() == KEYS
    assert offline("never").delegations() == {}, "of the root that one trusts, for want of another"
    assert offline("state").versions(TAGS) == DirectoryRegistry(signed.tree).versions(TAGS)


def test_a_folder_says_them_to_whoever_writes_into_it(signed: Signed) -> None:
    delegate(signed)
    package = load_package(EXAMPLES / "webinar-follow-up/2.0.0").package
    assert package is not None
    archive, registry = build_archive(package).data, DirectoryRegistry(signed.tree)
    before = registry.versions(package.name)
    with pytest.raises(PublishRefusedError, match=r"2\.0\.0 must be signed by acme") as refused:
        registry.publish(archive, NOW)
    assert KEYS["acme"][0] in str(refused.value)
    assert registry.versions(package.name) == before


@pytest.mark.parametrize("publishers", ["acme", {"acme": []}, {"A": ["ed25519:x"]}, 1], ids=str)
def test_a_root_that_says_something_else_of_publishers_is_none(
    signed: Signed, owner: Owner, publishers: object
) -> None:
    newest = Metadata[Root].from_bytes(signed.first_root)
    newest.signed.version = 2
    newest.signed.unrecognized_fields[FIELD] = publishers
    newest.signatures.clear()
    for key in signed.root_keys:
        newest.sign(CryptoSigner(key), append=True)
    data = newest.to_bytes()
    with pytest.raises(UsageError, match="what the root says of publishers"):
        signed.signer().take_root(data)
    with pytest.raises(DistrustedRegistryError, match="what the root says of publishers"):
        read_root(data, "a registry")
    with pytest.raises(BadInputError, match="what the root says of publishers"):
        look_at(data)
    (signed.tree / root_path(2)).write_bytes(data)
    with pytest.raises(DistrustedRegistryError, match="what the root says of publishers"):
        owner().delegations()


def test_what_nobody_signed_into_a_root_is_not_in_it(signed: Signed, owner: Owner) -> None:
    """Whoever carries the root cannot add a publisher to it, or take one out."""
    delegate(signed)
    path = signed.tree / root_path(2)
    written = json.loads(path.read_bytes())
    written["signed"][FIELD] = {}
    path.write_text(json.dumps(written))
    with pytest.raises(DistrustedRegistryError, match="not signed by the keys that you trust"):
        owner().delegations()


def test_a_root_that_those_who_trust_the_one_before_could_not_follow_is_not_made(
    signed: Signed, owner: Owner
) -> None:
    keys = tuple(
        sorted(public_text(Ed25519PrivateKey.generate().public_key()) for _ in range(MOST_KEYS))
    )
    many = {f"publisher-{number:04}": keys for number in range(1050)}
    delegate(signed, many)
    size = (signed.tree / root_path(2)).stat().st_size
    assert ROOT_LIMIT * 0.9 < size < ROOT_LIMIT
    assert owner().delegations() == many
    with pytest.raises(UsageError, match="reads no more than 512000"):
        delegate(signed, {**many, **{f"more-{number}": keys for number in range(100)}})
    assert not (signed.tree / root_path(3)).exists()
    assert owner().delegations() == many
