"""Pure rules: addresses of pages and people, months, text, contrast, due dates, hashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import NOVEMBER, NOW, a_pick, a_tray, an_approved_issue, an_entry, an_issue
from veille.model.colour import DARK_PAPER, LIGHT_PAPER, contrast_ratio, is_hex_colour
from veille.model.delivery import next_attempt_at
from veille.model.entry import reading_minutes
from veille.model.issue import IssueStatus, content_hash, month_to_work_on
from veille.model.month import Month, month_from_text, month_of
from veille.model.person import is_address, normalised_address
from veille.model.plaintext import has_control_characters, one_line, search_key, shortened, title_from_text
from veille.model.urls import canonical_url, host_name, is_web_url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://journal.example/a",
        "//journal.example/a",
        "/articles/1",
        "https:///a",
        "https://",
        "https://journal.example/a b",
        "https://journal.example/\nHost: other",
        "https://journal.example:99999/",
        "https://[::1",
        "",
    ],
)
def test_only_whole_http_addresses_are_web_addresses(url: str) -> None:
    assert not is_web_url(url)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://Journal.Example/a", "https://journal.example/a"),
        ("https://journal.example:443", "https://journal.example/"),
        ("http://journal.example:8080/a", "https://journal.example:8080/a"),
        ("https://user:secret@journal.example/a", "https://journal.example/a"),
        (
            "https://journal.example/a?utm_source=x&id=2&utm_medium=y&b=1",
            "https://journal.example/a?id=2&b=1",
        ),
        ("https://journal.example/a?fbclid=1", "https://journal.example/a"),
        ("https://journal.example/a#", "https://journal.example/a"),
        ("https://journal.example/a#top", "https://journal.example/a"),
        ("https://journal.example/a#Comments", "https://journal.example/a"),
        ("https://journal.example/a#rss", "https://journal.example/a"),
        ("https://journal.example/a#xtor=RSS-32", "https://journal.example/a"),
        ("https://journal.example/a#utm_source=rss&utm_medium=feed", "https://journal.example/a"),
        ("https://journal.example/a#Echobox=1782745661", "https://journal.example/a"),
        ("https://journal.example/a#:~:text=Le%20mus%C3%A9e", "https://journal.example/a"),
        ("https://journal.example/a#suite:~:text=fin", "https://journal.example/a#suite"),
        ("https://journal.example/a#suite&xtor=RSS-32", "https://journal.example/a#suite"),
        ("https://journal.example/a/amp", "https://journal.example/a"),
        ("https://journal.example/a/amp/", "https://journal.example/a/"),
        ("https://journal.example/a/amp/amp", "https://journal.example/a"),
        ("https://journal.example/a?amp", "https://journal.example/a"),
        ("https://journal.example/a?amp=1&id=2", "https://journal.example/a?id=2"),
        ("https://journal.example/#!/page", "https://journal.example/#!/page"),
        ("https://[::1]:8443/a", "https://[::1]:8443/a"),
        ("https://journal.example./a", "https://journal.example/a"),
    ],
)
def test_spellings_of_one_page_are_one_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://journal.example/a", "https://journal.example/A"),
        ("https://journal.example/a", "https://journal.example/a/"),
        ("https://journal.example/?id=1", "https://journal.example/?id=2"),
        ("https://journal.example/?a=1&b=2", "https://journal.example/?b=2&a=1"),
        ("https://journal.example/2026/06.html#a120000", "https://journal.example/2026/06.html#a130000"),
        ("https://journal.example/a", "https://journal.example/a#at_home"),
        ("https://journal.example/", "https://journal.example/amp"),
        ("https://journal.example/lamp", "https://journal.example/l"),
        ("https://journal.example/a?amps=1", "https://journal.example/a"),
    ],
)
def test_addresses_that_may_be_different_pages_stay_apart(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_a_reader_is_shown_the_host_without_www() -> None:
    assert host_name("https://www.journal.example/a") == "journal.example"
    assert host_name("https://[::1") == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Un\n titre\t long ", "Un titre long"),
        ("R&D AT&T", "R&D AT&T"),
        ("\u202eelpmaxe\u202c", "elpmaxe"),
        ("Sujet\r\nBcc: x", "Sujet Bcc: x"),
        ("12\u00a0mars\u202f!", "12\u00a0mars\u202f!"),
        ("\x1b[31mrouge", "[31mrouge"),
        ("a\u2028b", "a b"),
        ("\ud800ok", "ok"),
    ],
)
def test_a_title_is_one_harmless_line(text: str, line: str) -> None:
    assert one_line(text) == line
    assert not has_control_characters(one_line(text))


def test_a_long_title_is_cut_at_a_word() -> None:
    assert len(title_from_text("mot " * 200)) <= 300
    assert shortened("un deux trois", 9) == "un deux…"
    assert shortened("x" * 20, 5) == "xxxx…"


def test_searching_ignores_accents_and_case() -> None:
    assert search_key("MÉDIATION à l’Œuvre") == search_key("médiation a l’œuvre")


@pytest.mark.parametrize(
    "text",
    [
        "camille@musee.example",
        "c.elan+veille@sous.musee.example",
        "camille@musée.example",
        "o'neil@musee.example",
        "élise@musee.example",
    ],
)
def test_plain_addresses_can_be_written_to(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "camille",
        "@musee.example",
        "camille@",
        "camille@musee",
        "camille@@musee.example",
        "camille@musee..example",
        "camille@-musee.example",
        "a..b@musee.example",
        "camille@musee.example\nBcc: x@y.example",
        '"a b"@musee.example',
        "x" * 65 + "@musee.example",
        "é" * 33 + "@musee.example",
        "élise\u2028@musee.example",
        "e\u0301lise@musee.example",
        "camille@" + "m" * 250 + ".example",
    ],
)
def test_what_is_not_an_address_is_refused(text: str) -> None:
    assert not is_address(text)


def test_a_person_is_known_once_whatever_the_case() -> None:
    assert normalised_address(" Camille@Musee.Example ") == "camille@musee.example"
    assert normalised_address("E\u0301lise@musee.example") == "élise@musee.example"


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "26-11", "2026/11", "0000-01", "", "2026-11-01"])
def test_what_is_not_a_month_is_none(text: str) -> None:
    assert month_from_text(text) is None


def test_months_order_and_read_back() -> None:
    assert month_from_text(str(NOVEMBER)) == NOVEMBER == month_of(NOW)
    assert Month(2025, 12) < NOVEMBER


def test_the_shipped_colours_have_the_contrast_the_design_measured() -> None:
    assert contrast_ratio("#1C1B19", LIGHT_PAPER) == pytest.approx(16.4, abs=0.1)
    assert contrast_ratio("#9A3412", LIGHT_PAPER) == pytest.approx(7.0, abs=0.1)
    assert contrast_ratio("#F0A37F", DARK_PAPER) == pytest.approx(8.8, abs=0.1)
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "9A3412", "#9A3412;"])
def test_only_six_hexadecimal_digits_are_a_colour(colour: str) -> None:
    assert not is_hex_colour(colour)


@pytest.mark.parametrize(("words", "minutes"), [(0, None), (149, None), (150, 1), (230, 1), (1380, 6)])
def test_a_teaser_has_no_reading_time(words: int, minutes: int | None) -> None:
    assert reading_minutes(words) == minutes


def test_a_deferred_delivery_is_tried_again_later_and_given_up_after_two_days() -> None:
    assert next_attempt_at(1, NOW, NOW) == NOW + timedelta(minutes=1)
    assert next_attempt_at(4, NOW, NOW) == NOW + timedelta(hours=1)
    assert next_attempt_at(9, NOW, NOW) == NOW + timedelta(hours=4)
    assert next_attempt_at(9, NOW, NOW + timedelta(hours=48)) is None


def test_an_entry_from_the_future_is_sorted_by_when_it_was_seen() -> None:
    entry = an_entry(published_at=datetime(2036, 1, 1, tzinfo=UTC), first_seen_at=NOW)

    assert entry.sorted_at == NOW
    assert replace(entry, published_at=None).sorted_at == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Autre"},
        {"intro": "Autre"},
        {"number": 35},
        {"tray": a_tray(publics=a_pick(9))},
    ],
)
def test_the_content_hash_changes_with_anything_a_reader_would_see(changes: dict[str, object]) -> None:
    def fingerprint(**given: object) -> str:
        issue = an_issue(**given)
        return content_hash(issue.month, issue.number, issue.title, issue.intro, issue.tray)

    assert fingerprint(**changes) != fingerprint()
    assert fingerprint() == fingerprint()


@pytest.mark.parametrize(
    ("sent", "drafts", "expected"),
    [
        ([], [], "2026-11"),
        ([], ["2026-10"], "2026-10"),
        (["2026-10"], [], "2026-11"),
        (["2026-11"], [], "2026-11"),
        (["2026-10"], ["2026-11", "2026-12"], "2026-11"),
        (["2026-10"], ["2026-01"], "2026-11"),
        (["2026-11"], ["2026-12"], "2026-12"),
    ],
)
def test_the_issue_to_work_on_is_the_next_to_leave(sent: list[str], drafts: list[str], expected: str) -> None:
    def month(text: str) -> Month:
        return Month(int(text[:4]), int(text[5:]))

    issues = [
        *(replace(an_approved_issue(month=month(text)), status=IssueStatus.SENT) for text in sent),
        *(an_issue(month=month(text)) for text in drafts),
    ]

    assert str(month_to_work_on(issues, NOW)) == expected


def test_an_issue_is_frozen_exactly_when_it_has_a_hash() -> None:
    approved = an_approved_issue()

    assert approved.status is IssueStatus.APPROVED
    with pytest.raises(ValueError, match="frozen"):
        replace(approved, content_hash=None)
    with pytest.raises(ValueError, match="frozen"):
        an_issue(content_hash="x", approved_at=NOW)
