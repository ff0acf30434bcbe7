"""An account in one SQLite file."""

from __future__ import annotations

from account_engine.stores.contacts import ContactVerbs
from account_engine.stores.happenings import HappeningVerbs
from account_engine.stores.port import PATIENCE, Identity
from account_engine.stores.resources import NEW_ACCOUNT, ResourceVerbs, account_values
from account_engine.stores.sqlite_file import FilePath, SqliteFile, connect, create


class SqliteStore(SqliteFile, ResourceVerbs, ContactVerbs, HappeningVerbs):
    """A `Store` in one SQLite file."""

    @classmethod
    def create(cls, path: FilePath, identity: Identity, patience: float = PATIENCE) -> SqliteStore:
        """Make a new account's file and open it.

        Args:
            path: Where; nothing may be there yet.
            identity: What the account is.
            patience: For how many seconds to wait for another process.

        Raises:
            AccountFileError: Something is there already, or the file cannot be made.
        """
        create(path, NEW_ACCOUNT, account_values(identity, identity.name))
        return cls.open(path, patience)

    @classmethod
    def open(cls, path: FilePath, patience: float = PATIENCE) -> SqliteStore:
        """Open an account's file.

        Args:
            path: Where it is.
            patience: For how many seconds to wait for another process.

        Raises:
            AccountFileError: There is no file, or it is no account that we can read.
        """
        return cls(connect(path, patience), path)
