"""Trying links, on real sockets: what each answer means."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import NOW
from veille.curate.links import check_links, outcome_of
from veille.model.link import LinkCheck, LinkOutcome
from veille.net.client import Response
from veille.settings import CollectSettings, Settings
from web_server import Answer, ScriptedServer, Visit, WebServer, resolve_to

LOOPBACK = replace(Settings(), collect=CollectSettings(allow_private=("127.0.0.0/8",)))
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def check(url: str, **changes: Any) -> LinkCheck:
    known: dict[str, Any] = {"settings": LOOPBACK, "now": NOW} | changes
    (found,) = check_links([url], **known)
    return found


def a_page(title: str = "Un article", heading: str = "", body: str = "") -> Answer:
    html = f"<html><head><title>{title}</title></head><body><h1>{heading}</h1>{body}</body></html>"
    return Answer(html.encode(), headers=HTML)


def test_a_page_that_is_there_is_fine_and_dated(server: WebServer) -> None:
    url = server.give("/article", a_page())

    assert check(url) == LinkCheck(url, NOW, LinkOutcome.OK, 200, url, "")
    assert [asked.method for asked in server.asked] == ["HEAD", "GET"]


def test_head_alone_settles_what_is_no_page(server: WebServer) -> None:
    url = server.give("/report.pdf", Answer(b"%PDF", headers={"Content-Type": "application/pdf"}))

    assert check(url).outcome is LinkOutcome.OK
    assert [asked.method for asked in server.asked] == ["HEAD"]


@pytest.mark.parametrize("status", [404, 403, 405, 500, 501])
def test_where_head_is_refused_get_decides(server: WebServer, status: int) -> None:
    url = server.give("/article", replace(a_page(), head_status=status))

    assert check(url).outcome is LinkOutcome.OK


def test_where_head_breaks_off_get_decides() -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            if b"GET" in scripted.heard[-1]
            else b"?\r\n\r\n"
        )

    with ScriptedServer(script) as scripted:
        assert check(f"http://127.0.0.1:{scripted.port}/a").outcome is LinkOutcome.OK


def test_where_head_hangs_get_still_has_its_time() -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        if b"HEAD" in scripted.heard[-1]:
            visit.stall()
        visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with ScriptedServer(script) as scripted:
        assert check(f"http://127.0.0.1:{scripted.port}/a", seconds=1.5).outcome is LinkOutcome.OK


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, LinkOutcome.DEAD),
        (410, LinkOutcome.DEAD),
        (400, LinkOutcome.DEAD),
        (401, LinkOutcome.REFUSED),
        (403, LinkOutcome.REFUSED),
        (429, LinkOutcome.REFUSED),
        (402, LinkOutcome.PAYWALL),
        (500, LinkOutcome.UNREACHABLE),
        (503, LinkOutcome.UNREACHABLE),
    ],
)
def test_a_status_says_what_became_of_the_page(server: WebServer, status: int, outcome: LinkOutcome) -> None:
    found = check(server.give("/article", Answer(status=status)))

    assert (found.outcome, found.status) == (outcome, status)


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("404", ""),
        ("Erreur 404 - Musée du Fleuve", ""),
        ("Musée du Fleuve | Page non trouvée", ""),
        ("Musée du Fleuve", "Cette page n’existe plus"),
        ("Museum", "Page not found"),
        ("Museum – 404 Not Found", ""),
        ("Seite nicht gefunden", ""),
        ("Página no encontrada", ""),
        ("Pagina non trovata", ""),
    ],
)
def test_a_page_that_says_it_is_none_is_a_soft_404(server: WebServer, title: str, heading: str) -> None:
    found = check(server.give("/article", a_page(title, heading)))

    assert (found.outcome, found.status) == (LinkOutcome.SOFT_404, 200)
    assert found.detail in {title, heading}


@pytest.mark.parametrize("title", ["Salle 404, un bilan", "La page se tourne", "1 404 visiteurs par jour"])
def test_an_article_may_speak_of_pages_and_numbers(server: WebServer, title: str) -> None:
    assert check(server.give("/article", a_page(title))).outcome is LinkOutcome.OK


def test_the_title_of_a_page_that_is_none_is_cleaned(server: WebServer) -> None:
    found = check(server.give("/article", a_page("Page introuvable\x1b[31m\n\u202e" + "x" * 1000)))

    assert found.detail.isprintable()
    assert len(found.detail) <= 300


@pytest.mark.parametrize("home", ["/", "/fr/", "/fr-FR", "/index.html", "/fr/accueil"])
def test_an_article_that_leads_home_is_gone(server: WebServer, home: str) -> None:
    url = server.give("/2026/article", Answer(status=302, headers={"Location": home}))
    server.give(home, a_page())

    found = check(url)

    assert (found.outcome, found.final_url) == (LinkOutcome.SOFT_404, server.url(home))


def test_a_home_page_may_lead_to_that_of_a_language(server: WebServer) -> None:
    url = server.give("/", Answer(status=302, headers={"Location": "/fr/"}))
    server.give("/fr/", a_page())

    assert check(url).outcome is LinkOutcome.OK


def test_a_page_that_moved_for_good_is_told_with_its_new_address(server: WebServer) -> None:
    url = server.give("/old", Answer(status=301, headers={"Location": "/new"}))
    server.give("/new", Answer(status=302, headers={"Location": "/new?session=1"}))
    server.give("/new?session=1", a_page())

    found = check(url)

    assert (found.outcome, found.final_url) == (LinkOutcome.MOVED, server.url("/new"))


@pytest.mark.parametrize(
    ("status", "location"), [(302, "/elsewhere"), (301, "/article/"), (308, "/article?utm_source=x")]
)
def test_a_detour_or_a_tidier_address_is_no_move(server: WebServer, status: int, location: str) -> None:
    url = server.give("/article", Answer(status=status, headers={"Location": location}))
    server.give(location, a_page())

    found = check(url)

    assert (found.outcome, found.final_url) == (LinkOutcome.OK, server.url(location))


@pytest.mark.parametrize(
    "body",
    [
        '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
        '<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>',
        '<script type="application/ld+json">{"isAccessibleForFree":"http://schema.org/False"}</script>',
        "<p>La suite est réservée aux abonnés.</p>",
        "<p>Subscribe to continue reading</p>",
    ],
)
def test_a_page_for_subscribers_is_noticed(server: WebServer, body: str) -> None:
    assert check(server.give("/article", a_page(body=body))).outcome is LinkOutcome.PAYWALL


def test_a_page_for_everybody_is_not_taken_for_another(server: WebServer) -> None:
    body = '<script type="application/ld+json">{"isAccessibleForFree": true}</script><p>Abonnez-vous</p>'

    assert check(server.give("/article", a_page(body=body))).outcome is LinkOutcome.OK


def test_a_huge_page_is_read_no_further_than_needed(server: WebServer) -> None:
    url = server.give("/article", a_page("Page introuvable", body="x" * 2_000_000))

    assert check(url).outcome is LinkOutcome.SOFT_404


def test_an_empty_page_of_no_type_is_fine(server: WebServer) -> None:
    assert check(server.give("/article", Answer(b""))).outcome is LinkOutcome.OK


def test_a_certificate_nobody_vouches_for_is_its_own_outcome(tmp_path: Path) -> None:
    certificate = tmp_path / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    certificate.write_bytes((tmp_path / "key.pem").read_bytes() + (tmp_path / "cert.pem").read_bytes())

    with ScriptedServer(lambda visit: visit.hear(), certificate) as server:
        found = check(f"https://127.0.0.1:{server.port}/a")

    assert (found.outcome, found.status) == (LinkOutcome.TLS, None)
    assert "no valid certificate" in found.detail


def test_a_host_that_is_not_secure_at_all_is_told_so(server: WebServer) -> None:
    found = check(server.url("/a").replace("http:", "https:"))

    assert found.outcome is LinkOutcome.TLS
    assert "secure connection" in found.detail


def test_an_address_inside_the_house_is_never_contacted(server: WebServer) -> None:
    found = check(server.give("/article", a_page()), settings=Settings())

    assert found.outcome is LinkOutcome.UNREACHABLE
    assert "not a public address" in found.detail
    assert server.asked == []


def test_a_redirect_into_the_house_is_not_followed(server: WebServer) -> None:
    url = server.give("/article", Answer(status=302, headers={"Location": "http://169.254.169.254/latest"}))

    found = check(url)

    assert found.outcome is LinkOutcome.UNREACHABLE
    assert "169.254.169.254" in found.detail


def test_nobody_listening_is_unreachable(server: WebServer) -> None:
    with ScriptedServer(lambda visit: visit.hear()) as gone:
        port = gone.port

    assert check(f"http://127.0.0.1:{port}/").outcome is LinkOutcome.UNREACHABLE


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(socket.EAI_NONAME, LinkOutcome.NO_HOST), (socket.EAI_AGAIN, LinkOutcome.UNREACHABLE)],
)
def test_a_name_that_nobody_has_is_told_from_one_that_could_not_be_asked(
    error: int, outcome: LinkOutcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_arguments: object, **_options: object) -> object:
        raise socket.gaierror(error, "no such luck")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    found = check("https://gone.example/article")

    assert (found.outcome, found.status) == (outcome, None)
    assert "gone.example was not found" in found.detail


def test_slow_sites_are_waited_for_together_and_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    with ScriptedServer(lambda visit: visit.stall()) as server:
        urls = [f"http://s{number}.example:{server.port}/" for number in range(5)]
        began = time.perf_counter()
        found = check_links(urls, LOOPBACK, NOW, seconds=0.5)
        took_seconds = time.perf_counter() - began

    assert [each.outcome for each in found] == [LinkOutcome.TIMED_OUT] * 5
    assert found[0].detail == "s0.example did not answer within 0.5 s."
    assert took_seconds < 2


def test_the_links_of_one_site_share_its_time_and_are_asked_in_turn(server: WebServer) -> None:
    stalling = [server.give(f"/{number}", Answer(raw=b"", stalls=True)) for number in range(3)]
    began = time.perf_counter()

    found = check_links([*stalling, server.give("/fine", a_page()), stalling[0]], LOOPBACK, NOW, seconds=1)

    assert [each.outcome for each in found] == [LinkOutcome.TIMED_OUT] * 3 + [LinkOutcome.OK]
    assert time.perf_counter() - began < 3


def test_no_links_are_tried_at_once() -> None:
    assert check_links([], LOOPBACK, NOW) == ()


def test_a_redirect_that_leads_nowhere_is_an_answer() -> None:
    response = Response(304, {}, "https://journal.example/1", b"", None)

    assert outcome_of("https://journal.example/1", response) == (LinkOutcome.OK, "")
