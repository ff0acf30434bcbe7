"""No token gets the number of one that is gone: SQLite by itself gives the last one again."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have SQLite remember which numbers there were; PostgreSQL does."""
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table(
            "tokens", recreate="always", table_kwargs={"sqlite_autoincrement": True}
        ):
            pass
