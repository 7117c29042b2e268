"""Why an entry stands where it does, in plain words. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from veille.curate.taste import Material, Model
from veille.curate.terms import as_written
from veille.i18n import gettext as _
from veille.i18n import ngettext

_REASONS = 3
# What stands in most texts tells nothing, however often it was in what was wanted: a word in one text of
# twelve, a source, theme or language of half of them.
_RARITY_OF_A_WORD, _RARITY_OF_AN_ORIGIN = 1 + math.log(12), 1 + math.log(2)
_PUSH_WORTH_TELLING = 0.1


@dataclass(frozen=True, slots=True)
class Contender:
    """An entry that is to be ranked. ``feeds`` counts those that carry it or another entry of its story."""

    entry_id: int
    material: Material
    at: datetime
    feeds: int
    suggested_by: tuple[str, ...]
    shares: int


def telling_weights(model: Model) -> Mapping[str, float]:
    """The weights of the house's taste that are worth naming to a person."""
    return {
        feature: weight
        for feature, weight in model.taste.weights.items()
        if abs(weight) >= _PUSH_WORTH_TELLING and _is_telling(feature, model)
    }


def reasons_of(
    contender: Contender,
    features: Mapping[str, float],
    telling: Mapping[str, float],
    *,
    is_to_taste: bool,
    is_exploration: bool,
) -> tuple[str, ...]:
    """At most three reasons, those that are facts before those that were learnt.

    ``telling`` are the weights worth naming, and ``is_to_taste`` says whether they speak for it on the whole.
    """
    facts = list(_facts(contender, is_exploration=is_exploration))
    # What is shown in spite of the curator's taste is explained by what it is shown for.
    learnt = _learnt(contender, features, telling, is_to_taste) if is_to_taste or not facts else ()
    return tuple(islice(chain(facts, learnt), _REASONS))


def _facts(contender: Contender, *, is_exploration: bool) -> Iterator[str]:
    if contender.suggested_by:
        yield _("suggested by {names}").format(names=", ".join(contender.suggested_by))
    if contender.shares:
        said = ngettext("sent to {count} colleague", "sent to {count} colleagues", contender.shares)
        yield said.format(count=contender.shares)
    if is_exploration:
        yield _("exploration: a source you rarely chose")
    if contender.feeds > 1:
        said = ngettext("carried by {count} feed", "carried by {count} feeds", contender.feeds)
        yield said.format(count=contender.feeds)


def _learnt(
    contender: Contender, features: Mapping[str, float], telling: Mapping[str, float], is_to_taste: bool
) -> Iterator[str]:
    """What speaks most for it, or against it."""
    sign = 1 if is_to_taste else -1
    pushes = (
        (sign * features[feature] * telling[feature], feature) for feature in features.keys() & telling.keys()
    )
    strong = [told for told in pushes if told[0] >= _PUSH_WORTH_TELLING]
    for _push, feature in sorted(strong, key=lambda told: (-told[0], told[1])):
        yield f"{_words_of(feature, contender.material)} {'+' if is_to_taste else '−'}"


def _is_telling(feature: str, model: Model) -> bool:
    wanted = _RARITY_OF_AN_ORIGIN if ":" in feature else _RARITY_OF_A_WORD
    return model.rarities.get(feature, math.inf) >= wanted


def _words_of(feature: str, material: Material) -> str:
    match feature.split(":", 1):
        case ["source", name]:
            return _("source {name}").format(name=name)
        case ["theme", name]:
            return _("theme {name}").format(name=name)
        case ["language", name]:
            return _("language {name}").format(name=name)
    return as_written(feature, f"{material.title}\n{material.summary}")
