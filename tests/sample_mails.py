"""The mails that the checkers look at: one of each kind, composed by the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from builders import a_pick, an_issue
from veille.compose.digest import Digest, compose_digest
from veille.compose.environment import build_environment
from veille.compose.share import compose_share
from veille.model.issue import Issue, Pick, Slot, Tray
from veille.settings import ArchiveSettings, CuratorSettings, DigestSettings, Settings

SETTINGS = replace(
    Settings(),
    digest=DigestSettings(institution="Musée du Fleuve"),
    curator=CuratorSettings("Camille Élan", "camille@musee.example"),
    archive=ArchiveSettings("https://veille.musee.example"),
)
_NOWHERE = Path("nowhere")

INTRO = (
    "Cinq liens ce mois-ci\u00a0: deux sur les tarifs et l’accueil, un outil à notre portée, une "
    "consultation à laquelle répondre, et une méthode venue des bibliothèques."
)
TARIFFS = a_pick(
    1,
    title="Billet différencié\u00a0: un premier bilan contrasté",
    url="https://www.lejournal.example/billet-differencie",
    source="Le Journal des Musées",
    reading_minutes=6,
    note="Premier retour chiffré sur la tarification différenciée\u00a0: les visiteurs venus de loin paient "
    "plus, mais les files se déplacent vers les créneaux gratuits. À lire avant notre discussion de janvier.",
    segment_notes={
        "publics": "Le tableau par tranche d’âge, en fin d’article, répond à la question posée en comité sur "
        "les moins de 26\u00a0ans."
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
    note="Une recette complète et bon marché pour publier nos fonds photographiques sans prestataire\u00a0: "
    "le calcul des coûts est transparent.",
    suggested_by="Noé Amrani",
)
CONSULTATION = a_pick(
    3,
    title="Accessibilité\u00a0: la consultation publique est ouverte jusqu’au 15\u00a0janvier",
    url="https://www.ministere.example/consultation",
    source="Ministère",
    theme="secteur",
    published_on=date(2026, 11, 20),
    reading_minutes=3,
    note="Ce qui change pour nos applications d’exposition, en une page.",
)
LABELS = a_pick(
    4,
    title="Écrire des cartels à plusieurs voix, et les relire ensemble",
    url="https://ecritures.example/cartels",
    source="Écritures & médiation",
    theme="methodes",
    reading_minutes=None,
    note="La méthode, en quatre ateliers, se transpose à notre parcours permanent.",
)
ARABIC = a_pick(
    3,
    title="افتتاح المتحف الكبير: عشرة أرقام، وخمسة أسئلة (2026)",
    url="https://majalla.example/mathaf",
    source="Majalla",
    theme="secteur",
    language="ar",
    published_on=date(2026, 11, 20),
    reading_minutes=3,
    note="Dix chiffres sur le plus grand chantier du secteur, et les questions qu’ils laissent ouvertes.",
)
SEMINAR = a_pick(
    5,
    title="Séminaire «\u00a0Réserves ouvertes\u00a0», Lyon, 3 et 4\u00a0décembre",
    url="",
    source="La Lettre",
    published_on=None,
    reading_minutes=None,
    note="Inscription par la documentation\u00a0; deux places nous sont gardées.",
)

# As much as the charter lets pass without a word.
_LONG_TITLE = (
    "Horaires, gratuité, réservation\u00a0: ce que douze musées ont changé en cinq ans, et ce qu’ils gardent"
)
_LONG_NOTE = (
    "Le rapport compare douze établissements, leurs budgets et leurs équipes\u00a0; les annexes donnent les "
    "grilles d’entretien et les tableaux complets, réutilisables chez nous. La partie sur les horaires "
    "répond aux questions de juin\u00a0; celle sur la gratuité contredit notre hypothèse, chiffres à "
    "l’appui, et mérite une réunion."
)
_HOSTILE = (
    """"><script>alert('x')</script><img src=x onerror=alert(1)> {{ 7*7 }} --><!--[if mso]>""",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmützenknopf" * 3,
    "\u202eгеройски\u202c — «\u00a0ہفتے کی خبریں: عجائب گھر\u00a0» 展覧会 &amp;amp; 🏛\ufe0f <b>",
    "https://www.journal.example/" + "a" * 180 + "?q=x&amp;y=@@TOKEN@@",
    "Z\u0310\u030d\u0306a\u0300\u0301\u0302l\u0334\u0335g\u0337o \u200b\u200b\u00ad‘’“” %s {0} ${x}",
)


def mails() -> Mapping[str, Digest]:
    """Every kind of mail by its name."""
    usual = (TARIFFS, IMAGES, CONSULTATION, LABELS, SEMINAR)
    bare = replace(SETTINGS, digest=DigestSettings(), curator=CuratorSettings(), archive=ArchiveSettings())
    long_picks = tuple(
        replace(
            pick,
            title=_LONG_TITLE,
            note=_LONG_NOTE,
            segment_notes={"publics": _LONG_NOTE},
            suggested_by="Marie-Noëlle de La Rochefoucauld-Saint-Aubin",
        )
        for pick in usual
    )
    hostile_picks = tuple(
        replace(pick, title=words, source=words, note=words, segment_notes={"publics": words})
        for pick, words in zip(usual, _HOSTILE, strict=True)
    )
    english_picks = tuple(replace(pick, language="en") for pick in usual)
    return {
        "usual": a_digest(usual),
        "other-segment": a_digest(usual, segment="collections"),
        "short": a_digest(
            tuple(a_pick(number, note="Bref.") for number in range(1, 6)), intro="", settings=bare
        ),
        "long": a_digest(
            long_picks,
            intro=f"{_LONG_NOTE}\n\n{INTRO}",
            title="Un numéro plus long que les autres, mais pas trop long",
        ),
        "in-english": a_digest(usual, language="en"),
        "in-arabic": a_digest((ARABIC, *usual[:2], ARABIC, SEMINAR)),
        "english-links": a_digest(english_picks),
        "hostile": a_digest(hostile_picks, intro="\n\n".join(_HOSTILE), title=_HOSTILE[0]),
        "share": compose_share(IMAGES, "fr", SETTINGS, _NOWHERE),
        "share-in-english": compose_share(replace(TARIFFS, note=""), "en", bare, _NOWHERE),
    }


def a_digest(
    picks: tuple[Pick, ...],
    *,
    segment: str = "publics",
    language: str = "fr",
    settings: Settings = SETTINGS,
    **changes: Any,
) -> Digest:
    """The digest of five picks; ``changes`` are those of the issue."""
    environment = build_environment(_NOWHERE, language)
    return compose_digest(_an_issue_of(picks, **changes), segment, language, settings, environment)


def _an_issue_of(picks: tuple[Pick, ...], **changes: Any) -> Issue:
    slots = tuple(Slot(number, pick) for number, pick in enumerate(picks, start=1))
    return an_issue(**({"tray": Tray(slots), "intro": INTRO} | changes))
