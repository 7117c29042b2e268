"""The tool speaks the language that was asked for, else the curator's, else the machine's."""

from __future__ import annotations

import locale
from pathlib import Path

import pytest

from veille.language import spoken_language

FRENCH_MACHINE = {"LANG": "fr_FR.UTF-8"}
ENGLISH_MACHINE = {"LANG": "en_GB.UTF-8"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is in no workspace, on a machine that speaks no language."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(locale, "getlocale", lambda: (None, None))


def a_workspace(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "veille.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, "fr"),
        ([], {"VEILLE_LANG": "en"}, "en"),
        (["--lang", "en", "check"], {}, "en"),
        (["--json", "--lang=en", "check"], {"VEILLE_LANG": "fr"}, "en"),
        (["-w", "x", "--lang", "en"], {}, "en"),
        (["--workspace=x", "--lang", "en"], {}, "en"),
        (["entries", "list", "--lang", "en"], {}, "fr"),
        (["entries", "search", "--", "-w"], {"VEILLE_LANG": "en"}, "en"),
        (["--lang", "de"], {}, "fr"),
        (["--lang"], {"VEILLE_LANG": "en"}, "en"),
        (["-w"], {"VEILLE_LANG": "en"}, "en"),
        ([], {"VEILLE_LANG": "klingon"}, "fr"),
        ([], {"VEILLE_LANG": "fr"} | ENGLISH_MACHINE, "fr"),
        ([], {"VEILLE_CURATOR_LANGUAGE": "en"} | FRENCH_MACHINE, "en"),
        ([], ENGLISH_MACHINE, "en"),
        ([], FRENCH_MACHINE, "fr"),
        ([], {"LC_ALL": "en_US"} | FRENCH_MACHINE, "en"),
        ([], {"LANGUAGE": "fr:en"} | ENGLISH_MACHINE, "fr"),
        ([], {"LANG": "C.UTF-8"}, "fr"),
        ([], {"LANG": "de_DE.UTF-8"}, "fr"),
    ],
)
def test_the_language_is_the_first_that_is_known(
    arguments: list[str], environ: dict[str, str], language: str
) -> None:
    assert spoken_language(arguments, environ) == language


def test_windows_tells_its_language_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: ("English_United Kingdom", "1252"))

    assert spoken_language([], {}) == "en"


@pytest.mark.parametrize(
    "arguments", [["-w", "mine"], ["entries", "list", "-w", "mine"], ["--workspace=mine"]]
)
def test_the_curator_is_spoken_to_as_the_settings_say(tmp_path: Path, arguments: list[str]) -> None:
    a_workspace(tmp_path / "mine", '[curator]\nlanguage = "en"\n')

    assert spoken_language(arguments, FRENCH_MACHINE) == "en"


def test_the_settings_are_found_from_within_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(a_workspace(tmp_path / "mine", '[curator]\nlanguage = "en"\n'))

    assert spoken_language([], FRENCH_MACHINE) == "en"


def test_the_environment_goes_before_the_settings(tmp_path: Path) -> None:
    a_workspace(tmp_path / "mine", '[curator]\nlanguage = "en"\n')

    assert spoken_language(["-w", "mine"], {"VEILLE_LANG": "fr"}) == "fr"


@pytest.mark.parametrize("text", ["curator = 3", "[curator", "[curator]\nlanguage = 3", "[digest]"])
def test_settings_that_say_nothing_sensible_are_passed_over(tmp_path: Path, text: str) -> None:
    a_workspace(tmp_path / "mine", text)

    assert spoken_language(["-w", "mine"], ENGLISH_MACHINE) == "en"
