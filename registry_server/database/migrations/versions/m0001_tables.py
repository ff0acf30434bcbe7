"""The first tables: people, publishers, packages and their versions, tokens, and the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.String(20)
_NAME = sa.String(129)


def upgrade() -> None:
    """Make the tables."""
    _make_people()
    _make_packages()
    _make_log()


def _make_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("operator", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("joined", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("name", name="uq_people_name"),
    )
    op.create_table(
        "publishers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("standing", sa.String(10), nullable=False),
        sa.Column("claimed", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "standing IN ('active', 'waiting', 'refused')", name="ck_publishers_standing"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publishers"),
        sa.UniqueConstraint("name", name="uq_publishers_name"),
    )
    for table, *columns in (
        ("owners", sa.Column("since", _INSTANT, nullable=False)),
        (
            "invitations",
            sa.Column("invited_by", sa.String(64), nullable=False),
            sa.Column("expires", _INSTANT, nullable=False),
        ),
    ):
        op.create_table(
            table,
            sa.Column("publisher", sa.Integer, nullable=False),
            sa.Column("person", sa.Integer, nullable=False),
            *columns,
            sa.ForeignKeyConstraint(["publisher"], ["publishers.id"], name=f"fk_{table}_publisher"),
            sa.ForeignKeyConstraint(["person"], ["people.id"], name=f"fk_{table}_person"),
            sa.PrimaryKeyConstraint("publisher", "person", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_person", table, ["person"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(100), nullable=False),
        sa.Column("package", _NAME),
        sa.Column("made", _INSTANT, nullable=False),
        sa.Column("expires", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_tokens_person"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("hash", name="uq_tokens_hash"),
    )
    op.create_index("ix_tokens_person", "tokens", ["person"])


def _make_packages() -> None:
    op.create_table(
        "packages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("publisher", sa.Integer, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("deprecated", sa.Text),
        sa.Column("successor", _NAME),
        sa.Column("quarantined", sa.Text),
        sa.ForeignKeyConstraint(["publisher"], ["publishers.id"], name="fk_packages_publisher"),
        sa.PrimaryKeyConstraint("id", name="pk_packages"),
        sa.UniqueConstraint("name", name="uq_packages_name"),
    )
    op.create_index("ix_packages_publisher", "packages", ["publisher"])
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("package", sa.Integer, nullable=False),
        sa.Column("precedence", sa.String(256), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["package"], ["packages.id"], name="fk_versions_package"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("package", "precedence", name="uq_versions_package_precedence"),
    )
    op.create_index("ix_versions_digest", "versions", ["digest"])
    op.create_table(
        "downloads",
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["version"], ["versions.id"], name="fk_downloads_version"),
        sa.PrimaryKeyConstraint("version", "day", name="pk_downloads"),
    )


_ONLY_APPENDED = {
    "sqlite": [
        f"""
        CREATE TRIGGER log_is_never_{past} BEFORE {verb} ON log
        BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END
        """
        for verb, past in (("UPDATE", "changed"), ("DELETE", "shortened"))
    ],
    "postgresql": [
        """
        CREATE FUNCTION log_is_only_appended_to() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log is only appended to'; END $$
        """,
        """
        CREATE TRIGGER log_is_only_appended_to BEFORE UPDATE OR DELETE OR TRUNCATE ON log
        FOR EACH STATEMENT EXECUTE FUNCTION log_is_only_appended_to()
        """,
    ],
}


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(400), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
    )
    op.create_index("ix_log_subject", "log", ["subject"])
    for statement in _ONLY_APPENDED[op.get_bind().dialect.name]:
        op.execute(statement)
