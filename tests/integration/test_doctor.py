"""The doctor finds what is wrong, says it worst first, and changes nothing."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import dns.rcode
import dns.resolver
import pytest

from builders import NOVEMBER, NOW, a_parsed_entry, a_person, a_source
from conftest import Veille
from databases import query, store_of
from dns_server import DnsServer
from imap_server import PASSWORD, Dovecot
from smtp_server import Script, SmtpServer
from veille.clock import StoppedClock
from veille.doctor.examination import examine
from veille.doctor.symptom import GRAVITIES, Gravity, symptom, worst_first
from veille.doctor.work import clock_symptoms
from veille.model.delivery import DeliveryState
from veille.model.feed import FeedStatus
from veille.model.person import PersonStatus
from veille.resources import shipped
from veille.store import Store, arrivals, deliveries, feeds, issues, people
from veille.workspace import Workspace

Usage = namedtuple("Usage", "total used free")  # the shape of shutil's own


def found(veille: Veille, *, offline: bool = True, **environ: str) -> dict[str, str]:
    """What the doctor says on the 24th of November, by code."""
    return found_at(veille, NOW, environ, offline=offline)


def found_at(
    veille: Veille, now: datetime, environ: dict[str, str], *, offline: bool = True
) -> dict[str, str]:
    """What the doctor says then, by code."""
    # On which kind of database the tests run; see conftest.
    there = {name: value for name, value in os.environ.items() if name == "VEILLE_DATABASE_URL"}
    symptoms = examine(Workspace(veille.folder), there | environ, StoppedClock(now), offline=offline)
    return {one.code: f"{one.message} {one.remedy}" for one in symptoms}


@pytest.fixture
def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def configure(veille: Veille, text: str) -> None:
    with (veille.folder / "veille.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def replaced(veille: Veille, old: str, new: str) -> None:
    path = veille.folder / "veille.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def healthy(approved_veille: Veille, monkeypatch: pytest.MonkeyPatch) -> Veille:
    """A workspace in which nothing is wrong: people, a sender, an archive; it is the 24th of November."""
    monkeypatch.setattr("veille.cli.doctor.SystemClock", lambda: StoppedClock(NOW))
    with store_of(approved_veille.folder) as store, store.transaction() as transaction:
        people.save_person(transaction, a_person())
    approved_veille("archive", "build")
    return approved_veille


def open_of(veille: Veille) -> Store:
    return store_of(veille.folder)


def test_where_all_is_well_only_the_countdown_is_told(healthy: Veille) -> None:
    said = healthy("doctor", "--offline")

    assert said.startswith("All is well.\n\nTo know\n  The issue of 2026-11 ")
    assert set(healthy.json("doctor", "--offline")) == {"faults", "warnings", "notes"}
    assert set(found(healthy)) == {"issue-countdown", "mail-to-files"}


def test_the_worst_comes_first_and_equals_stay_in_order() -> None:
    mixed = [
        symptom(code, "") for code in ("issue-countdown", "disk-low", "disk-full", "mailbox", "feeds-none")
    ]

    assert [one.code for one in worst_first(mixed)] == [
        "disk-full", "mailbox", "disk-low", "feeds-none", "issue-countdown",
    ]  # fmt: skip


def test_cron_is_told_by_the_exit_code(healthy: Veille) -> None:
    replaced(healthy, 'address = "camille@musee.example"', "")
    healthy("doctor", "--offline", code=4)

    configure(healthy, "\n[nonsense]\n")
    said = healthy("doctor", "--offline", code=1)

    assert said.startswith("To repair\n")


@pytest.mark.sqlite
def test_faulty_settings_leave_open_where_the_database_is(healthy: Veille) -> None:
    configure(healthy, "\n[nonsense]\n")
    (healthy.folder / "veille.db").unlink()

    assert set(found(healthy)) == {"settings-faulty"}
    assert "nonsense" in found(healthy)["settings-faulty"]


@pytest.mark.sqlite
def test_a_missing_database_is_named_and_not_made_anew(healthy: Veille) -> None:
    (healthy.folder / "veille.db").unlink()

    assert "database-missing" in found(healthy)
    assert not (healthy.folder / "veille.db").exists()


@pytest.mark.sqlite
def test_a_damaged_database_is_named_and_nothing_is_read_from_it(healthy: Veille) -> None:
    (healthy.folder / "veille.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)

    assert "database-damaged" in found(healthy)


@pytest.mark.sqlite
@pytest.mark.parametrize(("revision", "code"), [("0001", "database-older"), ("9999", "database-newer")])
def test_the_schema_of_another_version_is_named_and_left_alone(
    healthy: Veille, revision: str, code: str
) -> None:
    query(healthy.folder, "UPDATE alembic_version SET version_num = :it", {"it": revision})

    symptoms = found(healthy)

    assert code in symptoms
    assert "issue-countdown" not in symptoms
    assert query(healthy.folder, "SELECT version_num FROM alembic_version") == [(revision,)]
    assert list(healthy.folder.glob("veille.db.before-*")) == []


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["veille.db", "veille.db.before-0002-from-0001", "veille.log", "outgoing"])
def test_what_others_may_read_is_named(healthy: Veille, name: str) -> None:
    path = healthy.folder / name
    path.mkdir() if name == "outgoing" else path.touch()
    path.chmod(0o755)

    assert f"chmod go= {path}" in found(healthy)["readable-by-others"]


@pytest.mark.parametrize(("free", "code"), [(1_000_000, "disk-full"), (300_000_000, "disk-low")])
def test_a_disk_without_room_is_named(
    healthy: Veille, monkeypatch: pytest.MonkeyPatch, free: int, code: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - free, free))

    assert f"{free // 1_000_000} MB" in found(healthy)[code]


def test_a_clock_behind_what_was_done_is_named(healthy: Veille) -> None:
    with open_of(healthy) as store, store.transaction() as transaction:
        (feed,) = feeds.all_feeds(transaction)
        feeds.save_feed(transaction, replace(feed, last_ok_at=NOW))

        assert list(clock_symptoms(transaction, NOW)) == []
        assert [one.code for one in clock_symptoms(transaction, NOW - timedelta(days=900))] == [
            "clock-behind"
        ]


def own_template(veille: Veille, name: str, text: str) -> None:
    path = veille.folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_copied_template_is_no_trouble(healthy: Veille) -> None:
    ours = (shipped("templates") / "email" / "footer.html").read_text(encoding="utf-8")
    own_template(healthy, "email/footer.html", ours + "<p>Bonjour</p>")

    assert not [code for code in found(healthy) if code.startswith("template")]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("email/footer.html", "{# version 0 #}\nold", "template-outdated"),
        ("email/footer.html", "of my own", "template-outdated"),
        ("email/footer.html", "{# version 1 #}\n{% if %}", "template-broken"),
        ("email/foot.html", "{# version 1 #}\n", "template-unused"),
        ("workspace/veille.fr.toml", "", "template-unused"),
    ],
)
def test_templates_of_the_curator_are_examined(healthy: Veille, name: str, text: str, code: str) -> None:
    own_template(healthy, name, text)

    assert Path(name).name in found(healthy)[code]


def test_a_template_in_another_encoding_is_broken(healthy: Veille) -> None:
    own_template(healthy, "email/footer.html", "")
    (healthy.folder / "templates" / "email" / "footer.html").write_bytes(b"\xe9t\xe9")

    assert "template-broken" in found(healthy)


def test_a_workspace_without_feeds_and_people_is_told_how_to_begin(veille: Veille) -> None:
    symptoms = found(veille)

    assert "veille feeds import" in symptoms["feeds-none"]
    assert "veille people import" in symptoms["people-none"]


def test_feeds_that_fare_badly_are_named_together(healthy: Veille) -> None:
    with open_of(healthy) as store, store.transaction() as transaction:
        sources = [a_source(url=f"https://{n}.example/feed", title=f"Feed {n}") for n in range(8)]
        added = feeds.add_feeds(transaction, sources)
        for feed in added[:6]:
            feeds.save_feed(transaction, replace(feed, failures=9))
        feeds.save_feed(transaction, replace(added[6], status=FeedStatus.RETIRED))
        old = [
            a_parsed_entry(n, published_at=NOW - timedelta(days=200 + n), url=f"https://old.example/{n}")
            for n in range(30, 40)
        ]
        arrivals.store_entries(transaction, added[7], old, NOW - timedelta(days=200))
        feeds.save_feed(transaction, replace(added[7], last_ok_at=NOW))

    symptoms = found(healthy)

    assert (
        "6 feeds have failed for days: Feed 0, Feed 1, Feed 2, Feed 3, Feed 4…." in symptoms["feeds-broken"]
    )
    assert "Feed 6" in symptoms["feeds-gone"]
    assert "Feed 7" in symptoms["feeds-silent"]


@pytest.mark.parametrize(("late", "is_told"), [(timedelta(days=3), True), (timedelta(hours=5), False)])
def test_feeds_that_nobody_visits_are_noticed(healthy: Veille, late: timedelta, is_told: bool) -> None:
    with open_of(healthy) as store, store.transaction() as transaction:
        (feed,) = feeds.all_feeds(transaction)
        feeds.save_feed(transaction, replace(feed, next_due_at=NOW - late))

    assert ("collect-overdue" in found(healthy)) is is_told


def test_people_outside_of_the_segments_are_counted_not_named(healthy: Veille) -> None:
    with open_of(healthy) as store, store.transaction() as transaction:
        people.save_person(transaction, a_person(2, segment=""))
        people.save_person(transaction, a_person(3, segment="atelier"))
        people.save_person(transaction, a_person(4, segment="grenier", status=PersonStatus.UNSUBSCRIBED))

    symptoms = found(healthy)

    assert "1 person is in no segment." in symptoms["people-segment-missing"]
    assert "“atelier”" in symptoms["people-segment-unknown"]
    assert "grenier" not in str(symptoms)
    assert "@" not in symptoms["people-segment-unknown"]


def test_open_and_uncertain_deliveries_are_counted(healthy: Veille) -> None:
    with open_of(healthy) as store, store.transaction() as transaction:
        issue = issues.require_issue(transaction, NOVEMBER)
        people.save_person(transaction, a_person(3))
        queue = [(a_person(number), f"<{number}@musee.example>") for number in range(1, 5)]
        deliveries.queue_deliveries(transaction, issue.id, queue, NOW)
        first, second, third, _fourth = deliveries.ledger_of(transaction, issue.id)
        deliveries.settle(transaction, first.id, DeliveryState.SENT, reply="", now=NOW)
        deliveries.settle(transaction, second.id, DeliveryState.UNCERTAIN, reply="", now=NOW)
        deliveries.claim(transaction, third.id, attempts=1, now=NOW)

    symptoms = found(healthy)

    assert "2026-11: of 2 messages nobody knows" in symptoms["deliveries-uncertain"]
    assert "2026-11: 1 message still waits." in symptoms["deliveries-open"]


def test_an_archive_behind_the_store_is_noticed(healthy: Veille) -> None:
    with open_of(healthy) as store, store.transaction() as transaction:
        issues.mark_sent(transaction, issues.require_issue(transaction, NOVEMBER).id)
    assert "archive-outdated" not in found(healthy)
    healthy("issue", "erratum", "--text", "Le lien 2 mène ailleurs.", "--month", "2026-11")

    assert "veille archive build" in found(healthy)["archive-outdated"]


@pytest.mark.parametrize(
    ("late", "codes"),
    [
        (timedelta(days=2), {"issue-late"}),
        (timedelta(days=70), {"issue-missed", "issue-countdown"}),
    ],
)
def test_the_issue_that_is_late_and_the_month_that_had_none_are_named(
    healthy: Veille, late: timedelta, codes: set[str]
) -> None:
    if "issue-missed" in codes:
        with open_of(healthy) as store, store.transaction() as transaction:
            issues.mark_sent(transaction, issues.require_issue(transaction, NOVEMBER).id)

    symptoms = found_at(healthy, NOW + late, {})

    assert {code for code in symptoms if code.startswith("issue-")} == codes
    assert "2026-12" in symptoms.get("issue-missed", "2026-12")


def test_a_store_on_a_server_that_cannot_be_reached_is_named_without_its_password(
    veille: Veille, closed_port: int
) -> None:
    url = f"postgresql+psycopg://veille@127.0.0.1:{closed_port}/veille"

    symptoms = found(veille, VEILLE_DATABASE_URL=url, VEILLE_DATABASE_PASSWORD="wrong-secret")

    assert "database-unreachable" in symptoms
    assert "wrong-secret" not in str(symptoms)


def test_what_keeps_mail_from_leaving_is_named(healthy: Veille) -> None:
    replaced(
        healthy, 'from_address = "veille@musee.example"', 'transport = "sendmail"\nsendmail = "/no/such"'
    )
    replaced(healthy, 'address = "camille@musee.example"', "")

    symptoms = found(healthy)

    assert {"sender-missing", "mail-server", "curator-missing"} <= set(symptoms)
    assert "mail-to-files" not in symptoms


def test_a_signature_that_cannot_be_made_is_named(healthy: Veille) -> None:
    replaced(healthy, "[mail]", '[mail]\ndkim_selector = "v1"')

    assert "VEILLE_DKIM_KEY_FILE" in found(healthy)["signature"]


def test_mail_in_the_clear_is_noticed(healthy: Veille) -> None:
    replaced(
        healthy, "[mail]", '[smtp]\nhost = "mail.example"\nsecurity = "none"\n[mail]\ntransport = "smtp"'
    )

    assert "mail-in-clear" in found(healthy)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[DnsServer]:
    """A name server for everything that is asked; musee.example is in order."""
    texts = {
        "musee.example": ["v=spf1 include:mail.example -all"],
        "_dmarc.musee.example": ["v=DMARC1; p=none"],
    }
    with DnsServer(texts) as server:
        monkeypatch.setattr(dns.resolver, "default_resolver", server.resolver())
        yield server


def by_smtp(veille: Veille, port: int, extra: str = "") -> None:
    replaced(
        veille,
        "[mail]",
        f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n{extra}\n[mail]\ntransport = "smtp"',
    )


def test_a_server_that_lets_us_in_is_no_symptom_and_receives_nothing(
    healthy: Veille, names: DnsServer
) -> None:
    with SmtpServer() as server:
        by_smtp(healthy, server.port)

        symptoms = found(healthy, offline=False)

    assert set(symptoms) == {"issue-countdown"}
    assert (server.connections, server.messages) == (1, [])


def test_a_server_that_does_not_let_us_in_is_quoted_without_the_password(
    healthy: Veille, names: DnsServer
) -> None:
    with SmtpServer(Script(credentials=("camille", "right"))) as server:
        by_smtp(healthy, server.port, 'username = "camille"')

        symptoms = found(healthy, offline=False, VEILLE_SMTP_PASSWORD="wrong-secret")

    assert "535" in symptoms["mail-server"]
    assert "wrong-secret" not in str(symptoms)


def test_a_server_that_nobody_vouches_for_is_not_believed(
    healthy: Veille, names: DnsServer, certificate: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with SmtpServer(Script(certificate=context)) as server:
        by_smtp(healthy, server.port)
        replaced(healthy, 'security = "none"', 'security = "starttls"')

        symptoms = found(healthy, offline=False)

    assert "certificate" in symptoms["mail-server"]


def test_servers_that_never_answer_are_waited_for_a_moment_only(
    healthy: Veille, names: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.doctor.network._PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        by_smtp(healthy, port)
        configure(
            healthy,
            f'\n[mailbox]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nusername = "doctor"\n'
            "timeout_seconds = 600\n",
        )
        begun = time.perf_counter()

        symptoms = found(healthy, offline=False, VEILLE_MAILBOX_PASSWORD=PASSWORD)

        assert time.perf_counter() - begun < 10
    assert "timed out" in symptoms["mail-server"]
    assert "no answer in time" in symptoms["mailbox"]


def test_offline_asks_no_server(healthy: Veille, names: DnsServer) -> None:
    with SmtpServer() as server:
        by_smtp(healthy, server.port)
        names.texts.clear()

        assert set(found(healthy)) == {"issue-countdown"}

    assert server.connections == 0


def test_the_mailbox_is_logged_in_to(healthy: Veille, dovecot: Dovecot) -> None:
    configure(
        healthy,
        f'\n[mailbox]\nhost = "127.0.0.1"\nport = {dovecot.port}\nsecurity = "none"\nusername = "doctor"\n',
    )

    assert "mailbox" not in found(healthy, offline=False, VEILLE_MAILBOX_PASSWORD=PASSWORD)
    assert "mailbox" in found(healthy, offline=False, VEILLE_MAILBOX_PASSWORD="another")


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"_dmarc.musee.example": ["v=DMARC1; p=none"]}, "spf-missing"),
        ({"musee.example": ["v=spf10 -all", "google-site=1"]}, "spf-missing"),
        ({"musee.example": ["v=spf1 -all", "v=spf1 a -all"]}, "spf-several"),
        ({"musee.example": ["V=SPF1 +ALL"]}, "spf-open"),
        ({"musee.example": ["v=spf1 -all"]}, "dmarc-missing"),
        ({"_dmarc.musee.example": []}, "dmarc-missing"),
    ],
)
def test_what_the_domain_lacks_is_named(
    healthy: Veille, names: DnsServer, texts: dict[str, list[str]], code: str
) -> None:
    names.texts = texts
    with SmtpServer() as server:
        by_smtp(healthy, server.port)

        assert code in found(healthy, offline=False)


def test_a_policy_of_the_domain_above_counts(healthy: Veille, names: DnsServer) -> None:
    replaced(healthy, "veille@musee.example", "veille@lettres.musee.example")
    names.texts["lettres.musee.example"] = ["v=spf1 -all"]
    with SmtpServer() as server:
        by_smtp(healthy, server.port)

        assert set(found(healthy, offline=False)) == {"issue-countdown"}


def test_a_name_server_that_does_not_answer_is_no_fault_of_the_domain(
    healthy: Veille, names: DnsServer
) -> None:
    names.texts.clear()
    names.rcode = dns.rcode.SERVFAIL
    with SmtpServer() as server:
        by_smtp(healthy, server.port)

        symptoms = found(healthy, offline=False)

    assert set(symptoms) == {"issue-countdown", "dns-unknown"}


def test_without_the_library_the_domain_is_left_out_with_a_word(
    healthy: Veille, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dns.resolver", None)
    with SmtpServer() as server:
        by_smtp(healthy, server.port)

        assert "dnspython is not installed" in found(healthy, offline=False)["dns-unknown"]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    return path


def public_half(key: Path) -> str:
    done = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True
    )
    return base64.b64encode(done.stdout).decode()


def test_the_published_key_is_compared_with_ours(
    healthy: Veille, names: DnsServer, key: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    subprocess.run(["openssl", "genrsa", "-out", other, "2048"], check=True, capture_output=True)
    replaced(healthy, "[mail]", '[mail]\ndkim_selector = "v1"')
    place = "v1._domainkey.musee.example"
    environ = {"VEILLE_DKIM_KEY_FILE": str(key)}
    with SmtpServer() as server:
        by_smtp(healthy, server.port)

        unpublished = found(healthy, offline=False, **environ)
        names.texts[place] = ["v=DKIM1; k=rsa; p="]
        revoked = found(healthy, offline=False, **environ)
        names.texts[place] = [f"v=DKIM1; k=rsa; p={public_half(other)}"]
        another = found(healthy, offline=False, **environ)
        names.texts[place] = [f"v=DKIM1; k=rsa; p={public_half(key)}"]
        right = found(healthy, offline=False, **environ)

    assert "dkim-missing" in unpublished
    assert "dkim-missing" in revoked
    assert "dkim-other-key" in another
    assert set(right) == {"issue-countdown"}


def test_every_gravity_is_used() -> None:
    assert set(GRAVITIES.values()) == set(Gravity)
