"""Tokens, owners, invitations and the log over HTTP."""

from datetime import date, timedelta

import pytest

from package_format.package import Package
from tests.registry_server.stores import Running, renamed

OWNERS = "/api/v1/publishers/acme/owners"


@pytest.fixture
def running(running: Running, tags: Package) -> Running:
    assert running.publish(tags).status_code == 201
    return running


def owners(running: Running) -> list[str]:
    found: list[str] = running.ask("GET", OWNERS).json()["owners"]
    return found


# --- tokens ---------------------------------------------------------------------------------------


def test_a_token_is_shown_once(running: Running) -> None:
    secret = running.token("ann", name="ci", scopes=["publish"], days=7)
    listed = running.ask("GET", "/api/v1/me/tokens", by="ann")
    assert secret not in listed.text
    token = next(token for token in listed.json()["items"] if token["name"] == "ci")
    assert token["scopes"] == ["publish"]
    assert token["expires"] == "2026-12-03T09:00:00Z"
    assert running.ask("GET", "/api/v1/me", by=secret).json()["person"] == "ann"


def test_a_revoked_token_is_good_for_nothing_and_others_stay(running: Running) -> None:
    secret = running.token("ann")
    listed = running.ask("GET", "/api/v1/me/tokens", by="ann").json()["items"]
    path = f"/api/v1/me/tokens/{listed[-1]['id']}"
    assert running.ask("DELETE", path, by="bo").status_code == 404
    ended = running.ask("DELETE", path, by="ann")
    assert (ended.status_code, ended.json()["items"]) == (200, listed[-1:])
    assert running.ask("GET", "/api/v1/me", by=secret).status_code == 401
    assert running.ask("GET", "/api/v1/me", by="ann").status_code == 200


EVERYTHING = ["own", "publish", "read", "yank"]


def made_with(running: Running) -> dict[str, str | None]:
    """By which token each of ann's was made, by their names."""
    tokens = running.ask("GET", "/api/v1/me/tokens", by="ann").json()["items"]
    names = {token["id"]: token["name"] for token in tokens}
    return {token["name"]: names.get(token["made_with"]) for token in tokens}


def end(running: Running, name: str) -> list[str]:
    """Revoke one of ann's tokens, and return the names of those that ended."""
    tokens = running.ask("GET", "/api/v1/me/tokens", by="ann").json()["items"]
    number = next(token["id"] for token in tokens if token["name"] == name)
    answer = running.ask("DELETE", f"/api/v1/me/tokens/{number}", by="ann")
    assert answer.status_code == 200
    return [token["name"] for token in answer.json()["items"]]


def test_what_was_made_with_a_stolen_token_ends_with_it(running: Running) -> None:
    stolen = running.token("ann", name="stolen", scopes=EVERYTHING)
    mine = running.token("ann", name="mine")
    near = running.token(stolen, name="near", scopes=EVERYTHING, days=366)
    far = running.token(near, name="far", days=366)
    assert made_with(running) == {
        "login": None, "stolen": "login", "mine": "login", "near": "stolen", "far": "near",
    }  # fmt: skip
    assert end(running, "stolen") == ["stolen", "near", "far"]
    for token in (stolen, near, far):
        assert running.ask("GET", "/api/v1/me", by=token).status_code == 401
    assert running.ask("GET", "/api/v1/me", by=mine).status_code == 200
    assert made_with(running) == {"login": None, "mine": "login"}
    log = running.ask("GET", "/api/v1/log?subject=ann&limit=3").json()["items"]
    assert [entry["action"] for entry in log] == ["revoked a token"] * 3
    last, between, first = (entry["details"] for entry in log)
    assert (last["made with"], between["made with"]) == (between["token"], first["token"])


