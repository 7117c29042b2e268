"""What the archive says of one issue: everything that everybody may read, and its corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from veille.archive.paths import link_anchor
from veille.compose.addresses import issue_path
from veille.compose.page_contexts import (
    ArchiveLink,
    ArchiveMonth,
    ArchivePick,
    ArchiveTitle,
    ArchiveVariant,
    ErratumNote,
    IssueText,
    SegmentNote,
)
from veille.compose.typography import Medium, spaced, typeset
from veille.compose.wording import (
    date_label,
    foreign_language,
    in_type,
    meta_parts,
    month_label,
    month_name,
    thanks,
)
from veille.model.issue import Erratum, Issue, Pick
from veille.model.month import Month
from veille.model.urls import host_name, is_web_url
from veille.settings import Settings

Errata = Mapping[Month, Sequence[Erratum]]


def issue_texts(issues: Iterable[Issue], errata: Errata, settings: Settings) -> Mapping[Month, IssueText]:
    """All that the archive says of each of ``issues``, which are published; in their order."""
    return {issue.month: issue_text(issue, errata.get(issue.month, ()), settings) for issue in issues}


def issue_text(issue: Issue, errata: Sequence[Erratum], settings: Settings) -> IssueText:
    """All that the archive says of a published ``issue``."""
    language = settings.digest.language
    return IssueText(
        month_label=month_label(issue.month, language),
        number=issue.number,
        title=typeset(issue.title, language, Medium.WEB),
        intro=in_type(issue.intro, settings, Medium.WEB),
        links=archive_links(issue, settings),
        errata=tuple(_erratum_note(erratum, settings) for erratum in errata),
        published_on=issue.approved_at.date().isoformat() if issue.approved_at else "",
        page_path=issue_path(issue.month),
    )


def archive_month(issue: Issue, settings: Settings) -> ArchiveMonth:
    """A published ``issue`` as it stands in the table of contents."""
    language = settings.digest.language
    path = issue_path(issue.month)
    return ArchiveMonth(
        name=month_name(issue.month, language),
        number=issue.number,
        title=typeset(issue.title, language, Medium.WEB),
        page_path=path,
        titles=tuple(
            ArchiveTitle(
                spaced(slot.common.title, slot.common.language, Medium.WEB),
                foreign_language(slot.common, language),
                f"{path}#{link_anchor(slot.number)}",
            )
            for slot in issue.tray.slots
            if slot.common is not None
        ),
    )


def archive_links(issue: Issue, settings: Settings) -> tuple[ArchiveLink, ...]:
    """The links of a published issue as everybody may see them, in slot order.

    A note written to one segment stays between the curator and that segment, unless veille.toml says
    otherwise. The charter lets no issue be approved without a common pick in every slot.
    """
    language = settings.digest.language
    return tuple(
        ArchiveLink(
            slot.number,
            _archive_pick(slot.common, settings),
            tuple(
                ArchiveVariant(settings.segment_label(segment, language), _archive_pick(pick, settings))
                for segment, pick in sorted(slot.variants.items())
            ),
        )
        for slot in issue.tray.slots
        if slot.common is not None
    )


def _archive_pick(pick: Pick, settings: Settings) -> ArchivePick:
    language = settings.digest.language
    notes = pick.segment_notes if settings.archive.segment_notes else {}
    return ArchivePick(
        meta=meta_parts(pick, language, settings),
        title=spaced(pick.title, pick.language, Medium.WEB),
        # The one place where an address becomes something to click on: only the web passes.
        url=pick.url if is_web_url(pick.url) else "",
        host=host_name(pick.url),
        language=foreign_language(pick, language),
        note=in_type(pick.note, settings, Medium.WEB),
        segment_notes=tuple(
            SegmentNote(settings.segment_label(segment, language), in_type(note, settings, Medium.WEB))
            for segment, note in sorted(notes.items())
        ),
        thanks=thanks(pick, language),
    )


def _erratum_note(erratum: Erratum, settings: Settings) -> ErratumNote:
    return ErratumNote(
        date_label(erratum.noted_at.date(), settings.digest.language),
        in_type(erratum.text, settings, Medium.WEB),
    )
