"""The mail as each segment will see it, written as files and sent to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from veille.compose.digest import Digest, digests_of
from veille.errors import RenderError, reason_of
from veille.i18n import gettext as _
from veille.model.month import Month
from veille.settings import Settings
from veille.store import Store
from veille.store import issues as issue_queries
from veille.store import people as people_queries
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Preview:
    """One segment's mail in one language: its plain text, and the two files that were written."""

    segment: str
    language: str
    text: str
    html_file: Path
    text_file: Path


def write_previews(
    store: Store,
    settings: Settings,
    workspace: Workspace,
    month: Month,
    *,
    segment: str | None,
) -> tuple[Preview, ...]:
    """Write the mail of ``month`` for every segment that has people, or for ``segment`` alone.

    While nobody is known yet, every configured segment is shown in the digest's own language. Raises
    ``RuleError`` while a slot is empty.
    """
    with store.transaction() as transaction:
        issue = issue_queries.require_issue(transaction, month)
        audiences = people_queries.audiences(transaction)
    nobody_yet = [(name, settings.digest.language) for name in settings.segments]
    if segment is not None:
        audiences = tuple(audience for audience in audiences if audience[0] == segment)
        nobody_yet = [(segment, settings.digest.language)]
    digest_for = digests_of(issue, settings, workspace.templates)
    return tuple(
        _write(digest_for(name, language), name, language, workspace.previews / f"{month}-{name}-{language}")
        for name, language in audiences or nobody_yet
    )


def _write(digest: Digest, segment: str, language: str, stem: Path) -> Preview:
    preview = Preview(
        segment,
        language,
        digest.text,
        stem.with_name(f"{stem.name}.html"),
        stem.with_name(f"{stem.name}.txt"),
    )
    try:
        stem.parent.mkdir(exist_ok=True)
        preview.html_file.write_text(digest.html, encoding="utf-8", newline="\n")
        preview.text_file.write_text(digest.text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RenderError(
            _("{path} could not be written: {reason}.").format(path=stem.parent, reason=reason_of(error))
        ) from error
    return preview
