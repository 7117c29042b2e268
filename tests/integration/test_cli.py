"""The commands as the curator types them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from builders import NOW, a_parsed_entry, a_source
from conftest import Veille
from veille.cli import app as front_door
from veille.store import entries, feeds, open_store


def commands(group: Any, *above: str) -> Iterator[tuple[str, ...]]:
    """The words of every command below ``group``."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *above, name)
        yield (*above, name)


COMMANDS = sorted(commands(typer.main.get_command(front_door.app)))


@pytest.fixture
def stocked(veille: Veille) -> Veille:
    """A workspace with eight entries."""
    with open_store(veille.folder / "veille.db") as store, store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        themes = ["publics", "outils", "secteur", "methodes"] * 2
        for number, theme in enumerate(themes, start=1):
            (feed,) = feeds.add_feeds(
                transaction,
                [a_source(url=f"https://s{number}.example/", title=f"Source {number}", theme=theme)],
            )
            entries.store_entries(transaction, feed, [a_parsed_entry(number)], NOW)
    return veille


def pick_five(veille: Veille) -> None:
    for number in range(1, 6):
        veille("pick", "add", str(number), "--month", "2026-11")
        veille("pick", "note", str(number), "--text", f"Pourquoi ce lien {number} compte pour nous. " * 4)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_a_verb_and_an_example(veille: Veille, command: tuple[str, ...]) -> None:
    text = veille(*command, "--help")

    assert re.search(r"^  [A-Z][a-z]+[ ,]", text, re.MULTILINE)
    assert f"Example: veille {command[0]}" in text or "Commands:" in text


def test_init_again_leaves_everything_as_it_was(veille: Veille) -> None:
    before = (veille.folder / "veille.toml").read_text(encoding="utf-8")

    document = veille.json("init", str(veille.folder))

    assert document["made"] == []
    assert (veille.folder / "veille.toml").read_text(encoding="utf-8") == before


