"""What the linear desk says: one fact a line, each a sentence, for a voice to read. Pure.

Nothing here is told by columns, marks or colour, and whatever is not in the curator's language says so first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from veille.cli.linear.manual import in_orders
from veille.compose.wording import (
    day_label,
    language_label,
    meta_parts,
    month_label,
    paragraphs,
)
from veille.curate.listing import Candidate, Row
from veille.curate.session import Counters, Session
from veille.i18n import active_language, ngettext
from veille.i18n import gettext as _
from veille.model.charter import ABSOLUTE_RULES, Finding, Severity
from veille.model.entry import EntryState, reading_minutes
from veille.model.history import PastPick
from veille.model.issue import Issue, IssueStatus, Pick, Slot, line_up
from veille.model.month import Month
from veille.model.plaintext import one_line
from veille.model.suggestion import Suggestion
from veille.settings import Settings

_CLOSED = (".", "!", "?", "…", ":", ";", "»", "”")


class Quotation(str):
    """Words to be copied, which are given as they are, in several lines."""


def sentence(text: str) -> str:
    """``text`` on one line, closed with a full stop, at which a voice pauses; not behind an address."""
    text = one_line(text)
    if not text or text.endswith(_CLOSED) or "://" in text.rpartition(" ")[2]:
        return text
    return f"{text}."


def titled(title: str, language: str) -> str:
    """A title, after the name of its language when that is not the curator's."""
    foreign = language_label(language, active_language()) if language not in {"", active_language()} else ""
    return _("{language}: {title}").format(language=foreign, title=title) if foreign else title


def joined(facts: Iterator[str] | tuple[str, ...]) -> str:
    """Facts as sentences on one line."""
    return " ".join(sentence(fact) for fact in facts if fact)


def greeting(session: Session) -> Iterator[str]:
    """Where the curator stands as the desk opens."""
    counters = session.counters()
    yield _("Veille, {month}").format(month=month_label(session.month, active_language()))
    yield session.readonly
    yield _stand(counters)
    yield _filled(counters, session)
    if session.issue is not None and session.issue.status is not IssueStatus.DRAFT:
        yield _("This issue is approved: it changes no more")
    yield _("Type “list” to hear the entries, “help” for the orders, “quit” to leave")


def counters_in_words(session: Session, settings: Settings) -> Iterator[str]:
    """Where the curator stands, and how the issue is balanced."""
    counters = session.counters()
    language = active_language()
    yield _stand(counters)
    yield _("You have covered about {percent} % of what you would pick").format(
        percent=counters.covered_percent
    )
    yield _filled(counters, session)
    themes = {settings.theme_label(theme, language): count for theme, count in counters.themes.items()}
    missing = [label.text(language) for name, label in settings.themes.items() if name not in counters.themes]
    if themes:
        yield _("Themes: {counted}").format(counted=_counted(themes))
        yield _("Sources: {counted}").format(counted=_counted(counters.sources))
        languages = {
            language_label(code, language) or _("unknown"): n for code, n in counters.languages.items()
        }
        yield _("Languages: {counted}").format(counted=_counted(languages))
    if missing:
        yield _("No link yet for: {themes}").format(themes=", ".join(missing))


def row_in_words(number: int | str, row: Row, session: Session, settings: Settings) -> str:
    """A line of the list, under the number by which it is ordered about."""
    entry = row.candidate.entry
    facts = (
        titled(entry.title, entry.language),
        entry.source,
        settings.theme_label(entry.theme, active_language()),
        *_marks(row.candidate, session),
        _others(row.others) if row.others else "",
    )
    return f"{number}. {joined(facts)}"


def entry_in_words(candidate: Candidate, session: Session, settings: Settings) -> Iterator[str]:
    """All that is known of an entry but its text and its address."""
    entry, language = candidate.entry, active_language()
    yield titled(entry.title, entry.language)
    yield _("Source: {sources}").format(sources=", ".join(feed.title for feed in entry.feeds))
    if entry.author:
        yield _("By {author}").format(author=entry.author)
    if entry.published_at is not None:
        yield _("Published on {day}").format(day=day_label(entry.published_at.date(), language))
    if minutes := reading_minutes(entry.words):
        yield ngettext("{count} minute to read", "{count} minutes to read", minutes).format(count=minutes)
    yield _("Theme: {theme}").format(theme=settings.theme_label(entry.theme, language))
    yield from _marks(candidate, session)
    if candidate.shares:
        yield ngettext(
            "Already sent to {count} colleague", "Already sent to {count} colleagues", candidate.shares
        ).format(count=candidate.shares)
    if candidate.ranked.reasons:
        yield _("Why it stands here: {reasons}").format(reasons=", ".join(candidate.ranked.reasons))


def address_in_words(url: str) -> str:
    """Where a page is; for the end of what is said, since a voice may spell it out for long."""
    return _("Address: {url}").format(url=url) if url else _("It has no address on the web")


def tray_in_words(session: Session, settings: Settings) -> Iterator[str]:
    """The slots, a line for each pick, without their notes."""
    for slot in session.tray.slots:
        if slot.common is None:
            yield _("Slot {slot}: empty").format(slot=slot.number)
        for segment, pick in slot.picks():
            place = _place(slot.number, segment, settings)
            yield _("{place}: {facts}").format(place=place, facts=joined(_pick_facts(pick, settings)))


