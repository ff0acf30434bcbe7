"""What a server signs: the files, and which packages have changed since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UNSIGNED = sa.text("changes <> signed")


def upgrade() -> None:
    """Make the table, and let each package count its changes."""
    for name, first in (("changes", "1"), ("signed", "0")):
        op.add_column("packages", sa.Column(name, sa.Integer, nullable=False, server_default=first))
    op.create_index(
        "ix_packages_unsigned",
        "packages",
        ["id"],
        sqlite_where=_UNSIGNED,
        postgresql_where=_UNSIGNED,
    )
    op.create_table(
        "signed_files",
        sa.Column("path", sa.String(256), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("superseded", sa.String(20)),
        sa.PrimaryKeyConstraint("path", name="pk_signed_files"),
    )
    op.create_index("ix_signed_files_superseded", "signed_files", ["superseded"])
