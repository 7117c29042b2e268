"""What the charter finds in the links of an issue and in what they answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from builders import NOW, a_link_check, a_pick, an_issue
from veille.curate.addresses import examine_addresses, examine_checks
from veille.model.charter import DEFAULT_SEVERITIES, Finding, Severity
from veille.model.issue import Issue, Slot, Tray
from veille.model.link import LinkCheck, LinkOutcome


def an_issue_of(**pick: Any) -> Issue:
    return an_issue(tray=Tray((Slot(1, a_pick(**pick)), Slot(2, None), Slot(3, None))))


def checked(*checks: LinkCheck, **pick: Any) -> Iterator[Finding]:
    return examine_checks(an_issue_of(**pick), {check.url: check for check in checks}, NOW, 48)


@pytest.mark.parametrize(
    "url", ["/articles/1", "journal.example/1", "ftp://journal.example/1", "javascript:alert(1)", "https://"]
)
def test_an_address_that_is_not_whole_blocks(url: str) -> None:
    (fault,) = examine_addresses(an_issue_of(url=url))

    assert (fault.code, fault.severity, fault.slot) == ("link-relative", Severity.BLOCKER, 1)


@pytest.mark.parametrize(
    "host", ["bit.ly", "t.co", "lnkd.in", "buff.ly", "ow.ly", "www.tinyurl.com", "goo.gl"]
)
def test_a_shortened_address_blocks(host: str) -> None:
    (fault,) = examine_addresses(an_issue_of(url=f"https://{host}/abc"))

    assert (fault.code, fault.severity) == ("link-shortened", Severity.BLOCKER)
    assert "veille suggest" in fault.remedy


def test_a_tracked_address_is_picked_again_without_its_mark() -> None:
    (fault,) = examine_addresses(an_issue_of(url="https://journal.example/1?utm_source=rss"))

    assert (fault.code, fault.severity) == ("link-tracked", Severity.WARNING)
    assert "veille pick add 1 --slot 1" in fault.remedy


@pytest.mark.parametrize("url", ["", "https://journal.example/1", "https://notbit.ly.example/1?page=2"])
def test_a_good_address_and_none_at_all_pass(url: str) -> None:
    assert list(examine_addresses(an_issue_of(url=url))) == []


@pytest.mark.parametrize("url", ["", "/articles/1"])
def test_what_cannot_be_tried_is_not_said_to_be_untried(url: str) -> None:
    assert list(checked(url=url)) == []


def test_a_link_never_tried_blocks_and_says_how_to_try() -> None:
    (fault,) = checked()

    assert (fault.code, fault.severity) == ("link-unchecked", Severity.BLOCKER)
    assert "veille check" in fault.remedy


def test_a_check_counts_for_48_hours() -> None:
    young = a_link_check(checked_at=NOW - timedelta(hours=48))
    old = a_link_check(checked_at=NOW - timedelta(hours=48, seconds=1), outcome=LinkOutcome.DEAD)

    assert list(checked(young)) == []
    assert [(fault.code, fault.severity) for fault in checked(old)] == [("link-check-old", Severity.BLOCKER)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"outcome": LinkOutcome.MOVED, "final_url": "https://new.example/"},
            "moved to https://new.example/",
        ),
        ({"outcome": LinkOutcome.DEAD, "status": 410}, "answers 410"),
        ({"outcome": LinkOutcome.SOFT_404, "detail": "Page introuvable"}, "titled “Page introuvable”"),
        (
            {"outcome": LinkOutcome.SOFT_404, "final_url": "https://new.example/"},
            "leads to https://new.example/",
        ),
        ({"outcome": LinkOutcome.TLS, "detail": "No valid certificate."}, "No valid certificate."),
        ({"outcome": LinkOutcome.UNREACHABLE, "status": None, "detail": "Not found."}, "Not found."),
        ({"outcome": LinkOutcome.NO_HOST, "status": None, "detail": "Nobody."}, "Nobody."),
        ({"outcome": LinkOutcome.UNREACHABLE, "status": 503}, "answers 503"),
        ({"outcome": LinkOutcome.TIMED_OUT, "detail": "Too slow."}, "Too slow."),
        ({"outcome": LinkOutcome.REFUSED, "status": 403}, "(403)"),
        ({"outcome": LinkOutcome.PAYWALL}, "for subscribers"),
    ],
)
def test_every_outcome_has_its_rule_words_and_remedy(changes: dict[str, Any], said: str) -> None:
    (fault,) = checked(a_link_check(**changes))

    assert fault.code == f"link-{changes['outcome']}"
    assert fault.severity is DEFAULT_SEVERITIES[fault.code]
    assert said in fault.message
    assert fault.remedy
