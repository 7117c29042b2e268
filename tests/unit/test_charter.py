"""What the charter finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import a_pick, a_tray, an_issue
from veille.curate import slots
from veille.curate.charter import Finding, Severity, examine
from veille.model.issue import Issue, Slot, Tray

SEGMENTS = ("publics", "collections")
GOOD_NOTE = "Un premier bilan chiffré, à lire avant notre discussion de janvier : " + "x" * 80


def a_good_issue() -> Issue:
    themes = ("publics", "outils", "secteur", "methodes", "publics")
    picks = [
        a_pick(number, theme=theme, source=f"Source {number}", note=GOOD_NOTE)
        for number, theme in enumerate(themes, start=1)
    ]
    return an_issue(tray=Tray(tuple(Slot(number, pick) for number, pick in enumerate(picks, start=1))))


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_balanced_noted_issue_has_nothing_against_it() -> None:
    assert examine(a_good_issue(), SEGMENTS, ()) == ()


def test_an_empty_slot_blocks_and_is_named() -> None:
    issue = a_good_issue()

    findings = examine(replace(issue, tray=slots.remove_pick(issue.tray, 4, None).tray), SEGMENTS, ())

    assert [(finding.code, finding.severity, finding.slot) for finding in findings] == [
        ("slot-empty", Severity.BLOCKER, 4)
    ]


def test_a_missing_note_blocks_also_on_a_variant() -> None:
    issue = a_good_issue()
    variant = a_pick(9, note="", source="Source 9")

    findings = examine(
        replace(issue, tray=slots.place_pick(issue.tray, variant, 2, "publics").tray), SEGMENTS, ()
    )

    assert [(finding.code, finding.slot, finding.segment) for finding in findings] == [
        ("note-missing", 2, "publics")
    ]


@pytest.mark.parametrize("length", [119, 321])
def test_a_note_too_short_or_too_long_is_a_warning(length: int) -> None:
    issue = a_good_issue()

    findings = examine(replace(issue, tray=slots.write_note(issue.tray, 1, None, "x" * length)), SEGMENTS, ())

    assert [(finding.code, finding.severity) for finding in findings] == [("note-length", Severity.WARNING)]


def test_a_note_for_a_segment_nobody_configured_blocks() -> None:
    issue = a_good_issue()

    findings = examine(replace(issue, tray=slots.write_note(issue.tray, 1, "ancien", "x")), SEGMENTS, ())

    assert [(finding.code, finding.segment) for finding in findings] == [("segment-unknown", "ancien")]


def test_a_link_of_a_past_issue_is_noticed_under_another_spelling() -> None:
    issue = a_good_issue()
    first = issue.tray.slots[0].common
    assert first is not None
    tracked = replace(first, url=first.url + "?utm_source=x")

    findings = examine(
        replace(issue, tray=slots.place_pick(issue.tray, tracked, 1, None).tray), SEGMENTS, {first.url}
    )

    assert codes(findings) == ["already-sent"]


def test_few_themes_and_one_source_twice_are_warnings() -> None:
    found = codes(examine(an_issue(tray=a_tray()), SEGMENTS, ()))

    assert {"few-themes", "same-source"} <= set(found)


def test_blockers_come_first() -> None:
    issue = replace(a_good_issue(), intro="")
    issue = replace(issue, tray=slots.remove_pick(issue.tray, 5, None).tray)

    assert codes(examine(issue, SEGMENTS, ())) == ["slot-empty", "intro-missing"]
