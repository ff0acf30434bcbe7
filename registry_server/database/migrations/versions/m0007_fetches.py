"""Who fetched what today is known by marks, until the day is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of marks, and of the salt that they are made with."""
    op.create_table(
        "day_salts",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_day_salts"),
    )
    op.create_table(
        "fetches",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("day", "mark", name="pk_fetches"),
    )
