"""What somebody can try who holds a mirror, the network or a key, each by its name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cpt.errors import DamagedRegistryError, DistrustedRegistryError, RegistryError
from cpt.registries.cache import Cache
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.proof import archive_of
from cpt.registries.trust.signed import SignedRegistry
from package_format.index import NAMES_PATH, blob_path, index_path
from package_format.signed_tree import METADATA, TIMESTAMP, root_path, target_path
from tests.cpt.registries.conftest import publish
from tests.cpt.registries.misbehaving import hosting
from tests.cpt.registries.trust.conftest import Owner, Signed

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


def copied(signed: Signed, where: Path) -> Path:
    """A mirror, as the registry is now."""
    return Path(shutil.copytree(signed.tree, where))


def metadata(tree: Path, role: str) -> Path:
    """The file of a role with the highest version."""
    found = (tree / METADATA).glob(f"*.{role}.json")
    return max(found, key=lambda path: int(path.name.partition(".")[0]))


def stored(tree: Path, name: str) -> Path:
    """The signed copy of a package's index."""
    digest = sha256((tree / index_path(name)).read_bytes()).hexdigest()
    return tree / target_path(index_path(name), digest)


# --- nothing is wrong -----------------------------------------------------------------------------


def test_what_is_signed_can_be_read(signed: Signed, owner: Owner) -> None:
    plain = DirectoryRegistry(signed.tree)
    assert owner().names() == (TAGS, WEBINAR)
    assert owner().versions(TAGS) == plain.versions(TAGS)
    assert owner().versions("acme/nothing") == ()
    (line,) = owner().versions(WEBINAR)
    assert owner().fetch(line.digest) == plain.fetch(line.digest)


def test_what_is_published_is_seen_when_it_is_signed(signed: Signed, owner: Owner) -> None:
    publish(signed.tree, "webinar-follow-up/2.0.0")
    assert len(owner().versions(WEBINAR)) == 1
    signed.sign()
    assert len(owner().versions(WEBINAR)) == 2


def test_who_reads_while_it_is_signed_sees_one_state(signed: Signed, owner: Owner) -> None:
    registry = owner()
    registry.versions(TAGS)
    signed.publish("webinar-follow-up/2.0.0")
    assert len(registry.versions(WEBINAR)) == 1
    assert len(owner().versions(WEBINAR)) == 2


# --- rollback -------------------------------------------------------------------------------------


def test_rollback_of_everything(signed: Signed, owner: Owner, tmp_path: Path) -> None:
    old = copied(signed, tmp_path / "old")
    signed.publish("webinar-follow-up/2.0.0")
    assert len(owner().versions(WEBINAR)) == 2
    with pytest.raises(DistrustedRegistryError, match="an older state than one that was seen"):
        owner(old).versions(WEBINAR)


def test_rollback_of_the_snapshot(signed: Signed, owner: Owner, tmp_path: Path) -> None:
    """The timestamp is new and true; what it names is an older file."""
    old = copied(signed, tmp_path / "old")
    signed.publish("webinar-follow-up/2.0.0")
    metadata(signed.tree, "snapshot").write_bytes(metadata(old, "snapshot").read_bytes())
    with pytest.raises(DistrustedRegistryError, match="not those that were signed"):
        owner().versions(WEBINAR)


def test_rollback_of_the_root(signed: Signed, owner: Owner) -> None:
    new = Ed25519PrivateKey.generate()
    signed.signer().renew_root(signed.root_keys, new.public_key(), threshold=2)
    signed.signer().sign(new)
    assert owner().versions(TAGS)
    (signed.tree / root_path(2)).write_bytes(signed.first_root)
    assert owner().versions(TAGS), "the newer root was seen, and is remembered"


# --- freeze ---------------------------------------------------------------------------------------


def test_freeze(signed: Signed, owner: Owner) -> None:
    """Nothing is altered: but it is what was signed nine days ago, and was good for seven."""
    signed.sign(datetime.now(UTC) - timedelta(days=9))
    with pytest.raises(DistrustedRegistryError, match="what it signed has expired"):
        owner().versions(TAGS)
    signed.sign()
    assert owner().versions(TAGS)


