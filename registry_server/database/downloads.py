"""Downloads: how often a version was fetched, a number a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite

from registry_server.database.schema import downloads, packages, versions


class Downloads:
    """The counts, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def add(self, counts: Mapping[str, int], day: dt.date) -> Mapping[int, int]:
        """Add to a day's counts; digests of which there is no version are passed over.

        Args:
            counts: How often each archive was fetched, by digest.
            day: The day, in UTC.

        Returns:
            How often each package was fetched, by its number.
        """
        found = self._connection.execute(
            select(versions.c.id, versions.c.package, versions.c.digest).where(
                versions.c.digest.in_(counts)
            )
        )
        fetched: Counter[int] = Counter()
        # In one order, so that two who count do not wait for each other in a circle.
        for number, package, digest in sorted(tuple(row) for row in found):
            self._connection.execute(self._counting(number, day, counts[digest]))
            fetched[package] += counts[digest]
        return fetched

    def _counting(self, version: int, day: dt.date, count: int) -> Insert:
        values = {"version": version, "day": day, "count": count}
        insert = (
            postgresql.insert(downloads)
            if self._connection.dialect.name == "postgresql"
            else sqlite.insert(downloads)
        )
        written = insert.values(values)
        return written.on_conflict_do_update(
            index_elements=["version", "day"],
            set_={"count": downloads.c.count + written.excluded.count},
        )

    def of(self, name: str, since: dt.date = dt.date.min) -> int:
        """Return how often a package was fetched, in whichever version, since a day."""
        found = (
            select(func.coalesce(func.sum(downloads.c.count), 0))
            .join(versions, versions.c.id == downloads.c.version)
            .join(packages, packages.c.id == versions.c.package)
            .where(packages.c.name == name, downloads.c.day >= since)
        )
        return int(self._connection.scalar(found) or 0)
