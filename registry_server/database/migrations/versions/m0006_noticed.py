"""Each package says when what is to be known of it has changed, so that signing asks of few."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number; of what is unsigned at this moment, nobody knows what has changed."""
    op.add_column("packages", sa.Column("noticed", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE packages SET noticed = changes WHERE changes <> signed")
