"""What Alembic runs: the migrations, in the transaction that `registry_server.database` opened."""

from __future__ import annotations

from alembic import context

from registry_server.database.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
