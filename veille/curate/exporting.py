"""Issues as files for elsewhere: all of them for programs, or to read, or as a table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from veille.compose.wording import month_label
from veille.model.issue import Erratum, Issue, Pick, pick_document
from veille.model.month import Month
from veille.settings import Settings

SCHEMA = 1
_COLUMNS = (
    "month", "number", "link", "segment", "title", "url", "source", "theme", "language", "published_on",
    "note",
)  # fmt: skip
# What a spreadsheet takes for a formula at the beginning of a cell (CWE-1236).
_MARKS = re.compile(r"[\\\[\]<>*_`]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Errata = Mapping[Month, Sequence[Erratum]]


def issues_as_json(issues: Iterable[Issue], errata: Errata) -> str:
    """Everything about ``issues``, which ``import_whole_issues`` takes in again."""
    document = {
        "schema": SCHEMA,
        "issues": [_issue_document(issue, errata.get(issue.month, ())) for issue in issues],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n"


def issues_as_markdown(issues: Iterable[Issue], settings: Settings) -> str:
    """``issues`` to be read, or kept with other notes."""
    return "\n".join(_markdown(issue, settings) for issue in issues)


def issues_as_csv(issues: Iterable[Issue]) -> str:
    """A line a link; no cell of it can act as a formula in a spreadsheet."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    table.writerow(_COLUMNS)
    for issue in issues:
        for number, segment, pick in issue.tray.picks():
            place = (str(issue.month), str(issue.number), str(number), segment or "")
            table.writerow([_harmless(cell) for cell in (*place, *_cells(pick))])
    return text.getvalue()


def _issue_document(issue: Issue, errata: Sequence[Erratum]) -> dict[str, Any]:
    return {
        "month": str(issue.month),
        "number": issue.number,
        "title": issue.title,
        "intro": issue.intro,
        "status": issue.status.value,
        "approved_at": issue.approved_at.isoformat() if issue.approved_at else None,
        "approved_by": issue.approved_by,
        "content_hash": issue.content_hash,
        "slots": len(issue.tray.slots),
        "links": [
            {"number": number, "segment": segment, **pick_document(pick)}
            for number, segment, pick in issue.tray.picks()
        ],
        "errata": [{"text": erratum.text, "noted_at": erratum.noted_at.isoformat()} for erratum in errata],
    }


def _markdown(issue: Issue, settings: Settings) -> str:
    language = settings.digest.language
    title = f" – {issue.title}" if issue.title else ""
    lines = [f"# {month_label(issue.month, language)}{title}", ""]
    lines += [issue.intro, ""] if issue.intro else []
    for number, segment, pick in issue.tray.picks():
        whom = f" ({settings.segment_label(segment, language)})" if segment else ""
        heading = _plain(pick.title)
        link = f"[{heading}](<{pick.url}>)" if pick.url else heading
        lines += [f"## {number}{whom}. {link}", "", _plain(pick.source), ""]
        lines += [pick.note, ""] if pick.note else []
        for name, note in sorted(pick.segment_notes.items()):
            lines += [f"> **{settings.segment_label(name, language)}** {note}", ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """``text`` without what Markdown would take for a link or for HTML."""
    return _MARKS.sub(r"\\\g<0>", text)


def _cells(pick: Pick) -> tuple[str, ...]:
    day = pick.published_on.isoformat() if pick.published_on else ""
    return (pick.title, pick.url, pick.source, pick.theme, pick.language, day, pick.note)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
