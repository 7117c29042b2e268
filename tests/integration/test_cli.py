"""The commands as the curator types them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from builders import NOW, a_link_check, a_parsed_entry, a_source
from conftest import Veille
from databases import store_of
from smtp_server import Script, SmtpServer
from veille.cli import app as front_door
from veille.cli.output import Output
from veille.clock import SystemClock
from veille.demo.loopback import serving
from veille.model.delivery import DeliveryState
from veille.store import arrivals, deliveries, feeds, links


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
    with store_of(veille.folder) as store, store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        themes = ["publics", "outils", "secteur", "methodes"] * 2
        for number, theme in enumerate(themes, start=1):
            (feed,) = feeds.add_feeds(
                transaction,
                [a_source(url=f"https://s{number}.example/", title=f"Source {number}", theme=theme)],
            )
            arrivals.store_entries(transaction, feed, [a_parsed_entry(number)], NOW)
    return veille


def links_tried(veille: Veille) -> None:
    """Note down that every link was tried just now: there is no network here."""
    with store_of(veille.folder) as store, store.transaction() as transaction:
        now = SystemClock().now()
        links.save_checks(transaction, [a_link_check(number, checked_at=now) for number in range(1, 9)])


def pick_five(veille: Veille) -> None:
    links_tried(veille)
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
    links_tried(stocked)
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


def test_a_note_comes_from_a_file_but_not_from_nowhere(
    stocked: Veille, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked("pick", "add", "1", "--month", "2026-11")
    words = tmp_path / "note.txt"
    words.write_text("\ufeffDepuis un fichier.", encoding="utf-8")

    assert stocked.json("pick", "note", "1", "--file", str(words))["slots"][0]["note"] == "Depuis un fichier."
    stocked("pick", "note", "1", "--text", "x", "--file", str(words), code=2)
    for piped, code in ((b" \n", 2), (b"Par un tuyau.", 0)):  # nothing to say is no wish to erase it
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped)))
        stocked("pick", "note", "1", code=code)
    assert stocked.json("pick", "list")["slots"][0]["note"] == "Par un tuyau."
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
    assert "Issue 12, 2026-10: draft" in stocked("issue", "show")
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


@pytest.fixture
def ready(stocked: Veille) -> Veille:
    """An approved issue and three people in two segments."""
    pick_five(stocked)
    stocked("issue", "approve")
    for number, segment in enumerate(("publics", "publics", "collections")):
        stocked("people", "add", f"p{number}@musee.example", "--segment", segment)
    return stocked


def test_an_issue_is_sent_once_to_each_and_the_ledger_shown(ready: Veille) -> None:
    first = ready.json("send", "--yes")
    again = ready.json("send", "--yes")
    rows = ready.json("send", "status")["deliveries"]

    outcome = {"queued": 3, "sent": 3, "refused": 0, "deferred": 0, "uncertain": 0}
    assert {name: first[name] for name in outcome} == outcome
    assert again["sent"] == 0
    assert "nothing was sent" in ready("send", "--yes", "--month", "2026-11")
    assert {row["state"] for row in rows} == {"sent"}
    assert set(rows[0]) >= {"address", "segment", "state", "message_id", "attempts", "reply", "updated_at"}
    assert "p0@musee.example" in ready("send", "status")
    assert len(list((ready.folder / "outgoing" / "2026-11").glob("*.eml"))) == 3


def test_sending_asks_first_and_takes_only_the_count_for_a_yes(
    ready: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    ready("send", code=3)
    assert "no terminal" in ready.said
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    ready("send", code=3)
    assert "Not confirmed" in ready.said
    monkeypatch.setattr("sys.stdin", Terminal("2\n"))
    shown = ready("send", "--segment", "publics")

    assert "2  Publics" in ready.said
    assert "2 written of 2" in shown


def test_a_trial_and_a_rehearsal_leave_the_ledger_alone(ready: Veille) -> None:
    trial = ready.json("send", "--test", "me@musee.example", "--segment", "collections")
    rehearsed = ready.json("send", "--dry-run")

    assert trial["sent"] == 1
    assert (rehearsed["messages"], len(list(Path(rehearsed["path"]).iterdir()))) == (3, 3)
    assert "Trial for me@musee.example" in ready("send", "--test", "me@musee.example")
    assert "none was sent" in ready("send", "--dry-run")
    assert ready.json("send", "status", "--month", "2026-11")["deliveries"] == []


def test_what_the_server_refused_is_partly_done_and_tried_again(ready: Veille) -> None:
    with SmtpServer(Script(rcpt={"p0@musee.example": "550 5.1.1 unknown"})) as server:
        with (ready.folder / "veille.toml").open("a", encoding="utf-8") as file:
            file.write(f'[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n')
        text = (ready.folder / "veille.toml").read_text(encoding="utf-8")
        (ready.folder / "veille.toml").write_text(
            text.replace("[mail]", '[mail]\ntransport = "smtp"'), encoding="utf-8"
        )

        shown = ready("send", "--yes", code=4)
        nothing_due = ready("send", "--yes")
        trial = ready.json("send", "--test", "p0@musee.example", code=4)
        queued = ready.json("send", "retry")
        server.script.rcpt.clear()
        again = ready.json("send", "--yes")

    assert "2 sent of 3; 1 refused" in shown
    assert "1 person has not, or perhaps not" in nothing_due
    assert trial["sent"] == 0
    assert queued == {"queued": 1}
    assert (again["sent"], len(server.messages)) == (1, 3)


def test_a_doubt_is_settled_from_the_command_line(ready: Veille) -> None:
    ready("send", "--yes")
    ready("send", "resolve", "p0@musee.example", code=2)
    ready("send", "resolve", "p0@musee.example", "--sent", "--again", code=2)
    ready("send", "resolve", "p0@musee.example", "--sent", code=3)
    with store_of(ready.folder) as store, store.transaction() as transaction:
        (row, *_others) = deliveries.ledger_of(transaction, 1)
        deliveries.settle(transaction, row.id, DeliveryState.UNCERTAIN, reply="", now=NOW)

    (settled,) = ready.json("send", "resolve", row.address, "--again")["deliveries"]

    assert settled["state"] == "queued"
    assert ready.json("send", "--yes")["sent"] == 1


def test_feeds_are_collected_and_a_broken_one_is_one_line(veille: Veille, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "good.rss").write_text(
        "<rss version='2.0'><channel><title>Bon</title><item><title>Un</title>"
        "<link>https://bon.example/1</link></item></channel></rss>",
        encoding="utf-8",
    )
    (tmp_path / "web" / "bad.rss").write_text("<html><body>Not found</body></html>", encoding="utf-8")
    with (veille.folder / "veille.toml").open("a", encoding="utf-8") as file:
        file.write('[collect]\nallow_private = ["127.0.0.0/8"]\n')

    with serving(tmp_path / "web") as base:
        added = veille.json("feeds", "add", f"{base}/good.rss", "--theme", "outils", "--title", "À moi")
        found = veille.json("feeds", "discover", f"{base}/good.rss")
        assert "Already followed" in veille("feeds", "add", f"{base}/good.rss")
        assert "Bon" in veille("feeds", "discover", f"{base}/good.rss")
        with store_of(veille.folder) as store, store.transaction() as transaction:
            feeds.add_feeds(transaction, [a_source(url=f"{base}/bad.rss", title="")])
        shown = veille("collect", code=4)
        said = veille.said
        again = veille.json("collect", "--feed", "1", "--force")

    assert added["feeds"][0]["title"] == "À moi"
    assert [feed["url"] for feed in found["feeds"]] == [f"{base}/good.rss"]
    assert "2 feeds: 1 fetched" in shown
    assert said.count("\n") == 1
    assert "bad.rss" in said
    assert (again["unchanged"], again["entries_new"]) == (1, 0)
    assert "failing" in veille("feeds", "list")


def test_a_roster_with_faults_imports_the_rest_and_names_the_lines(veille: Veille, tmp_path: Path) -> None:
    csv = tmp_path / "people.csv"
    csv.write_text("adresse;service\na@b.example;publics\nnobody;publics\n", encoding="utf-8")

    document = veille.json("people", "import", str(csv), code=4)
    csv.write_text("adresse;service\na@b.example;numerique\n", encoding="utf-8")
    shown = veille("people", "import", str(csv))

    assert (document["added"], document["invalid"]) == (1, 1)
    assert [(line["line"], line["outcome"]) for line in document["lines"]] == [(2, "added"), (3, "invalid")]
    assert "“nobody” is not an e-mail address" in document["lines"][1]["detail"]
    assert "publics → numerique" in shown
    assert "0 added, 1 moved" in shown


def test_the_demonstration_plays_a_month_and_can_be_played_again(veille: Veille, tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    document = veille.json("demo", str(folder))
    shown = veille("demo", str(folder))

    assert (document["feeds"] >= 8, document["entries"] >= 100, document["picks"]) == (True, True, 6)
    assert document["issue"] == "2026-11"
    assert len(document["messages"]) == 12
    assert Path(document["archive"]).is_file()
    assert all(path in shown for path in [document["archive"], *document["previews"]])


def test_the_demonstration_leaves_other_folders_alone(veille: Veille, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.odt").touch()

    veille("demo", str(tmp_path / "precious"), code=3)

    assert (tmp_path / "precious" / "thesis.odt").exists()


def test_a_broken_template_blocks_the_check(stocked: Veille) -> None:
    pick_five(stocked)
    (stocked.folder / "templates" / "email").mkdir(parents=True)
    (stocked.folder / "templates" / "email" / "digest.txt").write_text("{{ nothing }}", encoding="utf-8")

    document = stocked.json("check", code=3)

    assert {finding["code"] for finding in document["blockers"]} == {"rendering"}
    assert "digest.txt" in document["blockers"][0]["message"]


def test_a_heavy_mail_is_a_warning(stocked: Veille) -> None:
    pick_five(stocked)
    (stocked.folder / "templates" / "email").mkdir(parents=True)
    (stocked.folder / "templates" / "email" / "footer.html").write_text(f"<p>{'mot ' * 18_000}</p>")
    (stocked.folder / "templates" / "email" / "footer.txt").write_text("")

    document = stocked.json("check")

    heavy = [finding for finding in document["warnings"] if finding["code"] == "mail-heavy"]
    assert [finding["segment"] for finding in heavy] == ["publics", "collections", "numerique"]
    assert "beyond 100 KB" in heavy[0]["message"]


def test_progress_is_shown_on_a_terminal_only(
    veille: Veille, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with Output(as_json=False).progress("Collecting") as progress:
        progress(1, 3, "Le Journal")
    shown = screen.getvalue()
    with Output(as_json=True).progress("Collecting") as progress:
        progress(1, 3, "Le Journal")

    assert "Collecting" in shown
    assert "1/3" in shown
    assert screen.getvalue() == shown


def test_a_machine_without_unicode_is_no_reason_to_fail(stocked: Veille) -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "VEILLE_LANG": "fr"}

    listed = subprocess.run(
        [sys.executable, "-m", "veille", "-w", stocked.folder, "entries", "show", "1"],
        env=ascii_only,
        capture_output=True,
        check=True,
    )

    assert "Le résumé de l’article 1." in listed.stdout.decode("utf-8")


def test_a_preview_that_cannot_be_written_is_named(stocked: Veille) -> None:
    pick_five(stocked)
    (stocked.folder / "preview").touch()

    stocked("preview", code=1)

    assert "could not be written" in stocked.said


def test_a_number_no_database_holds_is_no_fault_of_ours(veille: Veille) -> None:
    veille("entries", "show", "9" * 20, code=1)


def test_a_demonstration_that_cannot_be_written_is_named(veille: Veille, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    veille("demo", str(tmp_path / "file"), code=5)


def test_the_version_is_told(veille: Veille) -> None:
    assert re.fullmatch(r"veille \d+\.\d+\.\d+\n", veille("--version"))
