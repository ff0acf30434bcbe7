"""A store: the database and the blobs in which a server keeps its registry, opened together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry_server.blobs.opening import open_blobs
from registry_server.blobs.port import Blobs
from registry_server.database.database import Database, open_database
from registry_server.errors import CannotServeError

DATABASE = "registry.sqlite"
"""The database's file in a folder that has both."""


def is_store(folder: Path) -> bool:
    """Whether a server keeps its registry in a folder."""
    return (folder / DATABASE).exists()


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
        """Return where a store is of which perhaps a part is elsewhere than in its folder."""
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
    def open(cls, place: Place) -> Store:
        """Open a store, or make one where there is none.

        Raises:
            CannotServeError: An address is none, or the database is of a newer server.
            UnavailableError: The database does not answer.
        """
        if place.database.startswith("sqlite:///"):
            folder = Path(place.database.removeprefix("sqlite:///")).parent
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CannotServeError(f"{folder} cannot be made: {error.strerror}") from error
        return cls(open_database(place.database), open_blobs(place.blobs))

    def close(self) -> None:
        """Close what is open."""
        self.database.close()
