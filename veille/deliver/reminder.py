"""A few lines of plain text to the curator, outside of every ledger."""

from __future__ import annotations

from datetime import datetime

from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import letter_from_text, message_for, message_id_for
from veille.errors import ConfigError
from veille.i18n import gettext as _
from veille.model.month import Month
from veille.settings import Settings


def send_reminder(
    mailer: Mailer, settings: Settings, month: Month, *, subject: str, text: str, language: str, now: datetime
) -> Outcome:
    """Hand a message about ``month`` to ``mailer``; a second one on the same day has the same Message-ID.

    Raises ``ConfigError`` when the curator has no address.
    """
    curator = settings.curator
    if not curator.address:
        raise ConfigError(
            _("There is nobody to remind: curator.address is empty."),
            hint=_('Add it to veille.toml: [curator] address = "…"'),
        )
    message = message_for(
        letter_from_text(subject, text, language),
        name=curator.name,
        address=curator.address,
        message_id=message_id_for(month, f"reminder {now.date()}", curator.address, settings),
        settings=settings,
        now=now,
        to_list=False,
    )
    return mailer.deliver(message, lambda: None)
