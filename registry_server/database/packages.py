"""Packages and their versions: what the index is made of.

A version's line is kept as the index has it, to the byte. Of a line only the status ever changes;
that of a package in quarantine is given by the quarantine, and comes back when it is lifted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from package_format.index import IndexLine, Status, index_text, parse_index, with_status
from package_format.notices import Notices
from package_format.versions import Version
from registry_server.database.schema import packages, publishers, versions


@dataclass(frozen=True)
class Unsigned:
    """A package of which what is served has changed since it was signed.

    Attributes:
        name: Its name.
        changes: How often it has changed.
        signed: How often it had when it was signed; 0 if it never was.
        is_noticed: Whether what people should know of it is among what has changed.
    """

    name: str
    changes: int
    signed: int
    is_noticed: bool = False


class Packages:
    """The packages, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted."""
        found = select(packages.c.name)
        return tuple(sorted(self._connection.scalars(found)))

    def index(self, name: str) -> str | None:
        """Return what the index says about a package, a line a version; None if it is unknown."""
        rows = self._connection.execute(_INDEX, {"which": name})
        return index_of([(row.line, row.quarantined) for row in rows])

    def lines(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, as published; none if it is unknown."""
        return parse_index(self.index(name) or "", name)

    def notices(self, name: str) -> Notices | None:
        """Return what people should know of a package; None if it is unknown."""
        row = self._connection.execute(
            select(packages.c.deprecated, packages.c.successor, packages.c.quarantined).where(
                packages.c.name == name
            )
        ).first()
        return None if row is None else Notices(*row)

    def all_notices(self) -> dict[str, Notices]:
        """Return what people should know of packages, for each of which there is something."""
        said = (packages.c.deprecated, packages.c.successor, packages.c.quarantined)
        rows = self._connection.execute(
            select(packages.c.name, *said).where(or_(*(column.is_not(None) for column in said)))
        )
        return {name: Notices(*words) for name, *words in rows}

    def listed(self, digests: Collection[str]) -> frozenset[str]:
        """Return those of some archives that a version lists, by digest."""
        found = select(versions.c.digest).where(versions.c.digest.in_(digests))
        return frozenset(self._connection.scalars(found))

    def add(self, line: IndexLine) -> int:
        """Publish a version; its publisher is known, and `package_format.index.appended` agrees.

        Returns:
            int: The version's number.
        """
        package = self._connection.scalar(_NUMBER, {"which": line.name})
        if package is None:
            publisher = line.name.partition("/")[0]
            package = self._connection.scalar(_ADD, {"name": line.name, "which": publisher})
        else:
            self._count_change(line.name)
        version = {
            "package": package,
            "precedence": precedence(line.version),
            "digest": line.digest,
            "line": _text(line),
        }
        return int(self._connection.execute(_ADD_VERSION, version).scalar_one())

    def set_status(self, name: str, version: str, status: Status) -> bool:
        """Yank a version, or take that back; say whether that changed anything.

        Raises:
            PackageError: There is no such version.
        """
        rows = self._connection.execute(
            select(versions.c.id, versions.c.line)
            .join(packages, packages.c.id == versions.c.package)
            .where(packages.c.name == name, versions.c.precedence == precedence(version))
        ).all()
        lines = parse_index("".join(f"{row.line}\n" for row in rows), name)
        (changed,) = with_status(lines, Version.parse(version), status)
        if changed == lines[0]:
            return False
        self._connection.execute(
            update(versions).where(versions.c.id == rows[0].id).values(line=_text(changed))
        )
        self._count_change(name)
        return True

    def set_notices(self, name: str, notices: Notices) -> None:
        """Say what people should know of a package."""
        self._connection.execute(
            update(packages)
            .where(packages.c.name == name)
            .values(
                deprecated=notices.deprecated,
                successor=notices.successor,
                quarantined=notices.quarantined,
                noticed=packages.c.changes + 1,
            )
        )
        self._count_change(name)

    def unsigned(self, limit: int | None = None) -> tuple[Unsigned, ...]:
        """Return the packages of which the index has changed since it was signed."""
        found = (
            select(
                packages.c.name,
                packages.c.changes,
                packages.c.signed,
                packages.c.noticed > packages.c.signed,
            )
            .where(packages.c.changes != packages.c.signed)
            .order_by(packages.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(found)
        return tuple(
            Unsigned(name, changes, signed, bool(noticed))
            for name, changes, signed, noticed in rows
        )

    def set_signed(self, package: Unsigned) -> None:
        """Say that the index of a package is signed as it was, or as it is by now."""
        self._connection.execute(
            update(packages).where(packages.c.name == package.name).values(signed=package.changes)
        )

    def _count_change(self, name: str) -> None:
        """Count a change to what the index says: whoever signs it sees by that what is new."""
        self._connection.execute(_COUNT_CHANGE, {"which": name})


_INDEX = (
    select(versions.c.line, packages.c.quarantined)
    .join(packages, packages.c.id == versions.c.package)
    .where(packages.c.name == bindparam("which"))
    .order_by(versions.c.id)
)
_NUMBER = select(packages.c.id).where(packages.c.name == bindparam("which"))
_OF_PUBLISHER = select(publishers.c.id).where(publishers.c.name == bindparam("which"))
_ADD = (
    insert(packages)
    .values(name=bindparam("name"), publisher=_OF_PUBLISHER.scalar_subquery())
    .returning(packages.c.id)
)
_ADD_VERSION = insert(versions).returning(versions.c.id)
_COUNT_CHANGE = (
    update(packages)
    .where(packages.c.name == bindparam("which"))
    .values(changes=packages.c.changes + 1)
)


def index_of(rows: Sequence[tuple[str, str | None]]) -> str | None:
    """Return what the index says about a package; None if there is nothing of it.

    Args:
        rows: The line of each of its versions, and why it is in quarantine, if it is.
    """
    if not rows:
        return None
    text = "".join(f"{line}\n" for line, _ in rows)
    return text if rows[0][1] is None else _quarantined(text)


def _text(line: IndexLine) -> str:
    return index_text([line]).removesuffix("\n")


def precedence(version: str) -> str:
    """A version without its build metadata, in which two versions cannot differ."""
    return version.partition("+")[0]


def _quarantined(text: str) -> str:
    lines = parse_index(text)
    return index_text([x.model_copy(update={"status": Status.QUARANTINED}) for x in lines])
