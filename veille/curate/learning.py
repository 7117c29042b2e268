"""Learning from what the curator chose, and keeping what was learnt.

A sitting begins with what was learnt last, so that nothing is waited for; it is learnt again when it ends.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from veille.curate.taste import Example, Material, Model, Taste, train
from veille.model.entry import EntryState
from veille.store import Store, Transaction, history, issues, rankings, shares
from veille.store.rankings import JudgedEntry, Learnt

# A pick was chosen among all; what was passed over may only have been overlooked.
_PICKED, _TOLD_BEFORE, _KEPT_OR_SHARED = 3.0, 2.0, 1.5
_DISMISSED, _LOOKED_AT, _PASSED_OVER = 1.0, 0.5, 0.2
_PASSED_OVER_AT_MOST = 1500
# Another number when a model is written otherwise: what was learnt before is then learnt again.
_FORM = "1"
_DECIMALS = 4


def learn(store: Store, before: datetime, now: datetime) -> Model:
    """The model of all that was chosen until now; trained only when something was chosen since the last.

    What nobody looked at counts as passed over when it is older than ``before``.
    """
    with store.transaction() as transaction:
        evidence = f"{_FORM} {rankings.evidence(transaction)}"
        last = rankings.learnt_last(transaction)
        if last is not None and last.evidence == evidence:
            return _model_from_text(last.weights)
        examples = tuple(_examples(transaction, before))
    model = train(examples)
    with store.transaction() as transaction:
        rankings.save_learnt(transaction, Learnt(evidence, _text_from_model(model)), now)
    return model


def model_learnt_last(store: Store, before: datetime, now: datetime) -> Model:
    """What was learnt last, be it out of date; learnt now when nothing was."""
    with store.transaction() as transaction:
        last = rankings.learnt_last(transaction)
    if last is None or not last.evidence.startswith(f"{_FORM} "):
        return learn(store, before, now)
    return _model_from_text(last.weights)


def _examples(transaction: Transaction, before: datetime) -> Iterator[Example]:
    segments = _segments_of_picks(transaction)
    shared = shares.shared_entries(transaction)
    for entry in rankings.judged_entries(transaction, before, _PASSED_OVER_AT_MOST):
        material = Material(entry.title, entry.summary, entry.source, entry.theme, entry.language)
        if entry.id in segments:
            yield Example(material, wanted=True, weight=_PICKED, segments=segments[entry.id])
        elif entry.state is EntryState.KEPT or entry.id in shared:
            yield Example(material, wanted=True, weight=_KEPT_OR_SHARED)
        else:
            yield Example(material, wanted=False, weight=_weight_against(entry))
    for past in history.past_picks(transaction):
        if past.number is None:  # ours are among the entries
            material = Material(past.title, past.note, past.source, past.theme, language="")
            yield Example(material, wanted=True, weight=_TOLD_BEFORE)


def _segments_of_picks(transaction: Transaction) -> Mapping[int, frozenset[str]]:
    """Of each entry that was ever picked, the segments that it was picked or noted for in particular."""
    segments: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for issue in issues.all_issues(transaction):
        for _slot, segment, pick in issue.tray.picks():
            own = frozenset([segment]) if segment is not None else frozenset[str]()
            segments[pick.entry] |= own | pick.segment_notes.keys()
    return segments


def _weight_against(entry: JudgedEntry) -> float:
    if entry.state is EntryState.DISMISSED:
        return _DISMISSED
    return _LOOKED_AT if entry.is_seen else _PASSED_OVER


def _text_from_model(model: Model) -> str:
    document = {
        "positives": model.positives,
        "rarities": _rounded(model.rarities),
        "taste": _document_from_taste(model.taste),
        "by_segment": {name: _document_from_taste(taste) for name, taste in model.by_segment.items()},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _document_from_taste(taste: Taste) -> Mapping[str, object]:
    return {"bias": round(taste.bias, _DECIMALS), "weights": _rounded(taste.weights)}


def _rounded(values: Mapping[str, float]) -> Mapping[str, float]:
    return {name: round(value, _DECIMALS) for name, value in values.items()}


def _model_from_text(text: str) -> Model:
    document = json.loads(text)
    by_segment = {name: Taste(**taste) for name, taste in document["by_segment"].items()}
    return Model(document["rarities"], Taste(**document["taste"]), by_segment, document["positives"])
