"""How feeds fare, in words: for ``veille feeds`` and ``veille collect``."""

from __future__ import annotations

from datetime import datetime, timedelta

from veille.cli.output import moment_label
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.feed import Feed, WaitReason
from veille.model.health import Condition, Health


def wait_label(reason: WaitReason, until: datetime | None) -> str:
    """Why a feed is not visited, and until when."""
    words = {
        WaitReason.PAUSED: _("paused"),
        WaitReason.RETIRED: _("gone, says its server"),
        WaitReason.PARKED: _("its server asked to be left alone"),
        WaitReason.INTERVAL: _("visited recently"),
        WaitReason.TTL: _("the feed itself asks for fewer visits"),
        WaitReason.CACHE: _("its server says that nothing changes before"),
        WaitReason.RETRY_AFTER: _("its server asked to come back later"),
        WaitReason.BACKOFF: _("failed at the last visit"),
        WaitReason.ELSEWHERE: _("visited by another veille"),
    }[reason]
    if until is None:
        return words
    return _("{reason}; next visit {moment}").format(reason=words, moment=moment_label(until))


def condition_label(condition: Condition) -> str:
    """The condition in a word or two."""
    return {
        Condition.GOOD: _("good"),
        Condition.NEW: _("not visited yet"),
        Condition.PAUSED: _("paused"),
        Condition.STALE: _("silent"),
        Condition.EMPTY: _("empty"),
        Condition.FAILING: _("failing"),
        Condition.BROKEN: _("broken"),
        Condition.RETIRED: _("gone"),
    }[condition]


def cadence_label(cadence: timedelta | None) -> str:
    """The usual time between two entries, rounded; a dash when there are too few to tell."""
    if cadence is None:
        return "–"
    days = cadence / timedelta(days=1)
    if days < 0.75:
        hours = max(round(days * 24), 1)
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    return ngettext("{count} day", "{count} days", round(days)).format(count=round(days))


def advice(feed: Feed, health: Health) -> str:
    """What the curator might do about the feed; empty when all is well."""
    words = {
        Condition.NEW: _("collect it: veille collect --feed {id}"),
        Condition.STALE: _("see whether the site goes on, or pause it: veille feeds pause {id}"),
        Condition.EMPTY: _("look for another feed of this site: veille feeds discover {url}"),
        Condition.FAILING: _("nothing yet: it is tried again by itself"),
        Condition.BROKEN: _("look for its new address: veille feeds discover {url}"),
        Condition.RETIRED: _("find another, then: veille feeds remove {id}"),
    }.get(health.condition, "")
    return words.format(id=feed.id, url=feed.url)
