"""PostgreSQL's index knows the levels that places have reached, and lets fewer terms wait.

And long documents are kept beside their places, not among them, however well they are compressed:
what the index finds is looked up in few pages, and what a document says is never read.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the levels to what there is; each search goes through the terms that wait."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_search_terms")
        op.execute("ALTER TABLE search SET (toast_tuple_target = 128)")
        op.execute(
            "UPDATE search SET terms = terms || array_to_tsvector("
            "ARRAY(SELECT '@' || level FROM generate_series(0, place >> 32) AS level))"
        )
        op.execute(
            "CREATE INDEX ix_search_terms ON search USING gin (terms) "
            "WITH (gin_pending_list_limit = 256)"
        )
