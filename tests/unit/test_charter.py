"""What the charter finds in the slots of an issue."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from builders import a_pick, an_issue
from veille.curate import slots
from veille.curate.charter import PastPicks, examine
from veille.model.charter import ABSOLUTE_RULES, DEFAULT_SEVERITIES, Finding, Severity, finding, weighed
from veille.model.issue import Issue, Slot, Tray
from veille.settings import DEFAULT_SEGMENTS, CharterSettings, Settings

GOOD_NOTE = (
    "Un premier bilan chiffré, à lire avant notre discussion de janvier : " + "les comptes y sont. " * 4
)
NOTHING_BEFORE = PastPicks(frozenset(), frozenset(), frozenset())


def a_good_issue(**changes: Any) -> Issue:
    themes = ("publics", "outils", "secteur", "methodes", "publics")
    picks = [
        a_pick(number, theme=theme, source=f"Source {number}", note=GOOD_NOTE)
        for number, theme in enumerate(themes, start=1)
    ]
    tray = Tray(tuple(Slot(number, pick) for number, pick in enumerate(picks, start=1)))
    return an_issue(**{"tray": tray} | changes)


def with_first(issue: Issue, **changes: Any) -> Issue:
    """``issue`` with its first pick changed."""
    first = issue.tray.slots[0].common
    assert first is not None
    return replace(
        issue, tray=Tray((Slot(1, replace(first, **changes), MappingProxyType({})), *issue.tray.slots[1:]))
    )


def found_in(issue: Issue, past: PastPicks = NOTHING_BEFORE, **charter: Any) -> list[Finding]:
    return list(examine(issue, replace(Settings(), charter=CharterSettings(**charter)), past))


def codes(issue: Issue, past: PastPicks = NOTHING_BEFORE, **charter: Any) -> list[str]:
    return [fault.code for fault in found_in(issue, past, **charter)]


def test_a_balanced_noted_issue_has_nothing_against_it() -> None:
    assert found_in(a_good_issue()) == []


def test_an_empty_slot_blocks_and_is_named() -> None:
    issue = a_good_issue()

    (fault,) = found_in(replace(issue, tray=slots.remove_pick(issue.tray, 4, None).tray))

    assert (fault.code, fault.severity, fault.slot) == ("slot-empty", Severity.BLOCKER, 4)
    assert "--slot 4" in fault.remedy


def test_a_missing_note_blocks_also_on_a_variant() -> None:
    issue = a_good_issue()
    variant = a_pick(9, note="", source="Source 9")

    (fault,) = found_in(replace(issue, tray=slots.place_pick(issue.tray, variant, 2, "publics").tray))

    assert (fault.code, fault.place) == ("note-missing", "2 publics")


@pytest.mark.parametrize(("length", "remedy"), [(119, "for whom"), (321, "one reason")])
def test_a_note_too_short_or_too_long_is_a_warning(length: int, remedy: str) -> None:
    issue = a_good_issue()

    (fault,) = found_in(replace(issue, tray=slots.write_note(issue.tray, 1, None, "m" * length)))

    assert (fault.code, fault.severity) == ("note-length", Severity.WARNING)
    assert remedy in fault.remedy


@pytest.mark.parametrize("length", [120, 320])
def test_a_note_may_have_from_120_to_320_characters(length: int) -> None:
    issue = a_good_issue()

    assert codes(replace(issue, tray=slots.write_note(issue.tray, 1, None, "m" * length))) == []


def test_the_length_of_notes_is_the_houses() -> None:
    assert codes(a_good_issue(), note_min=400, note_max=500) == ["note-length"] * 5


def test_a_note_for_a_segment_nobody_configured_blocks() -> None:
    issue = a_good_issue()

    (fault,) = found_in(replace(issue, tray=slots.write_note(issue.tray, 1, "ancien", "Un mot.")))

    assert (fault.code, fault.severity, fault.segment) == ("segment-unknown", Severity.BLOCKER, "ancien")


def test_a_variant_for_a_segment_nobody_configured_blocks() -> None:
    issue = a_good_issue()
    variant = a_pick(9, note=GOOD_NOTE, source="Source 9")

    tray = slots.place_pick(issue.tray, variant, 2, "ancien").tray

    assert codes(replace(issue, tray=tray)) == ["segment-unknown"]


@pytest.mark.parametrize(
    ("url", "entry", "title", "code"),
    [
        ("https://old.example/a?utm_source=x", 9, "Autre titre", "already-sent"),
        ("https://new.example/", 7, "Autre titre", "story-sent"),
        ("https://new.example/", 9, "L’ÉTÉ au musée", "title-sent"),
        ("", 9, "L’été au musée", "title-sent"),
        ("https://old.example/a", 7, "L’été au musée", "already-sent"),
    ],
)
def test_what_readers_had_before_is_found_by_address_story_and_title(
    url: str, entry: int, title: str, code: str
) -> None:
    past = PastPicks(frozenset(["https://old.example/a"]), frozenset(["l’ete au musee"]), frozenset([7]))

    (fault,) = found_in(with_first(a_good_issue(), url=url, entry=entry, title=title), past)

    assert (fault.code, fault.slot) == (code, 1)
    assert title in fault.message


def test_two_themes_are_too_few_and_three_are_enough() -> None:
    themes = ("publics", "outils", "publics", "outils", "publics")
    issue = a_good_issue()
    slots_of_two = tuple(
        Slot(slot.number, replace(slot.common, theme=theme))
        for slot, theme in zip(issue.tray.slots, themes, strict=True)
        if slot.common
    )
    two = replace(issue, tray=Tray(slots_of_two))

    assert codes(two) == ["few-themes"]
    assert codes(with_first(two, theme="secteur")) == []


def test_a_house_of_two_themes_is_not_asked_for_three() -> None:
    settings = Settings()
    two_themes = replace(settings, themes={name: settings.themes[name] for name in ("publics", "outils")})
    themes = ("publics", "outils", "publics", "outils", "publics")
    slots_of_two = tuple(
        Slot(number, a_pick(number, theme=theme, source=f"S{number}", note=GOOD_NOTE))
        for number, theme in enumerate(themes, start=1)
    )

    assert list(examine(an_issue(tray=Tray(slots_of_two)), two_themes, NOTHING_BEFORE)) == []


def test_two_links_of_one_source_are_a_warning() -> None:
    (fault,) = found_in(with_first(a_good_issue(), source="Source 2"))

    assert (fault.code, fault.severity, fault.segment) == ("same-source", Severity.WARNING, None)
    assert fault.message == "2 links come from Source 2."


def test_how_many_links_a_source_may_have_is_the_houses() -> None:
    assert codes(with_first(a_good_issue(), source="Source 2"), picks_per_source=2) == []


def test_a_variant_that_doubles_a_source_is_found_for_its_segment_alone() -> None:
    issue = with_first(a_good_issue(), source="Source 2")
    variant = a_pick(9, note=GOOD_NOTE, source="Source 4")

    tray = slots.place_pick(issue.tray, variant, 3, "publics").tray

    assert [(fault.code, fault.segment) for fault in found_in(replace(issue, tray=tray))] == [
        ("same-source", None),
        ("same-source", "publics"),
    ]


def test_a_link_of_unknown_language_is_a_warning() -> None:
    assert codes(with_first(a_good_issue(), language="")) == ["language-missing"]


def test_the_words_around_the_links_have_their_measure() -> None:
    assert codes(a_good_issue(title="m" * 60)) == []
    assert codes(a_good_issue(title="m" * 61)) == ["title-length"]
    assert codes(a_good_issue(intro=" ")) == ["intro-missing"]
    assert codes(a_good_issue(intro="m" * 600)) == []
    assert codes(a_good_issue(intro="m" * 601)) == ["intro-length"]


def test_the_house_weighs_its_rules_and_blockers_come_first() -> None:
    found = [
        finding("typography", "a", "", slot=1),
        finding("same-source", "b", ""),
        finding("note-missing", "c", "", slot=4),
        finding("generic-words", "d", "", slot=2),
        finding("slot-empty", "e", "", slot=3),
    ]

    severities = {"same-source": "blocker", "note-missing": "warning", "generic-words": "off"}

    assert [(fault.code, fault.severity) for fault in weighed(found, severities)] == [
        ("same-source", "blocker"),
        ("slot-empty", "blocker"),
        ("typography", "warning"),
        ("note-missing", "warning"),
    ]


def test_no_rule_is_both_absolute_and_weighed() -> None:
    assert not set(ABSOLUTE_RULES) & set(DEFAULT_SEVERITIES)
    assert all(finding(code, "", "").severity is Severity.BLOCKER for code in ABSOLUTE_RULES)


def test_the_default_segments_are_known() -> None:
    issue = a_good_issue()

    for segment in DEFAULT_SEGMENTS:
        assert codes(replace(issue, tray=slots.write_note(issue.tray, 1, segment, "Un mot."))) == []
