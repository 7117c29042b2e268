"""What the command line refuses, and its help, speak the user's language: nothing of it is Typer's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
import typer.core

from conftest import Veille
from veille import i18n
from veille.cli.app import app
from veille.cli.usage import usage_error


@pytest.fixture
def french() -> Iterator[None]:
    before = i18n.active_language()
    i18n.activate("fr")
    yield
    i18n.activate(before)


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["pick", "--frob"], "Il n’y a pas d’option --frob.", "Voir\u00a0: veille pick --help"),
        (["pick", "--mon", "3"], "Il n’y a pas d’option --mon.", "Vouliez-vous dire --month\u00a0?"),
        (["frob"], "Il n’y a pas de commande 'frob'.", "Voir\u00a0: veille --help"),
        (["feeds", "lst"], "Il n’y a pas de commande 'lst'.", "Vouliez-vous dire 'list'\u00a0?"),
        (["feeds", "remove"], "Il manque FLUX.", "Voir\u00a0: veille feeds remove --help"),
        (["feeds", "remove", "x"], "FLUX est un nombre entier.", "Voir\u00a0: veille feeds remove --help"),
        (
            ["feeds", "remove", "1", "2"],
            "Il y a un mot de trop\u00a0: 2",
            "Voir\u00a0: veille feeds remove --help",
        ),
        (["pick", "--month"], "--month attend une valeur à sa suite.", "Voir\u00a0: veille --help"),
        (["check", "--month"], "--month attend une valeur à sa suite.", "Voir\u00a0: veille --help"),
        (["pick", "--simple=3"], "--simple ne prend pas de valeur.", "Voir\u00a0: veille --help"),
        (
            ["entries", "list", "--limit", "0"],
            "--limit vaut au moins 1.",
            "Voir\u00a0: veille entries list --help",
        ),
        (
            ["archive", "serve", "--port", "99999"],
            "--port vaut au plus 65535.",
            "Voir\u00a0: veille archive serve --help",
        ),
        (
            ["export", "issues", "--format", "x"],
            "--format se choisit parmi 'json', 'md', 'csv'.",
            "Voir\u00a0: veille export issues --help",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_refused_is_said_in_french_and_as_json(
    veille: Veille, french: None, arguments: list[str], message: str, hint: str
) -> None:
    veille(*arguments, "--json", code=2)

    assert json.loads(veille.said)["error"] == {"code": "usage", "message": message, "hint": hint}


def test_what_is_refused_is_said_in_two_lines(veille: Veille) -> None:
    veille("feeds", "lst", code=2)

    assert veille.said == "No such command 'lst'.\nDid you mean 'list'?\n"


def test_what_typer_may_refuse_some_day_is_said_as_it_says_it() -> None:
    error = usage_error(typer.BadParameter("the moon is full"))

    assert (error.message, error.hint) == ("Invalid value: the moon is full", "See: veille --help")


def test_without_a_command_the_help_is_shown(veille: Veille) -> None:
    veille("feeds", code=2)

    assert veille.said.startswith("Usage: veille feeds")
    assert "See:" not in veille.said


def every_command(group: typer.core.TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from every_command(command, (*path, name))
        else:
            yield (*path, name)


def test_no_help_page_mixes_languages() -> None:
    """In a process of its own: French is spoken from the start."""
    asked = [[*path, "--help"] for path in every_command(typer.main.get_command(app))]  # type: ignore[arg-type]  # a group
    read = (
        "import sys, json; from veille import i18n; i18n.activate('fr'); from veille.cli.app import run\n"
        "for arguments in json.loads(sys.argv[1]): run(arguments)"
    )

    pages = subprocess.run(
        [sys.executable, "-c", read, json.dumps(asked)], check=True, capture_output=True, encoding="utf-8"
    ).stdout

    assert pages.count("Utilisation\u00a0: veille") == len(asked) > 50
    named = set(re.findall(r"(?<![\w-])[A-ZÀ-Ý]{2,}(?:-[A-Z]{2})?(?![\w-])", pages))
    assert named - NAMES == {
        "AAAA-MM", "ADRESSE", "ARGUMENTS", "ARTICLE", "BASE", "COMMANDE", "COMPTE", "DEPUIS", "DOSSIER",
        "FICHIER", "FLUX", "HEURE", "MOIS", "MOT", "NOM", "OPTIONS", "PLACE", "SERVEUR", "SERVICE", "TEXTE",
        "THÈME", "VERS",
    }  # fmt: skip
    assert re.findall(r"Usage|Show|default|required|Commands|<(?:str|int|path|list)|[{}]|\.\.\.", pages) == []


# What is called so in both languages.
NAMES = {"CODE", "CSV", "HTML", "ID", "JSON", "OPML", "PDF", "URL", "VEILLE", "XX", "IA"}
