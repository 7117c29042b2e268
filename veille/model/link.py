"""What an address answered when it was last tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkOutcome(StrEnum):
    """What became of trying an address."""

    OK = "ok"
    MOVED = "moved"
    DEAD = "dead"
    SOFT_404 = "soft-404"
    TLS = "tls"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    REFUSED = "refused"
    PAYWALL = "paywall"


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """One try of an address.

    ``status`` is None when nothing answered, and ``detail`` then says why, in the curator's language.
    ``final_url`` is where permanent redirects lead when it ``MOVED``, else where all redirects ended.
    """

    url: str
    checked_at: datetime
    outcome: LinkOutcome
    status: int | None
    final_url: str
    detail: str
