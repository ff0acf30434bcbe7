"""Tokens: what they tell whoever guesses, and that nothing else says who somebody is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from package_format.package import Package
from tests.registry_server.stores import Running


def test_whoever_guesses_half_a_token_is_looked_up_as_anybody_is(running: Running) -> None:
    right = running.tokens["ann"]
    guesses = [right[:-1] + ("A" if right[-1] != "A" else "B"), "cpt_" + "A" * 43]
    asked: list[list[tuple[str, str]]] = []

    def note(_: object, __: object, statement: str, given: Any, *___: object) -> None:  # noqa: ANN401
        asked[-1].append((statement, str(given)))

    event.listen(running.store.database._engine, "before_cursor_execute", note)  # noqa: SLF001
    for guess in guesses:
        asked.append([])
        assert running.ask("GET", "/api/v1/me", by=guess).status_code == 401
    one, other = ([statement for statement, _ in found] for found in asked)
    assert one == other
    for guess, found in zip(guesses, asked, strict=True):
        told = " ".join(given for _, given in found)
        assert re.search(r"\b[0-9a-f]{64}\b", told)
        assert guess not in told
        assert right[:20] not in told


def test_a_token_is_kept_nowhere_as_it_is(running: Running) -> None:
    secret = running.token("ann", scopes=["read"])
    with running.store.database.moment() as connection:
        tokens = connection.exec_driver_sql("SELECT * FROM tokens").fetchall()
        log = connection.exec_driver_sql("SELECT * FROM log").fetchall()
    assert secret not in f"{tokens} {log}"
    assert secret not in running.ask("GET", "/api/v1/me/tokens", by="ann").text


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/config.json", "/search?q=x", "/nothing"])
def test_no_answer_begins_a_session_or_lets_another_site_read_it(
    running: Running, path: str
) -> None:
    headers = {"Origin": "https://evil.example", "Cookie": "session=fixed"}
    answer = running.ask("GET", path, by="ann", headers=headers)
    assert "Set-Cookie" not in answer.headers
    assert not [name for name in answer.headers if name.casefold().startswith("access-control")]


def test_what_a_browser_sends_by_itself_says_nothing_of_who_it_is(
    running: Running, tags: Package
) -> None:
    running.publish(tags)
    token = running.tokens["ann"]
    path = f"/api/v1/packages/{tags.name}/deprecated"
    for headers in (
        {"Cookie": f"token={token}; Authorization=Bearer {token}"},
        {"Authorization": "Basic YW5uOnNlY3JldA=="},
        {"Proxy-Authorization": f"Bearer {token}"},
    ):
        answer = running.ask("PUT", path, json={"reason": "forged"}, headers=headers)
        assert answer.status_code == 401
    assert running.ask("PUT", f"{path}?token={token}", json={"reason": "x"}).status_code == 401
    assert running.log(tags.name) == ["ann published"]
