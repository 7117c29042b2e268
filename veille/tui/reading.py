"""The preview of an entry: what it is, why it stands where it does, and what its feed gave to read."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from veille.compose.wording import meta_parts
from veille.curate.listing import Candidate
from veille.curate.session import Session
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.issue import pick_from_entry
from veille.model.urls import host_name
from veille.tui.surroundings import Surroundings

# A long article is read in the browser; the terminal lays out no more than this at every key.
_CHARACTERS_SHOWN = 6000


def preview_of(candidate: Candidate, session: Session, around: Surroundings) -> Text:
    """What the preview shows of ``candidate``: text of feeds is plain text, never markup."""
    entry, dot = candidate.entry, f" {around.pen.glyphs.dot} "
    shown = Text()
    shown.append(entry.title, "bold")
    host = host_name(entry.url) or _("not on the web")
    meta = [*meta_parts(pick_from_entry(entry), active_language(), around.settings), host]
    shown.append(f"\n{dot.join(meta)}", "dim")
    for line in _beside(candidate, dot):
        shown.append(f"\n{line}", "dim")
    for number in session.slots_of(entry.id):
        for line in _notes(session, number, entry.id):
            shown.append(f"\n{line}")
    text = session.text(entry.id) or entry.summary
    if not text.startswith(entry.summary.removesuffix("…")):
        text = f"{entry.summary}\n{text}"
    for paragraph in text[:_CHARACTERS_SHOWN].splitlines():
        shown.append(f"\n\n{paragraph}")
    if len(text) > _CHARACTERS_SHOWN:
        shown.append(around.pen.glyphs.ellipsis + "\n\n" + _("The rest is in the browser: o"), "dim")
    return shown


def _beside(candidate: Candidate, dot: str) -> Iterator[str]:
    """What is known about an entry beside its words, a fact a line."""
    entry = candidate.entry
    if len(entry.feeds) > 1:
        yield _("carried by {feeds}").format(feeds=", ".join(feed.title for feed in entry.feeds))
    if candidate.past is not None:
        yield _("picked before: {title}").format(title=f"{candidate.past.issued_on} {candidate.past.title}")
    if candidate.ranked.reasons:
        yield _("why here: {reasons}").format(reasons=dot.join(candidate.ranked.reasons))


def _notes(session: Session, number: int, entry_id: int) -> Iterator[str]:
    for segment, pick in session.tray.slots[number - 1].picks():
        if pick.entry == entry_id:
            texts = [(segment, pick.note), *pick.segment_notes.items()]
            yield from (
                _("{slot}, {audience}: {note}").format(
                    slot=number, audience=name or _("everybody"), note=text
                )
                for name, text in texts
                if text
            )
