"""Records: everything that can be read and written in one transaction, by noun."""

from __future__ import annotations

from sqlalchemy import Connection

from registry_server.database.downloads import Downloads
from registry_server.database.listed import ListedPackages
from registry_server.database.listings import Listings
from registry_server.database.log import Log
from registry_server.database.packages import Packages
from registry_server.database.people import People
from registry_server.database.publishers import Publishers
from registry_server.database.quotas import Quotas
from registry_server.database.signed import Signed
from registry_server.database.spellings import Spellings
from registry_server.database.tokens import Tokens
from registry_server.database.workflows import Workflows
from registry_server.search.fts5 import Fts5Index
from registry_server.search.port import Index
from registry_server.search.tsvector import TsvectorIndex


class Records:
    """The records of a registry, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self.connection = connection
        self.packages = Packages(connection)
        self.publishers = Publishers(connection)
        self.people = People(connection)
        self.tokens = Tokens(connection)
        self.workflows = Workflows(connection)
        self.downloads = Downloads(connection)
        self.signed = Signed(connection)
        self.log = Log(connection)
        self.quotas = Quotas(connection)
        self.index: Index = (
            TsvectorIndex(connection)
            if connection.dialect.name == "postgresql"
            else Fts5Index(connection)
        )
        self.spellings = Spellings(connection)
        self.listings = Listings(connection, self.index, self.spellings)
        self.listed = ListedPackages(connection)