def test_init_in_a_folder_that_cannot_be_made_is_a_configuration_error(
    veille: Veille, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    veille("init", str(tmp_path / "file" / "below"), code=5)

    assert "could not be made" in veille.said


def test_a_missing_workspace_says_how_to_make_one(veille: Veille, tmp_path: Path) -> None:
    veille.folder = tmp_path / "nowhere"

    veille("feeds", "list", code=5)

    assert "veille init" in veille.said


def test_a_faulty_veille_toml_stops_before_anything_and_names_the_line(veille: Veille) -> None:
    (veille.folder / "veille.toml").write_text("[digest]\nlinkz = 3\n", encoding="utf-8")

    veille("feeds", "list", code=5)

    assert "line 2" in veille.said
    assert "links" in veille.said


def test_errors_are_json_when_json_was_asked_for(veille: Veille) -> None:
    veille("entries", "show", "7", "--json", code=1)

    error = json.loads(veille.said)["error"]
    assert error["code"] == "not-found"
    assert "7" in error["message"]
    assert "search" in error["hint"]


def test_the_general_options_may_follow_the_command(veille: Veille) -> None:
    assert json.loads(veille("feeds", "list", "--json"))["feeds"] == []
    assert front_door.options_first(["pick", "add", "1", "-w", "x", "--json", "--", "--json"]) == [
        "-w", "x", "--json", "pick", "add", "1", "--", "--json",
    ]  # fmt: skip


def test_a_fault_of_ours_shows_no_traceback_and_names_the_log(
    veille: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("veille.store.feeds.all_feeds", broken)

    veille("feeds", "list", code=70)

    assert "Traceback" not in veille.said
    assert "veille.log" in veille.said
    assert "ZeroDivisionError: inside" in (veille.folder / "veille.log").read_text(encoding="utf-8")


def test_an_interruption_leaves_with_130_and_says_what_to_do(
    veille: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("veille.store.feeds.all_feeds", interrupted)

    veille("feeds", "list", code=130)

    assert "run the same command" in veille.said


def test_what_does_not_exist_on_the_command_line_is_usage(veille: Veille) -> None:
    veille("fly", code=2)
    veille("pick", "add", "one", code=2)
    veille("entries", "list", "--month", "November", code=2)
    veille("entries", "list", "--theme", "sport", code=2)
    veille("people", "add", "a@b.example", "--segment", "sport", code=2)
    veille("people", "add", "a@b.example", "--segment", "publics", "--language", "de", code=2)
    veille("people", "import", "missing.csv", code=2)


def test_feeds_come_from_opml_and_go_back_to_it(veille: Veille, tmp_path: Path) -> None:
    first = veille.json("feeds", "import", str(veille.folder / "feeds.opml"))
    again = veille.json("feeds", "import", str(veille.folder / "feeds.opml"))
    veille("feeds", "export", str(tmp_path / "mine.opml"))
    veille("feeds", "remove", "1")

    assert (first["added"], again["added"], again["already"]) == (60, 0, 60)
    assert veille.json("feeds", "import", str(tmp_path / "mine.opml"))["added"] == 1
    assert {feed["theme"] for feed in veille.json("feeds", "list")["feeds"]} == {
        "publics", "outils", "secteur", "methodes",
    }  # fmt: skip


def test_a_malformed_opml_imports_what_it_can_and_names_the_lines(veille: Veille, tmp_path: Path) -> None:
    listed = tmp_path / "list.opml"
    listed.write_text(
        '<opml version="2.0"><body>\n'
        '<outline text="A & B" xmlUrl="https://a.example/feed"/>\n'
        '<outline text="C" xmlUrl="javascript:x"/>\n'
        '<outline text="D" xmlUrl="https://d.example/feed"/>\n'
        "</body></opml>",
        encoding="utf-8",
    )

    document = veille.json("feeds", "import", str(listed), code=4)

    assert document["added"] == 2
    assert {2, 3} <= {fault["line"] for fault in document["faults"]}


def test_a_feed_is_paused_and_resumed(stocked: Veille) -> None:
    assert stocked.json("feeds", "pause", "1")["feeds"][0]["status"] == "paused"
    assert "paused" in stocked("feeds", "list")
    assert stocked.json("feeds", "resume", "1")["feeds"][0]["status"] == "active"


def test_entries_are_listed_found_shown_and_sorted_out(stocked: Veille) -> None:
    stocked("entries", "keep", "2")
    stocked("entries", "dismiss", "3")

    listed = stocked.json("entries", "list", "--theme", "outils", "--month", "2026-11")["entries"]
    kept = stocked.json("entries", "list", "--state", "kept")["entries"]

    assert [entry["id"] for entry in listed] == [6, 2]
    assert [entry["id"] for entry in kept] == [2]
    assert set(listed[0]) >= {
        "id", "title", "url", "canonical_url", "feeds", "theme", "language", "published_at",
        "first_seen_at", "state", "score", "reasons", "story",
    }  # fmt: skip
    assert stocked.json("entries", "search", "resume", "ARTICLE", "--lang", "fr", "--limit", "3")["entries"]
    assert "Le résumé de l’article 2." in stocked("entries", "show", "2")
    assert "Article 8" in stocked("entries", "list")


def test_a_month_is_picked_checked_and_approved(stocked: Veille) -> None:
    pick_five(stocked)
    stocked("pick", "add", "6", "--slot", "2", "--segment", "publics")
    stocked("pick", "note", "2", "--segment", "publics", "--text", "Pour les publics, ceci.")
    stocked("pick", "note", "1", "--segment", "numerique", "--text", "Pour vous.")
    stocked("issue", "edit", "--intro", "Cinq liens.")

    slots = stocked.json("pick", "list")["slots"]
    checked = stocked.json("check")
    approved = stocked.json("issue", "approve")

    assert [slot["entry"] for slot in slots] == [1, 2, 3, 4, 5]
    assert slots[1]["variants"]["publics"]["note"] == "Pour les publics, ceci."
    assert slots[0]["segment_notes"] == {"numerique": "Pour vous."}
    assert checked["blockers"] == []
    assert (approved["status"], approved["number"]) == ("approved", 34)
    assert re.fullmatch(r"[0-9a-f]{64}", approved["content_hash"])


def test_the_sixth_pick_is_refused_and_a_named_slot_says_what_gave_way(stocked: Veille) -> None:
    pick_five(stocked)

    stocked("pick", "add", "6", code=3)
    assert "Article 3" in stocked.said
    shown = stocked("pick", "add", "6", "--slot", "3")

    assert "Gave way: Article 3" in shown
    assert "its note was: Pourquoi ce lien 3" in shown


def test_slots_are_moved_and_emptied(stocked: Veille) -> None:
    pick_five(stocked)

    moved = stocked.json("pick", "move", "1", "5")
    emptied = stocked.json("pick", "remove", "1")

    assert [slot["entry"] for slot in moved["slots"]] == [5, 2, 3, 4, 1]
    assert emptied["slots"][0]["entry"] is None
    assert emptied["removed"]["entry"] == 5
    assert "(empty)" in stocked("pick", "list")


def test_blockers_stop_the_check_and_the_approval(stocked: Veille) -> None:
    stocked("pick", "add", "1", "--month", "2026-11")

    document = stocked.json("check", code=3)
    stocked("issue", "approve", code=3)

    assert {finding["code"] for finding in document["blockers"]} == {"slot-empty", "note-missing"}
    assert "[2]" in stocked("check", code=3)


def test_an_approved_issue_refuses_every_change_until_reopened(stocked: Veille) -> None:
    pick_five(stocked)
    stocked("issue", "approve")

    for change in (
        ("pick", "add", "6", "--slot", "1"),
        ("pick", "remove", "1"),
        ("pick", "move", "1", "2"),
        ("pick", "note", "1", "--text", "x"),
        ("issue", "edit", "--title", "x"),
        ("issue", "approve"),
    ):
        stocked(*change, code=3)
        assert "reopen" in stocked.said
    assert stocked.json("issue", "reopen")["content_hash"] is None
    stocked("pick", "remove", "1")


def test_a_note_comes_from_a_file_but_not_from_nowhere(stocked: Veille, tmp_path: Path) -> None:
    stocked("pick", "add", "1", "--month", "2026-11")
    words = tmp_path / "note.txt"
    words.write_text("\ufeffDepuis un fichier.", encoding="utf-8")

    assert stocked.json("pick", "note", "1", "--file", str(words))["slots"][0]["note"] == "Depuis un fichier."
    stocked("pick", "note", "1", "--text", "x", "--file", str(words), code=2)
    words.write_bytes(b"\xff\xfe\x00")
    stocked("pick", "note", "1", "--file", str(words), code=2)


def test_issues_are_numbered_and_listed(stocked: Veille) -> None:
    stocked("issue", "new", "--month", "2026-10", "--number", "12")
    stocked("issue", "new", "--month", "2026-11")

    listed = stocked.json("issue", "list")["issues"]
    stocked("issue", "new", "--month", "2026-11", code=3)
    stocked("issue", "new", "--month", "2026-12", "--number", "12", code=3)
    stocked("issue", "edit", "--number", "12", "--month", "2026-11", code=3)

    assert [(issue["month"], issue["number"]) for issue in listed] == [("2026-11", 13), ("2026-10", 12)]
    assert "2026-10" in stocked("issue", "list")
    assert "Issue 13, 2026-11: draft" in stocked("issue", "show")
    assert stocked.json("issue", "edit", "--title", "Titre", "--number", "20")["number"] == 20


def test_people_come_one_by_one_and_leave_at_once(veille: Veille, tmp_path: Path) -> None:
    veille("people", "add", "Camille@Musee.Example", "--segment", "publics", "--name", "Camille Élan")
    veille("people", "add", "camille@musee.example", "--segment", "publics", code=3)
    veille("people", "add", "not-an-address", "--segment", "publics", code=2)
    veille("people", "move", "camille@musee.example", "numerique")
    veille("people", "export", str(tmp_path / "people.csv"))
    veille("people", "unsubscribe", "CAMILLE@musee.example")

    (person,) = veille.json("people", "list")["people"]

    assert person == {
        "address": "camille@musee.example",
        "name": "Camille Élan",
        "segment": "numerique",
        "language": "fr",
        "status": "unsubscribed",
    }
    assert "camille@musee.example" in (tmp_path / "people.csv").read_text(encoding="utf-8-sig")
    assert "unsubscribed" in veille("people", "list")


def test_forgetting_asks_first_and_lasts(veille: Veille, tmp_path: Path) -> None:
    veille("people", "add", "camille@musee.example", "--segment", "publics")
    csv = tmp_path / "people.csv"
    csv.write_text("adresse;nom;service\ncamille@musee.example;Camille;publics\n", encoding="utf-8")

    veille("people", "forget", "camille@musee.example", code=3)
    veille("people", "forget", "camille@musee.example", "--dry-run")
    assert len(veille.json("people", "list")["people"]) == 1
    veille("people", "forget", "camille@musee.example", "--yes")

    veille("people", "import", str(csv), "--json", code=4)
    veille("people", "add", "camille@musee.example", "--segment", "publics", code=3)
    assert veille.json("people", "list")["people"] == []


def test_the_archive_opens_only_once_it_is_built(veille: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)

    veille("archive", "open", code=1)
    built = veille.json("archive", "build")
    veille("archive", "open")

    assert built["pages"] >= 1
    assert Path(built["path"], "index.html").is_file()
    assert opened == [Path(built["path"], "index.html").as_uri()]


def test_previews_are_written_for_each_segment(stocked: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)
    pick_five(stocked)

    files = stocked.json("preview")["files"]
    text = stocked("preview", "--segment", "publics", "--text")
    stocked("preview", "--segment", "publics", "--open")

    assert len(files) == 6
    assert all(Path(file).is_file() for file in files)
    assert "Article 5" in text
    assert len(opened) == 1


def test_the_version_is_told(veille: Veille) -> None:
    assert re.fullmatch(r"veille \d+\.\d+\.\d+\n", veille("--version"))
