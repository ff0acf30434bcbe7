"""Counting: how many fetch each archive, written down now and then. An edge.

An address counts once a day for each version, however often it asks. Whoever fetches something is
not kept waiting: who they are and what they fetched is in memory for a few seconds, and goes into
the database as what nobody can read them out of (`registry_server.database.downloads`). What a
process that is killed has not written down yet is not counted.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable
from multiprocessing.util import Finalize
from threading import Lock, Timer
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from registry_server.database.database import Database
from registry_server.errors import UnavailableError
from registry_server.operations.peers import address_of

if TYPE_CHECKING:
    from starlette.types import Scope

_log = logging.getLogger(__name__)

_SECONDS = 5.0
_MOST = 100_000
"""How many fetches are remembered at most; those that come then, before it is written down, do not
count."""

_BOT = re.compile(r"bot\b|crawl|spider|slurp|headless|monitor|preview|\+https?://", re.IGNORECASE)
"""Whatever looks at everything, and says so."""

_LOCK = "downloads"


class Counting:
    """Counts what is fetched from one process."""

    def __init__(
        self, database: Database, today: Callable[[], str], seconds: float = _SECONDS
    ) -> None:
        """Take the database.

        Args:
            database: Where the counts are kept.
            today: Says which day it is, in UTC, as ISO 8601 writes it.
            seconds: After how long what was counted is written down.
        """
        self._database = database
        self._today = today
        self._seconds = seconds
        self._lock = Lock()
        self._fetches: set[tuple[str, str]] = set()
        self._timer: Timer | None = None
        # A server's worker is a process that ends without the interpreter's usual farewell.
        Finalize(self, self.write_down, exitpriority=0)

    def fetched(self, scope: Scope, digest: str) -> None:
        """Remember that an archive that is there is given out whole, unless a bot asks for it."""
        asked = HTTPConnection(scope)
        if _BOT.search(asked.headers.get("User-Agent", "")):
            return
        with self._lock:
            if len(self._fetches) < _MOST:
                self._fetches.add((digest, address_of(asked)))
            if self._timer is None:
                self._timer = Timer(self._seconds, self.write_down)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        """Write down what was counted, and count no more."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
            self.write_down()

    def write_down(self) -> None:
        """Write down what was counted; what cannot be is tried again with what comes next."""
        with self._lock:
            fetches, self._fetches, self._timer = self._fetches, set(), None
        if not fetches:
            return
        day = dt.date.fromisoformat(self._today())
        try:
            with self._database.writing(_LOCK) as records:
                counts = records.downloads.new_today(fetches, day)
                records.listings.count(records.downloads.add(counts, day))
        except UnavailableError as error:
            _log.warning("what was fetched is not written down yet: %s", error)
            with self._lock:
                self._fetches |= fetches
