"""The recipe of forgetting material: ``collect.keep_texts_months`` says what is old."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from veille.settings import Settings
from veille.store import Store
from veille.store.retention import erase_texts

_log = logging.getLogger(__name__)

_MONTH = timedelta(days=31)
# A write keeps everybody else out of the store.
_AT_ONCE = 500


def erase_old_texts(store: Store, settings: Settings, now: datetime) -> int:
    """Erase the texts of undecided entries that are older than the settings say; how many."""
    months = settings.collect.keep_texts_months
    erased, step = 0, _AT_ONCE if months else 0
    while step == _AT_ONCE:
        with store.transaction() as transaction:
            step = erase_texts(transaction, now - months * _MONTH, _AT_ONCE)
        erased += step
    if erased:
        _log.info("texts erased", extra={"entries": erased})
    return erased
