"""What comes back by mail: bounces, and what became of each message of the mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailOutcome(StrEnum):
    """What became of a message of the mailbox."""

    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"
    SUGGESTED = "suggested"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of ours, an issue's or a share's, and whose it was."""

    message_id: str
    address: str


@dataclass(frozen=True, slots=True)
class RecordedBounce:
    """A message of ours that came back for good. ``reply`` is the server's own words."""

    message_id: str
    address: str
    status: str
    reply: str
    bounced_at: datetime
