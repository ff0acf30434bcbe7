"""What somebody can try against a registry that a server signs, each by its name."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cpt.errors import DamagedRegistryError, DistrustedRegistryError, RegistryError
from cpt.registries.proof import archive_of
from cpt.registries.trust.authors import (
    Authors,
    UnsignedVersionError,
    demand_authors,
    provenance,
)
from package_format.archive import build_archive
from package_format.index import IndexLine, blob_path, index_path
from package_format.package import Package
from package_format.signature import envelopes_text
from package_format.signed_state import next_state
from package_format.signed_tree import TIMESTAMP, root_path
from package_format.signing import public_text, signed
from registry_server.signing import take_root
from tests.registry_server.conftest import retold, with_documents
from tests.registry_server.stores import NOW
from tests.registry_server.trust.conftest import Carrier, Ceremony, Served, now

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


@pytest.fixture
def newer(tags: Package) -> Package:
    return retold(tags, version="1.1.0")


# --- rollback -------------------------------------------------------------------------------------


def test_rollback_of_everything(served: Served, newer: Package) -> None:
    old = served.carrier.copy(served.files())
    served.publish(newer)
    assert len(served.owner().versions(TAGS)) == 2
    served.carrier.serves(old)
    with pytest.raises(DistrustedRegistryError, match="an older state than one that was seen"):
        served.owner().versions(TAGS)


def test_rollback_of_the_snapshot(served: Served, newer: Package) -> None:
    """The timestamp is new and true; what it names is an older file."""
    old = served.running.ask("GET", "/tuf/metadata/1.snapshot.json").content
    served.publish(newer)
    served.carrier.instead[r"2\.snapshot"] = lambda _: (200, old)
    with pytest.raises(DistrustedRegistryError, match="not those that were signed"):
        served.owner().versions(TAGS)


def test_a_withdrawn_version_is_not_offered_again_by_a_restored_database(
    served: Served, newer: Package
) -> None:
    """The server itself goes back to last week's copy of its database: its owners notice."""
    database = served.running.store.database
    with database.reading() as records:
        old = {path: records.signed.read(path) or b"" for path in records.signed.paths()}
    served.publish(newer)
    assert len(served.owner().versions(TAGS)) == 2
    with database.writing() as records:
        for path, data in old.items():
            records.signed.write(path, data)
    with pytest.raises(DistrustedRegistryError, match="an older state than one that was seen"):
        served.owner().versions(TAGS)


# --- freeze ---------------------------------------------------------------------------------------


def test_freeze(served: Served) -> None:
    """Nothing is altered: but it is what was signed nine days ago, and was good for seven."""
    with served.running.store.database.writing() as records:
        past = now().replace(microsecond=0) - dt.timedelta(days=9)
        state = next_state(records.signed.read, served.online, lambda _, b: b, bins=(), now=past)
        for path, data in state.files.items():
            records.signed.write(path, data)
    with pytest.raises(DistrustedRegistryError, match="what it signed has expired"):
        served.owner().versions(TAGS)
    assert served.sign(), "a server that runs signs long before"
    assert served.owner().versions(TAGS)


# --- mix and match --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["index", "snapshot"])
def test_mix_and_match(served: Served, newer: Package, role: str) -> None:
    """Each file was signed once; together they never were."""
    old = served.carrier.copy(served.files())
    served.publish(newer)
    served.carrier.instead[rf"2\.{role}"] = lambda path: (200, old[path.replace("/2.", "/1.")])
    with pytest.raises(DistrustedRegistryError, match="not to be trusted"):
        served.owner().versions(TAGS)


def test_mix_and_match_of_files_of_the_index(served: Served) -> None:
    other = served.running.ask("GET", f"/{index_path(WEBINAR)}").content
    served.carrier.instead[r"targets/.*lifecycle-tags"] = lambda _: (200, other)
    with pytest.raises(RegistryError, match=r"more than \d+ bytes|not those that were signed"):
        served.owner().versions(TAGS)


# --- wrong key ------------------------------------------------------------------------------------


def test_wrong_key(served: Served, newer: Package) -> None:
    """Whoever holds the machine but no key of the root makes a root of their own."""
    assert served.owner().versions(TAGS)
    mine = Ed25519PrivateKey.generate()
    stranger = Ceremony(served.ceremony.folder.parent / "x", [mine, Ed25519PrivateKey.generate()])
    for number in (1, 2):
        forged = stranger.root(mine)
        with served.running.store.database.writing() as records:
            records.signed.write(root_path(number), forged)
    served.online = mine
    served.publish(newer)
    with pytest.raises(DistrustedRegistryError, match="not signed by the keys that you trust"):
        served.owner().versions(TAGS)


