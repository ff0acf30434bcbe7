"""Workflows that publish without a token of anybody's, the issuers that vouch for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.String(20)


def upgrade() -> None:
    """Make the tables, and say of a token which workflow it was made for."""
    op.create_table(
        "issuers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("added", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_issuers"),
        sa.UniqueConstraint("address", name="uq_issuers_address"),
    )
    op.create_table(
        "workflows",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("package", sa.String(129), nullable=False),
        sa.Column("person", sa.Integer, nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("audience", sa.String(300)),
        sa.Column("claims", sa.Text, nullable=False),
        sa.Column("pinned", sa.Text, nullable=False),
        sa.Column("added", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_workflows_person"),
        sa.PrimaryKeyConstraint("id", name="pk_workflows"),
    )
    op.create_index("ix_workflows_package", "workflows", ["package"])
    op.create_table(
        "spent_tokens",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("expires", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_spent_tokens"),
    )
    op.create_index("ix_spent_tokens_expires", "spent_tokens", ["expires"])
    op.add_column("tokens", sa.Column("workflow", sa.Integer))
    op.add_column("tokens", sa.Column("behind", sa.Text))
    op.create_index("ix_tokens_workflow", "tokens", ["workflow"])
