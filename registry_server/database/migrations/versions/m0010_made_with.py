"""Of a token is known which other one it was made with; of those that there are, nobody knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of a token which one it was made with."""
    op.add_column("tokens", sa.Column("made_with", sa.Integer))