def test_an_online_key_that_the_root_retired_signs_nothing(served: Served) -> None:
    stolen, new = served.online, Ed25519PrivateKey.generate()
    database = served.running.store.database
    take_root(database, served.ceremony.root(new), new, now())
    assert served.owner().versions(TAGS)
    with database.writing() as records:
        forged = next_state(
            records.signed.read, stolen, lambda _, before: before, bins=(),
            now=now().replace(microsecond=0),
        )  # fmt: skip
    served.carrier.serves({f"/{path}": data for path, data in forged.files.items()}, "timestamp")
    with pytest.raises(DistrustedRegistryError, match="not signed by the keys that you trust"):
        served.owner().versions(TAGS)


# --- altered --------------------------------------------------------------------------------------


def test_altered_blob(served: Served) -> None:
    (line,) = served.owner().versions(TAGS)
    data = served.running.ask("GET", f"/{blob_path(line.digest)}").content
    served.carrier.instead["/blobs/"] = lambda _: (200, data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(DamagedRegistryError):
        archive_of(served.owner(), line)


def test_altered_index(served: Served) -> None:
    """Whoever holds the database, but not the online key, yanks what they do not like."""
    with served.running.store.database.writing() as records:
        for path in records.signed.paths():
            if "targets/index/acme/" in path:
                data = records.signed.read(path) or b""
                records.signed.write(path, data.replace(b"active", b"yanked"))
    with pytest.raises(DistrustedRegistryError, match="not those that were signed"):
        served.owner().versions(TAGS)


@pytest.mark.parametrize(
    "change",
    [lambda _: b"", lambda _: b"{}", lambda data: data[:-50], lambda _: b"[" * 99_999],
)
@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets.json"])
def test_metadata_that_is_none_is_said_to_be_so(
    served: Served, role: str, change: Callable[[bytes], bytes]
) -> None:
    served.carrier.instead[rf"metadata/.*{role}"] = lambda path: (
        200,
        change(served.running.ask("GET", path).content),
    )
    with pytest.raises(RegistryError):
        served.owner().versions(TAGS)


# --- endless data ---------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["timestamp", r"\.snapshot", "targets/index"])
def test_endless_data(served: Served, what: str) -> None:
    """Of a great deal, no more is read than the signed length, or a small limit."""
    served.carrier.instead[what] = lambda _: (200, b"\0" * (1 << 26))
    with pytest.raises(RegistryError, match=r"more than [\d,]+ bytes"):
        served.owner().versions(TAGS)


# --- a mirror that withholds ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (r"targets/.*lifecycle-tags", f"withholds index/{TAGS}.jsonl"),
        (r"index-[0-9a-f]{2}\.json", "a part of what was signed is missing"),
        (r"snapshot", "a part of what was signed is missing"),
        (r"timestamp", "is missing"),
    ],
)
def test_a_mirror_that_withholds(served: Served, what: str, why: str) -> None:
    """It is not "there is no such package": it is signed that there is one."""
    served.carrier.withholds(what)
    with pytest.raises(DistrustedRegistryError, match=why):
        served.owner().versions(TAGS)


def test_a_mirror_that_withholds_a_name(served: Served) -> None:
    served.carrier.instead["/index/names.json"] = lambda _: (200, json.dumps([WEBINAR]).encode())
    assert served.owner().names() == (TAGS, WEBINAR)


def test_a_mirror_that_withholds_an_archive(served: Served) -> None:
    (line,) = served.owner().versions(TAGS)
    served.carrier.withholds("/blobs/")
    with pytest.raises(DamagedRegistryError, match="does not hold"):
        served.owner().fetch(line.digest)


def test_a_mirror_that_withholds_that_it_is_signed(served: Served) -> None:
    served.carrier.instead["config.json"] = lambda _: (200, b'{"blobs":"blobs/","format":1}')
    served.carrier.withholds("/tuf/")
    with pytest.raises(DistrustedRegistryError, match="is missing"):
        served.owner().versions(TAGS)


# --- a stolen publisher token ---------------------------------------------------------------------


def signed_by(package: Package, *keys: Ed25519PrivateKey) -> str:
    archive = build_archive(package)
    line = IndexLine.of(package, digest=archive.digest, size=archive.size, published=NOW)
    return envelopes_text((signed(line, keys),))


@pytest.fixture
def author(served: Served, tags: Package) -> Ed25519PrivateKey:
    """The key of whoever wrote `acme/signed`, which is published under it."""
    key = Ed25519PrivateKey.generate()
    mine = retold(tags, name="acme/signed")
    answer = served.running.publish(mine, signatures=signed_by(mine, key))
    assert answer.status_code == 201, answer.text
    assert served.sign()
    return key


