"""The reference leaves nothing out: command, option, setting, field, rule, finding, key, exit code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from commands import EXIT_CODES
from reference import COMPLETED, whole_page
from tables import StalePageError, Table, complete
from typer.core import TyperCommand, TyperGroup

from documentation import DOCS, PAGES
from veille.cli.app import EXIT_BUG, EXIT_INTERRUPTED, app
from veille.compose.environment import Context
from veille.doctor.symptom import GRAVITIES
from veille.errors import VeilleError
from veille.model.charter import ABSOLUTE_RULES, DEFAULT_SEVERITIES
from veille.resources import shipped
from veille.settings import Settings
from veille.tui.keys import chapters, meaning

pytestmark = pytest.mark.checkout

ROOT = DOCS.parent


def page(path: str) -> str:
    """The page as the site shows it."""
    return whole_page(path, (DOCS / path).read_text(encoding="utf-8"))


def every_command() -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Each command by what is typed for it, "veille" itself first."""
    waiting: list[tuple[str, Any]] = [("veille", typer.main.get_command(app))]
    for name, command in waiting:
        yield name, command
        if isinstance(command, TyperGroup):
            waiting += [(f"{name} {word}", child) for word, child in command.commands.items()]


COMMANDS = dict(every_command())


def options_of(name: str) -> set[str]:
    return {option for parameter in COMMANDS[name].params for option in parameter.opts if option[0] == "-"}


def test_every_command_and_option_is_documented() -> None:
    sections = dict(
        re.findall(
            r"^##+ `(veille [^`]+)`\n(.*?)(?=^##|\Z)", page("reference/commands.md"), re.MULTILINE | re.DOTALL
        )
    )

    assert set(sections) == set(COMMANDS) - {"veille"}
    assert {
        name: missing
        for name, section in sections.items()
        if (missing := {option for option in options_of(name) if option not in section})
    } == {}


def test_every_command_says_what_it_does_and_shows_an_example() -> None:
    silent = [
        name
        for name, command in COMMANDS.items()
        if not command.help or not ("Example: veille" in command.help or isinstance(command, TyperGroup))
    ]

    assert silent == []


def test_every_setting_is_documented_with_its_default_and_its_variable() -> None:
    shown = page("reference/settings.md")

    missing = [
        name
        for section in fields(Settings)
        if is_dataclass(value := getattr(Settings(), section.name))
        for item in fields(value)
        for name in (f"| `{item.name}` | ", f"<br>`VEILLE_{section.name}_{item.name}` |".upper())
        if name not in shown
    ]

    assert missing == []
    assert all(f"\n## `[{section.name}]`\n" in shown for section in fields(Settings))
    assert "| `port` | whole number, 1 to 65535 | `587` |" in shown
    assert '| `publics` | `{ fr = "Publics", en = "Audiences" }` |' in shown


@pytest.mark.parametrize("context", get_args(Context), ids=lambda context: context.__name__)
def test_every_value_of_a_template_is_documented_with_the_name_of_the_template(context: Any) -> None:
    section = page("reference/templates.md").partition(f"\n### `{context.__name__}`\n")[2].partition("\n#")[0]

    assert {item.name for item in fields(context)} == set(
        re.findall(r"^\| `(\w+)` \| ", section, re.MULTILINE)
    )
    assert f"`{context.template}`" in section


def test_every_shipped_template_is_in_the_list_of_those_to_replace() -> None:
    listed = set(re.findall(r"^\| `((?:email|archive)/[^`]+)` \|", page("how-to/templates.md"), re.MULTILINE))

    folder = shipped("templates")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert listed == {name for name in there if not name.startswith("workspace/")}


def test_every_rule_is_documented_as_it_weighs() -> None:
    described = dict(
        re.findall(r"^\| `([a-z0-9-]+)` \| ([a-z ]+) \|", page("reference/charter.md"), re.MULTILINE)
    )

    rules = {code: severity.value for code, severity in DEFAULT_SEVERITIES.items()}
    assert described == rules | dict.fromkeys(ABSOLUTE_RULES, "always blocks")


