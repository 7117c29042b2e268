"""The mail, byte by byte. ``VEILLE_UPDATE_GOLDEN=1 make test`` rewrites the files; read them, then commit."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from builders import a_pick, an_issue
from veille.compose.digest import compose_digest
from veille.compose.environment import build_environment
from veille.model.issue import Issue, Slot, Tray
from veille.settings import ArchiveSettings, CuratorSettings, DigestSettings, Settings

FILES = Path(__file__).with_name("digest")
SETTINGS = replace(
    Settings(),
    digest=DigestSettings(institution="Musée du Fleuve"),
    curator=CuratorSettings("Camille Élan", "camille@musee.example"),
    archive=ArchiveSettings("https://veille.musee.example"),
)

TARIFFS = a_pick(
    1,
    title="Billet différencié\u00a0: un premier bilan contrasté",
    url="https://www.lejournal.example/billet-differencie?page=1&vue=complète",
    source="Le Journal des Musées",
    reading_minutes=6,
    note="Premier retour chiffré sur la tarification différenciée\u00a0: les files se déplacent vers les "
    "créneaux gratuits. À lire avant notre discussion tarifaire de janvier.",
    segment_notes={
        "publics": "Le tableau par tranche d’âge, en fin d’article, répond à la question posée en comité "
        "sur les moins de 26\u00a0ans.\n\nÀ comparer avec notre enquête de juin."
    },
)
IMAGES = a_pick(
    2,
    title="Small museums, big images: serving 40,000 photographs from a shared host",
    url="https://journal.code.example/articles/18211",
    source="Code Journal",
    theme="outils",
    language="en",
    published_on=date(2026, 11, 4),
    reading_minutes=14,
    note="Une recette complète et bon marché pour publier nos fonds photographiques\u00a0: le calcul des "
    "coûts est transparent.",
)
STORES = a_pick(
    7,
    title="Récolement\u00a0: une application libre testée en réserve",
    url="https://conservation.example/recolement",
    source="Carnet de régie",
    theme="outils",
    published_on=date(2026, 11, 1),
    reading_minutes=9,
    note="L’essai porte sur des réserves comme les nôtres, sans réseau.",
)
LABELS = a_pick(
    4,
    title="Écrire des cartels à plusieurs voix <em>et</em> les relire",
    url="https://ecritures.example/cartels",
    source="Écritures & médiation",
    theme="methodes",
    published_on=None,
    reading_minutes=None,
    note="La méthode, en quatre ateliers, se transpose à notre parcours permanent.",
)


def november() -> Issue:
    slots = (
        Slot(1, TARIFFS),
        Slot(2, IMAGES, MappingProxyType({"collections": STORES})),
        Slot(3, a_pick(3, theme="secteur")),
        Slot(4, LABELS),
        Slot(5, a_pick(5, source="Museum Weekly", language="en", reading_minutes=None)),
    )
    intro = (
        "Cinq liens ce mois-ci\u00a0: deux sur les tarifs et l’accueil, un outil à notre portée, et une "
        "méthode d’écriture.\n\nBonne lecture."
    )
    return an_issue(tray=Tray(slots), intro=intro)


@pytest.mark.parametrize(
    ("segment", "language"), [("publics", "fr"), ("collections", "fr"), ("publics", "en")]
)
def test_the_mail_is_the_one_that_was_read_and_approved(segment: str, language: str) -> None:
    digest = compose_digest(
        november(), segment, language, SETTINGS, build_environment(Path("nowhere"), language)
    )

    for suffix, part in ((".html", digest.html), (".txt", digest.text)):
        file = FILES / f"{segment}-{language}{suffix}"
        if os.environ.get("VEILLE_UPDATE_GOLDEN"):
            file.write_text(part, encoding="utf-8", newline="\n")
        assert part == file.read_text(encoding="utf-8")
