"""What people who may publish, or own something, could do to others, and what comes of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from package_format.archive import build_archive
from package_format.campaign.model import Campaign
from package_format.index import Status, blob_path
from package_format.package import Package, Resource
from registry_server.auth.tokens import revoke_token
from registry_server.catalog.limits import MOST_PARTS, beyond
from registry_server.keeping import Keeping
from registry_server.store import Place
from registry_server.trees.folder_tree import FolderTree
from tests.registry_server.conftest import Asked, published, retold, with_documents
from tests.registry_server.stores import Running

OWNERS = "/api/v1/publishers/acme/owners"
PAGE = "/packages/acme/webinar-follow-up"


@pytest.fixture
def on_sqlite(tmp_path: Path, tags: Package) -> Iterator[Running]:
    """A registry on SQLite and a directory, with a version in it."""
    registry = Running(Place.of(tmp_path / "registry"))
    registry.welcome("ann", "bo", "cy")
    registry.welcome("root", operator=True)
    assert registry.publish(tags).status_code == 201
    yield registry
    registry.close()


# --- tokens and owners ----------------------------------------------------------------------------


@pytest.mark.parametrize("gone", ["revoked", "expired"])
def test_a_stolen_token_that_ends_while_an_archive_comes_publishes_nothing(
    running: Running, tags: Package, gone: str
) -> None:
    assert running.publish(tags).status_code == 201
    stolen = running.token("ann", name="stolen", days=1)
    number = running.ask("GET", "/api/v1/me/tokens", by="ann").json()["items"][-1]["id"]
    data = build_archive(retold(tags, version="1.1.0")).data

    async def slowly() -> AsyncIterator[bytes]:
        yield data[:100]
        if gone == "revoked":
            with running.store.database.writing("tokens of ann") as records:
                ann = records.people.find("ann")
                assert ann is not None
                assert revoke_token(records, ann, number, running.now)
        else:
            running.now = "2026-11-28T09:00:00Z"
        yield data[100:]

    answer = running.ask("PUT", "/api/v1/packages", by=stolen, content=slowly())
    assert answer.status_code == 401, answer.text
    assert "1.1.0" not in running.ask("GET", f"/index/{tags.name}.jsonl").text


def test_whoever_is_no_owner_any_more_has_let_nobody_in(on_sqlite: Running) -> None:
    running = on_sqlite
    running.ask("PUT", f"{OWNERS}/bo", by="ann")
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 200
    assert running.ask("PUT", f"{OWNERS}/cy", by="bo").status_code == 202
    assert running.ask("DELETE", f"{OWNERS}/bo", by="ann").status_code == 200
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="cy").status_code == 404
    assert running.ask("GET", OWNERS).json()["invited"] == []


def test_an_invitation_is_accepted_once(on_sqlite: Running) -> None:
    running = on_sqlite
    running.ask("PUT", f"{OWNERS}/bo", by="ann")
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 200
    assert running.ask("DELETE", f"{OWNERS}/bo", by="ann").status_code == 200
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 404
    assert running.ask("GET", OWNERS).json()["owners"] == ["ann"]


def test_nobody_is_told_what_somebody_calls_a_token(on_sqlite: Running, tags: Package) -> None:
    running = on_sqlite
    token = running.token("ann", name="laptop in the attic")
    number = running.ask("GET", "/api/v1/me/tokens", by="ann").json()["items"][-1]["id"]
    assert running.publish(retold(tags, version="1.1.0"), by=token).status_code == 201
    told = running.ask("GET", "/api/v1/log")
    assert "attic" not in told.text
    assert told.json()["items"][0]["details"]["via"] == f"token {number}"


# --- packages that are made to hurt ---------------------------------------------------------------


def campaign_of(count: int, *, dense: bool) -> Resource:
    """A campaign of so many sequences, each behind the one before or behind all of them."""
    step = {"key": "a", "action": {"apply-tag": {"tag": "lead"}}}
    sequences: dict[str, Any] = {}
    for number in range(count):
        before = list(sequences) if dense else list(sequences)[-1:]
        sequences[f"s{number}"] = {"title": "S", "after": ["g", *before][-count:], "steps": [step]}
    goal = {"title": "G", "when": [{"tag-applied": {"tag": "attended"}}]}
    said = {"title": "C", "goals": {"g": goal}, "sequences": sequences}
    return Resource("campaign", "c", Campaign.model_validate(said))


def with_campaign(package: Package, campaign: Resource) -> Package:
    return replace(package, resources={**package.resources, campaign.address: campaign})


def hurting(tags: Package, how: str) -> Package:
    manifest = tags.manifest
    match how:
        case "a long campaign":
            return with_campaign(tags, campaign_of(5_000, dense=False))
        case "a dense campaign":
            return with_campaign(tags, campaign_of(300, dense=True))
        case "keywords":
            return retold(tags, keywords=tuple(f"k{n}" for n in range(100_000)))
        case "features":
            account = manifest.account.model_copy(update={"features": ("api",) * 200_000})
            return replace(tags, manifest=manifest.model_copy(update={"account": account}))
        case _:
            needed = {f"acme/x{n}": "^1.0.0" for n in range(20_000)}
            return replace(tags, manifest=manifest.model_copy(update={"dependencies": needed}))


@pytest.mark.parametrize(
    "how",
    ["keywords", "features", "dependencies", "a long campaign", "a dense campaign"],
)
def test_a_small_archive_of_very_much_is_refused_at_once(
    on_sqlite: Running, tags: Package, how: str
) -> None:
    data = build_archive(retold(hurting(tags, how), version="1.1.0")).data
    assert len(data) < 200_000
    begun = time.process_time()
    answer = on_sqlite.ask("PUT", "/api/v1/packages", by="ann", content=data)
    assert time.process_time() - begun < 10
    assert answer.status_code == 422
    assert "larger than this registry takes" in answer.json()["detail"]
    assert answer.json()["problems"]


def test_what_people_write_is_far_from_too_much(webinar: tuple[Package, Package]) -> None:
    assert [beyond(package) for package in webinar] == [(), ()]


def test_the_largest_campaign_that_is_taken_is_drawn_in_time(tmp_path: Path, tags: Package) -> None:
    count = next(
        n for n in range(60, 0, -1) if beyond(with_campaign(tags, campaign_of(n, dense=True))) == ()
    )
    published(tmp_path, with_campaign(tags, campaign_of(count, dense=True)))
    begun = time.process_time()
    answer = Asked(tmp_path)(f"/packages/{tags.name}/1.0.0/campaigns/c.svg")
    assert answer.status_code == 200
    assert time.process_time() - begun < 10


def test_a_campaign_of_a_folder_that_is_too_large_is_not_drawn(
    tmp_path: Path, tags: Package
) -> None:
    published(tmp_path, with_campaign(tags, campaign_of(MOST_PARTS, dense=False)))
    ask = Asked(tmp_path)
    answer = ask(f"/packages/{tags.name}/1.0.0/campaigns/c.svg")
    assert (answer.status_code, "too large to be drawn" in answer.text) == (404, True)
    assert ask(f"/packages/{tags.name}").status_code == 200


def test_however_much_packages_hold_little_of_it_is_kept(tmp_path: Path, tags: Package) -> None:
    noise = Random(0)  # noqa: S311  no secret
    large = [
        retold(with_documents(tags, {"media/a.png": noise.randbytes(9_000_000)}), name=name)
        for name in ("acme/a", "acme/b", "acme/c", "acme/d", "acme/e")
    ]
    tree = FolderTree(tmp_path)
    for line in published(tmp_path, *large):
        assert tree.package_of(line).name == line.name
    assert tree._packages.weight <= 32 * 1024 * 1024  # noqa: SLF001


def test_what_was_asked_for_last_is_kept() -> None:
    keeping, made = Keeping[str](10), list[str]()

    def get(key: str, weight: int) -> str:
        def make() -> tuple[str, int]:
            made.append(key)
            return key.upper(), weight

        return keeping.get(key, make)

    assert [get("a", 4), get("b", 4), get("a", 4), get("c", 4), get("a", 4)] == list("ABACA")
    assert made == ["a", "b", "c"]  # b made room for c
    assert get("b", 11) == "B"
    assert made == ["a", "b", "c", "b"]
    assert get("b", 11) == "B"
    assert made == ["a", "b", "c", "b", "b"]  # too heavy to be kept
    assert keeping.weight == 8


# --- what is in quarantine ------------------------------------------------------------------------


def test_nothing_of_what_is_in_quarantine_is_shown(
    on_sqlite: Running, webinar: tuple[Package, Package]
) -> None:
    running = on_sqlite
    for package in webinar:
        assert running.publish(package).status_code == 201
    secret = "Webinar follow-up"  # its title, which only the archive says
    assert secret in running.ask("GET", PAGE).text
    path = f"/api/v1{PAGE}/quarantined"
    assert running.ask("PUT", path, by="root", json={"reason": "it phishes"}).status_code == 200
    for page in (PAGE, f"{PAGE}/1.0.0"):
        answer = running.ask("GET", page)
        assert (answer.status_code, "it phishes" in answer.text) == (200, True)
        assert secret not in answer.text
    archive = blob_path(build_archive(webinar[1]).digest)
    for page in (
        f"{PAGE}/2.0.0/campaigns/follow-up.svg",
        f"{PAGE}/2.0.0/media/x.png",
        f"{PAGE}/compare",
        f"{PAGE}/compare/follow-up.svg",
        f"/{archive}",
    ):
        answer = running.ask("GET", page)
        assert (answer.status_code, "it phishes" in answer.text) == (403, True), page
    for page in (f"{PAGE}/versions", f"{PAGE}/feed.atom", f"{PAGE}/badge.svg", "/", "/new"):
        answer = running.ask("GET", page)
        assert answer.status_code == 200
        assert secret not in answer.text, page
        assert webinar[1].manifest.package.summary not in answer.text, page
    assert running.ask("DELETE", path, by="root").status_code == 200
    assert secret in running.ask("GET", PAGE).text


def test_a_folder_shows_nothing_of_what_is_in_quarantine(tmp_path: Path, tags: Package) -> None:
    published(tmp_path, tags, status=Status.QUARANTINED)
    answer = Asked(tmp_path)(f"/packages/{tags.name}")
    assert (answer.status_code, "no reason was given" in answer.text) == (200, True)
    assert tags.manifest.package.title not in answer.text


# --- what is read otherwise than it stands --------------------------------------------------------


def test_nothing_turns_the_order_in_which_a_page_is_read(tmp_path: Path, tags: Package) -> None:
    turned = "Tags \u202eemca yb\u2066 \u2067x\u202a"
    told = retold(tags, title=turned, summary=turned, keywords=(turned,), license=turned)
    published(tmp_path, with_documents(told, {"README.md": turned.encode()}))
    ask = Asked(tmp_path)
    for page in (
        "/",
        f"/packages/{tags.name}",
        "/search?q=tags%E2%80%AE",
        f"/packages/{tags.name}/feed.atom",
    ):
        text = ask(page).text
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        assert "\u202e" not in text


def test_arabic_and_hebrew_are_shown_as_they_are_written(tmp_path: Path, tags: Package) -> None:
    written = "\u05e9\u05dc\u05d5\u05dd\u200f (a) \u0633\u0644\u0627\u0645"
    published(tmp_path, retold(tags, title=written))
    assert written in Asked(tmp_path)(f"/packages/{tags.name}").text
