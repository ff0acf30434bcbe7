"""Records: everything that can be read and written in one transaction, by noun."""

from __future__ import annotations

from sqlalchemy import Connection

from registry_server.database.downloads import Downloads
from registry_server.database.log import Log
from registry_server.database.packages import Packages
from registry_server.database.people import People
from registry_server.database.publishers import Publishers
from registry_server.database.signed import Signed
from registry_server.database.tokens import Tokens
from registry_server.database.workflows import Workflows


class Records:
    """The records of a registry, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self.packages = Packages(connection)
        self.publishers = Publishers(connection)
        self.people = People(connection)
        self.tokens = Tokens(connection)
        self.workflows = Workflows(connection)
        self.downloads = Downloads(connection)
        self.signed = Signed(connection)
        self.log = Log(connection)
