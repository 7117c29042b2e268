"""The archive from the command line: looked at, printed, published, corrected."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from conftest import Veille
from databases import query
from programs import program
from veille.archive.paper import find_browser, print_page
from veille.archive.serve import address_of, archive_server
from veille.errors import NotFoundError, StorageError


def write_setting(veille: Veille, section: str, line: str) -> None:
    with (veille.folder / "veille.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[{section}]\n{line}\n")


def mark_sent(veille: Veille) -> None:
    query(veille.folder, "UPDATE issues SET status = 'sent'")


@pytest.fixture
def built(approved_veille: Veille) -> Veille:
    approved_veille("archive", "build")
    return approved_veille


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with archive_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield address_of(server)
        server.shutdown()
        thread.join()


def test_what_is_not_built_cannot_be_looked_at(approved_veille: Veille) -> None:
    for command in (["open"], ["serve"], ["pdf", "2026-11"]):
        approved_veille("archive", *command, code=1)
        assert "veille archive build" in approved_veille.said


def test_the_archive_is_served_to_this_machine_alone(
    built: Veille, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = built.folder / "archive"

    with archive_server(folder, 0) as server:
        bound_to = server.socket.getsockname()[0]
    with served(folder) as address, httpx.Client(base_url=address, trust_env=False) as client:
        home = client.get("index.html")
        feed = client.get("feed.atom")
        missing = client.get("../veille.toml")

    assert bound_to == "127.0.0.1"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    assert home.content == (folder / "index.html").read_bytes()
    assert feed.headers["content-type"] == "application/atom+xml"
    assert missing.status_code == 404
    assert capsys.readouterr().err == ""


def test_a_port_that_is_taken_is_named(built: Veille) -> None:
    with archive_server(built.folder / "archive", 0) as server:
        built("archive", "serve", "--port", str(server.server_port), code=1)

    assert "--port 8010" in built.said


def test_serving_ends_at_ctrl_c(built: Veille, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_server: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupted)

    said = built("archive", "serve", "--port", "0")

    assert said.startswith("http://127.0.0.1:")
    assert "Ended." in built.said


def test_publishing_builds_then_runs_the_command_of_the_workspace(
    approved_veille: Veille, tmp_path: Path
) -> None:
    there = tmp_path / "à côté"
    script = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2]); print('copied')"
    write_setting(
        approved_veille,
        "archive",
        f"publish_command = {[sys.executable, '-c', script, '{path}', str(there)]!r}",
    )

    document = approved_veille.json("archive", "publish")

    assert (document["published"], document["said"]) == (True, "copied")
    assert document["command"][3] == str(approved_veille.folder / "archive")
    assert (there / "index.html").is_file()


def test_what_was_not_built_is_not_published(approved_veille: Veille, tmp_path: Path) -> None:
    script = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()"
    command = [sys.executable, "-c", script, str(tmp_path / "published"), "{path}"]
    write_setting(approved_veille, "archive", f"publish_command = {command!r}")
    own = approved_veille.folder / "templates" / "archive" / "year.html"
    own.parent.mkdir(parents=True)
    own.write_text("{{ no_such_thing }}", encoding="utf-8")

    approved_veille("archive", "publish", code=1)

    assert "year.html:1" in approved_veille.said
    assert not (tmp_path / "published").exists()


def test_a_rehearsal_shows_the_command_and_does_nothing(approved_veille: Veille) -> None:
    write_setting(approved_veille, "archive", 'publish_command = ["rsync", "-a", "{path}/", "web:/a b/"]')

    said = approved_veille("archive", "publish", "--dry-run")

    assert said.split()[:2] == ["rsync", "-a"]
    assert said.rstrip().endswith("'web:/a b/'")
    assert not (approved_veille.folder / "archive").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [("", "does not say how"), ('publish_command = ["rsync"]', "does not name the folder")],
)
def test_a_workspace_that_does_not_say_how_is_told(approved_veille: Veille, command: str, said: str) -> None:
    write_setting(approved_veille, "archive", command)

    approved_veille("archive", "publish", code=5)

    assert said in approved_veille.said
    assert not (approved_veille.folder / "archive").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([sys.executable, "-c", "import sys; print('no route'); sys.exit(3)", "{path}"], "no route"),
        (
            [sys.executable, "-c", "import sys; sys.exit(3)", "{path}"],
            "it said nothing, and ended with exit code 3",
        ),
        (["no-such-program", "{path}"], "there is no program called no-such-program on this machine"),
    ],
)
def test_a_command_that_fails_is_quoted_and_the_archive_stands(
    approved_veille: Veille, words: list[str], reason: str
) -> None:
    write_setting(approved_veille, "archive", f"publish_command = {words!r}")

    approved_veille("archive", "publish", code=1)

    assert f"The archive was not published: {reason}. The command was: {words[0]} " in approved_veille.said
    assert (approved_veille.folder / "archive" / "index.html").is_file()


def test_an_issue_is_printed_on_two_sheets_at_most(
    built: Veille, tmp_path: Path, socket_enabled: None
) -> None:
    program("chromium")
    target = tmp_path / "numéro.pdf"

    document = built.json("archive", "pdf", "2026-11", str(target))

    content = target.read_bytes()
    assert document["path"] == str(target)
    assert content.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 2
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_an_issue_that_was_not_approved_has_no_page_to_print(built: Veille) -> None:
    built("archive", "pdf", "2027-03", code=1)
    assert "There is no issue for 2027-03" in built.said

    built("issue", "new", "--month", "2026-12")
    built("archive", "pdf", "2026-12", code=3)
    assert "veille issue approve --month 2026-12" in built.said


@pytest.mark.skipif(os.name == "nt", reason="a script of the shell stands in for the browser")
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    browser.write_text(
        '#!/bin/sh\nfor word; do case "$word" in --print-to-pdf=*) echo PDF > "${word#*=}";; esac; done\n',
        encoding="utf-8",
    )
    browser.chmod(0o755)

    with pytest.raises(StorageError, match=r"nowhere/x\.pdf could not be written: it does not exist"):
        print_page(tmp_path / "page.html", tmp_path / "nowhere" / "x.pdf", {"PATH": str(tmp_path)})


def test_without_a_browser_nothing_is_printed(built: Veille, tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path), "PROGRAMFILES": str(tmp_path)}

    with pytest.raises(NotFoundError, match="No browser"):
        print_page(built.folder / "archive" / "index.html", tmp_path / "x.pdf", nowhere)


def test_the_curator_without_a_browser_is_told_which_would_do(
    built: Veille, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    built("archive", "pdf", "2026-11", str(tmp_path / "x.pdf"), code=1)

    assert "Chromium, Chrome, Edge or Brave" in built.said
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.skipif(os.name == "nt", reason="a script of the shell stands in for the browser")
def test_the_browser_of_windows_is_found_in_its_folder(tmp_path: Path) -> None:
    edge = tmp_path / "Microsoft/Edge/Application/msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.write_text("#!/bin/sh\n", encoding="utf-8")
    edge.chmod(0o755)

    assert find_browser({"PATH": "", "PROGRAMFILES(X86)": str(tmp_path)}) == str(edge)


@pytest.mark.skipif(os.name == "nt", reason="a script of the shell stands in for the browser")
@pytest.mark.parametrize(
    ("script", "reason"), [("#!/bin/sh\nexit 0\n", "it does not exist"), ("", "OSError")]
)
def test_a_browser_that_prints_nothing_leaves_what_was_there(
    tmp_path: Path, script: str, reason: str
) -> None:
    browser = tmp_path / "chromium"
    browser.write_text(script, encoding="utf-8")
    browser.chmod(0o755)
    target = tmp_path / "kept.pdf"
    target.write_bytes(b"before")

    with pytest.raises(StorageError, match=reason):
        print_page(tmp_path / "page.html", target, {"PATH": str(tmp_path)})

    assert target.read_bytes() == b"before"


def test_an_erratum_is_dated_shown_and_changes_nothing_else(approved_veille: Veille) -> None:
    mark_sent(approved_veille)
    before = approved_veille.json("issue", "show", "--month", "2026-11")

    noted = approved_veille.json(
        "issue", "erratum", "--month", "2026-11", "--text", " Le lien 2 est de <b>Camille</b> Roy. "
    )
    approved_veille("archive", "build")

    assert noted["text"] == "Le lien 2 est de <b>Camille</b> Roy."
    assert approved_veille.json("issue", "show", "--month", "2026-11") == before
    page = (approved_veille.folder / "archive/numeros/2026-11/index.html").read_text(encoding="utf-8")
    assert '<h2 id="errata">Erratum</h2>' in page
    assert "Le lien 2 est de &lt;b&gt;Camille&lt;/b&gt; Roy." in page


def test_an_issue_that_has_not_left_is_corrected_itself(approved_veille: Veille) -> None:
    approved_veille("issue", "erratum", "--month", "2026-11", "--text", "x", code=3)

    assert "veille issue reopen" in approved_veille.said


def test_an_erratum_says_something(approved_veille: Veille) -> None:
    mark_sent(approved_veille)

    approved_veille("issue", "erratum", "--month", "2026-11", "--text", " \n ", code=2)

    assert "--text" in approved_veille.said


def test_the_logo_stands_on_every_page_with_its_words(approved_veille: Veille) -> None:
    (approved_veille.folder / "marque.PNG").write_bytes(b"an image")
    write_setting(approved_veille, "look", 'logo = "marque.PNG"\nlogo_alt = "Musée du Fleuve"')

    approved_veille("archive", "build")

    archive = approved_veille.folder / "archive"
    assert (archive / "logo.png").read_bytes() == b"an image"
    page = (archive / "numeros/2026-11/index.html").read_text(encoding="utf-8")
    assert '<img src="../../logo.png" alt="Musée du Fleuve">' in page


@pytest.mark.parametrize("logo", ["none.svg", "../../../etc/passwd.svg"])
def test_a_logo_that_cannot_be_read_is_named_and_the_old_site_stays(built: Veille, logo: str) -> None:
    before = (built.folder / "archive/index.html").read_bytes()
    write_setting(built, "look", f'logo = "{logo}"')

    built("archive", "build", code=5)

    assert logo in built.said
    assert (built.folder / "archive/index.html").read_bytes() == before


def test_what_is_no_image_is_no_logo(built: Veille) -> None:
    write_setting(built, "look", 'logo = "veille.db"')

    built("archive", "build", code=5)

    assert "look.logo" in built.said
