"""Desks: the threads in which an account is asked, and what becomes of failures there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from threading import Event, get_ident
from typing import Any

import pytest

from account_engine.account import Account
from account_engine.errors import AccountBusyError, DatabaseError
from account_engine.server import desks as module
from account_engine.server import native
from account_engine.server.asking import read_lines
from account_engine.server.desks import Access, Desks
from tests.account_engine.conftest import Shop
from tests.account_engine.server.conftest import Served


def run(shop: Shop, ask: Callable[[Desks], Coroutine[Any, Any, object]]) -> Any:  # noqa: ANN401
    """Ask the desks of a shop, and close them."""

    async def asking() -> object:
        desks = Desks(shop.location)
        try:
            return await ask(desks)
        finally:
            await desks.close()

    return asyncio.run(asking())


def test_whoever_writes_queues_at_one_thread_and_readers_have_others(shop: Shop) -> None:
    async def ask(desks: Desks) -> list[int]:
        every = (Access.WRITE, Access.WRITE, Access.READ, Access.RECEIVE)
        return [await desks.do(access, lambda _: get_ident()) for access in every]

    writer, again, reader, receiver = run(shop, ask)
    assert writer == again
    assert len({writer, reader, receiver, get_ident()}) == 4


def test_a_desk_whose_connection_failed_takes_another(shop: Shop) -> None:
    seen: list[Account] = []

    def fail(account: Account) -> None:
        seen.append(account)
        raise DatabaseError("it went away")

    async def ask(desks: Desks) -> str:
        with pytest.raises(DatabaseError):
            await desks.do(Access.WRITE, fail)
        await desks.do(Access.WRITE, seen.append)
        return await desks.do(Access.WRITE, lambda account: account.info.name)

    assert run(shop, ask) == "Shop"
    assert seen[0] is not seen[1]


def test_many_who_wait_are_heard_by_one_catching_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, times = shop.contact(), []
    catch_up = Account.catch_up

    def counting(account: Account) -> int:
        times.append(1)
        return catch_up(account)

    monkeypatch.setattr(Account, "catch_up", counting)

    async def ask(desks: Desks) -> list[bool]:
        for _ in range(5):
            await desks.do(
                Access.RECEIVE, lambda account: account.receive(contact.id, shop.registration)
            )
        return await asyncio.gather(*(desks.heard(20) for _ in range(5)))

    assert run(shop, ask) == [True] * 5
    assert len(times) <= 2
    assert shop.at() == {"remind.nudge": 1}


def test_what_was_received_is_tried_again_while_somebody_else_is_writing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [AccountBusyError("busy"), AccountBusyError("busy")]

    def busy(_: Account) -> int:
        if left:
            raise left.pop()
        return 0

    monkeypatch.setattr(module, "BUSY", 0)
    monkeypatch.setattr(Account, "catch_up", busy)
    assert run(shop, lambda desks: desks.heard(20)) is True


def test_who_waits_for_a_moment_does_not_while_something_large_is_going_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, begun = Event(), Event()

    def large(_: Account) -> int:
        begun.set()
        assert over.wait(20)
        return 0

    monkeypatch.setattr(Account, "catch_up", large)

    async def ask(desks: Desks) -> tuple[list[bool], float, bool]:
        loop = asyncio.get_running_loop()
        heard = [await desks.heard(0.2)]
        assert begun.is_set()
        start = loop.time()
        heard += [await desks.heard(0.1) for _ in range(50)]
        took = loop.time() - start
        patient = asyncio.create_task(desks.heard(20))
        await asyncio.sleep(0)
        over.set()
        return heard, took, await patient

    heard, took, patient = run(shop, ask)
    assert heard == [False] * 51
    assert took < 50 * 0.1
    assert patient is True


def test_what_fails_while_it_has_its_turn_is_said_to_be_pending(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Account) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(Account, "catch_up", broken)
    assert run(shop, lambda desks: desks.heard(20)) is False
    assert "what was received waits for its turn" in caplog.text


def test_who_sends_a_great_deal_keeps_nobody_waiting_while_it_is_read(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = served.shop.contact().id
    told = {"event": "web-form-submitted", "about": {"form": f"#{served.shop.form}"}}
    sent = json.dumps({**told, "contact": contact})
    reading, go_on = Event(), Event()

    def slowly(*arguments: Any) -> Any:  # noqa: ANN401  as it is
        reading.set()
        assert go_on.wait(20)
        return read_lines(*arguments)

    monkeypatch.setattr(native, "read_lines", slowly)
    with ThreadPoolExecutor(1) as pool:
        many = pool.submit(served.lines, "/events/bulk?wait=20", [sent] * 3)
        assert reading.wait(20)
        one = served.ask("POST", "/events?wait=20", json=json.loads(sent))
        assert (one.status_code, many.done()) == (200, False)
        go_on.set()
        assert many.result().json()["count"] == 3
