"""A share: one entry sent to one colleague at once, outside any issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from veille.model.delivery import DeliveryState

# What has arrived, and what perhaps has: sending it again would be sending it twice.
_LEFT = frozenset([DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.SENDING])


@dataclass(frozen=True, slots=True)
class Share:
    """What became of it. ``reply`` is the server's own words; ``note`` may be empty."""

    id: int
    entry: int
    address: str
    note: str
    state: DeliveryState
    reply: str
    shared_at: datetime

    @property
    def may_have_arrived(self) -> bool:
        """Whether the colleague has it, or may have it."""
        return self.state in _LEFT
