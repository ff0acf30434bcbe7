"""Counting: how often archives are fetched, written down now and then. An edge.

Whoever fetches something is not kept waiting, and nothing of them is kept: a digest gets one more
in memory, and all of them go into the database together a few seconds later. What a process that is
killed has not written down yet is not counted.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from multiprocessing.util import Finalize
from threading import Lock, Timer

from registry_server.database.database import Database
from registry_server.errors import UnavailableError

_log = logging.getLogger(__name__)

_SECONDS = 5.0


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
        self._counts: Counter[str] = Counter()
        self._timer: Timer | None = None
        # A server's worker is a process that ends without the interpreter's usual farewell.
        Finalize(self, self.write_down, exitpriority=0)

    def fetched(self, digest: str) -> None:
        """Count an archive that is there."""
        with self._lock:
            self._counts[digest] += 1
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
            counts, self._counts, self._timer = self._counts, Counter(), None
        if not counts:
            return
        try:
            with self._database.writing() as records:
                fetched = records.downloads.add(counts, dt.date.fromisoformat(self._today()))
                records.listings.count(fetched)
        except UnavailableError as error:
            _log.warning("what was fetched is not written down yet: %s", error)
            with self._lock:
                self._counts += counts