def test_a_token_that_expires_leaves_what_was_made_with_it_and_can_still_end_it(
    running: Running,
) -> None:
    stolen = running.token("ann", name="stolen", scopes=EVERYTHING, days=1)
    near = running.token(stolen, name="near", scopes=EVERYTHING, days=2)
    far = running.token(near, name="far", days=9)
    running.token("ann", name="short", days=1)
    running.now = "2026-11-30T09:00:00Z"
    running.token("ann", name="new")
    assert running.ask("GET", "/api/v1/me", by=far).status_code == 200
    assert made_with(running) == {
        "login": None, "stolen": "login", "near": "stolen", "far": "near", "new": "login",
    }, "and what made nothing that is good still is forgotten"  # fmt: skip
    assert end(running, "stolen") == ["stolen", "near", "far"]
    assert running.ask("GET", "/api/v1/me", by=far).status_code == 401


def test_tokens_that_have_expired_go_with_the_last_that_was_made_with_them(
    running: Running,
) -> None:
    first = running.token("ann", name="first", scopes=EVERYTHING, days=1)
    running.token(first, name="second", days=2)
    running.now = "2026-11-30T09:00:00Z"
    running.token("ann", name="new")
    assert made_with(running) == {"login": None, "new": "login"}


def test_tokens_that_are_kept_for_what_they_made_are_counted(running: Running) -> None:
    token = running.tokens["ann"]
    asked: dict[str, object] = {"name": "next", "scopes": EVERYTHING, "days": 1}
    for half_day in range(99):
        day = date(2026, 11, 26) + timedelta(days=half_day // 2)
        running.now = f"{day}T{half_day % 2 * 12 + 9:02}:00:00Z"
        token = running.token(token, **asked)
    answer = running.ask("POST", "/api/v1/me/tokens", by=token, json=asked)
    assert answer.status_code == 409
    assert "has 100 tokens; revoke some first" in answer.json()["detail"]


def test_a_token_makes_none_that_is_good_for_more(running: Running) -> None:
    less = running.token("ann", scopes=["own"])
    asked = {"name": "more", "scopes": ["publish"]}
    assert running.ask("POST", "/api/v1/me/tokens", by=less, json=asked).status_code == 403
    one = running.token("ann", scopes=["own", "publish"], package="acme/lifecycle-tags")
    answer = running.ask("POST", "/api/v1/me/tokens", by=one, json=asked)
    assert answer.status_code == 403
    asked = {"name": "more", "scopes": ["operate"]}
    assert running.ask("POST", "/api/v1/me/tokens", by="ann", json=asked).status_code == 403


@pytest.mark.parametrize(
    "asked",
    [{}, {"scopes": []}, {"scopes": ["rule"]}, {"days": 0}, {"days": 367}, {"name": "a\nb"},
     {"package": "acme"}, {"more": 1}],
)  # fmt: skip
def test_what_is_no_token_is_not_made(running: Running, asked: dict[str, object]) -> None:
    wanted = {"name": "x", "scopes": ["publish"], **asked} if asked else {}
    answer = running.ask("POST", "/api/v1/me/tokens", by="ann", json=wanted)
    assert answer.status_code == 422
    assert answer.json()["problems"]


# --- owners ---------------------------------------------------------------------------------------


def test_an_invitation_is_accepted_and_the_guest_owns_as_much(running: Running) -> None:
    answer = running.ask("PUT", f"{OWNERS}/bo", by="ann")
    assert answer.status_code == 202
    assert answer.json()["expires"] == "2026-12-10T09:00:00Z"
    assert owners(running) == ["ann"]
    (invitation,) = running.ask("GET", "/api/v1/me", by="bo").json()["invitations"]
    assert invitation["publisher"] == "acme"
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 200
    assert owners(running) == ["ann", "bo"]
    assert running.ask("DELETE", f"{OWNERS}/ann", by="bo").status_code == 200
    assert owners(running) == ["bo"]
    assert running.log("acme") == [
        "ann claimed", "ann invited", "bo became an owner", "bo removed an owner",
    ]  # fmt: skip


def test_an_invitation_is_good_for_two_weeks_and_for_one_person(running: Running) -> None:
    running.ask("PUT", f"{OWNERS}/bo", by="ann")
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="root").status_code == 404
    running.now = "2026-12-10T09:00:00Z"
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 404
    assert owners(running) == ["ann"]