def test_a_root_that_expired_is_not_trusted(signed: Signed, owner: Owner) -> None:
    past = datetime.now(UTC) - timedelta(days=400)
    signed.signer(past).renew_root(signed.root_keys, signed.online.public_key(), threshold=2)
    with pytest.raises(DistrustedRegistryError, match="expired"):
        owner().versions(TAGS)


# --- mix and match --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["index", "snapshot"])
def test_mix_and_match(signed: Signed, owner: Owner, tmp_path: Path, role: str) -> None:
    """Each file was signed once; together they never were."""
    old = copied(signed, tmp_path / "old")
    signed.publish("webinar-follow-up/2.0.0")
    for path in (signed.tree / METADATA).iterdir():
        if role in path.name and path.name.startswith("2."):
            before = path.with_name(path.name.replace("2.", "1.", 1))
            path.write_bytes((old / METADATA / before.name).read_bytes())
    with pytest.raises(DistrustedRegistryError, match="not to be trusted"):
        owner().versions(WEBINAR)


def test_mix_and_match_of_files_of_the_index(signed: Signed, owner: Owner) -> None:
    shutil.copy(stored(signed.tree, TAGS), stored(signed.tree, WEBINAR))
    with pytest.raises(RegistryError, match=r"more than \d+ bytes|not those that were signed"):
        owner().versions(WEBINAR)


# --- wrong key ------------------------------------------------------------------------------------


def test_wrong_key(signed: Signed, owner: Owner) -> None:
    """Whoever holds the server but no key makes a root of their own."""
    assert owner().versions(TAGS)
    shutil.rmtree(signed.tree / "tuf")
    mine = Ed25519PrivateKey.generate()
    signed.signer().renew_root([mine], mine.public_key(), threshold=1)
    signed.signer().sign(mine)
    with pytest.raises(DistrustedRegistryError, match="not signed by the keys that you trust"):
        owner().versions(TAGS)


def test_a_root_that_too_few_keys_signed(signed: Signed, owner: Owner) -> None:
    """One of the two root keys was stolen: it takes both."""
    one, _ = signed.root_keys
    mine = Ed25519PrivateKey.generate()
    tree = signed.tree
    first = (tree / root_path(1)).read_bytes()
    (tree / root_path(1)).unlink()
    signed.signer().renew_root([one, mine], mine.public_key(), threshold=2)
    forged = json.loads((tree / root_path(1)).read_bytes())
    forged["signed"]["version"] = 2
    (tree / root_path(2)).write_text(json.dumps(forged))
    (tree / root_path(1)).write_bytes(first)
    with pytest.raises(DistrustedRegistryError, match="not signed by the keys that you trust"):
        owner().versions(TAGS)
    assert signed.root_keys


def test_an_online_key_that_the_root_retired_signs_nothing(signed: Signed, owner: Owner) -> None:
    new = Ed25519PrivateKey.generate()
    stolen = signed.online
    signed.signer().renew_root(signed.root_keys, new.public_key(), threshold=2)
    signed.signer().sign(new)
    assert owner().versions(TAGS)
    forged = json.loads((signed.tree / TIMESTAMP).read_bytes())
    forged["signed"]["version"] += 1
    forged["signatures"][0]["sig"] = stolen.sign(b"whatever").hex()
    (signed.tree / TIMESTAMP).write_text(json.dumps(forged))
    with pytest.raises(DistrustedRegistryError, match="not signed by the keys that you trust"):
        owner().versions(TAGS)


# --- altered --------------------------------------------------------------------------------------


def test_altered_blob(signed: Signed, owner: Owner) -> None:
    (line,) = owner().versions(TAGS)
    blob = signed.tree / blob_path(line.digest)
    data = blob.read_bytes()
    blob.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(DamagedRegistryError, match="is not what was published"):
        archive_of(owner(), line)


def test_altered_index(signed: Signed, owner: Owner) -> None:
    path = stored(signed.tree, TAGS)
    path.write_bytes(path.read_bytes().replace(b"active", b"yanked"))
    with pytest.raises(DistrustedRegistryError, match="not those that were signed"):
        owner().versions(TAGS)


