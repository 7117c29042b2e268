"""the mailbox: bounces, and what became of the messages read

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bounces",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_bounces")),
    )
    op.create_index(op.f("ix_bounces_address"), "bounces", ["address"], unique=False)
    op.create_table(
        "mailbox_messages",
        sa.Column("message_hash", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("processed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("message_hash", name=op.f("pk_mailbox_messages")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that veille put beside the database before upgrading it.")