def test_an_invitation_is_declined_or_taken_back(running: Running) -> None:
    running.ask("PUT", f"{OWNERS}/bo", by="ann")
    assert running.ask("DELETE", "/api/v1/me/invitations/acme", by="bo").status_code == 204
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 404
    running.ask("PUT", f"{OWNERS}/bo", by="ann")
    assert running.ask("DELETE", f"{OWNERS}/bo", by="ann").status_code == 200
    assert running.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 404


def test_a_publisher_always_has_an_owner(running: Running) -> None:
    answer = running.ask("DELETE", f"{OWNERS}/ann", by="ann")
    assert answer.status_code == 409
    assert "last owner" in answer.json()["detail"]
    assert owners(running) == ["ann"]


def test_strangers_invite_and_remove_nobody(running: Running) -> None:
    assert running.ask("PUT", f"{OWNERS}/bo", by="bo").status_code == 403
    assert running.ask("DELETE", f"{OWNERS}/ann", by="bo").status_code == 403
    assert running.ask("PUT", f"{OWNERS}/nobody", by="ann").status_code == 404
    assert running.ask("PUT", f"{OWNERS}/ann", by="ann").status_code == 409
    less = running.token("ann", scopes=["publish"])
    assert running.ask("PUT", f"{OWNERS}/bo", by=less).status_code == 403


# --- the log, and the description of all this -----------------------------------------------------


def test_the_log_is_there_for_everybody_and_comes_in_parts(running: Running) -> None:
    first = running.ask("GET", "/api/v1/log?limit=1").json()["items"]
    assert len(first) == 1
    assert first[0]["action"] == "published"
    rest = running.ask("GET", f"/api/v1/log?before={first[0]['id']}").json()["items"]
    assert [entry["action"] for entry in rest][:1] == ["claimed"]


def test_an_unknown_operation_is_a_problem(running: Running) -> None:
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/me", 405),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/v1/packages/ACME/x", 422),
    ):
        answer = running.ask(method, path)
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_nothing_happened_to_what_cannot_be(running: Running) -> None:
    for subject in ("%00", "a/b/c", "A%20B"):
        assert running.ask("GET", f"/api/v1/log?subject={subject}").status_code == 422


# --- names ----------------------------------------------------------------------------------------


def test_names_that_wait_are_told_to_operators_only(running: Running, tags: Package) -> None:
    path = "/api/v1/names/waiting"
    assert running.ask("GET", path, by="root").json()["items"] == []
    running.now = "2026-11-27T09:00:00Z"
    assert running.publish(renamed(tags, "acmes/tags"), by="bo").status_code == 403
    running.now = "2026-11-26T10:00:00Z"
    assert running.publish(renamed(tags, "acmee/tags"), by="ann").status_code == 403
    assert running.ask("GET", path).status_code == 401
    assert running.ask("GET", path, by="ann").status_code == 403
    first = {
        "publisher": "acmee",
        "looks_like": "acme",
        "owners": ["ann"],
        "claimed": "2026-11-26T10:00:00Z",
    }
    names = running.ask("GET", path, by="root").json()["items"]
    assert names[0] == first
    assert [name["publisher"] for name in names] == ["acmee", "acmes"]
    assert running.ask("GET", f"{path}?limit=1", by="root").json()["items"] == [first]
    said = {"standing": "refused", "reason": "too near"}
    decided = running.ask("PUT", "/api/v1/publishers/acmee/standing", by="root", json=said)
    assert decided.status_code == 200
    left = running.ask("GET", path, by="root").json()["items"]
    assert [name["publisher"] for name in left] == ["acmes"]
