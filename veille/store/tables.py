"""The tables, as SQLAlchemy typed mappings. ``alembic/versions`` builds the same ones."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from veille.store.base import Base


class WorkspaceRow(Base):
    """What the store knows of itself: one row, with the salt of its hashes (not a credential)."""

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[str]


class FeedRow(Base):
    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    theme: Mapped[str]
    language: Mapped[str]
    status: Mapped[str]
    outline: Mapped[str]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    validated_at: Mapped[datetime | None]
    body_hash: Mapped[str | None]
    ttl_minutes: Mapped[int | None]
    repairs: Mapped[str]
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    failures: Mapped[int]
    next_due_at: Mapped[datetime | None]
    due_reason: Mapped[str | None]
    parked_until: Mapped[datetime | None]
    parked_by: Mapped[int | None]
    gap_seconds: Mapped[int]
    moving_to: Mapped[str | None]
    moving_since: Mapped[datetime | None]
    moving_sightings: Mapped[int]
    gone_sightings: Mapped[int]
    lease_id: Mapped[int | None]


class FeedMoveRow(Base):
    """An address that a permanent redirect replaced; one that was taken back is never followed again."""

    __tablename__ = "feed_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"), index=True)
    from_url: Mapped[str]
    to_url: Mapped[str]
    moved_at: Mapped[datetime]
    reverted_at: Mapped[datetime | None]


class EntryRow(Base):
    __tablename__ = "entries"
    # What "newest first" walks; it carries the filters so that no row is read to be passed over.
    __table_args__ = (Index(None, "sorted_at", "id", "theme", "language", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    url: Mapped[str]
    canonical_url: Mapped[str] = mapped_column(unique=True)
    summary: Mapped[str]
    text: Mapped[str] = mapped_column(deferred=True)
    words: Mapped[int]
    language: Mapped[str]
    theme: Mapped[str]
    author: Mapped[str]
    image_url: Mapped[str]
    enclosure_url: Mapped[str]
    published_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    sorted_at: Mapped[datetime]
    state: Mapped[str]
    # The entry that the story is named after: a name, and no reference, for that entry may go first.
    story_id: Mapped[int | None] = mapped_column(index=True)
    seen_at: Mapped[datetime | None]

    sources: Mapped[list[EntrySourceRow]] = relationship(
        order_by="EntrySourceRow.id", cascade="all, delete-orphan", back_populates="entry"
    )


class EntrySourceRow(Base):
    """A feed that carries an entry, and the name it gives it."""

    __tablename__ = "entry_sources"
    __table_args__ = (UniqueConstraint("feed_id", "identity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), index=True)
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("feeds.id", ondelete="SET NULL"))
    feed_title: Mapped[str]
    identity: Mapped[str]

    entry: Mapped[EntryRow] = relationship(back_populates="sources")


class EntryRevisionRow(Base):
    """What an entry said before its feed edited it."""

    __tablename__ = "entry_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), index=True)
    replaced_at: Mapped[datetime]
    title: Mapped[str]
    summary: Mapped[str]
    text: Mapped[str]


class IssueRow(Base):
    __tablename__ = "issues"
    __table_args__ = (
        CheckConstraint(
            "(status = 'draft') = (content_hash IS NULL) AND (status = 'draft') = (approved_at IS NULL)",
            name="frozen_with_hash",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    intro: Mapped[str]
    links: Mapped[int]
    status: Mapped[str]
    content_hash: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str]

    picks: Mapped[list[PickRow]] = relationship(
        order_by="PickRow.slot, PickRow.segment.nulls_first()", cascade="all, delete-orphan"
    )


class PickRow(Base):
    """An entry in a slot, for one segment or (segment NULL) for everybody."""

    __tablename__ = "picks"
    __table_args__ = (
        UniqueConstraint("issue_id", "slot", "segment"),
        # NULLs are distinct in a UNIQUE constraint: the common pick needs its own.
        Index(
            "uq_picks_common",
            "issue_id",
            "slot",
            unique=True,
            sqlite_where=text("segment IS NULL"),
            postgresql_where=text("segment IS NULL"),
        ),
        CheckConstraint("slot BETWEEN 1 AND 7", name="slot"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    slot: Mapped[int]
    segment: Mapped[str | None]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str]
    url: Mapped[str]
    source: Mapped[str]
    theme: Mapped[str]
    language: Mapped[str]
    published_on: Mapped[date | None]
    reading_minutes: Mapped[int | None]
    suggested_by: Mapped[str]

    notes: Mapped[list[NoteRow]] = relationship(cascade="all, delete-orphan")


class NoteRow(Base):
    """Why a pick matters: to everybody (segment NULL) or to one segment ("Pour vous")."""

    __tablename__ = "notes"
    __table_args__ = (
        UniqueConstraint("pick_id", "segment"),
        Index(
            "uq_notes_common",
            "pick_id",
            unique=True,
            sqlite_where=text("segment IS NULL"),
            postgresql_where=text("segment IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pick_id: Mapped[int] = mapped_column(ForeignKey("picks.id", ondelete="CASCADE"))
    segment: Mapped[str | None]
    text: Mapped[str]


class DecisionRow(Base):
    """One act of the curator on the month's material, with what it replaced: enough to undo and redo it."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "month", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    made_at: Mapped[datetime]
    before: Mapped[str]
    after: Mapped[str]
    undone: Mapped[bool]


