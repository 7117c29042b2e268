"""What each screen looks like, at three sizes. ``VEILLE_UPDATE_GOLDEN=1`` draws them anew: look at them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path

import pytest
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from sqlalchemy import text
from textual.pilot import Pilot

from builders import NOW, a_parsed_entry
from desk_room import DeskRoom
from veille import i18n
from veille.curate.suggestions import Proposal, receive
from veille.model.entry import ParsedEntry
from veille.model.suggestion import Colleague
from veille.tui.glyphs import UNICODE, glyphs_for

PICTURES = Path(__file__).with_name("pictures")
SIZES = [(60, 18), (80, 24), (140, 40)]
# What leads from the desk to each screen.
SCREENS: dict[str, tuple[str, ...]] = {
    "desk": (),
    "help": ("?",),
    "charter": ("v",),
    "mail": ("a", "down", "down", "down", "a", "p"),
    "past": ("h",),
    "inbox": ("i",),
    "segments": ("down", "s"),
    "note": ("down", "n"),
    "theme": ("t",),
    "filter": ("f", *"langue:en"),
}
ARTICLES = {
    ("Le Journal des Musées", "publics"): (
        "Billet différencié : un premier bilan contrasté",
        "Visites en famille : ce que disent les livrets rendus",
        "Le Louvre ouvre une galerie immersive consacrée aux portraits du Fayoum",
    ),
    ("Carnet de régie", "outils"): (
        "Récolement : une application libre testée en réserve",
        "Climat des réserves : des sondes à vingt euros",
        "Emprunter sans caisse neuve : le réemploi entre quatre maisons",
    ),
    ("Lettre du secteur", "secteur"): (
        "Le Louvre ouvre une galerie immersive : les portraits du Fayoum",
        "Décret sur l’accessibilité numérique : ce qui change en janvier",
        "Résidences : deux appels à projets jusqu’au 15 décembre",
    ),
    ("Code Journal", "methodes"): (
        "Small museums, big images: serving 40,000 photographs from a shared host",
        "Writing alt text for paintings: what blind visitors asked for",
        "A catalogue in forty languages, kept by two people",
    ),
}
TEXTS = {
    "Le Journal des Musées": "Six mois après l’ouverture des créneaux gratuits, la fréquentation du soir a "
    "doublé et celle du jour a reculé d’un quart. La maison publie ses chiffres par tranche d’âge.",
    "Carnet de régie": "Trois régisseurs l’ont tenue en main pendant un mois, sans réseau et parfois sans "
    "lumière. Ce qui a manqué, ce qui a tenu, et la liste du matériel avec ses prix.",
    "Lettre du secteur": "Le texte paraît au Journal officiel. Qui est concerné, depuis quand, ce qu’il faut "
    "publier et auprès de qui demander conseil.",
    "Code Journal": "A complete and cheap recipe, with the bill of last year. The pipeline runs every night, "
    "and a volunteer can repair it.",
}


PAST = [
    {
        "day": "2025-10-07",
        "title": "Gratuité du soir : ce que trois villes en disent",
        "url": "https://journal.example/2025/gratuite",
        "note": "Les trois comptes sont publiés, et le troisième a renoncé.",
    },
    {
        "day": "2024-03-05",
        "title": "Une nocturne par mois, vingt ans après",
        "url": "https://journal.example/2024/nocturne",
        "note": "Le public n’est pas celui que l’on croyait.",
    },
]


def an_article(number: int, title: str, source: str) -> ParsedEntry:
    return a_parsed_entry(
        number,
        title=title,
        language="en" if source == "Code Journal" else "fr",
        summary=TEXTS[source],
        text=TEXTS[source],
        words=900 + 70 * number,
        published_at=NOW - timedelta(hours=9 * number),
    )


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """A month that is half done: some links are picked, one is noted, one is proposed, some are set aside."""
    i18n.activate("fr")
    with DeskRoom(tmp_path) as room:
        number = 0
        for (source, theme), titles in ARTICLES.items():
            found = [an_article(number := number + 1, title, source) for title in titles]
            room.arrive(source, found, theme)
        proposal = Proposal(
            url="https://journal.example/articles/8", title="", source="", theme="", language=""
        )
        colleague = Colleague("", "Camille Élan")
        receive(room.store, room.settings, proposal, colleague, "Pour janvier.", thanked=True, now=NOW)
        with room.store.transaction() as transaction:
            transaction.execute(
                text(
                    "INSERT INTO past_picks (issued_on, title, url, canonical_url, source, theme, note)"
                    " VALUES (:day, :title, :url, :url, 'Le Journal des Musées', 'publics', :note)"
                ),
                PAST,
            )
        desk = room.desk
        desk.pick(1, 1, None)
        desk.note(1, None, "Premier retour chiffré sur la tarification différenciée. " * 3)
        desk.note(1, "publics", "Le tableau par tranche d’âge répond à la question posée en comité.")
        desk.pick(4, 2, None)
        desk.pick(10, 3, None)
        desk.keep([11])
        desk.dismiss([9])
        yield room


def draw(room: DeskRoom, screen: str, size: tuple[int, int]) -> str:
    """The picture of a screen, without its fonts, which would be fetched from elsewhere."""
    pictures: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press(*SCREENS[screen])
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        pictures.append(pilot.app.export_screenshot(title="veille pick", simplify=True))

    room.act(script, size)
    return re.sub(r"\s*@font-face \{.*?\}", "", pictures[0], flags=re.DOTALL) + "\n"


def compare(picture: str, name: str) -> None:
    file = PICTURES / f"{name}.svg"
    if os.environ.get("VEILLE_UPDATE_GOLDEN"):
        PICTURES.mkdir(exist_ok=True)
        file.write_text(picture, encoding="utf-8", newline="\n")
    assert picture == file.read_text(encoding="utf-8"), f"{name} looks otherwise than in {file.name}"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_in_the_dark(room: DeskRoom, screen: str, size: tuple[int, int]) -> None:
    compare(draw(room, screen, size), f"{screen}-{size[0]}x{size[1]}-dark")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_desk_in_the_light(
    room: DeskRoom, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The colours are the terminal's own: only its paper and ink differ."""
    monkeypatch.setattr("rich.console.SVG_EXPORT_THEME", DEFAULT_TERMINAL_THEME)

    compare(draw(room, "desk", size), f"desk-{size[0]}x{size[1]}-light")


def test_signs_that_a_terminal_cannot_show_are_replaced(tmp_path: Path) -> None:
    i18n.activate("en")
    signs = {sign for sign in "".join(astuple(UNICODE)) if not sign.isascii()}
    with DeskRoom(tmp_path, glyphs=glyphs_for("ascii")) as room:
        room.arrive("The Journal", [a_parsed_entry(1, title="An article"), a_parsed_entry(2)])
        room.desk.pick(1, 1, None)
        for screen in ("desk", "help", "charter", "segments", "note", "theme", "filter", "past", "inbox"):
            shown = "".join(re.findall(r"<text[^>]*>([^<]*)</text>", draw(room, screen, (80, 24))))
            assert signs & set(shown) == set()