def slot_in_words(slot: Slot, settings: Settings) -> Iterator[str]:
    """All that a slot holds, notes included."""
    if slot.common is None:
        yield _("Slot {slot}: empty").format(slot=slot.number)
    for segment, pick in slot.picks():
        place = _place(slot.number, segment, settings)
        yield _("{place}: {facts}").format(place=place, facts=titled(pick.title, pick.language))
        yield _("Source: {sources}").format(sources=pick.source)
        yield _("Theme: {theme}").format(theme=settings.theme_label(pick.theme, active_language()))
        yield _("Note: {note}").format(note=pick.note) if pick.note else _("No note yet")
        for name, note in pick.segment_notes.items():
            label = settings.segment_label(name, active_language())
            yield _("Note for {segment}: {note}").format(segment=label, note=note)
        yield address_in_words(pick.url)


def digest_in_words(issue: Issue, segment: str, settings: Settings) -> Iterator[str]:
    """What ``segment`` will read, addresses aside. ``RuleError`` while a slot is empty."""
    language = active_language()
    if issue.title:
        yield _("Title: {title}").format(title=issue.title)
    yield from paragraphs(issue.intro)
    for number, pick in enumerate(line_up(issue.tray, segment).picks, start=1):
        meta = meta_parts(replace(pick, language=""), language, settings)  # its title says that already
        yield f"{number}. {joined((titled(pick.title, pick.language), *meta))}"
        yield from paragraphs(pick.note)
        if for_you := pick.segment_notes.get(segment):
            label = settings.segment_label(segment, language)
            yield _("For you, {segment}: {note}").format(segment=label, note=for_you)
        if pick.suggested_by:
            yield _("Suggested by {names}").format(names=pick.suggested_by)


def finding_in_words(finding: Finding, settings: Settings) -> str:
    """What stands against the issue, what to do about it, and by which name a blocker is passed over."""
    is_blocker = finding.severity is Severity.BLOCKER
    slot = "" if finding.slot is None else _("Slot {slot}").format(slot=finding.slot)
    segment = settings.segment_label(finding.segment, active_language()) if finding.segment else ""
    place = ", ".join(filter(None, (_("Blocker") if is_blocker else _("Warning"), slot.lower(), segment)))
    named = is_blocker and finding.code not in ABSOLUTE_RULES
    facts = (
        finding.message,
        in_orders(finding.remedy),
        _("Rule: {code}").format(code=finding.code) if named else "",
    )
    return _("{place}: {facts}").format(place=place, facts=joined(facts))


def suggestion_in_words(number: int, suggestion: Suggestion, language: str) -> str:
    """A line of the suggestions, under the number by which it is answered; its title is in ``language``."""
    who = suggestion.colleague.called or _("the curator")
    facts = (
        titled(suggestion.title, language),
        _("Suggested by {names}").format(names=who),
        _("In these words: {message}").format(message=suggestion.message) if suggestion.message else "",
    )
    return f"{number}. {joined(facts)}"


def _stand(counters: Counters) -> str:
    received = ngettext("{count} entry", "{count} entries", counters.received).format(count=counters.received)
    return _("{entries}: {seen} seen, {kept} kept").format(
        entries=received, seen=counters.seen, kept=counters.kept
    )


def _filled(counters: Counters, session: Session) -> str:
    return _("Slots filled: {filled} of {count}").format(
        filled=counters.filled, count=len(session.tray.slots)
    )


def _counted(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered)


def past_in_words(past: PastPick) -> str:
    """A past pick: when, what, from where, and why it mattered."""
    return joined((_month_of(past), past.title, past.source, past.note))


def _marks(candidate: Candidate, session: Session) -> Iterator[str]:
    entry = candidate.entry
    for slot in session.slots_of(entry.id):
        yield _("In slot {slot}").format(slot=slot)
    if entry.state is EntryState.KEPT:
        yield _("Kept")
    if entry.state is EntryState.DISMISSED:
        yield _("Set aside")
    if candidate.suggested_by:
        yield _("Suggested by {names}").format(names=", ".join(candidate.suggested_by))
    if candidate.past is not None:
        yield _("Picked before, in {month}").format(month=_month_of(candidate.past))


def _month_of(past: PastPick) -> str:
    return month_label(Month(past.issued_on.year, past.issued_on.month), active_language())


def _others(count: int) -> str:
    return ngettext(
        "And {count} other on the same story", "And {count} others on the same story", count
    ).format(count=count)


def _place(slot: int, segment: str | None, settings: Settings) -> str:
    if segment is None:
        return _("Slot {slot}").format(slot=slot)
    label = settings.segment_label(segment, active_language())
    return _("Slot {slot}, for {segment}").format(slot=slot, segment=label)


def _pick_facts(pick: Pick, settings: Settings) -> Iterator[str]:
    yield titled(pick.title, pick.language)
    yield pick.source
    yield settings.theme_label(pick.theme, active_language())
    if pick.note:
        count = len(pick.note)
        said = ngettext("Its note has {count} character", "Its note has {count} characters", count)
        yield said.format(count=count)
    else:
        yield _("No note yet")
    for name in pick.segment_notes:
        label = settings.segment_label(name, active_language())
        yield _("A note for {segment}").format(segment=label)
