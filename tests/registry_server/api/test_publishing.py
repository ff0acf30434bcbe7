"""Publishing over HTTP, on stores of both kinds."""

import threading
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from package_format.archive import build_archive
from package_format.index import IndexLine, blob_path, parse_index
from package_format.package import Package
from package_format.signature import envelopes_text
from package_format.signing import public_text, signed, signers
from registry_server.errors import UnavailableError
from registry_server.trees.stored_lists import StoredLists
from tests.registry_server.conftest import retold, with_documents
from tests.registry_server.stores import NOW, Running, renamed

TAGS = "/index/acme/lifecycle-tags.jsonl"


def line_of(package: Package) -> IndexLine:
    archive = build_archive(package)
    return IndexLine.of(package, digest=archive.digest, size=archive.size, published=NOW)


def test_what_is_published_is_there_as_it_was_built(running: Running, tags: Package) -> None:
    archive = build_archive(tags)
    answer = running.publish(tags)
    assert answer.status_code == 201, answer.text
    (line,) = parse_index(running.ask("GET", TAGS).text, tags.name)
    assert answer.json() == {
        "line": line.model_dump(mode="json"),
        "already": False,
        "claimed": True,
    }
    assert (line.digest, line.size, line.published) == (archive.digest, archive.size, NOW)
    assert running.ask("GET", f"/{blob_path(archive.digest)}").content == archive.data
    assert running.ask("GET", "/index/names.json").json() == [tags.name]
    assert running.log(tags.name) == ["ann published"]
    assert running.ask("GET", f"/packages/{tags.name}").status_code == 200


def test_the_same_again_is_a_success_that_changes_nothing(running: Running, tags: Package) -> None:
    running.publish(tags)
    before = running.ask("GET", TAGS)
    running.now = "2026-11-27T09:00:00Z"
    again = running.publish(tags)
    assert again.status_code == 200
    assert again.json()["already"] is True
    after = running.ask("GET", TAGS)
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])
    assert running.log(tags.name) == ["ann published"]


def test_a_version_that_is_there_never_changes(running: Running, tags: Package) -> None:
    running.publish(tags)
    before = running.ask("GET", TAGS).content
    answer = running.publish(with_documents(tags, {"README.md": b"# Other words\n"}))
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "already published with another content" in answer.json()["detail"]
    assert running.ask("GET", TAGS).content == before


def test_what_is_no_archive_is_refused(running: Running) -> None:
    answer = running.ask("PUT", "/api/v1/packages", by="ann", content=b"not an archive")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("This archive is not accepted: ")


def test_more_than_an_archive_may_have_is_refused_unread(running: Running) -> None:
    answer = running.ask(
        "PUT", "/api/v1/packages", by="ann", content=b"x",
        headers={"Content-Length": str(10**12)},
    )  # fmt: skip
    assert answer.status_code == 413


def test_a_package_that_fails_its_checks_is_refused_with_all_that_is_wrong(
    running: Running, tags: Package, webinar: tuple[Package, Package]
) -> None:
    running.publish(tags)
    package = webinar[0]
    broken = replace(
        package,
        resources={a: r for a, r in package.resources.items() if r.kind not in {"email", "form"}},
    )
    answer = running.publish(broken)
    assert answer.status_code == 422
    assert len(answer.json()["problems"]) > 1
    assert running.ask("GET", f"/index/{package.name}.jsonl").status_code == 404


def test_a_package_that_needs_what_is_not_here_is_refused(
    running: Running, webinar: tuple[Package, Package]
) -> None:
    answer = running.publish(webinar[0])
    assert answer.status_code == 422
    assert "needs acme/lifecycle-tags" in answer.json()["detail"]


def test_a_bump_that_is_too_small_is_refused_with_the_least_one(
    running: Running, tags: Package, webinar: tuple[Package, Package]
) -> None:
    for package in (tags, webinar[0]):
        assert running.publish(package).status_code == 201
    answer = running.publish(retold(webinar[1], version="1.0.1"))
    assert answer.status_code == 409
    assert "against 1.0.0 it demands MINOR. Make it at least 1.1.0" in answer.json()["detail"]
    assert running.publish(webinar[1]).status_code == 201


def test_what_its_author_signed_is_in_the_index_and_in_what_is_copied(
    running: Running, tags: Package
) -> None:
    key = Ed25519PrivateKey.generate()
    envelopes = (signed(line_of(tags), [key]),)
    answer = running.publish(tags, signatures=envelopes_text(envelopes))
    assert answer.status_code == 201, answer.text
    (line,) = parse_index(running.ask("GET", TAGS).text, tags.name)
    assert line.signatures == envelopes
    assert signers(line) == {public_text(key.public_key())}
    assert IndexLine.model_validate(answer.json()["line"]) == line
    (listed,) = StoredLists(running.store.database).of_publisher("acme")
    assert listed.newest == line