class LinkCheckRow(Base):
    """What an address answered when it was last tried, and when its page was found gone: first, and last."""

    __tablename__ = "link_checks"

    url: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    outcome: Mapped[str]
    status: Mapped[int | None]
    final_url: Mapped[str]
    detail: Mapped[str]
    gone_since: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]


class OverrideRow(Base):
    """Why an issue was approved in spite of a finding of the charter."""

    __tablename__ = "overrides"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), index=True)
    code: Mapped[str]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class ErratumRow(Base):
    """A correction of an issue that has left, shown in the archive; the issue itself stays as it was."""

    __tablename__ = "errata"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    noted_at: Mapped[datetime]


class SuggestionRow(Base):
    """An entry that a colleague proposed, known by address, else by name; the curator's own have neither."""

    __tablename__ = "suggestions"
    __table_args__ = (UniqueConstraint("entry_id", "address", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="RESTRICT"))
    address: Mapped[str]
    name: Mapped[str]
    message: Mapped[str]
    thanked: Mapped[bool]
    state: Mapped[str] = mapped_column(index=True)
    answer: Mapped[str]
    suggested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ShareRow(Base):
    """An entry that the curator sent to one colleague, outside any issue."""

    __tablename__ = "shares"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="RESTRICT"), index=True)
    address: Mapped[str]
    note: Mapped[str]
    state: Mapped[str]
    reply: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    shared_at: Mapped[datetime]


class PastPickRow(Base):
    """A link of a digest that was sent before there was veille."""

    __tablename__ = "past_picks"
    __table_args__ = (UniqueConstraint("canonical_url", "issued_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issued_on: Mapped[date]
    title: Mapped[str]
    url: Mapped[str]
    canonical_url: Mapped[str]
    source: Mapped[str]
    theme: Mapped[str]
    note: Mapped[str]


class RankingRow(Base):
    """What the ranking learnt last, and from which ``evidence``: one row."""

    __tablename__ = "rankings"

    id: Mapped[int] = mapped_column(primary_key=True)
    trained_at: Mapped[datetime]
    evidence: Mapped[str]
    weights: Mapped[str]


class PersonRow(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    segment: Mapped[str]
    language: Mapped[str]
    status: Mapped[str]


class SuppressionRow(Base):
    """Somebody who asked to be forgotten: only a salted hash, enough to never write again."""

    __tablename__ = "suppressions"

    address_hash: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class BounceRow(Base):
    __tablename__ = "bounces"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    reply: Mapped[str]
    bounced_at: Mapped[datetime]


class MailboxMessageRow(Base):
    """What became of a message of the mailbox, which is known by a hash alone."""

    __tablename__ = "mailbox_messages"

    message_hash: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    processed_at: Mapped[datetime]


class DeliveryRow(Base):
    """The ledger: one issue to one person, once."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("issue_id", "address"), Index(None, "issue_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="RESTRICT"))
    address: Mapped[str]
    name: Mapped[str]
    segment: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    attempts: Mapped[int]
    reply: Mapped[str]
    queued_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    lease_id: Mapped[int | None]


class LeaseRow(Base):
    """A process at work on a store that several share: what it took is its own until then, in UTC.

    It takes feeds and deliveries by their ``lease_id``, which is no reference: a lease that is no more holds
    nothing.
    """

    __tablename__ = "leases"

    id: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[datetime]
