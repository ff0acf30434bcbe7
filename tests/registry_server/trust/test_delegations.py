"""Publishers for whom the root names keys: what a server takes, says and shows of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from package_format.delegations import Delegations
from package_format.package import Package
from package_format.signing import public_text
from registry_server.signing import RootTaken, take_root
from tests.registry_server.conftest import retold
from tests.registry_server.stores import Running
from tests.registry_server.trust.conftest import Served, now, serve
from tests.registry_server.trust.test_attacks import signed_by

TAGS = "acme/lifecycle-tags"
ACME, THIEF = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KEY = public_text(ACME.public_key())


@pytest.fixture
def on_each(running: Running, tags: Package, tmp_path: Path) -> Served:
    """A signed registry of one package, unsigned by its author, on a store of each kind."""
    assert running.publish(tags).status_code == 201
    return serve(running, tmp_path)


def delegate(served: Served, delegations: Delegations | None = None) -> RootTaken:
    """Hand in the next root, which names acme's key."""
    named = {"acme": (KEY,)} if delegations is None else delegations
    root = served.ceremony.root(served.online, delegations=named)
    return take_root(served.running.store.database, root, served.online, now())


def test_a_stolen_token_publishes_nothing_without_the_publishers_key(
    on_each: Served, tags: Package
) -> None:
    running, newer = on_each.running, retold(tags, version="1.1.0")
    delegate(on_each)
    for signatures in (None, signed_by(newer, THIEF), signed_by(tags, ACME)):
        refused = running.publish(newer, signatures=signatures)
        assert refused.status_code == 422, refused.text
    unsigned = running.publish(newer).json()["detail"]
    assert f"{TAGS} 1.1.0 must be signed by acme: this registry's root names {KEY}" in unsigned
    assert [line.version for line in on_each.owner().versions(TAGS)] == ["1.0.0"]
    done = running.publish(newer, signatures=signed_by(newer, ACME))
    assert done.status_code == 201, done.text


def test_a_new_package_in_that_name_needs_it_too(on_each: Served, tags: Package) -> None:
    delegate(on_each)
    other = retold(tags, name="acme/another")
    assert on_each.running.publish(other).status_code == 422
    assert on_each.running.publish(other, signatures=signed_by(other, ACME)).status_code == 201


def test_other_publishers_go_on_as_before(on_each: Served, tags: Package) -> None:
    delegate(on_each)
    assert on_each.running.publish(retold(tags, name="shop/tags"), by="bo").status_code == 201


def test_what_was_published_before_is_told_and_is_published_already(
    on_each: Served, tags: Package
) -> None:
    assert delegate(on_each).unvouched == (f"{TAGS} 1.0.0",)
    assert on_each.running.publish(tags).status_code == 200
    assert delegate(on_each, {"shop": (KEY,)}).unvouched == ()
    newer = retold(tags, version="1.1.0")
    assert on_each.running.publish(newer).status_code == 201


def test_what_would_come_of_a_root_is_told_before_it_is_handed_in(on_each: Served) -> None:
    root = on_each.ceremony.root(on_each.online, delegations={"acme": (KEY,)})
    database = on_each.running.store.database
    tried = take_root(database, root, on_each.online, now(), dry_run=True)
    assert (tried.state, tried.unvouched) == (None, (f"{TAGS} 1.0.0",))
    assert on_each.running.ask("GET", f"/tuf/metadata/{tried.version}.root.json").status_code == 404
    assert take_root(database, root, on_each.online, now()).version == tried.version


def test_its_page_says_whose_key_it_is(on_each: Served, tags: Package) -> None:
    newer = retold(tags, version="1.1.0")
    delegate(on_each)
    assert on_each.running.publish(newer, signatures=signed_by(newer, ACME)).status_code == 201
    page = on_each.running.ask("GET", f"/packages/{TAGS}").text
    assert f"<code>{KEY}</code></dd><dd>a key of acme, says the root" in page
    assert "notice bad" not in page
    assert f"cpt install {TAGS}" in page
    assert f"<code>{KEY}</code>" in on_each.running.ask("GET", "/publishers/acme").text


def test_the_page_of_what_cannot_be_installed_says_so(on_each: Served, tags: Package) -> None:
    path = f"/packages/{TAGS}/1.0.0"
    assert "notice bad" not in on_each.running.ask("GET", path).text
    delegate(on_each)
    page = on_each.running.ask("GET", path).text
    assert (
        "<strong>Not signed by a key of acme.</strong> The root of this registry names keys" in page
    )
    assert "cpt install" not in page
    assert "No version of it can be had" in page
    chip = '<span class="chip bad">not signed by acme</span>'
    versions = f"/packages/{TAGS}/versions"
    assert chip in page
    assert chip in on_each.running.ask("GET", versions).text
    newer = retold(tags, version="1.1.0")
    assert on_each.running.publish(newer, signatures=signed_by(newer, ACME)).status_code == 201
    page = on_each.running.ask("GET", path).text
    assert f'<a href="/packages/{TAGS}/1.1.0">1.1.0</a> is the newest version that can be' in page
    assert on_each.running.ask("GET", versions).text.count(chip) == 1
    delegate(on_each, {})
    assert "notice bad" not in on_each.running.ask("GET", path).text
    assert "signature counts" not in on_each.running.ask("GET", "/publishers/acme").text
