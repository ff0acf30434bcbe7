"""What concerned a person is found in the log without looking through all of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of the entries that concern a person besides what they are about."""
    of_people = sa.text(
        "action IN ('became an owner', 'claimed', 'declined', 'invited', 'removed an owner')"
    )
    op.create_index(
        "ix_log_people", "log", ["id"], sqlite_where=of_people, postgresql_where=of_people
    )
