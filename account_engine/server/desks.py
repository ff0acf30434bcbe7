"""Desks: the threads in which the account is asked, so that nobody waits for a database on a loop.

Each desk is one thread with one connection. There is one for whoever writes, since a file has one
writer at a time anyway and a queue is fairer than a lock that is asked for again and again; one for
what is received, which has to wait for nobody who writes; one at the door, which looks up keys and
waits for nobody at all; one where time runs ahead in a copy, which may take minutes; and some for
those who only read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import TypeVar

from account_engine.account import Account
from account_engine.errors import AccountBusyError, AccountFileError, DatabaseError
from account_engine.stores.sqlite_file import FilePath

Result = TypeVar("Result")

_LOG = logging.getLogger("account_engine.server")

READERS = 3
PATIENCE = 5.0
"""For how many seconds a desk waits for another process that is writing."""

BUSY = 0.5
"""After how many seconds to try again when another process is writing for longer."""


class Access(Enum):
    """What a piece of work does to the account."""

    ADMIT = "admit"
    READ = "read"
    REHEARSE = "rehearse"
    RECEIVE = "receive"
    WRITE = "write"


class Desk:
    """One thread, and one connection that nothing else uses."""

    def __init__(self, location: FilePath) -> None:
        """Name the account; it is opened when it is first asked."""
        self._location = location
        self._account: Account | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")

    async def do(self, work: Callable[[Account], Result]) -> Result:
        """Do a piece of work in the desk's thread, after what was asked for before.

        Raises:
            AccountError: Whatever the account says.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def _do(self, work: Callable[[Account], Result]) -> Result:
        try:
            if self._account is None:
                self._account = Account.open(self._location, patience=PATIENCE)
            return work(self._account)
        except (AccountFileError, DatabaseError):  # the connection may be gone: take another
            self._let_go()
            raise

    def _let_go(self) -> None:
        account, self._account = self._account, None
        if account is not None:
            account.close()

    async def close(self) -> None:
        """Close the account and end the thread, after what was asked for before."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
        self._thread.shutdown()


class Desks:
    """The desks of one account."""

    def __init__(self, location: FilePath, readers: int = READERS) -> None:
        """Name the account."""
        self._writer, self._receiver, self._door, self._ahead = (Desk(location) for _ in range(4))
        self._readers = [Desk(location) for _ in range(readers)]
        self._idle: asyncio.LifoQueue[Desk] | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._waiting: list[tuple[int, asyncio.Future[bool]]] = []
        self._received = 0
        self._asked_since: float | None = None

    async def do(self, access: Access, work: Callable[[Account], Result]) -> Result:
        """Do a piece of work at a desk of its sort.

        Raises:
            AccountError: Whatever the account says.
        """
        match access:
            case Access.ADMIT:
                return await self._door.do(work)
            case Access.WRITE:
                return await self._writer.do(work)
            case Access.RECEIVE:
                return await self._receiver.do(work)
            case Access.REHEARSE:
                return await self._ahead.do(work)
            case Access.READ:
                return await self._read(work)

    async def _read(self, work: Callable[[Account], Result]) -> Result:
        if self._idle is None:
            self._idle = asyncio.LifoQueue()
            for desk in self._readers:
                self._idle.put_nowait(desk)
        desk = await self._idle.get()
        try:
            return await desk.do(work)
        finally:
            self._idle.put_nowait(desk)

    async def heard(self, patience: float) -> bool:
        """Give what was received its turn, and wait for that, but no longer than this.

        However many ask at once, the writer's desk is asked once: what was received before it
        begins has its turn with the rest. Who would wait for a moment, and comes when others have
        waited for longer than that already, does not wait at all: something large is going on.

        Args:
            patience: For how many seconds to wait.

        Returns:
            Whether it has had its turn.
        """
        self._received += 1
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((self._received, turn))
        if self._hearing is None or self._hearing.done():
            self._hearing = asyncio.create_task(self._hear())
        elif patience < BUSY and self._asked_for() > patience:
            patience = 0
        done, _ = await asyncio.wait((turn,), timeout=patience)
        return bool(done) and turn.result()

    def _asked_for(self) -> float:
        """For how many seconds the writer's desk has been asked for the same by now."""
        now = asyncio.get_running_loop().time()
        return 0 if self._asked_since is None else now - self._asked_since

    async def _hear(self) -> None:
        while self._waiting:
            if self._asked_since is None:
                self._asked_since = asyncio.get_running_loop().time()
            try:
                covers = await self._writer.do(self._catch_up)
            except AccountBusyError as error:
                _LOG.info("what was received waits for its turn: %s", error)
                await asyncio.sleep(BUSY)
                continue
            except Exception:  # noqa: BLE001  whoever waits is told, and the events are safe
                _LOG.exception("what was received waits for its turn")
                covers = -1
            self._asked_since = None
            waiting, self._waiting = self._waiting, []
            for mine, turn in waiting:
                if 0 <= covers < mine:
                    self._waiting.append((mine, turn))
                elif not turn.done():
                    turn.set_result(covers >= 0)

    def _catch_up(self, account: Account) -> int:
        covers = self._received
        account.catch_up()
        return covers

    async def close(self) -> None:
        """Close every desk, after what was asked for before."""
        if self._hearing is not None:
            self._hearing.cancel()
        for desk in (self._door, self._receiver, self._ahead, *self._readers, self._writer):
            await desk.close()