def test_an_altered_unsigned_index_is_not_even_read(signed: Signed, owner: Owner) -> None:
    (signed.tree / index_path(TAGS)).write_text("whatever")
    assert owner().versions(TAGS)


@pytest.mark.parametrize(
    "change",
    [lambda _: b"", lambda _: b"{}", lambda data: data[:-50], lambda _: b"[" * 99_999],
)
@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_metadata_that_is_none_is_said_to_be_so(
    signed: Signed, owner: Owner, role: str, change: Callable[[bytes], bytes]
) -> None:
    path = signed.tree / TIMESTAMP if role == "timestamp" else metadata(signed.tree, role)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(RegistryError):
        owner().versions(TAGS)


# --- endless data ---------------------------------------------------------------------------------


def test_endless_data(signed: Signed, owner: Owner) -> None:
    """A gigabyte of zeros, of which no more is read than the signed length, or a small limit."""
    for path in (signed.tree / TIMESTAMP, stored(signed.tree, TAGS)):
        before = path.read_bytes()
        with path.open("r+b") as file:
            file.truncate(1 << 30)
        with pytest.raises(RegistryError, match=r"more than [\d,]+ bytes"):
            owner().versions(TAGS)
        path.write_bytes(before)
    assert owner().versions(TAGS)


# --- a mirror that withholds ----------------------------------------------------------------------


def test_a_mirror_that_withholds_a_package(signed: Signed, owner: Owner) -> None:
    """It is not "there is no such package": it is signed that there is one."""
    stored(signed.tree, TAGS).unlink()
    with pytest.raises(DistrustedRegistryError, match=f"withholds index/{TAGS}.jsonl"):
        owner().versions(TAGS)


def test_a_mirror_that_withholds_a_name(signed: Signed, owner: Owner) -> None:
    (signed.tree / NAMES_PATH).write_text(json.dumps([WEBINAR]))
    assert owner().names() == (TAGS, WEBINAR)


def test_a_mirror_that_withholds_an_archive(signed: Signed, owner: Owner) -> None:
    (line,) = owner().versions(TAGS)
    (signed.tree / blob_path(line.digest)).unlink()
    with pytest.raises(DamagedRegistryError, match="does not hold"):
        owner().fetch(line.digest)


def test_a_mirror_that_withholds_a_bin(signed: Signed, owner: Owner) -> None:
    for path in (signed.tree / METADATA).glob("*.index-*.json"):
        path.unlink()
    with pytest.raises(DistrustedRegistryError, match="a part of what was signed is missing"):
        owner().versions(TAGS)


def test_a_mirror_that_withholds_all_signatures(signed: Signed, owner: Owner) -> None:
    shutil.rmtree(signed.tree / "tuf")
    with pytest.raises(DistrustedRegistryError, match="is missing"):
        owner().versions(TAGS)


# --- rotation -------------------------------------------------------------------------------------


def test_a_root_is_followed_over_several_rotations(signed: Signed, owner: Owner) -> None:
    keys = list(signed.root_keys)
    for _ in range(3):
        old, keys = keys, [keys[1], Ed25519PrivateKey.generate()]
        signed.signer().renew_root(keys, signed.online.public_key(), threshold=2, old_keys=[old[0]])
    signed.sign()
    assert owner().versions(TAGS)


# --- over a socket --------------------------------------------------------------------------------


def test_over_http_the_second_command_asks_for_the_timestamp_alone(
    signed: Signed, tmp_path: Path
) -> None:
    with hosting(signed.tree) as host:

        def command() -> SignedRegistry:
            inner = HttpRegistry(host.address, cache=Cache(tmp_path / "cache"))
            return SignedRegistry(inner, signed.first_root, tmp_path / "state")

        first = command()
        assert first.versions(TAGS)
        assert first.versions(WEBINAR)
        host.asked.clear()
        assert command().versions(TAGS) == first.versions(TAGS)
        assert host.paths() == [f"/{root_path(2)}", f"/{TIMESTAMP}"]
