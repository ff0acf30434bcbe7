"""The tables, as SQLAlchemy knows them; what makes them in a database is `migrations`.

Instants are texts in UTC to the second, as the index has them: they sort as they follow each other.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeEngine

from registry_server.database.actions import words_of

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PASSING = {"passing": True}
"""Marks a table of what is forgotten within a day, and is not to be kept in a backup."""

_INSTANT = String(20)
_NAME = String(129)


def _plain(length: int) -> TypeEngine[str]:
    """A text that sorts by its characters' numbers, whatever the database's language."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("operator", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("joined", _INSTANT, nullable=False),
)

publishers = Table(
    "publishers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("standing", String(10), nullable=False),
    Column("claimed", _INSTANT, nullable=False),
    CheckConstraint("standing IN ('active', 'waiting', 'refused')", name="standing"),
)

owners = Table(
    "owners",
    metadata,
    Column("publisher", ForeignKey("publishers.id"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("since", _INSTANT, nullable=False),
    Index(None, "person"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("publisher", ForeignKey("publishers.id"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("invited_by", String(64), nullable=False),
    Column("expires", _INSTANT, nullable=False),
    Index(None, "person"),
)

packages = Table(
    "packages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("publisher", ForeignKey("publishers.id"), nullable=False),
    Column("name", _NAME, nullable=False, unique=True),
    Column("deprecated", Text),
    Column("successor", _NAME),
    Column("quarantined", Text),
    Column("changes", Integer, nullable=False, server_default="1"),
    Column("signed", Integer, nullable=False, server_default="0"),
    Column("noticed", Integer, nullable=False, server_default="0"),
    Index(None, "publisher"),
)
Index(
    "ix_packages_unsigned",
    packages.c.id,
    sqlite_where=packages.c.changes != packages.c.signed,
    postgresql_where=packages.c.changes != packages.c.signed,
)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("package", ForeignKey("packages.id"), nullable=False),
    Column("precedence", String(256), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("line", Text, nullable=False),
    UniqueConstraint("package", "precedence"),
    Index(None, "digest"),
)

quotas = Table(
    "quotas",
    metadata,
    Column("publisher", String(64), primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("day", Date),
    Column("versions", Integer, nullable=False),
    Column("most_packages", BigInteger),
    Column("most_bytes", BigInteger),
    Column("most_versions", BigInteger),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", String(100), nullable=False),
    Column("package", _NAME),
    Column("made", _INSTANT, nullable=False),
    Column("expires", _INSTANT, nullable=False),
    Column("workflow", Integer),
    Column("behind", Text),
    Column("made_with", Integer),
    Index(None, "person"),
    Index(None, "workflow"),
    sqlite_autoincrement=True,  # requests under way know their token by its number
)

issuers = Table(
    "issuers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String(300), nullable=False, unique=True),
    Column("added", _INSTANT, nullable=False),
)

workflows = Table(
    "workflows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("package", _NAME, nullable=False),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("issuer", String(300), nullable=False),
    Column("audience", String(300)),
    Column("claims", Text, nullable=False),
    Column("pinned", Text, nullable=False),
    Column("added", _INSTANT, nullable=False),
    Index(None, "package"),
)

spent_tokens = Table(
    "spent_tokens",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("expires", Integer, nullable=False),
    Index(None, "expires"),
)

signed_files = Table(
    "signed_files",
    metadata,
    Column("path", String(256), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("superseded", _INSTANT),
    Index(None, "superseded"),
)

descriptions = Table(
    "descriptions",
    metadata,
    Column("version", ForeignKey("versions.id"), primary_key=True),
    Column("package", ForeignKey("packages.id"), nullable=False),
    Column("published", _INSTANT, nullable=False),
    Column("format", Integer, nullable=False),
    Column("facts", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Index(None, "package"),
    Index(None, "published"),
)

listings = Table(
    "listings",
    metadata,
    Column("package", ForeignKey("packages.id"), primary_key=True),
    Column("publisher", _plain(64), nullable=False),
    Column("name", _plain(129), nullable=False, unique=True),
    Column("short", _plain(64), nullable=False),
    Column("version", ForeignKey("versions.id"), nullable=False),
    Column("line", Text, nullable=False),
    Column("facts", Text),
    Column("versions", Integer, nullable=False),
    Column("published", _INSTANT, nullable=False),
    Column("last", _INSTANT, nullable=False),
    Column("downloads", Integer, nullable=False),
    Column("deprecated", Boolean(create_constraint=False), nullable=False),
    Column("place", BigInteger, unique=True),
    Index(None, "publisher", "name"),
    Index(None, "short"),
    Index(None, "published"),
    Index(None, "downloads"),
)

needs = Table(
    "needs",
    metadata,
    Column("needed", _plain(129), primary_key=True),
    Column("package", ForeignKey("packages.id"), primary_key=True),
    Index(None, "package"),
)

spellings = Table(
    "spellings",
    metadata,
    Column("variant", _plain(40), primary_key=True),
    Column("word", _plain(40), primary_key=True),
)

downloads = Table(
    "downloads",
    metadata,
    Column("version", ForeignKey("versions.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
)

day_salts = Table(
    "day_salts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    info=PASSING,
)

fetches = Table(
    "fetches",
    metadata,
    Column("day", Date, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    info=PASSING,
)

_OF_PEOPLE = ", ".join(f"'{word}'" for word in words_of("actor", "owner", "person"))
OF_PEOPLE = text(f"action IN ({_OF_PEOPLE})")
"""Which entries of the log concern a person besides what they are about, to the letter."""

log = Table(
    "log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", _INSTANT, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("details", Text, nullable=False),
    Index(None, "subject"),
    Index("ix_log_people", "id", sqlite_where=OF_PEOPLE, postgresql_where=OF_PEOPLE),
)
