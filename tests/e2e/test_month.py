"""A whole month with the installed command, over real feeds, to ninety colleagues in three segments."""

from __future__ import annotations

import csv
import email
import email.policy
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from builders import a_link_check
from databases import store_of
from smtp_server import SmtpServer
from veille.clock import SystemClock
from veille.demo.loopback import serving
from veille.store import links

COMMAND = Path(sys.executable).with_name("veille")
SEGMENTS = ("publics", "collections", "numerique")
BROKEN = ("allthis-partial.json", "notafeed.html")
SETTINGS = """
[digest]
institution = "Musée du Fleuve"
first_number = 34
[curator]
name = "Camille Élan"
address = "camille@musee.example"
[segments]
publics = {{ fr = "Publics et médiation", en = "Audiences" }}
collections = "Collections"
numerique = "Numérique"
[collect]
allow_private = ["127.0.0.0/8"]
[mail]
transport = "smtp"
from_address = "veille@musee.example"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
"""


def note_links_tried(folder: Path, urls: Sequence[str]) -> None:
    """Note down that the links were tried just now: their servers are out of reach here."""
    with store_of(folder) as store, store.transaction() as transaction:
        now = SystemClock().now()
        links.save_checks(transaction, [a_link_check(url=url, checked_at=now) for url in urls])


class Month:
    """The installed command, run as a process of its own in one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, code: int = 0) -> Any:
        finished = subprocess.run(
            [COMMAND, "-w", self.folder, "--json", "--lang", "en", *arguments],
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=300,
        )  # fmt: skip
        assert finished.returncode == code, finished.stderr
        return json.loads(finished.stdout) if finished.stdout else None


@pytest.fixture
def mailbox() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


def write_opml(path: Path, base: str, names: list[str]) -> None:
    themes = ("publics", "outils", "secteur", "methodes")
    folders = "\n".join(
        f'<outline text="{theme}">'
        + "".join(f'<outline text="{name}" xmlUrl="{base}/{name}"/>\n' for name in names[start::4])
        + "</outline>"
        for start, theme in enumerate(themes)
    )
    path.write_text(f'<opml version="2.0"><body>{folders}</body></opml>', encoding="utf-8")


def write_people(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("adresse", "nom", "service", "langue"))
        for number in range(90):
            language = "en" if number % 10 == 0 else "fr"
            address = f"colleague{number}@musee.example"
            writer.writerow((address, f"Élise Nom {number}", SEGMENTS[number % 3], language))


def links_of(text: str) -> list[str]:
    return re.findall(r"https?://[^\s<>\"]+", text)


def parts_of(message: EmailMessage) -> tuple[str, str]:
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return str(plain.get_content()), str(rich.get_content())


def pick_from(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Six entries of six different feeds, so that five and a variant can be picked."""
    by_feed: dict[int, dict[str, Any]] = {}
    for entry in entries:
        by_feed.setdefault(entry["feeds"][0]["id"], entry)
    return list(by_feed.values())[:6]


@pytest.mark.corpus
def test_a_month_of_real_feeds_reaches_ninety_people(
    tmp_path: Path, corpus: Path, mailbox: SmtpServer
) -> None:
    folder = tmp_path / "my-veille"
    month = Month(folder)
    month("init", str(folder))
    (folder / "veille.toml").write_text(SETTINGS.format(port=mailbox.port), encoding="utf-8")
    write_people(tmp_path / "people.csv")
    names = sorted(
        path.name for path in (corpus / "feeds").iterdir() if path.suffix in {".rss", ".atom", ".rdf", ".xml"}
    )
    with serving(corpus / "feeds") as base:
        write_opml(tmp_path / "list.opml", base, [*names, *BROKEN])
        assert month("feeds", "import", str(tmp_path / "list.opml"))["added"] == len(names) + len(BROKEN)
        collected = month("collect", code=4)
        again = month("collect", "--force", code=4)

    failed = {failure["url"].rpartition("/")[2] for failure in collected["failed"]}
    assert failed >= set(BROKEN)
    assert collected["fetched"] == len(names) + len(BROKEN) - len(failed)
    assert collected["entries_new"] > 2_000
    assert (again["entries_new"], again["unchanged"]) == (0, collected["fetched"])

    assert month("people", "import", str(tmp_path / "people.csv"))["added"] == 90
    chosen = pick_from(month("entries", "list", "--limit", "2000")["entries"])
    for slot, entry in enumerate(chosen[:5], start=1):
        month("pick", "add", str(entry["id"]), "--month", "2026-11")
        month("pick", "note", str(slot), "--text", f"Pourquoi ce lien {slot} compte pour la maison. " * 4)
    month("pick", "add", str(chosen[5]["id"]), "--slot", "2", "--segment", "collections")
    month("pick", "note", "2", "--segment", "collections", "--text", "Une variante pour les collections.")
    month("pick", "note", "1", "--segment", "publics", "--text", "Un mot pour la médiation.")
    picked = [pick for slot in month("pick", "list")["slots"] for pick in (slot, *slot["variants"].values())]
    note_links_tried(folder, [pick["url"] for pick in picked])
    assert month("check")["blockers"] == []
    month("issue", "approve")

    sent = month("send", "--yes")
    resent = month("send", "--yes")
    ledger = month("send", "status")["deliveries"]
    built = month("archive", "build")

    assert (sent["sent"], resent["sent"], len(mailbox.messages)) == (90, 0, 90)
    assert Counter(row["state"] for row in ledger) == {"sent": 90}
    urls = [entry["url"] for entry in chosen]
    seen: set[str] = set()
    for received in mailbox.messages:
        message = email.message_from_bytes(received.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        (recipient,) = received.recipients
        seen.add(recipient)
        number = int(re.findall(r"\d+", recipient)[0])
        segment = SEGMENTS[number % 3]
        expected = [urls[0], urls[5] if segment == "collections" else urls[1], *urls[2:5]]
        text, rich = parts_of(message)
        page = html.fromstring(rich)
        assert [link.get("href") for link in page.iterfind(".//h2//a")] == expected
        assert [url for url in links_of(text) if url in urls] == expected
        for part in (text, rich):
            assert ("Un mot pour la médiation" in part) == (segment == "publics")
            assert ("Une variante pour les collections" in part) == (segment == "collections")
        assert ("Pour vous" in text) == (segment == "publics" and number % 10 != 0)
    assert len(seen) == 90

    page = html.fromstring((Path(built["path"]) / "numeros" / "2026-11" / "index.html").read_bytes())
    shown = [page.xpath(f"string(//*[@id='lien-{slot}']//h2//a/@href)") for slot in range(1, 6)]
    assert shown == urls[:5]
