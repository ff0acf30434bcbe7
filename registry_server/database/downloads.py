"""Downloads: how often a version was fetched, a number a day.

That an address fetched an archive today is known by a mark, a hash of both with the day's salt,
which all processes share. With the next day's first fetch the salt and the marks are thrown away:
what is left is the number. Neither is in a backup.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from hashlib import blake2b

from sqlalchemy import Connection, Insert, delete, func, select

from registry_server.database.inserting import insert_into
from registry_server.database.schema import day_salts, downloads, fetches, packages, versions

_AT_ONCE = 500
_MARK = 16
"""How many bytes a mark has: enough that no two are the same by chance."""


class Downloads:
    """The counts, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def new_today(self, fetched: Collection[tuple[str, str]], day: dt.date) -> Counter[str]:
        """Return how many fetched each archive who had not today, and remember that they have.

        Args:
            fetched: Archives, by digest, and the addresses that fetched them.
            day: The day, in UTC; what is remembered of others is thrown away.
        """
        for table in (fetches, day_salts):
            self._connection.execute(delete(table).where(table.c.day != day))
        made = insert_into(self._connection, day_salts).values(
            day=day, salt=secrets.token_bytes(32)
        )
        self._connection.execute(made.on_conflict_do_nothing())
        salt = self._connection.scalar(select(day_salts.c.salt).where(day_salts.c.day == day))
        assert salt is not None  # noqa: S101  it has just been made, if there was none
        marks = {_mark(bytes(salt), *each): each[0] for each in fetched}
        new: Counter[str] = Counter()
        for some in _batches(sorted(marks)):
            kept = insert_into(self._connection, fetches).values(
                [{"day": day, "mark": mark} for mark in some]
            )
            fresh = kept.on_conflict_do_nothing().returning(fetches.c.mark)
            new.update(marks[bytes(mark)] for mark in self._connection.scalars(fresh))
        return new

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
        written = insert_into(self._connection, downloads).values(values)
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


def _mark(salt: bytes, digest: str, address: str) -> bytes:
    return blake2b(f"{digest} {address}".encode(), key=salt, digest_size=_MARK).digest()


def _batches(marks: list[bytes]) -> list[list[bytes]]:
    return [marks[start : start + _AT_ONCE] for start in range(0, len(marks), _AT_ONCE)]
