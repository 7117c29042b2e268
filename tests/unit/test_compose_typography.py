"""French typography, as mail and web show it; in the tables ~ is a no-break space, and _ a narrow one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.compose.typography import Medium, corrected, spaced, typeset

# As typed, and as the web shows it; mail has ~ for _ too.
CASES = (
    # Signs of two parts.
    ("Un bilan: enfin", "Un bilan~: enfin"),
    ("Un bilan : enfin", "Un bilan~: enfin"),
    ("Enfin!", "Enfin_!"),
    ("Enfin !", "Enfin_!"),
    ("Enfin  !", "Enfin_!"),
    ("Enfin?!", "Enfin_?!"),
    ("Enfin ?!", "Enfin_?!"),
    ("Vraiment ?", "Vraiment_?"),
    ("(vraiment ?)", "(vraiment_?)"),
    ("(enfin!)", "(enfin_!)"),
    ("un; deux", "un_; deux"),
    ("un ; deux", "un_; deux"),
    ("Quoi ? Rien ! Si : tout ; voilà.", "Quoi_? Rien_! Si~: tout_; voilà."),
    ("Fin :", "Fin~:"),
    ("Hein ?…", "Hein_?…"),
    ("Oui !, dit-il", "Oui_!, dit-il"),
    # Quotation marks.
    ("«un»", "«~un~»"),
    ("« un »", "«~un~»"),
    ("«  un  »", "«~un~»"),
    ('dit "un mot" fort', "dit «~un mot~» fort"),
    ('"tout"', "«~tout~»"),
    ("« Oui ! »", "«~Oui_!~»"),
    ("« Quoi ? », dit-elle", "«~Quoi_?~», dit-elle"),
    ('un écran de 5" de large', 'un écran de 5" de large'),
    # Apostrophes and ellipses.
    ("l'un et l'autre", "l’un et l’autre"),
    ("aujourd'hui", "aujourd’hui"),
    ("'seul'", "'seul'"),
    ("et puis...", "et puis…"),
    ("[...]", "[...]"),
    ("« […] » puis…", "«~[…]~» puis…"),
    ("quatre....", "quatre...."),
    # Numbers and units.
    ("25 %", "25~%"),
    ("25%", "25%"),
    ("10 €", "10~€"),
    ("3 km de rayonnages", "3~km de rayonnages"),
    ("12 m² d’exposition", "12~m² d’exposition"),
    ("20 °C", "20~°C"),
    ("45 min", "45~min"),
    ("500 Mo", "500~Mo"),
    ("2 s'il le faut", "2 s’il le faut"),
    ("4 hommes", "4 hommes"),
    ("10 000 visiteurs", "10_000 visiteurs"),
    ("1 234 567 €", "1_234_567~€"),
    ("en 2025 300 personnes", "en 2025 300 personnes"),
    ("n° 12", "n°~12"),
    ("N° 12", "N°~12"),
    ("p. 4 et art. 3", "p.~4 et art.~3"),
    ("vol. 2, fig. 7", "vol.~2, fig.~7"),
    # Dates, hours, centuries, people.
    ("le 3 novembre 2026", "le 3~novembre 2026"),
    ("le 1er août", "le 1er~août"),
    ("du 12 au 14 févr.", "du 12 au 14~févr."),
    ("3 marsouins", "3 marsouins"),
    ("à 14 h 30", "à 14~h~30"),
    ("à 9 h", "à 9~h"),
    ("de 14 h à 16 h", "de 14~h à 16~h"),
    ("le XXIe siècle", "le XXIe~siècle"),
    ("aux XVIIe et XVIIIe siècles", "aux XVIIe et XVIIIe~siècles"),
    ("M. Dupont", "M.~Dupont"),
    ("Mme Élan et Dr Roy", "Mme~Élan et Dr~Roy"),
    # What has a typography of its own.
    ("https://musee.example/a?b;c:d l’adresse", "https://musee.example/a?b;c:d l’adresse"),
    ("voir https://musee.example/ : tout y est", "voir https://musee.example/~: tout y est"),
    ("camille@musee.example", "camille@musee.example"),
    ("à 14:30, en 16:9", "à 14:30, en 16:9"),
    ("le code `a: 'b'!` tel quel", "le code `a: 'b'!` tel quel"),
    ("un :: deux :-) ;-)", "un :: deux :-) ;-)"),
    ("C:\\dossier", "C:\\dossier"),
    ("3.5 et 3,5", "3.5 et 3,5"),
    ("fichier notes.txt", "fichier notes.txt"),
    ("un  deux", "un deux"),
    ("les lecteur·rice·s", "les lecteur·rice·s"),
    ("", ""),
)


def visible(text: str) -> str:
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(("typed", "shown"), CASES)
def test_french_is_set_for_the_web_and_without_narrow_spaces_for_mail(typed: str, shown: str) -> None:
    assert visible(typeset(typed, "fr", Medium.WEB)) == shown
    assert visible(typeset(typed, "fr", Medium.MAIL)) == shown.replace("_", "~")


def test_the_table_has_sixty_cases() -> None:
    assert len(dict(CASES)) == len(CASES) >= 60


@pytest.mark.parametrize(("typed", "_shown"), CASES)
def test_no_other_language_is_touched(typed: str, _shown: str) -> None:
    assert typeset(typed, "en", Medium.WEB) == spaced(typed, "", Medium.MAIL) == typed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("L'art : pour qui ?", "L'art~: pour qui_?"),
        ('Le "musée" idéal...', 'Le "musée" idéal...'),
        ("Enfin!", "Enfin!"),
    ],
)
def test_of_a_title_only_the_spaces_are_set(typed: str, shown: str) -> None:
    assert visible(spaced(typed, "fr", Medium.WEB)) == shown


PROSE = st.text(alphabet="ab1 0hIXVen°M.p'\" !?;:«»…[]`@/%€\u00a0\u202f\n", max_size=60)


@given(PROSE, st.sampled_from(Medium), st.sampled_from(Medium))
def test_set_again_for_any_medium_it_is_as_if_it_never_had_been(
    text: str, first: Medium, second: Medium
) -> None:
    assert typeset(typeset(text, "fr", first), "fr", second) == typeset(text, "fr", second)


@given(PROSE)
def test_what_was_corrected_is_right(text: str) -> None:
    assert corrected(corrected(text)) == corrected(text)


@given(st.text(alphabet="ab;:!?'.«»", max_size=20))
def test_addresses_are_never_touched(tail: str) -> None:
    address = f"https://musee.example/{tail}"

    assert typeset(f"Voir {address} ici", "fr", Medium.WEB) == f"Voir {address} ici"
