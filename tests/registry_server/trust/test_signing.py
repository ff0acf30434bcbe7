"""A server signs what it keeps: all of it, at once, and before it expires."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cpt.errors import DistrustedRegistryError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.mirror import Mirror
from cpt.registries.proof import notices_of
from cpt.registries.trust.checking import newest_root
from cpt.registries.verifying import Verification
from package_format.notices import NOTICES_PATH, Notices
from package_format.package import Package
from package_format.signed_tree import METADATA, TIMESTAMP, root_path, state_in
from registry_server.app import create_registry
from registry_server.database.packages import Packages
from registry_server.errors import CannotServeError, ConflictError, UnacceptableError
from registry_server.signing import (
    Signer,
    demand_fitting_key,
    keep_signed,
    read_key,
    take_root,
)
from registry_server.store import Place, Store
from tests.registry_server.conftest import retold
from tests.registry_server.stores import Running
from tests.registry_server.trust.conftest import ADDRESS, Ceremony, Served, now, serve

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


@pytest.fixture
def on_each(running: Running, tags: Package, tmp_path: Path) -> Served:
    """A signed registry of one package, on a store of each kind."""
    assert running.publish(tags).status_code == 201
    return serve(running, tmp_path)


def state(served: Served) -> int:
    found = state_in(served.running.ask("GET", f"/{TIMESTAMP}").content)
    assert found is not None
    return found


# --- on stores of both kinds ----------------------------------------------------------------------


def test_what_is_published_is_seen_by_owners_when_it_is_signed(
    on_each: Served, tags: Package
) -> None:
    assert on_each.owner().names() == (TAGS,)
    newer = retold(tags, version="1.1.0")
    assert on_each.running.publish(newer).status_code == 201
    assert len(on_each.owner().versions(TAGS)) == 1
    assert on_each.sign()
    assert [line.version for line in on_each.owner().versions(TAGS)] == ["1.0.0", "1.1.0"]
    on_each.publish(retold(tags, name="acme/other"))
    assert on_each.owner().names() == (TAGS, "acme/other")
    assert len(on_each.owner().versions("acme/other")) == 1
    assert not on_each.sign(), "and then there is nothing to do"


def test_yanks_and_quarantines_are_signed_too(on_each: Served) -> None:
    path = f"/api/v1/packages/{TAGS}"
    reason = {"reason": "a test"}
    for verb, where, by, status in (
        ("PUT", f"{path}/versions/1.0.0/yanked", "ann", "yanked"),
        ("DELETE", f"{path}/versions/1.0.0/yanked", "ann", "active"),
        ("PUT", f"{path}/quarantined", "root", "quarantined"),
        ("DELETE", f"{path}/quarantined", "root", "active"),
    ):
        body = reason if verb == "PUT" else None
        assert on_each.running.ask(verb, where, by=by, json=body).status_code == 200
        assert on_each.sign()
        (line,) = on_each.owner().versions(TAGS)
        assert line.status == status


def test_what_people_should_know_is_signed_as_soon_as_it_is_said(on_each: Served) -> None:
    assert notices_of(on_each.owner()) == {}
    path = f"/api/v1/packages/{TAGS}"
    reason = {"reason": "a test"}
    for verb, where, by, said in (
        ("PUT", f"{path}/deprecated", "ann", {TAGS: Notices(deprecated="a test")}),
        ("DELETE", f"{path}/deprecated", "ann", {}),
        ("PUT", f"{path}/quarantined", "root", {TAGS: Notices(quarantined="a test")}),
        ("DELETE", f"{path}/quarantined", "root", {}),
    ):
        before = notices_of(on_each.owner())
        body = reason if verb == "PUT" else None
        assert on_each.running.ask(verb, where, by=by, json=body).status_code == 200
        assert notices_of(on_each.owner()) == before, "what is seen is what is signed"
        assert on_each.sign()
        assert notices_of(on_each.owner()) == said
        assert not on_each.sign(), "and then there is nothing to do"
    on_each.carrier.instead[rf"\.{NOTICES_PATH.rpartition('/')[2]}"] = lambda _: (200, b"{}")
    with pytest.raises(DistrustedRegistryError):
        notices_of(on_each.owner())


def test_who_publishes_does_not_have_what_is_known_of_every_package_read_again(
    on_each: Served, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/v1/packages/{TAGS}"
    said = on_each.running.ask("PUT", f"{path}/deprecated", by="ann", json={"reason": "old"})
    assert said.status_code == 200
    assert on_each.sign()
    read: list[Packages] = []
    every = Packages.all_notices

    def all_notices(packages: Packages) -> dict[str, Notices]:
        read.append(packages)
        return every(packages)

    monkeypatch.setattr(Packages, "all_notices", all_notices)
    on_each.publish(retold(tags, version="1.1.0"))
    on_each.publish(retold(tags, name="acme/other"))
    assert read == [], "neither a version nor a package says anything to be known"
    assert notices_of(on_each.owner()) == {TAGS: Notices(deprecated="old")}
    assert on_each.running.ask("DELETE", f"{path}/deprecated", by="ann").status_code == 200
    assert on_each.sign()
    assert notices_of(on_each.owner()) == {}


def test_of_several_processes_one_signs_and_the_others_find_nothing_to_do(
    on_each: Served, tags: Package
) -> None:
    before = state(on_each)
    stores = [Store.open(on_each.running.place) for _ in range(3)]
    published = threading.Event()
    done: list[bool] = []

    def sign(store: Store) -> None:
        published.wait()
        done.extend(
            keep_signed(store.database, on_each.online, now()) is not None for _ in range(10)
        )

    threads = [threading.Thread(target=sign, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    assert on_each.running.publish(retold(tags, version="1.1.0")).status_code == 201
    published.set()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert done.count(True) == 1
    assert state(on_each) == before + 1
    assert len(on_each.owner().versions(TAGS)) == 2


def test_nothing_that_comes_while_it_is_signed_is_forgotten(on_each: Served, tags: Package) -> None:
    """Publishing and signing at once, from several processes: in the end, all of it is signed."""
    stores = [Store.open(on_each.running.place) for _ in range(2)]
    signers = [Signer(store.database, on_each.online) for store in stores]
    several = [retold(tags, name=f"acme/own-{n}") for n in range(12)]
    threads = [threading.Thread(target=on_each.running.publish, args=(one,)) for one in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for signer in signers:
        signer.stop()
    on_each.sign()
    names = on_each.owner().names()
    assert set(names) == {TAGS, *(one.name for one in several)}
    owner = on_each.owner()
    assert all(len(owner.versions(name)) == 1 for name in names)
    for store in stores:
        store.close()


def test_a_thread_signs_within_a_second_and_before_it_expires(
    on_each: Served, tags: Package
) -> None:
    before = state(on_each)
    signer = Signer(on_each.running.store.database, on_each.online)
    try:
        assert on_each.running.publish(retold(tags, version="1.1.0")).status_code == 201
        clock = threading.Event()
        for _ in range(100):
            if state(on_each) > before:
                break
            clock.wait(0.1)
    finally:
        signer.stop()
    assert len(on_each.owner().versions(TAGS)) == 2


def test_whoever_is_told_that_something_is_published_finds_it_signed(
    on_each: Served, tags: Package
) -> None:
    running = on_each.running
    signer = Signer(running.store.database, on_each.online)
    running.app = create_registry(running.store, ADDRESS, lambda: running.now, signer=signer)
    try:
        for minor in range(1, 6):
            newer = retold(tags, version=f"1.{minor}.0")
            assert running.publish(newer).status_code == 201
            assert len(on_each.owner().versions(TAGS)) == minor + 1
    finally:
        signer.stop()


def test_what_cannot_be_signed_is_published_all_the_same(
    on_each: Served, tags: Package, caplog: pytest.LogCaptureFixture
) -> None:
    running = on_each.running
    signer = Signer(running.store.database, Ed25519PrivateKey.generate())
    running.app = create_registry(running.store, ADDRESS, lambda: running.now, signer=signer)
    try:
        assert running.publish(retold(tags, version="1.1.0")).status_code == 201
    finally:
        signer.stop()
    assert "cannot be signed" in caplog.text
    assert len(on_each.owner().versions(TAGS)) == 1


# --- what is signed, and how often ----------------------------------------------------------------


def test_the_registry_says_that_it_is_signed_once_it_is(tmp_path: Path, tags: Package) -> None:
    registry = Running(Place.of(tmp_path / "registry"))
    registry.welcome("ann")
    assert registry.publish(tags).status_code == 201
    assert "signed" not in registry.ask("GET", "/config.json").json()
    assert registry.ask("GET", f"/{TIMESTAMP}").status_code == 404
    online = Ed25519PrivateKey.generate()
    assert keep_signed(registry.store.database, online, now()) is None, "there is no root yet"
    serve(registry, tmp_path)
    assert registry.ask("GET", "/config.json").json()["signed"] is True
    registry.close()


def test_one_new_version_means_few_new_files(served: Served, tags: Package) -> None:
    before = served.files()
    served.publish(retold(tags, version="1.1.0"))
    new = sorted(set(served.files()) - set(before))
    roles = [path.partition(".")[2][:6] for path in new if path.startswith(METADATA)]
    assert roles == ["index-", "snapsh"]
    assert len(new) == 3


def test_a_state_is_signed_anew_when_half_of_its_time_is_over(served: Served) -> None:
    before = state(served)
    assert not served.sign(now() + dt.timedelta(days=3))
    assert served.sign(now() + dt.timedelta(days=4))
    assert state(served) == before + 1
    assert not served.sign(now() + dt.timedelta(days=7))


def test_bins_are_signed_anew_long_before_they_expire(served: Served) -> None:
    def bins() -> int:
        return sum("index-" in path for path in served.files())

    assert bins() == 256
    served.sign(now() + dt.timedelta(days=170))
    assert bins() == 256
    served.sign(now() + dt.timedelta(days=190))
    assert bins() == 512


def test_what_only_older_states_refer_to_goes_after_an_hour(served: Served, tags: Package) -> None:
    old = served.files()
    at = now() + dt.timedelta(minutes=1)
    served.running.publish(retold(tags, version="1.1.0"))
    served.sign(at)
    assert set(old) <= set(served.files()), "somebody may be reading the older state"
    served.running.publish(retold(tags, version="1.2.0"))
    served.sign(at + dt.timedelta(minutes=59))
    assert set(old) <= set(served.files())
    served.running.publish(retold(tags, version="1.3.0"))
    served.sign(at + dt.timedelta(minutes=62))
    gone = set(old) - set(served.files())
    assert len(gone) == 3
    assert root_path(1) not in gone
    assert len(served.owner().versions(TAGS)) == 4


def test_a_mirror_carries_all_that_is_signed(served: Served, tmp_path: Path) -> None:
    Mirror(served.carried(), tmp_path / "mirror").update()
    proof = Verification(DirectoryRegistry(tmp_path / "mirror")).run()
    assert not proof.problems
    assert proof.packages == 2


# --- roots ----------------------------------------------------------------------------------------


def test_a_root_is_what_people_trust(served: Served) -> None:
    shown = newest_root(served.carried())
    assert (shown.version, shown.threshold, shown.data) == (1, 2, served.first_root)


def test_an_online_key_is_replaced_without_a_moment_in_which_nothing_fits(
    served: Served, tags: Package
) -> None:
    database, new = served.running.store.database, Ed25519PrivateKey.generate()
    assert served.owner().versions(TAGS)
    root = served.ceremony.root(new)
    with pytest.raises(ConflictError, match="names another online key"):
        take_root(database, root, None, now())
    with pytest.raises(ConflictError, match="does not say that this key signs"):
        take_root(database, root, served.online, now())
    assert served.owner().versions(TAGS), "nothing was changed by what was refused"
    assert take_root(database, root, new, now()).version == 2
    assert served.owner().versions(TAGS)
    assert served.running.publish(retold(tags, version="1.1.0")).status_code == 201
    with pytest.raises(ConflictError, match="does not say that this server's key"):
        served.sign()
    served.online = new
    assert served.sign()
    assert len(served.owner().versions(TAGS)) == 2


def test_root_keys_are_replaced_over_several_roots_and_owners_follow(served: Served) -> None:
    for _ in range(3):
        old, keys = served.ceremony.keys, [served.ceremony.keys[1], Ed25519PrivateKey.generate()]
        root = served.ceremony.root(served.online, keys=keys, old_keys=[old[0]])
        take_root(served.running.store.database, root, None, now())
    assert served.owner().versions(TAGS)


def test_a_root_that_is_not_the_next_one_is_not_taken(served: Served, tmp_path: Path) -> None:
    database = served.running.store.database
    stranger = Ceremony(tmp_path / "strange", [Ed25519PrivateKey.generate() for _ in range(2)])
    stranger.root(served.online)
    forged = stranger.root(served.online)
    expired = served.ceremony.root(served.online, at=now() - dt.timedelta(days=400))
    skipping = served.ceremony.root(served.online)
    few = served.first_root.replace(b'"version":1}', b'"version":2}')
    assert few != served.first_root
    for data, why in (
        (served.first_root, "it is version 1 of the root, and the next one is 2"),
        (skipping, "it is version 3 of the root, and the next one is 2"),
        (forged, "not signed by as many of the root's keys as it takes"),
        (few, "not signed by as many of the root's keys as it takes"),
        (expired, "it expired at"),
        (b"{}", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (served.running.ask("GET", f"/{TIMESTAMP}").content, "cannot be read"),
    ):
        with pytest.raises(UnacceptableError, match=why):
            take_root(database, data, served.online, now())
    assert served.running.ask("GET", f"/{root_path(2)}").status_code == 404


# --- the key --------------------------------------------------------------------------------------


def pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_key_is_in_a_file_or_in_the_environment(served: Served, tmp_path: Path) -> None:
    (tmp_path / "online.pem").write_bytes(pem(served.online))
    for given in (str(tmp_path / "online.pem"), pem(served.online).decode()):
        assert read_key(given).private_bytes_raw() == served.online.private_bytes_raw()
        assert demand_fitting_key(served.running.store.database, read_key(given))
    with pytest.raises(CannotServeError, match="does not say that this key signs"):
        demand_fitting_key(served.running.store.database, Ed25519PrivateKey.generate())


@pytest.mark.parametrize("text", ["nowhere.pem", "-----BEGIN nonsense"])
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    with pytest.raises(CannotServeError, match=r"cannot be read|holds no private key"):
        read_key(text)


def test_the_online_key_is_not_in_the_database(served: Served) -> None:
    raw = served.online.private_bytes_raw()
    for path in (served.state.parent / "registry").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert raw not in data
            assert raw.hex().encode() not in data
