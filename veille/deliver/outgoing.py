"""The messages that stand as files in ``outgoing/``: finding and erasing those of one person."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import HeaderParser
from email.utils import getaddresses
from pathlib import Path

from veille.deliver.message import wire_address
from veille.errors import DeliveryError, reason_of

# A killed run leaves a message half written beside the whole ones.
_PATTERNS = ("*.eml", "*.eml.part")


@dataclass(frozen=True, slots=True)
class Stuck:
    """A file that could not be looked at or erased, and why."""

    path: Path
    reason: str


def erase_messages(
    outgoing: Path, address: str, *, dry_run: bool
) -> tuple[tuple[Path, ...], tuple[Stuck, ...]]:
    """Erase every message to ``address``, of sends, trials and rehearsals; what was erased, what is stuck.

    With ``dry_run`` nothing is erased.
    """
    erased: list[Path] = []
    stuck: list[Stuck] = []
    for path in sorted(path for pattern in _PATTERNS for path in outgoing.rglob(pattern)):
        try:
            if not _is_to(path, address):
                continue
            if not dry_run:
                path.unlink()
            erased.append(path)
        except OSError as error:
            stuck.append(Stuck(path, reason_of(error)))
    return tuple(erased), tuple(stuck)


def _is_to(path: Path, address: str) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        headers = HeaderParser().parse(file)
    recipients = getaddresses(headers.get_all("To", []))
    return _written(address) in {recipient.lower() for _name, recipient in recipients}


def _written(address: str) -> str:
    """``address`` as it stands in a message; as it is when no message can be written to it."""
    try:
        return wire_address(address).lower()
    except DeliveryError:
        return address
