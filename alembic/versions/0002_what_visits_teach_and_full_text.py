"""what visits teach, revisions, full-text search

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FEED_COLUMNS = (
    sa.Column("outline", sa.String(), nullable=False, server_default="{}"),
    sa.Column("validated_at", sa.DateTime(), nullable=True),
    sa.Column("ttl_minutes", sa.Integer(), nullable=True),
    sa.Column("repairs", sa.String(), nullable=False, server_default=""),
    sa.Column("due_reason", sa.String(), nullable=True),
    sa.Column("parked_until", sa.DateTime(), nullable=True),
    sa.Column("parked_by", sa.Integer(), nullable=True),
    sa.Column("gap_seconds", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("moving_to", sa.String(), nullable=True),
    sa.Column("moving_since", sa.DateTime(), nullable=True),
    sa.Column("moving_sightings", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("gone_sightings", sa.Integer(), nullable=False, server_default="0"),
)
_ENTRY_COLUMNS = ("text", "author", "image_url", "enclosure_url")

# The index holds no text of its own: it reads "entries", and these triggers keep it in step (SQLite's FTS5
# documentation, section 4.4.3, "External Content Tables").
_FULL_TEXT = (
    """
    CREATE VIRTUAL TABLE entries_fts USING fts5(
        title, summary, text, author,
        content='entries', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2'
    )
    """,
    """
    CREATE TRIGGER entries_fts_insert AFTER INSERT ON entries BEGIN
        INSERT INTO entries_fts (rowid, title, summary, text, author)
        VALUES (new.id, new.title, new.summary, new.text, new.author);
    END
    """,
    """
    CREATE TRIGGER entries_fts_delete AFTER DELETE ON entries BEGIN
        INSERT INTO entries_fts (entries_fts, rowid, title, summary, text, author)
        VALUES ('delete', old.id, old.title, old.summary, old.text, old.author);
    END
    """,
    """
    CREATE TRIGGER entries_fts_update AFTER UPDATE OF title, summary, text, author ON entries BEGIN
        INSERT INTO entries_fts (entries_fts, rowid, title, summary, text, author)
        VALUES ('delete', old.id, old.title, old.summary, old.text, old.author);
        INSERT INTO entries_fts (rowid, title, summary, text, author)
        VALUES (new.id, new.title, new.summary, new.text, new.author);
    END
    """,
    "INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')",
)


def upgrade() -> None:
    for column in _FEED_COLUMNS:
        op.add_column("feeds", column)
    for name in _ENTRY_COLUMNS:
        op.add_column("entries", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.drop_column("entries", "search_key")
    op.drop_index(op.f("ix_entries_sorted_at_id"), table_name="entries")
    op.create_index(
        op.f("ix_entries_sorted_at_id_theme_language_state"),
        "entries",
        ["sorted_at", "id", "theme", "language", "state"],
        unique=False,
    )
    op.create_table(
        "feed_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("from_url", sa.String(), nullable=False),
        sa.Column("to_url", sa.String(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("reverted_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_moves")),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_feed_moves_feed_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_feed_moves_feed_id"), "feed_moves", ["feed_id"], unique=False)
    op.create_table(
        "entry_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_revisions")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_revisions_entry_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_entry_revisions_entry_id"), "entry_revisions", ["entry_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for statement in _FULL_TEXT:
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that veille put beside the database before upgrading it.")
