"""Every code block of the documentation is run, or says why it cannot be.

Pages that work on a workspace find one in the middle of December: the issue of November has left, that of
December is picked. The tutorial begins with nothing. Feeds and the pages they link to are on loopback.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from documentation import DOCS, PAGES, Block, Shell, blocks_of
from veille import demo
from veille.cli.app import run
from veille.cli.output import Output
from veille.clock import SystemClock
from veille.configuration import read_settings
from web_server import Answer, WebServer, resolve_only

pytestmark = [pytest.mark.checkout, pytest.mark.sqlite]

MATERIAL = Path(demo.__file__).parent
BLOCKS = [block for page in PAGES for block in blocks_of(page)]
TUTORIAL = DOCS / "tutorial.md"
WORKED_ON = [page for page in PAGES if page != TUTORIAL and any(block.is_run for block in blocks_of(page))]
COMMAND_ROW = re.compile(r"^\| `(.+?)`(?: \(exit code (\d)\))? \| (`.+`) \|$", re.MULTILINE)
KEY = re.compile(r"`([a-z_]+(?:\[\])?)`")
LIST_ROW = re.compile(r"^\| (`\w+\[\]`.*) \| (.*) \|$", re.MULTILINE)
JSON_PAGE = DOCS / "reference" / "json.md"
_, COMMANDS_OF_PAGE, LISTS_OF_PAGE, _ = JSON_PAGE.read_text(encoding="utf-8").split("\n## ")
LEFT_OUT = 23  # blocks that say why they are not run; a new one is a decision
NOVEMBER, DECEMBER = datetime(2026, 11, 24, 9, 30, tzinfo=UTC), datetime(2026, 12, 15, 9, 30, tzinfo=UTC)
NOTE = "Pourquoi ce lien compte pour la maison, et ce que l’on peut en faire dès demain. " * 2
ARTICLE = Answer(
    b"<html lang='fr'><title>Un article</title><p>Son texte.</p>", headers={"Content-Type": "text/html"}
)


@pytest.fixture(scope="module")
def sources() -> Iterator[str]:
    """The list of the sample feeds, on a server that has them and every page that they link to."""
    with WebServer() as server:
        for feed in (MATERIAL / "feeds").iterdir():
            text = re.sub(r"https://(?=[\w-]+\.example/)", server.url("/"), feed.read_text(encoding="utf-8"))
            server.give(f"/{feed.name}", Answer(text.encode()))
            for path in re.findall(rf"{server.url('')}(/[^\"'<\s]+)", text):
                server.give(path, ARTICLE)
        yield (MATERIAL / "feeds.opml").read_text(encoding="utf-8").replace("PORT", str(server.port))


@pytest.fixture(scope="module")
def after_the_tutorial(sources: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that the tutorial leaves behind, its blocks having been run in order."""
    folder = tmp_path_factory.mktemp("tutorial")
    with pytest.MonkeyPatch.context() as patch:
        run_blocks(TUTORIAL, shell_in(folder, sources, patch, NOVEMBER))
    return folder / "my-veille"


@pytest.fixture(scope="module")
def december(after_the_tutorial: Path, sources: str) -> Path:
    """The same workspace three weeks later, when five more entries have been picked."""
    with pytest.MonkeyPatch.context() as patch:
        shell_in(after_the_tutorial, sources, patch, DECEMBER)
        for slot, entry in enumerate((1, 15, 27, 54, 66), start=1):
            assert run(["pick", "add", str(entry)]) == 0
            assert run(["pick", "note", str(slot), "--text", NOTE]) == 0
    return after_the_tutorial


def shell_in(folder: Path, sources: str, patch: pytest.MonkeyPatch, now: datetime) -> Shell:
    """A shell in ``folder`` at ``now``, in which a new workspace finds ``sources`` in its feeds.opml."""

    def veille(arguments: Sequence[str]) -> int:
        code = run(arguments)
        if arguments[:1] == ["init"]:
            (Path(arguments[1]) / "feeds.opml").write_text(sources, encoding="utf-8")
        return code

    resolve_only(patch, {})
    patch.setattr(SystemClock, "now", lambda _clock: now)
    patch.setattr(Output, "confirm", lambda _output, _question, _expected: None)
    patch.setattr("webbrowser.open", lambda _address: True)
    patch.setattr("typer.launch", lambda _address: 0)
    patch.setattr("sys.stdin", TextIOWrapper(BytesIO()))
    patch.setenv("VEILLE_COLLECT_ALLOW_PRIVATE", "127.0.0.0/8")
    patch.setenv("HOME", str(folder))
    patch.setenv("COLUMNS", "120")  # the answer to a shell changes it
    patch.setattr("veille.cli.completion._get_shell_name", lambda: "bash")
    patch.chdir(folder)
    return Shell(veille, patch)


