"""Alembic's environment: it works on the connection that ``veille.store.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from veille.store.tables import WorkspaceRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=WorkspaceRow.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
