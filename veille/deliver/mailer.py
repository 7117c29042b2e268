"""What every transport promises, and which one the workspace uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from veille.deliver.message import Message
from veille.model.delivery import DeliveryState
from veille.settings import Settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: sent, deferred, refused or uncertain, and the server's own words."""

    state: DeliveryState
    reply: str


class Mailer(Protocol):
    """Hands messages over, one at a time, to whatever carries them on."""

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        """Hand ``message`` over once.

        ``about_to_leave`` is called before the first moment at which the message could arrive, and never
        for a message that certainly cannot; when it raises, nothing leaves. Raises ``DeliveryError`` when
        the transport itself is at fault (configuration, authentication, disk): this message did not leave
        and no other will.
        """
        ...


def open_mailer(
    settings: Settings, outgoing: Path, environ: Mapping[str, str]
) -> AbstractContextManager[Mailer]:
    """The configured transport, to use in ``with``; ``outgoing`` is where the ``eml`` one writes.

    Raises ``ConfigError`` when it is not configured well enough to begin.
    """
    if settings.mail.transport == "smtp":
        from veille.deliver.smtp import SmtpMailer

        return SmtpMailer(settings.smtp, environ)
    from veille.deliver.eml import EmlMailer

    return EmlMailer(outgoing)
