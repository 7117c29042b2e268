"""Issues written for elsewhere, and taken in again as they were."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOVEMBER, NOW, a_pick, a_tray, an_approved_issue, an_issue
from conftest import Veille
from veille.curate.exporting import issues_as_csv, issues_as_json, issues_as_markdown
from veille.curate.taking_in import import_whole_issues, is_export
from veille.model.issue import Erratum, Issue, IssueStatus, Pick, Slot, Tray, content_hash
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store, open_store
from veille.store.errata import errata_by_month
from veille.store.issues import all_issues

OCTOBER = Month(2026, 10)
ERRATA = {OCTOBER: (Erratum("Le lien 2 est de Camille Roy.", NOW + timedelta(days=1)),)}
NOTES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30)


def frozen(issue: Issue, status: IssueStatus = IssueStatus.APPROVED) -> Issue:
    fingerprint = content_hash(issue.month, issue.number, issue.title, issue.intro, issue.tray)
    return replace(issue, status=status, content_hash=fingerprint, approved_at=NOW, approved_by="Camille")


def three_issues() -> list[Issue]:
    note = MappingProxyType({"publics": "Pour vos ateliers."})
    tray = a_tray(publics=a_pick(9, language="en"))
    tray = Tray((Slot(1, a_pick(1, segment_notes=note, suggested_by="Sacha Roy")), *tray.slots[1:]))
    paper = Tray((*a_tray().slots[:4], Slot(5, a_pick(5, url="", published_on=None, reading_minutes=None))))
    return [
        an_issue(id=3, month=Month(2026, 12), number=35, tray=Tray((*a_tray().slots[:4], Slot(5)))),
        frozen(an_issue(id=2, month=NOVEMBER, number=34, tray=tray, title="Tarifs", intro="Un.\n\nDeux.")),
        frozen(an_issue(id=1, month=OCTOBER, number=33, tray=paper), IssueStatus.SENT),
    ]


def anonymous(issue: Issue) -> Issue:
    """``issue`` without the numbers that its store gave."""

    def bare(pick: Pick) -> Pick:
        return replace(pick, entry=0)

    slots = (
        Slot(
            slot.number,
            bare(slot.common) if slot.common else None,
            {segment: bare(pick) for segment, pick in slot.variants.items()},
        )
        for slot in issue.tray.slots
    )
    return replace(issue, id=0, tray=Tray(tuple(slots)))


def stored(store: Store) -> list[Issue]:
    with store.transaction() as transaction:
        return [anonymous(issue) for issue in all_issues(transaction)]


def test_what_is_exported_and_taken_in_is_the_same(store: Store) -> None:
    text = issues_as_json(three_issues(), ERRATA)

    taken = import_whole_issues(store, text, NOW, dry_run=False)

    assert (taken.imported, taken.refused) == ((OCTOBER, NOVEMBER, Month(2026, 12)), ())
    assert stored(store) == [anonymous(issue) for issue in three_issues()]
    with store.transaction() as transaction:
        errata = dict(errata_by_month(transaction))
        again = issues_as_json(all_issues(transaction), errata)
    assert errata == ERRATA
    assert again == text


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    folder, count = tmp_path_factory.mktemp("stores"), 0

    def open_fresh() -> Store:
        nonlocal count
        count += 1
        return open_store(folder / f"{count}.db")

    return open_fresh


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=LINES,
    source=LINES,
    note=NOTES,
    intro=LINES,
)
def test_whatever_was_written_comes_back(
    fresh: Callable[[], Store], title: str, source: str, note: str, intro: str
) -> None:
    tray = Tray((Slot(1, a_pick(1, title=title, source=source, note=note)), *a_tray().slots[1:]))
    issue = frozen(an_issue(tray=tray, intro=intro))

    with fresh() as store:
        import_whole_issues(store, issues_as_json([issue], {}), NOW, dry_run=False)

        assert stored(store) == [anonymous(issue)]


def test_taking_in_once_more_changes_nothing(store: Store) -> None:
    text = issues_as_json(three_issues(), ERRATA)
    import_whole_issues(store, text, NOW, dry_run=False)
    before = stored(store)

    again = import_whole_issues(store, text, NOW, dry_run=False)

    assert (again.imported, len(again.known), again.refused) == ((), 3, ())
    assert stored(store) == before


def test_a_rehearsal_stores_nothing(store: Store) -> None:
    found = import_whole_issues(store, issues_as_json(three_issues(), {}), NOW, dry_run=True)

    assert len(found.imported) == 3
    assert stored(store) == []


def test_an_issue_that_was_changed_since_it_was_frozen_is_refused_alone(store: Store) -> None:
    text = issues_as_json(three_issues(), {}).replace("Un.\\n\\nDeux.", "Trois.")

    found = import_whole_issues(store, text, NOW, dry_run=False)

    assert found.refused == ("2026-11: it is not what was approved any more",)
    assert len(stored(store)) == 2


def test_a_number_that_another_month_has_is_refused(store: Store) -> None:
    import_whole_issues(store, issues_as_json([three_issues()[0]], {}), NOW, dry_run=False)
    other = frozen(an_issue(month=OCTOBER, number=35))

    found = import_whole_issues(store, issues_as_json([other], {}), NOW, dry_run=False)

    assert found.refused == ("2026-10: another issue has the number 35",)


@pytest.mark.parametrize(
    "damage",
    [
        {"month": "2026-13"},
        {"slots": 2},
        {"slots": None},
        {"links": [{}]},
        {"links": "x"},
        {"number": "x"},
        {"status": "burnt"},
        {"title": "two\nlines"},
        {"approved_at": "2026-11-24T09:30:00"},
        {"content_hash": 3},
        {"errata": [{"text": 3, "noted_at": ""}]},
    ],
)
def test_what_is_no_issue_is_refused_and_the_others_are_taken_in(
    store: Store, damage: dict[str, Any]
) -> None:
    document = json.loads(issues_as_json(three_issues(), {}))
    document["issues"][1] |= damage

    found = import_whole_issues(store, json.dumps(document), NOW, dry_run=False)

    assert len(found.refused) == 1
    assert len(found.imported) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", 3])
def test_an_address_that_is_not_of_the_web_is_refused(store: Store, url: object) -> None:
    document = json.loads(issues_as_json(three_issues()[:1], {}))
    document["issues"][0]["links"][0]["url"] = url

    assert len(import_whole_issues(store, json.dumps(document), NOW, dry_run=False).refused) == 1


def test_what_is_in_the_list_and_no_object_is_refused(store: Store) -> None:
    found = import_whole_issues(store, '{"schema": 1, "issues": [3]}', NOW, dry_run=False)

    assert found.refused == ("?: it is not as veille export issues writes it",)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": 2, "issues": []}', '{"url": "x"}', "{}\n{}", "[" * 100_000]
)
def test_other_files_are_not_taken_for_an_export(text: str) -> None:
    assert not is_export(text)


def test_no_cell_of_the_table_is_a_formula() -> None:
    tray = Tray(
        (Slot(1, a_pick(1, title="=1+1", source="@x", note="-2")), *a_tray(publics=a_pick(9)).slots[1:])
    )

    rows = list(csv.DictReader(issues_as_csv([an_approved_issue(tray=tray)]).splitlines()))

    assert (rows[0]["title"], rows[0]["source"], rows[0]["note"]) == ("'=1+1", "'@x", "'-2")
    assert [(row["link"], row["segment"]) for row in rows][:3] == [("1", ""), ("2", ""), ("2", "publics")]


def test_markdown_is_read_as_it_was_written() -> None:
    note = MappingProxyType({"publics": "Pour vos ateliers."})
    tray = Tray(
        (
            Slot(1, a_pick(1, title="[x](javascript:1) <b>*", url="", segment_notes=note)),
            *a_tray(publics=a_pick(9)).slots[1:],
        )
    )

    text = issues_as_markdown([an_approved_issue(tray=tray, title="Tarifs")], Settings())

    assert text.startswith("# novembre 2026 – Tarifs\n")
    assert r"## 1. \[x\](javascript:1) \<b\>\*" in text
    assert "## 2 (Publics et médiation). [Article 9](<https://journal.example/articles/9>)" in text
    assert "> **Publics et médiation** Pour vos ateliers." in text


@pytest.mark.sqlite  # the environment names one server to both
def test_issues_go_from_one_workspace_to_another(
    approved_veille: Veille, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, there = tmp_path / "issues.json", Veille(tmp_path / "there", capsys)
    there("init", str(there.folder))

    written = approved_veille.json("export", "issues", str(file))
    rehearsed = there("import-issues", str(file), "--dry-run")
    taken = there.json("import-issues", str(file))

    assert written == {"path": str(file), "format": "json", "issues": 1}
    assert "1 issue would be taken in" in rehearsed
    assert (taken["imported"], taken["refused"]) == (["2026-11"], [])
    ours, theirs = (one.json("issue", "show", "--month", "2026-11") for one in (approved_veille, there))
    assert ours == theirs


@pytest.mark.parametrize(("format_", "begins"), [("md", "# novembre 2026"), ("csv", "month,number,link")])
def test_other_formats_are_written_too(
    approved_veille: Veille, tmp_path: Path, format_: str, begins: str
) -> None:
    file = tmp_path / "issues"

    approved_veille("export", "issues", str(file), "--format", format_)

    assert file.read_text(encoding="utf-8").startswith(begins)


def test_a_refused_issue_is_part_of_the_result(veille: Veille, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"schema": 1, "issues": [3]}', encoding="utf-8")

    said = veille("import-issues", str(file), code=4)

    assert "0 issues taken in, 0 there already, 1 refused." in said
