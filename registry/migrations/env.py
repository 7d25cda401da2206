"""Run by Alembic: the steps go over the connection that `registry.database` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from registry.sqltables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
