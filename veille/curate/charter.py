"""The charter: what an issue must be before it leaves, and what is worth a second look. Pure rules.

docs/reference/charter.md describes each for the curator. What the links answered is for ``addresses``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from veille.curate.prose import examine_prose
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.charter import Finding, finding
from veille.model.issue import Issue, Pick
from veille.model.plaintext import search_key
from veille.model.urls import canonical_url, is_web_url
from veille.settings import CharterSettings, Settings


@dataclass(frozen=True, slots=True)
class PastPicks:
    """What readers had before: canonical addresses, titles as ``search_key`` folds them, and the stories.

    ``entries`` are those of stories that were told.
    """

    urls: frozenset[str]
    titles: frozenset[str]
    entries: frozenset[int]


def examine(issue: Issue, settings: Settings, past: PastPicks) -> Iterator[Finding]:
    """What the charter finds in an issue, weighing by default; nothing when all is well."""
    charter = settings.charter
    yield from _empty_slots(issue)
    yield from _unknown_segments(issue, settings.segments)
    yield from _notes(issue, charter)
    yield from _title(issue, charter)
    yield from _intro(issue, charter)
    yield from _themes(issue, min(charter.themes_wanted, len(settings.themes)))
    yield from _sources(issue, charter.picks_per_source)
    yield from _repeats(issue, past)
    yield from _languages(issue)
    yield from examine_prose(issue, settings.digest.language)


def _empty_slots(issue: Issue) -> Iterator[Finding]:
    for slot in issue.tray.slots:
        if slot.common is None:
            yield finding(
                "slot-empty",
                _("Slot {number} is empty; an issue has {count} links.").format(
                    number=slot.number, count=len(issue.tray.slots)
                ),
                _("Fill it: veille pick add ENTRY --slot {number}").format(number=slot.number),
                slot=slot.number,
            )


def _unknown_segments(issue: Issue, segments: Collection[str]) -> Iterator[Finding]:
    for number, segment, pick in issue.tray.picks():
        named = {*pick.segment_notes, *([segment] if segment else [])}
        for unknown in sorted(named - set(segments)):
            yield finding(
                "segment-unknown",
                _("Nobody will read what is for “{segment}”: veille.toml has no such segment.").format(
                    segment=unknown
                ),
                _("Name it under [segments], or pick that link again for everybody."),
                slot=number,
                segment=unknown,
            )


def _notes(issue: Issue, charter: CharterSettings) -> Iterator[Finding]:
    for number, segment, pick in issue.tray.picks():
        if not pick.note:
            yield finding(
                "note-missing",
                _("“{title}” has no note: why does it matter?").format(title=pick.title),
                _('Say it: veille pick note {number} --text "..."').format(number=number),
                slot=number,
                segment=segment,
            )
        elif not charter.note_min <= len(pick.note) <= charter.note_max:
            yield finding(
                "note-length",
                ngettext(
                    "The note has {count} character; {lowest} to {highest} read best.",
                    "The note has {count} characters; {lowest} to {highest} read best.",
                    len(pick.note),
                ).format(count=len(pick.note), lowest=charter.note_min, highest=charter.note_max),
                _("Say for whom it matters and what for.")
                if len(pick.note) < charter.note_min
                else _("Keep the one reason; the article says the rest."),
                slot=number,
                segment=segment,
            )


def _title(issue: Issue, charter: CharterSettings) -> Iterator[Finding]:
    if len(issue.title) > charter.title_max:
        yield finding(
            "title-length",
            _("The title has {count} characters; beyond {highest} mailboxes cut a subject.").format(
                count=len(issue.title), highest=charter.title_max
            ),
            _('Shorten it: veille issue edit --title "..."'),
        )


def _intro(issue: Issue, charter: CharterSettings) -> Iterator[Finding]:
    remedy = _('Write two or three sentences: veille issue edit --intro "..."')
    if not issue.intro.strip():
        yield finding("intro-missing", _("The issue has no introduction."), remedy)
    elif len(issue.intro) > charter.intro_max:
        said = _("The introduction has {count} characters, of {highest} at most.")
        yield finding("intro-length", said.format(count=len(issue.intro), highest=charter.intro_max), remedy)


def _themes(issue: Issue, wanted: int) -> Iterator[Finding]:
    common = [slot.common for slot in issue.tray.slots if slot.common is not None]
    themes = {pick.theme for pick in common}
    if len(common) == len(issue.tray.slots) and len(themes) < wanted:
        yield finding(
            "few-themes",
            ngettext(
                "The links cover {count} theme; {wanted} or more make a balanced issue.",
                "The links cover {count} themes; {wanted} or more make a balanced issue.",
                len(themes),
            ).format(count=len(themes), wanted=wanted),
            _("Exchange a link for one of another theme."),
        )


def _sources(issue: Issue, allowed: int) -> Iterator[Finding]:
    in_common = _crowded_sources(issue, None, allowed)
    variants = sorted({segment for slot in issue.tray.slots for segment in slot.variants})
    yield from (_same_source(source, count, None) for source, count in in_common.items())
    for segment in variants:
        for source, count in _crowded_sources(issue, segment, allowed).items():
            if source not in in_common:
                yield _same_source(source, count, segment)


def _crowded_sources(issue: Issue, segment: str | None, allowed: int) -> dict[str, int]:
    """The sources that have too many links in the digest of ``segment``, with how many they have."""
    counts = Counter(pick.source for slot in issue.tray.slots if (pick := slot.pick_for(segment)) is not None)
    return {source: count for source, count in counts.items() if count > allowed}


def _same_source(source: str, count: int, segment: str | None) -> Finding:
    return finding(
        "same-source",
        _("{count} links come from {source}.").format(count=count, source=source),
        _("Keep the best of them, and give the others' place to other voices."),
        segment=segment,
    )


def _repeats(issue: Issue, past: PastPicks) -> Iterator[Finding]:
    remedy = _("Pick another link, or say in the note what is new.")
    for number, segment, pick in issue.tray.picks():
        if repeated := _repeated(pick, past):
            code, said = repeated
            yield finding(code, said.format(title=pick.title), remedy, slot=number, segment=segment)


def _repeated(pick: Pick, past: PastPicks) -> tuple[str, str] | None:
    """How readers had the pick before, surest first: the rule's code, and the sentence about its title."""
    if is_web_url(pick.url) and canonical_url(pick.url) in past.urls:
        return "already-sent", _("“{title}” was already in another issue.")
    if pick.entry in past.entries:
        return "story-sent", _("“{title}” is on a story that another issue told.")
    if search_key(pick.title) in past.titles:
        return "title-sent", _("Another issue had a link of the same title: “{title}”.")
    return None


def _languages(issue: Issue) -> Iterator[Finding]:
    for number, segment, pick in issue.tray.picks():
        if not pick.language:
            yield finding(
                "language-missing",
                _("In what language “{title}” is, is not known; readers are not told.").format(
                    title=pick.title
                ),
                _("If it is a foreign one, say so in the note."),
                slot=number,
                segment=segment,
            )
