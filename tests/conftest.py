"""What every test may ask for."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import NOVEMBER, NOW, a_parsed_entry, a_source, a_tray
from databases import store_of
from imap_server import Dovecot
from postgresql_server import PostgreSQL
from programs import LEFT_OUT, leave_out
from veille import i18n
from veille.collect.parse import parse_feed
from veille.model.feed import ParsedFeed
from veille.model.issue import content_hash
from veille.store import Store, arrivals, feeds, issues

BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "corpus"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say on which kind of database the tests run; each has a new one."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a server there is no file to look into; what takes minutes begins first, so as not to end last."""
    if config.getoption("--database") != "sqlite":
        of_file = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=of_file)
        items[:] = [item for item in items if item not in of_file]
    items.sort(key=lambda item: item.path.parent.name not in {"rendering", "fault"})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Leave to ``make test`` what was left out, to be said last."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.getreports("skipped")}
    named = sorted(reason.removeprefix("Skipped: ") for reason in reasons if LEFT_OUT in reason)
    (config.rootpath / ".left-out").write_text("".join(f"{line}\n" for line in named), encoding="utf-8")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read source strings unless they activate another language themselves."""
    i18n.activate("en")
    yield
    i18n.activate("en")


@pytest.fixture(autouse=True, scope="session")
def _state_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What outlives a workspace is kept where it does not outlive the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A private PostgreSQL server; each test takes a database of its own."""
    with PostgreSQL() as running:
        yield running


@pytest.fixture
def on_postgresql(postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Whatever workspace a test makes keeps its store in this new database of a server; its address."""
    url = postgresql.new_database()
    monkeypatch.setenv("VEILLE_DATABASE_URL", url)
    yield url
    postgresql.drop(url)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    """Make the stores of a test of the kind that was asked for."""
    if "on_postgresql" in request.fixturenames or request.config.getoption("--database") == "postgresql":
        request.getfixturevalue("on_postgresql")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new, empty store in a file."""
    with store_of(tmp_path) as opened:
        yield opened


class ReadersInProcess:
    """Reads here and now: what processes of their own add is tested with the real ones."""

    def __enter__(self) -> ReadersInProcess:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    async def read(self, body: bytes, content_type: str, final_url: str) -> ParsedFeed:
        return parse_feed(body, content_type, final_url)


@pytest.fixture
def readers_in_process() -> type[ReadersInProcess]:
    """What stands in for ``Readers``."""
    return ReadersInProcess


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real feeds, lists and mails; its files are read in place and never copied."""
    folder = Path(os.environ.get("VEILLE_CORPUS", BESIDE_THE_CHECKOUT))
    if not folder.is_dir():
        leave_out(f"no corpus of real material in {folder} (name another with VEILLE_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of its own signing for 127.0.0.1; its ``.crt`` is beside it."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", path, "-out",
         path.with_suffix(".crt"), "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A private IMAP server; each test takes a mailbox of its own."""
    with Dovecot() as running:
        yield running


class Veille:
    """The command line, run in this process on one workspace."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """What the command printed as its result; fails unless it left with ``code``."""
        from veille.cli.app import run

        self._capsys.readouterr()
        left_with = run(["-w", str(self.folder), *arguments])
        captured = self._capsys.readouterr()
        self.said = captured.err
        assert left_with == code, captured.err
        return captured.out

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The document that the command gave under ``--json``."""
        document = json.loads(self(*arguments, "--json", code=code))
        assert document.pop("schema") == 1
        return document


@pytest.fixture
def veille(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Veille:
    """The command line on a new workspace of three segments."""
    folder = tmp_path / "my-veille"
    veille = Veille(folder, capsys)
    veille("init", str(folder))
    (folder / "veille.toml").write_text(
        """
[digest]
institution = "Musée du Fleuve"
first_number = 34
[curator]
name = "Camille Élan"
address = "camille@musee.example"
[segments]
publics = { fr = "Publics", en = "Audiences" }
collections = { fr = "Collections", en = "Collections" }
numerique = { fr = "Numérique", en = "Digital" }
[mail]
from_address = "veille@musee.example"
""",
        encoding="utf-8",
    )
    return veille


@pytest.fixture
def approved_veille(veille: Veille) -> Veille:
    """The command line on a workspace where the issue of November is approved, and nobody known yet."""
    with store_of(veille.folder) as store, store.transaction() as transaction:
        (feed,) = feeds.add_feeds(transaction, [a_source()])
        arrivals.store_entries(transaction, feed, [a_parsed_entry(number) for number in range(1, 6)], NOW)
        issue = replace(issues.create_issue(transaction, NOVEMBER, links=5, first_number=34), tray=a_tray())
        issues.save_tray(transaction, issue)
        fingerprint = content_hash(NOVEMBER, issue.number, issue.title, issue.intro, issue.tray)
        issues.mark_approved(transaction, issue, fingerprint, NOW)
    return veille
