"""From a draft to an approved issue, on the command line: proofs, overrides, who approved."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from builders import NOW, a_link_check, a_parsed_entry, a_source
from conftest import Veille
from databases import store_of
from smtp_server import Script, SmtpServer
from veille.clock import SystemClock
from veille.model.link import LinkOutcome
from veille.store import arrivals, feeds, links

NOTE = "Pourquoi ce lien compte pour nous, en deux phrases et un chiffre, avant la réunion de janvier. " * 2


@pytest.fixture
def drafted(veille: Veille) -> Veille:
    """A draft of five noted links of five sources; the third is dead."""
    with store_of(veille.folder) as store, store.transaction() as transaction:
        for number, theme in enumerate(["publics", "outils", "secteur", "methodes", "publics"], start=1):
            source = a_source(url=f"https://s{number}.example/", title=f"Source {number}", theme=theme)
            (feed,) = feeds.add_feeds(transaction, [source])
            arrivals.store_entries(transaction, feed, [a_parsed_entry(number)], NOW)
        now = SystemClock().now()
        links.save_checks(transaction, [a_link_check(number, checked_at=now) for number in range(1, 6)])
        dead = a_link_check(3, checked_at=now, outcome=LinkOutcome.DEAD, status=404)
        links.save_checks(transaction, [dead])
    for number in range(1, 6):
        veille("pick", "add", str(number), "--month", "2026-11")
        veille("pick", "note", str(number), "--text", NOTE)
    return veille


def codes(document: dict[str, list[dict[str, str]]], kind: str) -> list[str]:
    return [finding["code"] for finding in document[kind]]


def test_a_dead_link_blocks_until_a_reason_is_kept(drafted: Veille) -> None:
    assert codes(drafted.json("check", "--offline", code=3), "blockers") == ["link-dead"]
    drafted("issue", "approve", code=3)
    assert "link-dead" in drafted.said

    approved = drafted.json(
        "issue", "approve", "--override", "link-dead", "--reason", " Leur serveur\ndéménage ", "--by", "Noé"
    )

    assert (approved["status"], approved["approved_by"]) == ("approved", "Noé")
    (override,) = approved["overrides"]
    assert (override["code"], override["reason"], override["made_by"]) == (
        "link-dead",
        "Leur serveur déménage",
        "Noé",
    )
    shown = drafted("issue", "show")
    assert "Approved by Noé" in shown
    assert "In spite of link-dead: Leur serveur déménage (Noé," in shown


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--override", "link-dead"), 2, "needs its reason"),
        (("--override", "link-dead", "--reason", " "), 2, "needs its reason"),
        (("--override", "link-ded", "--reason", "x"), 2, "Did you mean “link-dead”?"),
        (("--override", "slot-empty", "--reason", "x"), 3, "cannot be overridden"),
        (("--override", "placeholder", "--reason", "x"), 3, "link-dead"),
        (("--reason", "x"), 2, "Name the rule"),
    ],
)
def test_an_override_is_named_reasoned_and_allowed(
    drafted: Veille, arguments: tuple[str, ...], code: int, said: str
) -> None:
    drafted("issue", "approve", *arguments, code=code)

    assert said in drafted.said
    assert drafted.json("issue", "show")["status"] == "draft"


def test_a_rule_can_weigh_otherwise_in_this_house(drafted: Veille) -> None:
    settings = drafted.folder / "veille.toml"
    text = settings.read_text(encoding="utf-8")
    rules = '[charter]\nrules = { link-dead = "warning", intro-missing = "blocker" }\n'
    settings.write_text(text + rules, encoding="utf-8")

    found = drafted.json("check", "--offline", code=3)

    assert codes(found, "blockers") == ["intro-missing"]
    assert "link-dead" in codes(found, "warnings")


def test_what_an_imported_digest_told_is_not_told_again(drafted: Veille, tmp_path: Path) -> None:
    past = tmp_path / "past.jsonl"
    past.write_text(
        '{"date": "2024-05-06", "title": "Ancien", "url": "https://journal.example/articles/2?utm_source=x"}\n'
        '{"date": "2024-05-06", "title": "ARTICLE 4", "url": "https://elsewhere.example/4"}\n',
        encoding="utf-8",
    )
    drafted("import-issues", str(past))

    found = drafted.json("check", "--offline", code=3)

    assert sorted(codes(found, "blockers")) == ["already-sent", "link-dead"]
    assert "title-sent" in codes(found, "warnings")


def test_proofs_are_rehearsed_as_files(drafted: Veille) -> None:
    told = drafted.json("issue", "proof", "a@musee.example", "b@musee.example", "--dry-run")

    files = list((drafted.folder / "outgoing" / "proof-dry-run").glob("*.eml"))
    assert told["sent"] == 0
    assert len(told["proofs"]) == len(files) == 6
    assert {file.name for file in files} >= {"a@musee.example.eml", "a@musee.example-2.eml"}
    assert "6 messages written to" in drafted(
        "issue", "proof", "a@musee.example", "b@musee.example", "--dry-run"
    )


def test_a_proof_of_one_segment_says_what_it_is(drafted: Veille) -> None:
    shown = drafted("issue", "proof", "A@Musee.Example", "--segment", "publics", "--yes")

    (file,) = (drafted.folder / "outgoing" / "proof").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["Subject"].startswith("[Épreuve] Publics · ")
    assert message["To"] == "a@musee.example"
    assert "nothing left this machine" in shown
    assert drafted.json("issue", "show")["status"] == "draft"


def test_proofs_are_confirmed_by_their_count(drafted: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    class Typing:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return "3\n"

    monkeypatch.setattr("sys.stdin", Typing())
    drafted("issue", "proof", "a@musee.example")
    assert "Send 3 proofs by eml? Type 3 to confirm" in drafted.said
    drafted("issue", "proof", "a@musee.example", "b@musee.example", code=3)
    assert "nothing was done" in drafted.said


def test_a_reviewer_whom_the_server_refuses_is_named(drafted: Veille) -> None:
    with SmtpServer(Script(rcpt={"b@musee.example": "550 5.1.1 nobody here"})) as server:
        settings = drafted.folder / "veille.toml"
        text = settings.read_text(encoding="utf-8").replace("[mail]", '[mail]\ntransport = "smtp"')
        smtp = f'[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        settings.write_text(text + smtp, encoding="utf-8")

        told = drafted.json(
            "issue", "proof", "a@musee.example", "b@musee.example", "--segment", "publics", "--yes", code=4
        )

    assert told["sent"] == 1
    assert [proof["state"] for proof in told["proofs"]] == ["sent", "refused"]


def test_a_proof_is_for_drafts_and_for_who_may_be_written_to(drafted: Veille) -> None:
    drafted("people", "add", "gone@musee.example", "--segment", "publics")
    drafted("people", "forget", "gone@musee.example", "--yes")
    drafted("issue", "proof", "gone@musee.example", "--yes", code=3)
    assert "asked to be forgotten" in drafted.said
    drafted("issue", "proof", "not an address", "--yes", code=1)
    drafted("issue", "approve", "--override", "link-dead", "--reason", "x")
    drafted("issue", "proof", "a@musee.example", "--yes", code=3)
    assert "too late for a proof" in drafted.said
