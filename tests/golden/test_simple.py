"""A month at the linear desk, word by word, from twelve entries to five noted picks, checked and approved.

The orders are the lines of the transcripts that begin with ``>``: write others there, let
``VEILLE_UPDATE_GOLDEN=1 make test`` write the answers, and read the whole aloud before it is committed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from builders import NOVEMBER, NOW, a_link_check, a_parsed_entry, a_source
from veille import i18n
from veille.cli.front import House
from veille.cli.output import Output
from veille.cli.simple import run_simple
from veille.clock import StoppedClock
from veille.curate.sitting import sitting
from veille.model.entry import ParsedEntry
from veille.model.feed import FeedSource
from veille.model.issue import IssueStatus
from veille.model.link import LinkOutcome
from veille.model.suggestion import Colleague
from veille.settings import CuratorSettings, DigestSettings, Settings
from veille.store import Store, arrivals, feeds, issues, links, suggestions
from veille.workspace import Workspace

# By language, the feed that carries them, its theme, and titles; the last feed is a foreign one.
MATERIAL = {
    "fr": (
        ("Le Journal des musées", "publics", (
            "Billet différencié\u00a0: un premier bilan contrasté",
            "Visites calmes\u00a0: douze matinées plus tard",
            "Compter les visiteurs sans les suivre",
        )),
        ("Carnet de régie", "outils", (
            "Récolement\u00a0: une application libre testée en réserve",
            "Une lettre d’information sans image espionne",
            "Étiqueter dix mille négatifs avec des bénévoles",
        )),
        ("La Gazette", "secteur", (
            "Trois musées d’une vallée partagent leurs réserves",
            "Billet différencié, un premier bilan contrasté",
            "Chauffer moins\u00a0: deux hivers de relevés",
        )),
        ("Écritures", "methodes", (
            "Écrire des cartels à plusieurs voix",
            "Dire ce qui n’a pas marché",
            "Tester un formulaire avec une seule personne",
        )),
        ("Code Journal", "outils", ("Small museums, big images",)),
    ),
    "en": (
        ("The Museum Journal", "publics", (
            "Pricing by residence: a mixed first assessment",
            "Quiet visits: twelve mornings later",
            "Counting visitors without following them",
        )),
        ("Registrar’s Notebook", "outils", (
            "Inventory checks: a free application tested in the stores",
            "A newsletter without a spying image",
            "Labelling ten thousand negatives with volunteers",
        )),
        ("The Gazette", "secteur", (
            "Three museums of one valley share their stores",
            "Pricing by residence, a mixed first assessment",
            "Heating less: readings of two winters",
        )),
        ("Writings", "methodes", (
            "Writing labels with several voices",
            "Saying what did not work",
            "Testing a form with a single person",
        )),
        ("Le Code", "outils", ("Petits musées, grandes images",)),
    ),
}  # fmt: skip
FOREIGN = {"fr": "en", "en": "fr"}
COLLEAGUE = Colleague("anael@musee.example", "Anaël Passerelle")
MESSAGE = {"fr": "Pour notre projet de salle.", "en": "For our plan of a room."}
# One address of all is dead; the others were tried a moment ago, so that nothing leaves this machine.
DEAD = 4


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_month_is_worked_through_by_ear(
    language: str, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(__file__).with_name(f"simple_{language}.txt")
    script = file.read_text(encoding="utf-8")
    typed = iter([line[2:] for line in script.splitlines() if line.startswith(">")])
    i18n.activate(language)
    arrive(store, language)
    house = House(Workspace(tmp_path), settings(language), store, StoppedClock(NOW))
    output = Output(as_json=False)

    def ask(prompt: str) -> str | None:
        answer = next(typed, None)
        if question := prompt.rstrip(": \u00a0"):
            output.line(question)
        output.line(f"> {answer}".rstrip())
        return answer

    with sitting(house.workspace, house.desk("2026-11"), house.clock) as session:
        run_simple(house, session, output, ask)

    transcript = capsys.readouterr().out
    if os.environ.get("VEILLE_UPDATE_GOLDEN"):
        file.write_text(transcript, encoding="utf-8", newline="\n")
    assert transcript == file.read_text(encoding="utf-8")
    with store.transaction() as transaction:
        issue = issues.require_issue(transaction, NOVEMBER)
    assert issue.status is IssueStatus.APPROVED
    assert all(slot.common is not None and slot.common.note for slot in issue.tray.slots)


def settings(language: str) -> Settings:
    institution = {"fr": "Musée du Fleuve", "en": "River Museum"}[language]
    digest = DigestSettings(institution=institution, language=language)
    return replace(Settings(), digest=digest, curator=CuratorSettings("Camille", "camille@musee.example"))


def arrive(store: Store, language: str) -> None:
    sources, carried = material(language)
    with store.transaction() as transaction:
        added = feeds.add_feeds(transaction, sources)
        for feed, entries in zip(added, carried, strict=True):
            arrivals.store_entries(transaction, feed, entries, NOW - timedelta(days=1))
        suggestions.add_suggestion(transaction, 2, COLLEAGUE, MESSAGE[language], thanked=True, now=NOW)
        checks = [a_link_check(number) for number in range(1, 14)]
        checks[DEAD - 1] = a_link_check(DEAD, outcome=LinkOutcome.DEAD, status=404)
        links.save_checks(transaction, checks)


def material(language: str) -> tuple[list[FeedSource], list[list[ParsedEntry]]]:
    sources: list[FeedSource] = []
    carried: list[list[ParsedEntry]] = []
    number = 0
    for name, theme, titles in MATERIAL[language]:
        spoken = FOREIGN[language] if len(titles) == 1 else language
        url = f"https://{len(sources)}.example/feed"
        sources.append(a_source(url=url, title=name, theme=theme, language=spoken))
        numbered = enumerate(titles, start=number + 1)
        carried.append([an_article(at, title, spoken) for at, title in numbered])
        number += len(titles)
    return sources, carried


def an_article(number: int, title: str, language: str) -> ParsedEntry:
    told = {"fr": "Ce que dit l’article, en deux phrases. La seconde est courte."}
    text = told.get(language, "What the article says, in two sentences. The second is short.")
    published_at = NOW - timedelta(days=number)
    return a_parsed_entry(
        number, title=title, language=language, summary=text, text=text, published_at=published_at
    )
