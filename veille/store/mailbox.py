"""Queries about the messages of the mailbox: each is dealt with once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from veille.model.mailbox import MailOutcome
from veille.store.engine import Transaction
from veille.store.tables import MailboxMessageRow


def is_processed(transaction: Transaction, name: bytes) -> bool:
    """Whether the message of that name, its Message-ID or else all of it, was dealt with."""
    return transaction.get(MailboxMessageRow, _hash(name)) is not None


def remember(transaction: Transaction, name: bytes, outcome: MailOutcome, now: datetime) -> None:
    """Write down what became of the message of that name."""
    row = MailboxMessageRow(message_hash=_hash(name), outcome=outcome.value, processed_at=now)
    transaction.merge(row)


def _hash(name: bytes) -> str:
    return hashlib.sha256(name).hexdigest()
