"""A store: the database and the blobs in which a server keeps its registry, opened together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from package_format.registry_folders import DATABASE, Holding, what_is_in
from registry_server.errors import CannotServeError

if TYPE_CHECKING:
    from registry_server.blobs.port import Blobs
    from registry_server.database.database import Database

_OTHERS = {
    Holding.TREE: (
        "a registry that is a plain folder, which no server writes to",
        "name another folder, and 'cpt registry import' brings into it what is here",
    ),
    Holding.BACKUP: (
        "a backup of a registry",
        "name another folder, and 'cpt registry restore' brings the backup back there",
    ),
}


@dataclass(frozen=True)
class Place:
    """Where a store is.

    Attributes:
        database: The database's address.
        blobs: The address of the blobs.
    """

    database: str
    blobs: str

    @classmethod
    def of(cls, folder: Path, database: str | None = None, blobs: str | None = None) -> Place:
        """Return where a store is of which perhaps a part is elsewhere than in its folder.

        Raises:
            CannotServeError: The folder has no store, but a registry that is a plain folder, or a
                backup, which a store would hide.
        """
        other = _OTHERS.get(what_is_in(folder)) if database is None else None
        if other is not None:
            what, help_ = other
            raise CannotServeError(f"{folder} is {what}", help_)
        return cls(database or f"sqlite:///{folder / DATABASE}", blobs or str(folder))


@dataclass(frozen=True)
class Store:
    """A database and blobs that belong together.

    Attributes:
        database: The database.
        blobs: The blobs.
    """

    database: Database
    blobs: Blobs

    @classmethod
    def open(cls, place: Place, *, is_up_to_date: bool = False) -> Store:
        """Open a store, or make one where there is none.

        Args:
            place: Where it is.
            is_up_to_date: Whether its tables were looked at just before, by another process.

        Raises:
            CannotServeError: An address is none, the database is of a newer server, or a folder
                cannot be made.
            UnavailableError: The database does not answer.
        """
        # Whoever only names a place (the process that starts a server's others) needs neither.
        from registry_server.blobs.opening import open_blobs  # noqa: PLC0415
        from registry_server.database.database import open_database  # noqa: PLC0415

        if place.database.startswith("sqlite:///"):
            _make(Path(place.database.removeprefix("sqlite:///")).parent)
        if "://" not in place.blobs:
            _make(Path(place.blobs))
        database = open_database(place.database, is_up_to_date=is_up_to_date)
        return cls(database, open_blobs(place.blobs))

    def close(self) -> None:
        """Close what is open."""
        self.database.close()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotServeError(f"{folder} cannot be made: {error.strerror}") from error