@pytest.mark.usefixtures("author")
def test_a_stolen_publisher_token_does_no_more_than_publish_its_package(
    served: Served, tags: Package
) -> None:
    running = served.running
    stolen = running.token("ann", scopes=["publish"], package="acme/signed")
    there = with_documents(retold(tags, name="acme/signed"), {"README.md": b"# Not mine\n"})
    assert running.publish(there, by=stolen).status_code == 409, "what is there never changes"
    assert running.publish(retold(tags, version="1.1.0"), by=stolen).status_code == 403
    for method, path, body in (
        ("PUT", "/api/v1/packages/acme/signed/versions/1.0.0/yanked", {"reason": "x"}),
        ("PUT", "/api/v1/packages/acme/signed/deprecated", {"reason": "x"}),
        ("PUT", "/api/v1/publishers/acme/owners/bo", None),
        ("POST", "/api/v1/me/tokens", {"name": "more", "scopes": ["publish"]}),
        ("GET", "/api/v1/me/tokens", None),
    ):
        assert running.ask(method, path, by=stolen, json=body).status_code == 403, path


def test_a_stolen_publisher_token_publishes_but_cannot_sign_as_the_author(
    served: Served, tags: Package, author: Ed25519PrivateKey
) -> None:
    running = served.running
    stolen = running.token("ann", scopes=["publish"], package="acme/signed")
    evil = retold(tags, name="acme/signed", version="1.0.1")
    assert running.publish(evil, by=stolen).status_code == 201
    assert served.sign()
    lines = served.owner().versions("acme/signed")
    me = Authors({"Acme Ltd": (public_text(author.public_key()),)}, {"acme/*": ("Acme Ltd",)})
    said = provenance(lines[-1], lines, me)
    assert said.is_odd
    assert said.by == "not signed, and 1.0.0 was by Acme Ltd"
    demand_authors(lines[:1], me)
    with pytest.raises(UnsignedVersionError, match="is not signed by Acme Ltd, as you demand"):
        demand_authors(lines[-1:], me)
    with pytest.raises(UnsignedVersionError, match="nobody has signed it"):
        demand_authors(lines[-1:], Authors(), [public_text(author.public_key())])


def test_a_stolen_publisher_token_cannot_bring_an_old_signature(
    served: Served, tags: Package, author: Ed25519PrivateKey
) -> None:
    stolen = served.running.token("ann", scopes=["publish"], package="acme/signed")
    old = signed_by(retold(tags, name="acme/signed"), author)
    evil = retold(tags, name="acme/signed", version="1.0.1")
    answer = served.running.publish(evil, by=stolen, signatures=old)
    assert answer.status_code == 422
    assert "is not of what is published" in answer.json()["detail"]


# --- a replaced account's name --------------------------------------------------------------------


def test_a_replaced_accounts_name_does_not_bring_its_signature(
    served: Served, tags: Package, author: Ed25519PrivateKey
) -> None:
    """The publisher's name passes to somebody else: what they publish is not what one trusts."""
    running = served.running
    assert running.ask("PUT", "/api/v1/publishers/acme/owners/bo", by="ann").status_code == 202
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 200
    assert running.ask("DELETE", "/api/v1/publishers/acme/owners/ann", by="bo").status_code == 200
    theirs = Ed25519PrivateKey.generate()
    me = Authors({"Acme Ltd": (public_text(author.public_key()),)}, {"acme/*": ("Acme Ltd",)})
    for name, version in (("acme/signed", "1.0.1"), ("acme/quite-new", "1.0.0")):
        package = retold(tags, name=name, version=version)
        answer = running.publish(package, by="bo", signatures=signed_by(package, theirs))
        assert answer.status_code == 201, answer.text
        assert served.sign()
        lines = served.owner().versions(name)
        with pytest.raises(UnsignedVersionError, match="is not signed by Acme Ltd, as you demand"):
            demand_authors(lines[-1:], me)
    lines = served.owner().versions("acme/signed")
    assert provenance(lines[-1], lines, me).is_odd


def test_a_replaced_accounts_name_is_never_free_again(served: Served, tags: Package) -> None:
    """A publisher always has an owner; nobody claims a name under which there are packages."""
    running = served.running
    assert running.ask("DELETE", "/api/v1/publishers/acme/owners/ann", by="ann").status_code == 409
    assert running.publish(retold(tags, name="acme/mine"), by="bo").status_code == 403


def test_an_honest_carrier_is_no_attack(served: Served) -> None:
    assert isinstance(served.carrier, Carrier)
    (line,) = served.owner().versions(TAGS)
    assert archive_of(served.owner(), line)
    assert f"/{TIMESTAMP}" in served.carrier.asked
