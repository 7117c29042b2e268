"""What every transport promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from veille.deliver.message import Message
from veille.model.delivery import DeliveryState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: sent, deferred, refused or uncertain, and the server's own words."""

    state: DeliveryState
    reply: str


class Withdrawn(Exception):  # noqa: N818 - no fault: who raises it knows why
    """Raised by ``about_to_leave`` when the message is not to leave after all."""


class Mailer(Protocol):
    """Hands messages over, one at a time, to whatever carries them on."""

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        """Hand ``message`` over once.

        ``about_to_leave`` is called at most once, before the first moment at which the message could arrive.
        A server may still refuse the message then, but for the first one of a connection, which is sure to be
        wanted. When it raises, nothing leaves, and after ``Withdrawn`` the next message may follow. Raises
        ``DeliveryError`` when the transport itself is at fault (configuration, authentication, disk): this
        message did not leave and no other will.
        """
        ...
