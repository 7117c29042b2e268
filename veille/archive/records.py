"""One JSON file an issue, for programs: docs/how-to/archive.md has its schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from veille.archive.issue_text import Errata
from veille.archive.paths import record_path
from veille.compose.addresses import issue_path, public_url
from veille.model.issue import Issue, Pick, pick_document
from veille.model.urls import is_web_url
from veille.settings import Settings

SCHEMA = 1


def issue_files(issues: Iterable[Issue], errata: Errata, settings: Settings) -> dict[str, bytes]:
    """Each of ``issues``, which are published, by path; texts are as the curator typed them."""
    return {
        record_path(issue.month): _encoded(
            {
                "schema": SCHEMA,
                "month": str(issue.month),
                "number": issue.number,
                "title": issue.title,
                "intro": issue.intro,
                "language": settings.digest.language,
                "url": public_url(issue_path(issue.month), settings),
                "published_at": issue.approved_at.isoformat() if issue.approved_at else "",
                "links": [
                    {"number": number, "segment": segment, **_link(pick, settings)}
                    for number, segment, pick in issue.tray.picks()
                ],
                "errata": [
                    {"text": erratum.text, "noted_at": erratum.noted_at.isoformat()}
                    for erratum in errata.get(issue.month, ())
                ],
            }
        )
        for issue in issues
    }


def _link(pick: Pick, settings: Settings) -> dict[str, Any]:
    document = pick_document(pick) | {"url": pick.url if is_web_url(pick.url) else ""}
    return document if settings.archive.segment_notes else document | {"segment_notes": {}}


def _encoded(document: dict[str, Any]) -> bytes:
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()
