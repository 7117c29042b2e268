"""Alembic's environment: it works on the connection that ``veille.store.migrate`` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context

from veille.store.postgresql import sort_by_bytes
from veille.store.tables import WorkspaceRow


def _after_each_revision(*, ctx: Any, **_of_the_revision: object) -> None:
    if ctx.connection.dialect.name == "postgresql":
        sort_by_bytes(ctx.connection)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=WorkspaceRow.metadata,
    render_as_batch=True,
    on_version_apply=_after_each_revision,  # type: ignore[arg-type] # called with keywords, unlike its type
)
with context.begin_transaction():
    context.run_migrations()
