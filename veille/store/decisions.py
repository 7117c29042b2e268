"""The log of the curator's decisions: of each month those done, in order, then those undone last.

A new decision ends what could be done again: the undone ones are deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, func, select

from veille.model.decision import Act, Decision, IssueWords, Values
from veille.model.entry import EntryState
from veille.model.issue import Pick, Slot, Tray
from veille.model.month import Month
from veille.model.suggestion import are_thanked
from veille.store.engine import Transaction
from veille.store.tables import DecisionRow


def record(transaction: Transaction, month: Month, decision: Decision, now: datetime) -> None:
    """Write down a decision that was made at ``now`` while working on ``month``."""
    transaction.execute(
        delete(DecisionRow).where(DecisionRow.month == str(month), DecisionRow.undone.is_(True))
    )
    transaction.add(
        DecisionRow(
            month=str(month),
            kind=decision.act.value,
            subject=decision.subject,
            made_at=now,
            before=_text_from_values(decision.before),
            after=_text_from_values(decision.after),
            undone=False,
        )
    )


def take_last_done(transaction: Transaction, month: Month) -> Decision | None:
    """The newest decision of ``month`` that still holds, from now on an undone one; None when none does."""
    return _turn(transaction, func.max, month, undone=True)


def take_first_undone(transaction: Transaction, month: Month) -> Decision | None:
    """The decision of ``month`` that was undone last, from now on a done one; None when there is none."""
    return _turn(transaction, func.min, month, undone=False)


def thank_others(transaction: Transaction, names: Collection[str], thanks_for: Callable[[int], str]) -> None:
    """In every pick of the log that thanks one of ``names``, thank those that its entry has now instead."""
    holding_picks = DecisionRow.before.contains('"tray"') | DecisionRow.after.contains('"tray"')
    for row in transaction.scalars(select(DecisionRow).where(holding_picks)):
        row.before = _thanking_others(row.before, names, thanks_for)
        row.after = _thanking_others(row.after, names, thanks_for)


def _thanking_others(text: str, names: Collection[str], thanks_for: Callable[[int], str]) -> str:
    document: dict[str, Any] = json.loads(text)
    for pick in document.get("tray", []):
        if are_thanked(pick["suggested_by"], names):
            pick["suggested_by"] = thanks_for(pick["entry"])
    return _compact(document)


def _turn(transaction: Transaction, nearest: Any, month: Month, *, undone: bool) -> Decision | None:
    standing = DecisionRow.month == str(month), DecisionRow.undone.is_(not undone)
    row = transaction.scalar(
        select(DecisionRow).where(
            DecisionRow.id == select(nearest(DecisionRow.id)).where(*standing).scalar_subquery()
        )
    )
    if row is None:
        return None
    row.undone = undone
    return Decision(Act(row.kind), row.subject, _values_from_text(row.before), _values_from_text(row.after))


def _text_from_values(values: Values) -> str:
    document: dict[str, Any] = {
        "states": dict(values.states),
        "themes": dict(values.themes),
        "stories": dict(values.stories),
    }
    if values.words is not None:
        document["words"] = asdict(values.words)
    if values.tray is not None:
        document["tray"] = [
            {"slot": slot, "segment": segment, **_document_from_pick(pick)}
            for slot, segment, pick in values.tray.picks()
        ]
        document["slots"] = len(values.tray.slots)
    return _compact({key: value for key, value in document.items() if value})


def _compact(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _values_from_text(text: str) -> Values:
    document: dict[str, Any] = json.loads(text)
    return Values(
        states=_by_entry({key: EntryState(state) for key, state in document.get("states", {}).items()}),
        themes=_by_entry(document.get("themes", {})),
        stories=_by_entry(document.get("stories", {})),
        tray=_tray(document) if "slots" in document else None,
        words=IssueWords(**document["words"]) if "words" in document else None,
    )


def _by_entry(values: Mapping[str, Any]) -> Mapping[int, Any]:
    return MappingProxyType({int(entry): value for entry, value in values.items()})


def _document_from_pick(pick: Pick) -> dict[str, Any]:
    published_on = pick.published_on.isoformat() if pick.published_on else None
    plain = replace(pick, segment_notes=dict(pick.segment_notes))
    return asdict(plain) | {"published_on": published_on}


def _tray(document: Mapping[str, Any]) -> Tray:
    slots = {number: Slot(number) for number in range(1, document["slots"] + 1)}
    for written in document.get("tray", []):
        number, segment = written.pop("slot"), written.pop("segment")
        slot, pick = slots[number], _pick(written)
        slots[number] = (
            replace(slot, common=pick)
            if segment is None
            else replace(slot, variants=MappingProxyType({**slot.variants, segment: pick}))
        )
    return Tray(tuple(slots.values()))


def _pick(written: dict[str, Any]) -> Pick:
    day = written["published_on"]
    return Pick(
        **written
        | {
            "published_on": date.fromisoformat(day) if day else None,
            "segment_notes": MappingProxyType(written["segment_notes"]),
        }
    )
