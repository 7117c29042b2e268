"""What an address answered when it was last tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


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


# How long a link must have failed, from its first check to its last, to be called dead: a page that is gone
# says so, whereas a site that does not answer may be under repair.
_DEAD_AFTER = MappingProxyType(
    {
        LinkOutcome.DEAD: timedelta(days=1),
        LinkOutcome.SOFT_404: timedelta(days=1),
        LinkOutcome.UNREACHABLE: timedelta(days=7),
    }
)


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """One try of an address.

    ``status`` is None when nothing answered, and ``detail`` then says why, in the curator's language.
    ``final_url`` is where permanent redirects lead when it ``MOVED``, else where all redirects ended.
    ``failing_since`` is the first of the checks running, this one included, that found no page.
    """

    url: str
    checked_at: datetime
    outcome: LinkOutcome
    status: int | None
    final_url: str
    detail: str
    failing_since: datetime | None = None

    @property
    def fails(self) -> bool:
        """Whether it found no page where one was."""
        return self.outcome in _DEAD_AFTER

    @property
    def is_dead(self) -> bool:
        """Whether checks on several days found no page: one alone may be a bad day of the site."""
        if self.failing_since is None:
            return False
        return self.checked_at - self.failing_since >= _DEAD_AFTER[self.outcome]


def after(former: LinkCheck | None, check: LinkCheck) -> LinkCheck:
    """``check`` knowing since when its link fails, from the check before it."""
    if not check.fails:
        return check
    since = former.failing_since if former is not None else None
    return replace(check, failing_since=since or check.checked_at)
