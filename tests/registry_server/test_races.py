"""Several people at once, about who owns what, and tokens that end while somebody waits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import httpx
import pytest

from package_format.package import Package
from registry_server.api import packages, people
from registry_server.api.desk import Desk
from registry_server.api.models import Decision, Deprecation, NewToken, Why
from registry_server.auth.identity import Identity, Scope
from registry_server.auth.tokens import identify
from registry_server.catalog import owning
from registry_server.catalog.publishing import Publishing
from registry_server.errors import UnauthenticatedError
from tests.registry_server.conftest import retold
from tests.registry_server.stores import Running

OWNERS = "/api/v1/publishers/acme/owners"
MINE = "/api/v1/me/invitations/acme"


@pytest.fixture
def running(running: Running, tags: Package) -> Running:
    """A registry in which Ann and Bo own a publisher."""
    assert running.publish(tags).status_code == 201
    running.welcome("cy")
    let_in(running, "bo")
    return running


def let_in(running: Running, person: str, by: str = "ann") -> None:
    assert running.ask("PUT", f"{OWNERS}/{person}", by=by).status_code == 202
    assert running.ask("PUT", MINE, by=person).status_code == 200


def owners(running: Running) -> list[str]:
    return list(running.ask("GET", OWNERS).json()["owners"])


def at_once(*asks: Callable[[], httpx.Response]) -> list[int]:
    """Ask several things at the same moment; how each was answered."""
    together = Barrier(len(asks))

    def ask(one: Callable[[], httpx.Response]) -> int:
        together.wait()
        return one().status_code

    with ThreadPoolExecutor(len(asks)) as threads:
        return list(threads.map(ask, asks))


def test_of_two_owners_who_remove_each_other_at_once_one_is_left(running: Running) -> None:
    for _ in range(5):
        codes = at_once(
            lambda: running.ask("DELETE", f"{OWNERS}/bo", by="ann"),
            lambda: running.ask("DELETE", f"{OWNERS}/ann", by="bo"),
        )
        assert sorted(codes) == [200, 403]
        (left,) = owners(running)
        let_in(running, "bo" if left == "ann" else "ann", by=left)


def test_of_two_owners_who_leave_at_once_one_has_to_stay(running: Running) -> None:
    for _ in range(5):
        codes = at_once(
            lambda: running.ask("DELETE", f"{OWNERS}/ann", by="ann"),
            lambda: running.ask("DELETE", f"{OWNERS}/bo", by="bo"),
        )
        assert sorted(codes) == [200, 409]
        (left,) = owners(running)
        let_in(running, "bo" if left == "ann" else "ann", by=left)


def test_invitations_of_one_person_are_counted_together_whatever_they_are_to(
    running: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "INVITATIONS_EACH", 1)
    publishers = ("north", "willow", "harbor", "violet")
    for publisher in publishers:
        assert running.publish(retold(tags, name=f"{publisher}/tags")).status_code == 201
    for _ in range(3):
        paths = [f"/api/v1/publishers/{publisher}/owners/cy" for publisher in publishers]
        codes = at_once(*(partial(running.ask, "PUT", path, by="ann") for path in paths))
        assert sorted(codes) == [202, 409, 409, 409]
        assert running.ask("DELETE", paths[codes.index(202)], by="ann").status_code == 200


def test_an_invitation_that_is_accepted_twice_at_once_is_accepted_once(running: Running) -> None:
    assert running.ask("PUT", f"{OWNERS}/cy", by="ann").status_code == 202
    codes = at_once(*[lambda: running.ask("PUT", MINE, by="cy")] * 4)
    assert sorted(codes) == [200, 404, 404, 404]
    assert sorted(owners(running)) == ["ann", "bo", "cy"]


def test_an_invitation_that_is_accepted_while_it_is_taken_back_is_one_or_the_other(
    running: Running,
) -> None:
    for _ in range(5):
        assert running.ask("PUT", f"{OWNERS}/cy", by="ann").status_code == 202
        accepted, taken_back = at_once(
            lambda: running.ask("PUT", MINE, by="cy"),
            lambda: running.ask("DELETE", f"{OWNERS}/cy", by="bo"),
        )
        assert taken_back == 200
        assert accepted in {200, 404}
        assert owners(running) == ["ann", "bo"], "who was let in first was removed afterwards"


def test_a_name_that_two_claim_at_once_is_one_persons(running: Running, tags: Package) -> None:
    for number in range(4):
        package = retold(tags, name=f"{'xyzw'[number] * 6}/tags")
        codes = at_once(*(partial(running.publish, package, by) for by in ("ann", "cy")))
        assert sorted(codes) == [201, 403]
        publisher = package.name.partition("/")[0]
        found = running.ask("GET", f"/api/v1/publishers/{publisher}/owners").json()["owners"]
        assert len(found) == 1


# --- a token that ends while somebody waits for others --------------------------------------------


def _revoked(running: Running, by: str) -> tuple[Desk, Identity]:
    """Somebody who was let in by a token that is revoked by the time that it is their turn."""
    secret = running.token(
        by, scopes=[scope for scope in Scope if by == "root" or scope is not Scope.OPERATE]
    )
    with running.store.database.reading() as records:
        identity = identify(records, secret, running.now)
    path = f"/api/v1/me/tokens/{identity.token}"
    assert running.ask("DELETE", path, by=by).status_code == 200
    running.token(by, scopes=[Scope.READ])  # in its place, and by no number that it had
    store = running.store
    tree = running.app.state.site.tree
    publishing = Publishing(store.database, store.blobs, tree.package_of, tree.delegations)
    return Desk(store, publishing, lambda: running.now), identity


WRITES: dict[str, tuple[str, Callable[[Desk, Identity], object]]] = {
    "a new token": (
        "ann",
        lambda desk, by: people.create_token(
            desk, by, NewToken(name="kept", scopes=[Scope.PUBLISH], days=300)
        ),
    ),
    "a token ended": ("ann", lambda desk, by: people.delete_token(desk, by, 1)),
    "an invitation": ("ann", lambda desk, by: people.invite_owner(desk, by, "acme", "cy")),
    "an owner removed": ("ann", lambda desk, by: people.remove_owner(desk, by, "acme", "bo")),
    "a version yanked": (
        "ann",
        lambda desk, by: packages.yank(
            desk, by, "acme", "lifecycle-tags", "1.0.0", Why(reason="x")
        ),
    ),
    "a deprecation": (
        "ann",
        lambda desk, by: packages.deprecate_package(
            desk, by, "acme", "lifecycle-tags", Deprecation(reason="x")
        ),
    ),
    "a quarantine": (
        "root",
        lambda desk, by: packages.quarantine(desk, by, "acme", "lifecycle-tags", Why(reason="x")),
    ),
    "a decision": (
        "root",
        lambda desk, by: people.decide_name(
            desk, by, "acme", Decision(standing="refused", reason="x")
        ),
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_stolen_token_that_is_revoked_while_its_thief_waits_does_nothing(
    running: Running, what: str
) -> None:
    by, write = WRITES[what]
    desk, thief = _revoked(running, by)
    before = running.ask("GET", "/api/v1/log").json()["items"]
    with pytest.raises(UnauthenticatedError, match="revoked"):
        write(desk, thief)
    assert running.ask("GET", "/api/v1/log").json()["items"] == before
