"""What lists and search read: what each version says of itself, a row a package, and the index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.String(20)


def _plain(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


# What stands in the index are terms that are made elsewhere; a term says where it stands, so that
# neither columns nor positions are kept.
_INDEX = {
    "sqlite": (
        """
        CREATE VIRTUAL TABLE search USING fts5(
            terms, detail=none, columnsize=0, tokenize="ascii tokenchars '+:/-'"
        )
        """,
        # Fewer segments make a search quicker, and a publication hardly slower.
        "INSERT INTO search (search, rank) VALUES ('automerge', 2)",
    ),
    "postgresql": (
        "CREATE TABLE search (place bigint PRIMARY KEY, terms tsvector NOT NULL)",
        "CREATE INDEX ix_search_terms ON search USING gin (terms)",
    ),
}


def upgrade() -> None:
    """Make the tables; `registry_server.upkeep.describing` makes what is in them of archives."""
    _make_descriptions()
    _make_listings()
    op.create_table(
        "spellings",
        sa.Column("variant", _plain(40), nullable=False),
        sa.Column("word", _plain(40), nullable=False),
        sa.PrimaryKeyConstraint("variant", "word", name="pk_spellings"),
    )
    for statement in _INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


def _make_descriptions() -> None:
    op.create_table(
        "descriptions",
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("package", sa.Integer, nullable=False),
        sa.Column("published", _INSTANT, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["version"], ["versions.id"], name="fk_descriptions_version"),
        sa.ForeignKeyConstraint(["package"], ["packages.id"], name="fk_descriptions_package"),
        sa.PrimaryKeyConstraint("version", name="pk_descriptions"),
    )
    op.create_index("ix_descriptions_package", "descriptions", ["package"])
    op.create_index("ix_descriptions_published", "descriptions", ["published"])


def _make_listings() -> None:
    op.create_table(
        "listings",
        sa.Column("package", sa.Integer, nullable=False),
        sa.Column("publisher", _plain(64), nullable=False),
        sa.Column("name", _plain(129), nullable=False),
        sa.Column("short", _plain(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("facts", sa.Text),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("published", _INSTANT, nullable=False),
        sa.Column("last", _INSTANT, nullable=False),
        sa.Column("downloads", sa.Integer, nullable=False),
        sa.Column("deprecated", sa.Boolean, nullable=False),
        sa.Column("place", sa.BigInteger),
        sa.ForeignKeyConstraint(["package"], ["packages.id"], name="fk_listings_package"),
        sa.ForeignKeyConstraint(["version"], ["versions.id"], name="fk_listings_version"),
        sa.PrimaryKeyConstraint("package", name="pk_listings"),
        sa.UniqueConstraint("name", name="uq_listings_name"),
        sa.UniqueConstraint("place", name="uq_listings_place"),
    )
    op.create_index("ix_listings_publisher_name", "listings", ["publisher", "name"])
    for column in ("short", "published", "downloads"):
        op.create_index(f"ix_listings_{column}", "listings", [column])
    op.create_table(
        "needs",
        sa.Column("needed", _plain(129), nullable=False),
        sa.Column("package", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["package"], ["packages.id"], name="fk_needs_package"),
        sa.PrimaryKeyConstraint("needed", "package", name="pk_needs"),
    )
    op.create_index("ix_needs_package", "needs", ["package"])