def run_blocks(page: Path, shell: Shell) -> None:
    """Write the files that ``page`` shows and run its commands, in order."""
    for block in blocks_of(page):
        if block.title:
            Path(block.title).write_text(block.text + "\n", encoding="utf-8")
        elif block.is_run:
            shell(block)


def test_the_tutorial_leads_to_an_archive_and_to_messages_for_everybody(after_the_tutorial: Path) -> None:
    home = (after_the_tutorial / "archive" / "index.html").read_text(encoding="utf-8")

    assert "bilan d’une année d’ouvertures calmes" in home
    assert len(list((after_the_tutorial / "outgoing" / "2026-11").glob("*.eml"))) == 3


@pytest.mark.parametrize("page", WORKED_ON, ids=lambda page: page.relative_to(DOCS.parent).as_posix())
def test_the_commands_of_a_page_do_what_they_say(
    page: Path, december: Path, sources: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = shutil.copytree(december, tmp_path / "my-veille")

    run_blocks(page, shell_in(workspace, sources, monkeypatch, DECEMBER))


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "toml"], ids=str)
def test_settings_that_a_page_shows_are_accepted(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "veille.toml"
    path.write_text(block.text, encoding="utf-8")

    read_settings(path, {})


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "json"], ids=str)
def test_json_that_a_page_shows_is_json(block: Block) -> None:
    for line in block.text.splitlines():
        json.loads(line)


def test_no_block_is_left_out_without_a_reason() -> None:
    kinds = Counter(block.language for block in BLOCKS if not block.reason and not block.title)
    left_out = [str(block) for block in BLOCKS if block.reason]

    # "text" is what is shown, not typed: what a program says, the tree of a folder.
    assert set(kinds) <= {"sh", "toml", "json", "text"}
    assert len(left_out) == LEFT_OUT, left_out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS.parent).as_posix())
def test_every_fence_is_seen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    fences = [line for line in text.splitlines() if line.lstrip().startswith("```")]

    assert len(fences) == 2 * len(list(blocks_of(page)))
    assert "\n\n    " not in text.replace("\n\n    -", "")  # code by indentation would be seen by nobody


@pytest.fixture(scope="module")
def documents(
    december: Path, sources: str, tmp_path_factory: pytest.TempPathFactory
) -> Sequence[tuple[str, Mapping[str, Any], set[str]]]:
    """For each command on the page of documents, in order: it, what it gave, and the keys the page names."""
    workspace = shutil.copytree(december, tmp_path_factory.mktemp("documents") / "my-veille")
    found = []
    with pytest.MonkeyPatch.context() as patch:
        shell_in(workspace, sources, patch, DECEMBER)
        for command, code, keys in COMMAND_ROW.findall(COMMANDS_OF_PAGE):
            with redirect_stdout(StringIO()) as given:
                left_with = run([*shlex.split(command), "--json"])
            assert left_with == int(code or 0), command
            found.append((command, json.loads(given.getvalue()), set(KEY.findall(keys))))
    return found


def test_every_document_has_the_keys_that_its_page_names(
    documents: Sequence[tuple[str, Mapping[str, Any], set[str]]],
) -> None:
    given = {
        command: {key + "[]" * isinstance(value, list) for key, value in document.items()} - {"schema"}
        for command, document, _keys in documents
    }

    assert given == {command: keys for command, _document, keys in documents}


def test_what_lists_hold_is_what_the_page_names(
    documents: Sequence[tuple[str, Mapping[str, Any], set[str]]],
) -> None:
    named = {
        name: set(re.findall(r"`([a-z_]+)`", keys))
        for names, keys in LIST_ROW.findall(LISTS_OF_PAGE)
        for name in re.findall(r"(\w+)\[\]", names)
    }

    held: dict[str, set[str]] = {}
    for _command, document, _keys in documents:
        for name, value in document.items():
            for item in value if isinstance(value, list) else ():
                if isinstance(item, dict):
                    held.setdefault(name, set()).update(item)

    assert held == {name: named.get(name) for name in held}
