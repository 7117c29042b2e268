"""Values for tests: each builder gives a whole, plausible one, and takes what the test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from veille.collect.fetch import Fetched
from veille.collect.polling import NO_HINTS
from veille.model.entry import Entry, EntryFeed, EntryState, ParsedEntry
from veille.model.feed import NO_OUTLINE, Feed, FeedSource, FeedStatus
from veille.model.issue import Issue, IssueStatus, Pick, Slot, Tray, content_hash
from veille.model.link import LinkCheck, LinkOutcome
from veille.model.month import Month
from veille.model.person import Person, PersonStatus
from veille.model.urls import canonical_url

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NOVEMBER = Month(2026, 11)


def a_source(**changes: Any) -> FeedSource:
    values: dict[str, Any] = {
        "url": "https://journal.example/feed",
        "title": "Le Journal",
        "theme": "publics",
        "language": "fr",
        "status": FeedStatus.ACTIVE,
        "outline": NO_OUTLINE,
    }
    return FeedSource(**values | changes)


def a_feed(**changes: Any) -> Feed:
    values: dict[str, Any] = {
        "id": 1,
        "url": "https://journal.example/feed",
        "title": "Le Journal",
        "theme": "publics",
        "language": "fr",
        "status": FeedStatus.ACTIVE,
        "outline": NO_OUTLINE,
        "etag": None,
        "last_modified": None,
        "validated_at": None,
        "body_hash": None,
        "ttl_minutes": None,
        "repairs": (),
        "last_ok_at": None,
        "last_error": None,
        "failures": 0,
        "next_due_at": None,
        "due_reason": None,
        "parked_until": None,
        "parked_by": None,
        "gap_seconds": 0,
        "moving_to": None,
        "moving_since": None,
        "moving_sightings": 0,
        "gone_sightings": 0,
    }
    return Feed(**values | changes)


def a_document(**changes: Any) -> Fetched:
    values: dict[str, Any] = {
        "body": b"",
        "body_hash": "",
        "content_type": "text/html",
        "link": "",
        "final_url": "https://musee.example/fr/",
        "permanent_url": None,
        "etag": None,
        "last_modified": None,
        "hints": NO_HINTS,
    }
    return Fetched(**values | changes)


def a_parsed_entry(number: int = 1, **changes: Any) -> ParsedEntry:
    values: dict[str, Any] = {
        "identity": f"urn:entry:{number}",
        "title": f"Article {number}",
        "url": f"https://journal.example/articles/{number}",
        "summary": f"Le résumé de l’article {number}.",
        "text": f"Le résumé de l’article {number}.",
        "words": 400,
        "language": "fr",
        "author": "",
        "image_url": "",
        "enclosure_url": "",
        "published_at": datetime(2026, 11, 12, 8, 0, tzinfo=UTC),
    }
    values |= changes
    return ParsedEntry(**{"canonical_url": canonical_url(values["url"])} | values)


def an_entry(number: int = 1, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "id": number,
        "title": f"Article {number}",
        "url": f"https://journal.example/articles/{number}",
        "canonical_url": f"https://journal.example/articles/{number}",
        "summary": f"Le résumé de l’article {number}.",
        "words": 400,
        "language": "fr",
        "theme": "publics",
        "author": "",
        "image_url": "",
        "enclosure_url": "",
        "published_at": datetime(2026, 11, 12, 8, 0, tzinfo=UTC),
        "first_seen_at": NOW,
        "state": EntryState.NEW,
        "story": None,
        "seen_at": None,
        "feeds": (EntryFeed(1, "Le Journal"),),
    }
    return Entry(**values | changes)


def a_pick(number: int = 1, **changes: Any) -> Pick:
    values: dict[str, Any] = {
        "entry": number,
        "title": f"Article {number}",
        "url": f"https://journal.example/articles/{number}",
        "source": "Le Journal",
        "theme": "publics",
        "language": "fr",
        "published_on": date(2026, 11, 12),
        "reading_minutes": 4,
        "note": f"Pourquoi l’article {number} compte.",
        "segment_notes": MappingProxyType({}),
    }
    return Pick(**values | changes)


def a_tray(**variants: Pick) -> Tray:
    """Five common picks; each keyword names a segment whose variant stands in slot 2."""
    slots = [Slot(number, a_pick(number), MappingProxyType({})) for number in range(1, 6)]
    slots[1] = Slot(2, a_pick(2), MappingProxyType(variants))
    return Tray(tuple(slots))


def an_issue(**changes: Any) -> Issue:
    values: dict[str, Any] = {
        "id": 1,
        "month": NOVEMBER,
        "number": 34,
        "title": "",
        "intro": "Cinq liens ce mois-ci.",
        "status": IssueStatus.DRAFT,
        "tray": a_tray(),
        "content_hash": None,
        "approved_at": None,
        "approved_by": "",
    }
    return Issue(**values | changes)


def an_approved_issue(**changes: Any) -> Issue:
    draft = an_issue(**changes)
    digest = content_hash(draft.month, draft.number, draft.title, draft.intro, draft.tray)
    return an_issue(**changes, status=IssueStatus.APPROVED, content_hash=digest, approved_at=NOW)


def a_link_check(number: int = 1, **changes: Any) -> LinkCheck:
    """The check of the link of ``a_pick(number)``: all is well."""
    values: dict[str, Any] = {
        "url": f"https://journal.example/articles/{number}",
        "checked_at": NOW,
        "outcome": LinkOutcome.OK,
        "status": 200,
        "final_url": changes.get("url", f"https://journal.example/articles/{number}"),
        "detail": "",
    }
    return LinkCheck(**values | changes)


def a_person(number: int = 1, **changes: Any) -> Person:
    values: dict[str, Any] = {
        "address": f"colleague{number}@musee.example",
        "name": f"Camille Élan {number}",
        "segment": "publics",
        "language": "fr",
        "status": PersonStatus.ACTIVE,
    }
    return Person(**values | changes)


def a_letter(text: str = "Bonjour", **changes: str) -> bytes:
    """A letter from a colleague to the mailbox; an empty header is left out, ``_`` stands for ``-``."""
    values = {
        "From": "Camille Élan 1 <colleague1@musee.example>",
        "To": "veille@musee.example",
        "Subject": "Un lien",
        "Message-ID": "<1@colleague.example>",
        "Content-Type": "text/plain; charset=utf-8",
    }
    values |= {field.replace("_", "-"): value for field, value in changes.items()}
    headers = "".join(f"{field}: {value}\r\n" for field, value in values.items() if value)
    return f"{headers}\r\n{text}\r\n".encode()


def a_notice(about: str = "<1@musee.example>", **changes: str) -> bytes:
    """A notice that the message with the Message-ID ``about`` came back for good, as Postfix writes it."""
    values = {
        "message_id": "<notice-1@mx.example>",
        "envelope_id": "",
        "recipient": "colleague1@musee.example",
        "action": "failed",
        "status": "5.1.1",
        "diagnostic": "smtp; 550 5.1.1 User unknown",
    } | changes
    envelope = f"Original-Envelope-Id: {values['envelope_id']}\n" if values["envelope_id"] else ""
    diagnostic = f"Diagnostic-Code: {values['diagnostic']}\n" if values["diagnostic"] else ""
    returned = f"--x\nContent-Type: text/rfc822-headers\n\nSubject: La veille\nMessage-ID: {about}\n\n"
    text = f"""\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: veille@musee.example
Subject: Undelivered Mail Returned to Sender
Message-ID: {values["message_id"]}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain; charset=us-ascii

I'm sorry; see https://mx.example/why/5.1.1

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{envelope}
Final-Recipient: rfc822; {values["recipient"]}
Action: {values["action"]}
Status: {values["status"]}
{diagnostic}
{returned if about else ""}--x--
"""
    return text.replace("\n", "\r\n").encode()
