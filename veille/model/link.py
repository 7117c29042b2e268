"""What an address answered when it was last tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from veille.model.month import Month


class LinkOutcome(StrEnum):
    """What became of trying an address."""

    OK = "ok"
    MOVED = "moved"
    DEAD = "dead"
    SOFT_404 = "soft-404"
    TLS = "tls"
    NO_HOST = "no-host"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    REFUSED = "refused"
    PAYWALL = "paywall"


# A page is called dead once two checks found it gone, on different days: a site has bad days. An hour is left
# to a daily run that comes early.
CONFIRMED_AFTER = timedelta(hours=23)
_GONE = frozenset([LinkOutcome.SOFT_404, LinkOutcome.NO_HOST])
_GONE_STATUSES = frozenset([HTTPStatus.NOT_FOUND, HTTPStatus.GONE])
_THERE = frozenset([LinkOutcome.OK, LinkOutcome.MOVED, LinkOutcome.PAYWALL])


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """One try of an address.

    ``status`` is None when nothing answered, and ``detail`` then says why, in the curator's language.
    ``final_url`` is where permanent redirects lead when it ``MOVED``, else where all redirects ended.
    ``gone_since`` and ``gone_at`` are the first and the last check that found the page gone; both are None
    when there is none since the page was last seen.
    """

    url: str
    checked_at: datetime
    outcome: LinkOutcome
    status: int | None
    final_url: str
    detail: str
    gone_since: datetime | None = None
    gone_at: datetime | None = None

    @property
    def found_gone(self) -> bool:
        """Whether this check found that there is no page: a server that fails or refuses does not say so."""
        return self.outcome in _GONE or (self.outcome is LinkOutcome.DEAD and self.status in _GONE_STATUSES)

    @property
    def is_dead(self) -> bool:
        """Whether its page was found gone on different days, and not seen since."""
        if self.gone_since is None or self.gone_at is None:
            return False
        return self.gone_at - self.gone_since >= CONFIRMED_AFTER

    @property
    def is_doubtful(self) -> bool:
        """Whether its page was found gone, but on one day only."""
        return self.gone_since is not None and not self.is_dead


@dataclass(frozen=True, slots=True)
class PastLink:
    """A link of a published issue, and the slot it stood in; ``url`` may be empty."""

    month: Month
    number: int
    title: str
    url: str


def after(former: LinkCheck | None, check: LinkCheck) -> LinkCheck:
    """``check`` knowing since when its page is gone, from the check before it.

    One that cannot tell, because a server fails or refuses, leaves that as it was.
    """
    if check.outcome in _THERE:
        return check
    since = former.gone_since if former is not None else None
    if check.found_gone:
        return replace(check, gone_since=since or check.checked_at, gone_at=check.checked_at)
    return replace(check, gone_since=since, gone_at=former.gone_at if former is not None else None)
