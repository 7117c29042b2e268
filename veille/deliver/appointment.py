"""A send that was set for a moment: it waits until then, and does not happen when it comes much too late."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from veille.clock import Clock
from veille.errors import RuleError, UsageError
from veille.i18n import gettext as _

_MOMENT = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})", re.ASCII)
# A machine that slept through the morning must not write to the whole house at night.
_LATE_AFTER = timedelta(hours=6)
# Short enough for a machine that wakes up to look at its clock.
_LOOK_EVERY_SECONDS = 30.0


def moment_of(text: str, now: datetime) -> datetime:
    """The moment that ``text`` names in local time: ``2026-12-01 09:00``, or ``09:00`` for the next one.

    Aware, in UTC as ``now`` is. Raises ``UsageError`` for anything else.
    """
    read = _MOMENT.fullmatch(text.strip())
    try:
        if read is None:
            raise ValueError
        day, hour, minute = read.groups()
        local = now.astimezone()
        date = datetime.fromisoformat(day).date() if day else local.date()
        moment = datetime.combine(date, time(int(hour), int(minute))).astimezone()
    except ValueError:
        raise UsageError(
            _("“{text}” is not a moment.").format(text=text),
            hint=_("Write it as 2026-12-01 09:00, or 09:00 for the next one."),
        ) from None
    if not day and moment < local:
        moment = datetime.combine(date + timedelta(days=1), time(int(hour), int(minute))).astimezone()
    return moment.astimezone(now.tzinfo)


def keep_appointment(moment: datetime, clock: Clock) -> None:
    """Return at ``moment``, or soon after; ``RuleError`` when it is long past."""
    while (seconds := (moment - clock.now()).total_seconds()) > 0:
        clock.wait(min(seconds, _LOOK_EVERY_SECONDS))
    if clock.now() - moment > _LATE_AFTER:
        raise RuleError(
            _("This send was set for {moment}; it is too late now, nothing was sent.").format(
                moment=moment.astimezone().strftime("%Y-%m-%d %H:%M")
            ),
            hint=_("Was the machine asleep? Run the command again with another moment, or without --at."),
        )
