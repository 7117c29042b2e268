"""Words that the archive's search takes for the same, in French and in English, and those it does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from builders import a_pick, an_approved_issue
from programs import program
from rendering.conftest import HERE
from veille.archive.lists import shelf_of
from veille.archive.search import search_page
from veille.compose.environment import build_environment, render
from veille.model.issue import Slot, Tray
from veille.settings import Settings

SAME = (
    ("musée", "musées"),
    ("tableau", "tableaux"),
    ("vitrail", "vitraux"),
    ("journal", "journaux"),
    ("bijou", "bijoux"),
    ("jeu", "jeux"),
    ("festival", "festivals"),
    ("galerie", "galeries"),
    ("gallery", "galleries"),
    ("church", "churches"),
    ("box", "boxes"),
    ("glass", "glasses"),
    ("label", "labels"),
    ("œuvre", "OEUVRES"),
    ("prix", "PRIX"),
)
# Each begins as the other does once it is made singular.
OTHERS = (("prix", "principe"), ("pays", "payer"), ("choix", "choir"), ("mois", "moine"), ("bois", "boire"))


@pytest.fixture(scope="module")
def found(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Sequence[str]]:
    """What each word finds on the search page of an archive whose titles are these words."""
    words = list(dict.fromkeys(word for pair in (*SAME, *OTHERS) for word in pair))
    issues = [
        an_approved_issue(
            tray=Tray(tuple(Slot(place, a_pick(title=word, note="", source="")) for place, word in of_five))
        )
        for of_five in (list(enumerate(words[start : start + 5], 1)) for start in range(0, len(words), 5))
    ]
    page = search_page(shelf_of(issues, {}, Settings()), Settings())
    file = tmp_path_factory.mktemp("search") / "index.html"
    file.write_text(render(build_environment(Path("nowhere"), "fr"), page), encoding="utf-8")
    command: list[str | Path] = [
        program("node"), HERE / "words.mjs", program("chromium"), node_modules, file.as_uri(), *words,
    ]  # fmt: skip
    titles: Mapping[str, Sequence[str]] = json.loads(
        subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    )
    return titles


@pytest.mark.parametrize(("one", "many"), SAME)
def test_a_word_is_found_in_any_number(found: Mapping[str, Sequence[str]], one: str, many: str) -> None:
    assert {one, many} <= set(found[one])
    assert {one, many} <= set(found[many])


@pytest.mark.parametrize(("word", "other"), OTHERS)
def test_another_word_is_not_found(found: Mapping[str, Sequence[str]], word: str, other: str) -> None:
    assert word in found[word]
    assert other not in found[word]
