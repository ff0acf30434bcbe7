"""Each operation is done with its scope and no other, for whose it is, and for its package."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from package_format.archive import build_archive
from package_format.package import Package
from registry_server.api import finding, packages, people, workflows
from registry_server.auth.identity import Scope
from registry_server.store import Place
from tests.registry_server.conftest import retold
from tests.registry_server.stores import Running

TAGS = "/packages/acme/lifecycle-tags"
WHY = {"reason": "x"}
WORKFLOW = {"issuer": "https://ci.example", "claims": {"sub": "mine"}}
NEEDED: dict[tuple[str, str], tuple[Scope, object]] = {
    ("GET", "/me/tokens"): (Scope.READ, None),
    ("POST", "/me/tokens"): (Scope.OWN, {"name": "more", "scopes": ["own"]}),
    ("DELETE", "/me/tokens/{number}"): (Scope.OWN, None),
    ("PUT", "/me/invitations/{publisher}"): (Scope.OWN, None),
    ("DELETE", "/me/invitations/{publisher}"): (Scope.OWN, None),
    ("PUT", "/publishers/{publisher}/owners/{person}"): (Scope.OWN, None),
    ("DELETE", "/publishers/{publisher}/owners/{person}"): (Scope.OWN, None),
    ("GET", "/names/waiting"): (Scope.OPERATE, None),
    ("PUT", "/publishers/{publisher}/standing"): (Scope.OPERATE, {"standing": "active", **WHY}),
    ("PUT", "/packages"): (Scope.PUBLISH, None),
    ("PUT", "/packages/{publisher}/{name}/versions/{version}/yanked"): (Scope.YANK, WHY),
    ("DELETE", "/packages/{publisher}/{name}/versions/{version}/yanked"): (Scope.YANK, None),
    ("PUT", "/packages/{publisher}/{name}/deprecated"): (Scope.YANK, WHY),
    ("DELETE", "/packages/{publisher}/{name}/deprecated"): (Scope.YANK, None),
    ("PUT", "/packages/{publisher}/{name}/quarantined"): (Scope.OPERATE, WHY),
    ("DELETE", "/packages/{publisher}/{name}/quarantined"): (Scope.OPERATE, None),
    ("GET", "/packages/{publisher}/{name}/workflows"): (Scope.READ, None),
    ("POST", "/packages/{publisher}/{name}/workflows"): (Scope.OWN, WORKFLOW),
    ("DELETE", "/packages/{publisher}/{name}/workflows/{number}"): (Scope.OWN, None),
}  # fmt: skip
"""With which scope something is done, and what is sent with it."""

FOR_ALL = {
    ("GET", "/search"), ("GET", "/packages/{publisher}/{name}"), ("GET", "/log"), ("GET", "/oidc"),
    ("GET", "/publishers/{publisher}/owners"),
    ("GET", "/me"),  # says whose token it is, whatever it is good for
    ("POST", "/packages/{publisher}/{name}/workflows/token"),  # shows a CI's token instead
}  # fmt: skip


@pytest.fixture
def registry(tmp_path_factory: pytest.TempPathFactory, tags: Package) -> Iterator[Running]:
    """A registry in which ann has published; only what is asked matters, not what keeps it."""
    running = Running(Place.of(tmp_path_factory.mktemp("scopes") / "registry"))
    running.welcome("ann", "bo")
    running.welcome("root", operator=True)
    assert running.publish(tags).status_code == 201
    yield running
    running.close()


def done(running: Running, asked: tuple[str, str], by: str, tags: Package) -> httpx.Response:
    method, path = asked
    body = NEEDED[asked][1]
    filled = path.format(
        publisher="acme", name="lifecycle-tags", version="1.0.0", person="bo", number=4711
    )
    content = build_archive(retold(tags, version="1.1.0")).data if path == "/packages" else None
    return running.ask(method, f"/api/v1{filled}", by=by, json=body, content=content)


def test_every_operation_is_known_here() -> None:
    routers = (finding.routes, packages.routes, people.routes, workflows.routes)
    there = {
        (method, route.path)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert there == {*NEEDED, *FOR_ALL}


@pytest.mark.parametrize("person", ["ann", "root"])
def test_an_operation_is_done_with_its_scope_and_no_other(
    registry: Running, tags: Package, person: str
) -> None:
    may = list(Scope)
    if person == "ann":
        may.remove(Scope.OPERATE)
    tokens = {scope: registry.token(person, scopes=[scope]) for scope in may}
    before = registry.ask("GET", "/api/v1/log").json()["items"]
    for asked, (needed, _) in NEEDED.items():
        for scope, token in tokens.items():
            if scope is not needed:
                answer = done(registry, asked, token, tags)
                assert answer.status_code == 403, (asked, scope, answer.text)
                assert f"it lacks the scope “{needed}”" in answer.json()["detail"]
    assert registry.ask("GET", "/api/v1/log").json()["items"] == before, "and nothing happened"
    for asked, (needed, _) in NEEDED.items():
        if needed in tokens:
            answer = done(registry, asked, tokens[needed], tags)
            assert answer.status_code != 401, asked
            assert "lacks the scope" not in answer.text, asked


def test_a_token_of_one_package_does_nothing_to_another_or_to_its_person(
    registry: Running, tags: Package
) -> None:
    everything = [scope for scope in Scope if scope is not Scope.OPERATE]
    token = registry.token("ann", scopes=everything, package="acme/other")
    before = registry.ask("GET", "/api/v1/log").json()["items"]
    for asked, (needed, _) in NEEDED.items():
        answer = done(registry, asked, token, tags)
        said = "for acme/other only" if needed is not Scope.OPERATE else "lacks the scope"
        assert answer.status_code == 403, (asked, answer.text)
        assert said in answer.json()["detail"], (asked, answer.text)
    assert registry.ask("GET", "/api/v1/log").json()["items"] == before


def test_who_owns_nothing_does_nothing_with_any_scope(registry: Running, tags: Package) -> None:
    before = registry.ask("GET", "/api/v1/log").json()["items"]
    for asked in NEEDED:
        if "/me/" in asked[1]:
            continue
        answer = done(registry, asked, "bo", tags)
        assert answer.status_code == 403, (asked, answer.text)
    assert registry.ask("GET", "/api/v1/log").json()["items"] == before
