"""Nobody fills a registry alone: how much a publisher may have, and how that is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from package_format.archive import build_archive
from package_format.package import Package
from registry_server.app import create_registry
from registry_server.catalog import owning
from registry_server.cli.app import registry
from registry_server.database.quotas import DEFAULT, EVERYBODY, Quota
from registry_server.store import Store
from registry_server.upkeep.operating import allow
from tests.registry_server.conftest import KINDS, retold
from tests.registry_server.stores import Running


def used(running: Running, publisher: str = "acme") -> Quota:
    from registry_server.catalog.quotas import day_of  # noqa: PLC0415

    with running.store.database.reading() as records:
        return records.quotas.used(publisher, day_of(running.now))


def refused(running: Running, package: Package, by: str = "ann") -> str:
    """Publish what is not taken; why not."""
    blobs = running.store.blobs
    answer = running.publish(package, by=by)
    assert answer.status_code == 403, answer.text
    assert not blobs.has(build_archive(package).digest), "nothing of it is kept"
    detail = str(answer.json()["detail"])
    assert detail.endswith("Whoever runs this registry can allow more ('cpt registry quota').")
    return detail


def test_a_publisher_publishes_so_many_versions_a_day(running: Running, tags: Package) -> None:
    assert running.publish(retold(tags, version="1.0.0")).status_code == 201
    allow(running.store, "acme", running.now, versions=2)
    assert running.publish(retold(tags, version="1.1.0")).status_code == 201
    assert "has published 2 versions today, and may publish 2 a day" in refused(
        running, retold(tags, version="1.2.0")
    )
    assert running.publish(retold(tags, version="1.1.0")).status_code == 200, "it is there already"
    assert running.publish(retold(tags, name="other/tags")).status_code == 201
    running.now = "2026-11-27T00:00:00Z"
    assert running.publish(retold(tags, version="1.2.0")).status_code == 201
    assert used(running).versions == 1


def test_a_publisher_has_so_many_packages(running: Running, tags: Package) -> None:
    allow(running.store, EVERYBODY, running.now, packages=1)
    assert running.publish(tags).status_code == 201
    assert "acme has as many packages as it may have, 1." in refused(
        running, retold(tags, name="acme/other")
    )
    assert running.publish(retold(tags, version="1.1.0")).status_code == 201
    allow(running.store, "acme", running.now, packages=2)
    assert running.publish(retold(tags, name="acme/other")).status_code == 201
    assert running.publish(retold(tags, name="zen/tags")).status_code == 201
    assert "zen has as many packages" in refused(running, retold(tags, name="zen/other"))


def test_a_publisher_has_so_many_bytes(running: Running, tags: Package) -> None:
    size = build_archive(tags).size
    allow(running.store, EVERYBODY, running.now, bytes_=size)
    assert running.publish(tags).status_code == 201
    assert used(running) == Quota(packages=1, bytes=size, versions=1)
    assert f"has archives of {size:,} bytes, and may have {size:,}" in refused(
        running, retold(tags, version="1.1.0")
    )
    allow(running.store, "acme", running.now, bytes_=0)
    assert running.publish(retold(tags, version="1.1.0")).status_code == 201


def test_two_servers_on_one_database_count_together(running: Running, tags: Package) -> None:
    allow(running.store, EVERYBODY, running.now, versions=2)
    store, first = Store.open(running.place), running.app
    other = create_registry(store, "http://packages.test", lambda: running.now)
    for number, app in enumerate((first, other)):
        running.app = app
        assert running.publish(retold(tags, version=f"1.{number}.0")).status_code == 201
    for app in (first, other):
        running.app = app
        refused(running, retold(tags, version="1.9.0"))
    running.app = first
    store.close()


def test_somebody_claims_so_many_names(
    running: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "NAMES_EACH", 2)
    for name in ("acme/tags", "zen/tags"):
        assert running.publish(retold(tags, name=name)).status_code == 201
    answer = running.publish(retold(tags, name="third/tags"))
    assert answer.status_code == 403
    assert "nobody may claim more" in answer.json()["detail"]
    for name in ("third/tags", "fourth/tags", "fifth/tags"):
        assert running.publish(retold(tags, name=name), by="root").status_code == 201
    assert running.ask("PUT", "/api/v1/publishers/third/owners/ann", by="root").status_code == 202
    assert running.ask("PUT", "/api/v1/me/invitations/third", by="ann").status_code == 200
    assert running.publish(retold(tags, name="third/tags", version="1.1.0")).status_code == 201


def test_so_many_invitations_of_somebody_are_open(
    running: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "INVITATIONS_EACH", 1)
    running.publish(tags)
    running.welcome("cy")
    owners = "/api/v1/publishers/acme/owners"
    assert running.ask("PUT", f"{owners}/bo", by="ann").status_code == 202
    answer = running.ask("PUT", f"{owners}/cy", by="ann")
    assert answer.status_code == 409
    assert "take some back" in answer.json()["detail"]
    assert running.ask("DELETE", f"{owners}/bo", by="ann").status_code == 200
    assert running.ask("PUT", f"{owners}/cy", by="ann").status_code == 202


@pytest.mark.parametrize("kind", KINDS[:1], indirect=True)
def test_the_verb_shows_and_sets_it(running: Running, tags: Package, tmp_path: Path) -> None:
    running.now = "2026-11-01T09:00:00Z"
    assert running.publish(tags).status_code == 201
    folder = str(tmp_path / "registry")

    def say(*arguments: str) -> str:
        said = CliRunner().invoke(registry, ["quota", folder, *arguments])
        assert said.exit_code == 0, said.exception
        return said.stdout

    assert say() == (
        f"{DEFAULT.packages:,} packages\n{DEFAULT.bytes:,} bytes of archives\n"
        f"{DEFAULT.versions:,} versions a day\n"
    )
    assert say("acme", "--packages", "5000", "--versions", "0").splitlines() == [
        "1 of 5,000 packages",
        f"{build_archive(tags).size:,} of {DEFAULT.bytes:,} bytes of archives",
        "0 of any number of versions a day",
    ]
    assert say("acme", "--packages", "1", "--versions", "1").splitlines()[::2] == [
        "1 of 1 package",
        "0 of 1 version a day",
    ]
    say("acme", "--packages", "5000")
    assert '"packages": 5000' in say("acme", "--format", "json")
    assert running.log("acme")[-1] == "operator set a quota"
    said = CliRunner().invoke(registry, ["quota", folder, "../etc", "--packages", "1"])
    assert "no publisher '../etc'" in str(said.exception)
