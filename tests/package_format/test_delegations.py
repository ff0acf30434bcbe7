"""What a root says of publishers' own keys, and what then counts as theirs."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from package_format.delegations import (
    delegations_data,
    delegations_in,
    keys_for,
    newest_delegations,
)
from package_format.errors import InvalidIndexError
from package_format.index import IndexLine
from package_format.signed_tree import root_path
from package_format.signing import (
    is_vouched_for,
    public_text,
    said_of_unvouched,
    signed,
    unvouched,
)

ACME, OTHER, THIEF = (Ed25519PrivateKey.generate() for _ in range(3))
KEYS = {
    "acme": (public_text(ACME.public_key()),),
    "both": (public_text(ACME.public_key()), public_text(OTHER.public_key())),
}


def root(publishers: object) -> bytes:
    return json.dumps({"signed": {"publishers": publishers}}).encode()


def line(name: str, *keys: Ed25519PrivateKey) -> IndexLine:
    plain = IndexLine(
        name=name,
        version="1.0.0",
        digest="sha256:" + "0" * 64,
        size=1,
        summary="Tags.",
        published="2026-11-20T09:00:00Z",
    )
    return plain.model_copy(update={"signatures": (signed(plain, keys),) if keys else ()})


def test_what_a_root_says_is_read() -> None:
    found = delegations_in(root(delegations_data(KEYS)))
    assert found == {name: tuple(sorted(keys)) for name, keys in KEYS.items()}
    assert delegations_in(b'{"signed": {}}') == {}


@pytest.mark.parametrize(
    "publishers",
    [
        [],
        "acme",
        {"acme": []},
        {"acme": "KEY"},
        {"acme": ["ed25519:short"]},
        {"acme": ["KEY"] * 9},
        {"acme/tags": ["KEY"]},
        {"Acme": ["KEY"]},
        {"": ["KEY"]},
    ],
    ids=str,
)
def test_what_names_nobody_or_no_key_is_refused(publishers: object) -> None:
    with pytest.raises(InvalidIndexError, match="what the root says of publishers"):
        delegations_in(root(publishers).replace(b"KEY", KEYS["acme"][0].encode()))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"signed": 1}', b"[" * 100_000])
def test_what_is_no_root_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidIndexError, match="the root cannot be read"):
        delegations_in(data)


def test_the_newest_root_says_it() -> None:
    tree = {root_path(1): root({"acme": list(KEYS["both"])}), root_path(2): root({})}
    assert newest_delegations(lambda _: None) == {}
    assert newest_delegations(tree.get) == {}
    del tree[root_path(2)]
    assert set(newest_delegations(tree.get)) == {"acme"}


def test_one_of_a_publishers_keys_is_enough_and_no_other_is() -> None:
    assert is_vouched_for(line("acme/x", ACME), KEYS)
    assert is_vouched_for(line("acme/x", ACME, THIEF), KEYS)
    assert is_vouched_for(line("both/x", OTHER), KEYS)
    assert not is_vouched_for(line("acme/x", OTHER), KEYS)
    assert not is_vouched_for(line("acme/x"), KEYS)
    assert is_vouched_for(line("acme-tools/x"), KEYS), "a name that begins so is another one"
    assert keys_for("acme-tools/x", KEYS) is None


def test_a_signature_of_another_version_counts_for_nothing() -> None:
    mine = line("acme/x", ACME)
    moved = mine.model_copy(update={"version": "1.0.1"})
    assert not is_vouched_for(moved, KEYS)


def test_what_nobody_can_install_is_named_and_not_without_end() -> None:
    lines = [line(f"acme/x{n}") for n in range(7)]
    yanked = lines[0].model_copy(update={"status": "yanked"})
    assert unvouched([yanked, line("acme/y", ACME), line("shop/z")], KEYS) == ()
    found = unvouched(lines, KEYS)
    assert found == tuple(f"acme/x{n} 1.0.0" for n in range(7))
    assert said_of_unvouched(found[:1]).startswith("nobody can install acme/x0 1.0.0 anew: ")
    assert "acme/x0 1.0.0 and acme/x1 1.0.0 anew" in said_of_unvouched(found[:2])
    assert "acme/x4 1.0.0 and 2 more anew" in said_of_unvouched(found)
