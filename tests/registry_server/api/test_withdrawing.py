"""Yanking, deprecating and quarantines over HTTP, on stores of both kinds."""

import pytest

from package_format.index import Status, blob_path, parse_index
from package_format.package import Package
from tests.registry_server.stores import Running, renamed

API = "/api/v1/packages/acme/lifecycle-tags"
TAGS = "/index/acme/lifecycle-tags.jsonl"
WHY = {"reason": "it sends too much"}


@pytest.fixture
def running(running: Running, tags: Package) -> Running:
    assert running.publish(tags).status_code == 201
    return running


def statuses(running: Running) -> list[Status]:
    return [line.status for line in parse_index(running.ask("GET", TAGS).text)]


def test_yanking_changes_the_status_and_gives_it_back(running: Running) -> None:
    before = running.ask("GET", TAGS).content
    path = f"{API}/versions/1.0.0/yanked"
    answer = running.ask("PUT", path, by="ann", json=WHY)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "yanked"
    assert running.ask("GET", TAGS).content == before.replace(b'"active"', b'"yanked"')
    assert running.ask("DELETE", path, by="ann").status_code == 200
    assert running.ask("GET", TAGS).content == before
    assert running.log("acme/lifecycle-tags")[1:] == ["ann yanked", "ann unyanked"]


def test_only_owners_yank_and_only_what_is_there(running: Running) -> None:
    path = f"{API}/versions/1.0.0/yanked"
    assert running.ask("PUT", path, json=WHY).status_code == 401
    assert running.ask("PUT", path, by="bo", json=WHY).status_code == 403
    other = f"{API}/versions/2.0.0/yanked"
    assert running.ask("PUT", other, by="ann", json=WHY).status_code == 404
    assert running.ask("PUT", path, by="ann", json={"reason": " "}).status_code == 422
    assert statuses(running) == [Status.ACTIVE]


def test_a_deprecated_package_names_its_successor(running: Running, tags: Package) -> None:
    running.publish(renamed(tags, "acme/better"))
    said = {"reason": "there is a better one", "successor": "acme/better"}
    answer = running.ask("PUT", f"{API}/deprecated", by="ann", json=said)
    assert answer.status_code == 200
    about = running.ask("GET", API).json()
    assert (about["deprecated"], about["successor"]) == (said["reason"], said["successor"])
    assert statuses(running) == [Status.ACTIVE]
    assert running.ask("DELETE", f"{API}/deprecated", by="ann").status_code == 200
    assert running.ask("GET", API).json()["deprecated"] is None


@pytest.mark.parametrize(
    ("successor", "why"),
    [
        ("acme/nothing", "this registry has no such package"),
        ("acme/lifecycle-tags", "cannot be its own successor"),
        ("../etc", "not as described"),
    ],
)
def test_a_successor_is_another_package_that_is_here(
    running: Running, successor: str, why: str
) -> None:
    said = {"reason": "old", "successor": successor}
    answer = running.ask("PUT", f"{API}/deprecated", by="ann", json=said)
    assert (answer.status_code, why in answer.json()["detail"]) == (422, True)


def test_an_operator_keeps_everybody_from_a_package_and_says_why(running: Running) -> None:
    before = running.ask("GET", TAGS).content
    (line,) = parse_index(before.decode())
    blob = f"/{blob_path(line.digest)}"
    assert running.ask("PUT", f"{API}/quarantined", by="ann", json=WHY).status_code == 403
    assert running.ask("PUT", f"{API}/quarantined", by="root", json=WHY).status_code == 200
    assert statuses(running) == [Status.QUARANTINED]
    answer = running.ask("GET", blob)
    assert answer.status_code == 403
    assert "it sends too much" in answer.json()["detail"]
    assert running.ask("DELETE", f"{API}/quarantined", by="root").status_code == 200
    assert running.ask("GET", TAGS).content == before
    assert running.ask("GET", blob).status_code == 200
    assert running.log("acme/lifecycle-tags")[1:] == ["root quarantined", "root freed"]


@pytest.mark.parametrize(
    ("path", "by", "body", "log"),
    [
        ("quarantined", "root", WHY, ["root quarantined", "root freed"]),
        ("deprecated", "ann", WHY, ["ann deprecated", "ann undeprecated"]),
        ("versions/1.0.0/yanked", "ann", WHY, ["ann yanked", "ann unyanked"]),
    ],
)
def test_what_is_so_already_is_neither_done_nor_written_down_again(
    running: Running, path: str, by: str, body: dict[str, str], log: list[str]
) -> None:
    for method in ("DELETE", "PUT", "PUT", "DELETE", "DELETE"):
        given = body if method == "PUT" else None
        answer = running.ask(method, f"{API}/{path}", by=by, json=given)
        assert answer.status_code == 200, answer.text
    assert running.log("acme/lifecycle-tags") == ["ann published", *log]
    if path == "versions/1.0.0/yanked":
        return
    for reason in ("one", "another"):
        running.ask("PUT", f"{API}/{path}", by=by, json={"reason": reason})
    assert running.log("acme/lifecycle-tags")[3:] == [log[0]] * 2, "another reason is news"


@pytest.mark.parametrize("reason", ["", " ", "a\x00b", "a\x1b[2Jb", "two\nlines", "x" * 301])
def test_a_reason_is_a_line_that_a_database_keeps_and_that_steers_no_terminal(
    running: Running, reason: str
) -> None:
    for path in ("deprecated", "versions/1.0.0/yanked"):
        answer = running.ask("PUT", f"{API}/{path}", by="ann", json={"reason": reason})
        assert answer.status_code == 422, answer.text
    assert running.log("acme/lifecycle-tags") == ["ann published"]


# --- what people should know ----------------------------------------------------------------------


def test_notices_are_a_file_of_the_tree(running: Running) -> None:
    before = running.ask("GET", "/index/notices.json")
    assert before.json() == {}
    assert running.ask("PUT", f"{API}/deprecated", by="ann", json=WHY).status_code == 200
    after = running.ask("GET", "/index/notices.json")
    assert after.json() == {"acme/lifecycle-tags": {"deprecated": "it sends too much"}}
    assert after.headers["ETag"] != before.headers["ETag"]
    headers = {"If-None-Match": after.headers["ETag"]}
    assert running.ask("GET", "/index/notices.json", headers=headers).status_code == 304
    assert running.ask("DELETE", f"{API}/deprecated", by="ann").status_code == 200
    assert running.ask("GET", "/index/notices.json").content == before.content


def test_the_page_of_a_package_says_what_people_should_know(
    running: Running, tags: Package
) -> None:
    page = "/packages/acme/lifecycle-tags"
    assert running.publish(renamed(tags, "acme/better-tags")).status_code == 201
    said = {"reason": "too <few> tags", "successor": "acme/better-tags"}
    running.ask("PUT", f"{API}/deprecated", by="ann", json=said)
    text = running.ask("GET", page).text
    assert "Deprecated." in text
    assert "too &lt;few&gt; tags" in text
    assert 'href="/packages/acme/better-tags"' in text
    running.ask("PUT", f"{API}/quarantined", by="root", json={"reason": "it phones home"})
    text = running.ask("GET", page).text
    assert "In quarantine." in text
    assert "it phones home" in text
    assert "cpt install acme/lifecycle-tags" not in text