def test_a_signature_of_something_else_is_refused_and_nothing_is_published(
    running: Running, tags: Package
) -> None:
    key = Ed25519PrivateKey.generate()
    other = signed(line_of(retold(tags, version="1.0.1")), [key])
    true = signed(line_of(tags), [key])
    forged = true.model_copy(
        update={"signatures": (true.signatures[0].model_copy(update={"sig": "AAAA"}),)}
    )
    for envelopes in ((other,), (forged,), (true, other)):
        answer = running.publish(tags, signatures=envelopes_text(envelopes))
        assert answer.status_code == 422
        assert "is not of what is published" in answer.json()["detail"]
    assert running.ask("GET", TAGS).status_code == 404


@pytest.mark.parametrize("text", ["nonsense", "{}", "[{}]", "[" * 5000, "x" * 40_000])
def test_signatures_that_cannot_be_read_are_refused(
    running: Running, tags: Package, text: str
) -> None:
    assert running.publish(tags, signatures=text).status_code == 422
    assert running.ask("GET", TAGS).status_code == 404


def test_nobody_publishes_without_a_token(running: Running, tags: Package) -> None:
    answer = running.publish(tags, by=None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert running.publish(tags, by="cpt_" + "A" * 43).status_code == 401
    assert running.publish(tags, by="nonsense").status_code == 401


def test_only_owners_publish_under_a_name(running: Running, tags: Package) -> None:
    running.publish(tags, by="ann")
    answer = running.publish(renamed(tags, "acme/other"), by="bo")
    assert answer.status_code == 403
    assert "bo does not own acme" in answer.json()["detail"]


def test_a_token_is_good_for_what_it_was_made_for(running: Running, tags: Package) -> None:
    other = renamed(tags, "acme/other")
    reader = running.token("ann", scopes=["read"])
    assert running.publish(tags, by=reader).status_code == 403
    one = running.token("ann", package=other.name)
    assert running.publish(tags, by=one).status_code == 403
    assert running.publish(other, by=one).status_code == 201
    short = running.token("ann", days=1)
    running.now = "2026-11-27T09:00:00Z"
    answer = running.publish(tags, by=short)
    assert answer.status_code == 401
    assert "was good until 2026-11-27T09:00:00Z" in answer.json()["detail"]


def test_a_name_that_can_hardly_be_told_from_another_is_refused(
    running: Running, tags: Package
) -> None:
    running.publish(tags)
    for like in ("acrne", "ac-me"):
        answer = running.publish(renamed(tags, f"{like}/lifecycle-tags"), by="bo")
        assert answer.status_code == 409
        assert "can hardly be told from acme" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["con/lifecycle-tags", "acme/aux"])
def test_a_name_by_which_no_folder_can_be_called_everywhere_is_nobodys(
    running: Running, tags: Package, name: str
) -> None:
    answer = running.publish(renamed(tags, name))
    assert answer.status_code == 422
    assert "is a device" in answer.json()["detail"]
    owners = f"/api/v1/publishers/{name.partition('/')[0]}/owners"
    assert running.ask("GET", owners).status_code == 404


def test_a_name_one_edit_away_waits_for_an_operator(running: Running, tags: Package) -> None:
    running.publish(tags)
    near = renamed(tags, "acmes/lifecycle-tags")
    for _ in range(2):
        answer = running.publish(near, by="bo")
        assert answer.status_code == 403
        assert "waits for the decision" in answer.json()["detail"]
    said = {"standing": "active", "reason": "they are who they say"}
    path = "/api/v1/publishers/acmes/standing"
    assert running.ask("PUT", path, by="bo", json=said).status_code == 403
    assert running.ask("PUT", path, by="root", json=said).status_code == 200
    assert running.publish(near, by="bo").status_code == 201
    assert running.log("acmes") == ["bo claimed", "root decided"]


def test_of_two_that_publish_one_version_at_once_one_wins(running: Running, tags: Package) -> None:
    running.publish(tags)
    several = [
        with_documents(retold(tags, version="1.1.0"), {"README.md": f"# Written by {n}\n".encode()})
        for n in range(4)
    ]
    codes: list[int] = []

    def publish(package: Package) -> None:
        codes.append(running.publish(package).status_code)

    threads = [threading.Thread(target=publish, args=(package,)) for package in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 409, 409, 409]
    assert len(running.ask("GET", TAGS).text.splitlines()) == 2


def test_when_the_archive_cannot_be_kept_no_version_is_there(
    running: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise UnavailableError("The archive cannot be kept: No space left on device.")

    with monkeypatch.context() as patch:
        patch.setattr(running.store.blobs, "add", full)
        answer = running.publish(tags)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert running.ask("GET", TAGS).status_code == 404
    assert running.publish(tags).status_code == 201


def test_a_fault_of_ours_is_a_problem_that_shows_nothing_of_the_inside(
    running: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret of /etc")

    monkeypatch.setattr(running.store.blobs, "add", broken)
    answer = running.publish(tags)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "a fault of the server" in answer.json()["detail"]