def test_every_symptom_is_documented_as_grave_as_it_is() -> None:
    described = dict(
        re.findall(r"^\| `([a-z0-9-]+)` \| ([a-z]+) \|", page("reference/doctor.md"), re.MULTILINE)
    )

    assert described == {code: gravity.value for code, gravity in GRAVITIES.items()}


def test_every_symptom_is_found_by_somebody() -> None:
    rooms = (path for path in (ROOT / "veille" / "doctor").glob("*.py") if path.name != "symptom.py")

    source = "".join(path.read_text(encoding="utf-8") for path in rooms)

    assert [code for code in GRAVITIES if f'"{code}"' not in source] == []


def test_every_symptom_appears_in_a_test() -> None:
    tests = (ROOT / "tests" / "integration" / "test_doctor.py").read_text(encoding="utf-8")

    assert [code for code in GRAVITIES if f'"{code}"' not in tests] == []


def test_every_key_of_the_desk_is_documented() -> None:
    shown = page("how-to/desk.md")

    keys = [key for _heading, keys in chapters(Settings().digest.links) for key in keys]

    assert [key.action for key in keys if f"| {meaning(key.action)} |" not in shown] == []


def test_every_exit_code_is_documented() -> None:
    waiting, used = [VeilleError], {0, 4, EXIT_BUG, EXIT_INTERRUPTED}
    for kind in waiting:
        used.add(kind.exit_code)
        waiting += kind.__subclasses__()

    assert {int(code) for code, _meaning in EXIT_CODES} == used


def test_words_of_the_glossary_stand_on_their_page() -> None:
    shown = page("reference/words.md")

    assert "\n- *variant* (another entry in a slot, for one segment)\n" in shown
    assert shown.count("\n- *") >= 15


@pytest.mark.parametrize("path", COMPLETED)
def test_a_page_that_forgets_a_row_is_refused(path: str) -> None:
    text = (DOCS / path).read_text(encoding="utf-8")
    forgotten = re.sub(r"\n\| `[a-z][a-z0-9_-]+` \| [^\n]*", "", text, count=1)

    with pytest.raises(StalePageError):
        whole_page(path, forgotten)


def test_a_page_that_invents_a_row_is_refused() -> None:
    tables = {"Codes": Table(("weighs",), {"here": ("much",)}, {})}
    invented = "## Codes\n\n| code | meaning |\n|---|---|\n| `here` | yes |\n| `there` | no |\n"

    with pytest.raises(StalePageError, match="there"):
        complete(invented, tables)


def test_a_row_that_says_itself_what_the_code_knows_is_refused() -> None:
    tables = {"Codes": Table(("weighs",), {"here": ("much",)}, {})}
    written = "## Codes\n\n| code | weighs | meaning |\n|---|---|---|\n| `here` | little | `a | b` |\n"

    with pytest.raises(StalePageError, match="put in: here"):
        complete(written, tables)


def test_every_page_that_the_program_names_is_there() -> None:
    sources = (
        path for folder in ("veille", "templates") for path in (ROOT / folder).rglob("*") if path.is_file()
    )

    named = {
        name
        for path in [*sources, ROOT / "CHANGELOG.md", ROOT / "README.md"]
        if path.suffix in {".py", ".po", ".toml", ".md"}
        for name in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
    }

    assert {name for name in named if not (ROOT / name).is_file()} == set()
    assert named


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_within_a_sentence_exist_with_their_options(path: Path) -> None:
    unknown = []
    for said in re.findall(r"`(veille [^`]+)`", path.read_text(encoding="utf-8")):
        words = said.split()
        while words and " ".join(words) not in COMMANDS:
            words.pop()
        name = " ".join(words)
        rest = said.removeprefix(name).split()
        options = {word.partition("=")[0] for word in rest if word.startswith("--")}
        leads_nowhere = isinstance(COMMANDS[name], TyperGroup) and rest and not rest[0].startswith("-")
        if leads_nowhere or options - (options_of(name) | options_of("veille") | {"--help"}):
            unknown.append(said)

    assert unknown == []
