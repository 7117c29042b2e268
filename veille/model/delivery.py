"""The ledger's states: one delivery is one issue to one person, at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from veille.i18n import gettext as _


class DeliveryState(StrEnum):
    """Where a delivery stands. Only ``queued`` and due ``deferred`` rows are ever picked up by a send."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


def state_label(state: DeliveryState) -> str:
    """The state in words."""
    return {
        DeliveryState.QUEUED: _("queued"),
        DeliveryState.SENDING: _("sending"),
        DeliveryState.SENT: _("sent"),
        DeliveryState.DEFERRED: _("deferred"),
        DeliveryState.REFUSED: _("refused"),
        DeliveryState.UNCERTAIN: _("uncertain"),
        DeliveryState.CANCELLED: _("cancelled"),
    }[state]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the ledger. ``reply`` is the server's own words, without secrets."""

    id: int
    address: str
    name: str
    segment: str
    language: str
    state: DeliveryState
    message_id: str
    attempts: int
    reply: str
    queued_at: datetime
    updated_at: datetime
    next_attempt_at: datetime | None


# facts/mail.md section 5: 1, 5, 15, 60 min, then every 4 h, given up after 48 h.
_BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
_GIVE_UP_AFTER = timedelta(hours=48)


def next_attempt_at(attempts: int, queued_at: datetime, now: datetime) -> datetime | None:
    """When a delivery put off by the server is due again; None when it is time to give up."""
    if now - queued_at >= _GIVE_UP_AFTER:
        return None
    return now + _BACK_OFF[min(max(attempts - 1, 0), len(_BACK_OFF) - 1)]
