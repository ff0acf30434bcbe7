"""Quotas: how much of a registry each publisher has, and how much it may have.

What it has is counted in the transaction that publishes, so that all processes count together. What
everybody may have stands under `EVERYBODY`, a name that no publisher can have; 0 is any number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, case, func, or_, select

from registry_server.database.inserting import insert_into
from registry_server.database.schema import packages, publishers, quotas

EVERYBODY = ""
"""Under this stands what each may have of whom nothing else is said."""


@dataclass(frozen=True)
class Quota:
    """How much a publisher may have, or has.

    Attributes:
        packages: How many packages.
        bytes: How many bytes of archives.
        versions: How many versions that were published today, in UTC.
    """

    packages: int
    bytes: int
    versions: int


DEFAULT = Quota(packages=1_000, bytes=10 * 1024**3, versions=1_000)
"""What each may have where whoever runs the registry has said nothing."""


class Quotas:
    """The quotas, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def of(self, publisher: str) -> Quota:
        """Return what a publisher may have."""
        return self.standing(publisher, dt.date.min)[0]

    def standing(self, publisher: str, day: dt.date) -> tuple[Quota, Quota]:
        """Return what a publisher may have, and what it has but for its packages."""
        rows = {row.publisher: row for row in self._connection.execute(_BOTH, {"of": publisher})}
        own, everybody = rows.get(publisher), rows.get(EVERYBODY)

        def most(name: str) -> int:
            said = (getattr(row, f"most_{name}", None) for row in (own, everybody))
            return int(next((x for x in said if x is not None), getattr(DEFAULT, name)))

        used = Quota(
            packages=0,
            bytes=0 if own is None else own.bytes,
            versions=own.versions if own is not None and own.day == day else 0,
        )
        return Quota(most("packages"), most("bytes"), most("versions")), used

    def packages_of(self, publisher: str) -> int:
        """Return how many packages a publisher has."""
        counted = (
            select(func.count())
            .select_from(packages)
            .join(publishers, publishers.c.id == packages.c.publisher)
            .where(publishers.c.name == publisher)
        )
        return int(self._connection.scalar(counted) or 0)

    def used(self, publisher: str, day: dt.date) -> Quota:
        """Return all that a publisher has."""
        _, used = self.standing(publisher, day)
        return replace(used, packages=self.packages_of(publisher))

    def count(self, publisher: str, size: int, day: dt.date | None) -> None:
        """Count a version.

        Args:
            publisher: Whose.
            size: How many bytes its archive has.
            day: The day on which it is published; None if it was another one.
        """
        made = insert_into(self._connection, quotas).values(
            publisher=publisher, bytes=size, day=day, versions=0 if day is None else 1
        )
        is_same_day = quotas.c.day == made.excluded.day
        counted = {
            "bytes": quotas.c.bytes + made.excluded.bytes,
            "day": func.coalesce(made.excluded.day, quotas.c.day),
            "versions": made.excluded.versions
            + case((or_(is_same_day, made.excluded.day.is_(None)), quotas.c.versions), else_=0),
        }
        self._connection.execute(
            made.on_conflict_do_update(index_elements=["publisher"], set_=counted)
        )

    def allow(
        self,
        publisher: str,
        *,
        packages: int | None = None,
        bytes_: int | None = None,
        versions: int | None = None,
    ) -> None:
        """Say what a publisher, or `EVERYBODY`, may have; None leaves it as it is."""
        said = {"most_packages": packages, "most_bytes": bytes_, "most_versions": versions}
        known = {name: value for name, value in said.items() if value is not None}
        made = insert_into(self._connection, quotas).values(
            publisher=publisher, bytes=0, versions=0, **known
        )
        self._connection.execute(
            made.on_conflict_do_update(index_elements=["publisher"], set_=known)
        )


_BOTH = select(quotas).where(
    or_(quotas.c.publisher == bindparam("of"), quotas.c.publisher == EVERYBODY)
)
