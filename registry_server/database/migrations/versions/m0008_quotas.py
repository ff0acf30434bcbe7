"""Each publisher's archives are counted, and what everybody may have is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and count what there is."""
    op.create_table(
        "quotas",
        sa.Column("publisher", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("most_packages", sa.BigInteger),
        sa.Column("most_bytes", sa.BigInteger),
        sa.Column("most_versions", sa.BigInteger),
        sa.PrimaryKeyConstraint("publisher", name="pk_quotas"),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    size = "(v.line::json->>'size')::bigint" if is_postgresql else "json_extract(v.line, '$.size')"
    op.execute(
        "INSERT INTO quotas (publisher, bytes, versions) "  # noqa: S608  one of two texts
        f"SELECT owner.name, SUM({size}), 0 FROM versions v "
        "JOIN packages p ON p.id = v.package JOIN publishers owner ON owner.id = p.publisher "
        "GROUP BY owner.name"
    )
