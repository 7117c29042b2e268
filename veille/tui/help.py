"""Every key, on one page."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from veille.i18n import gettext as _
from veille.tui.aside import AsideScreen
from veille.tui.glyphs import Glyphs
from veille.tui.keys import chapters, labels, meaning
from veille.tui.strokes import padded

_CELLS_OF_THE_KEYS = 18


class HelpScreen(AsideScreen):
    """The keys of the desk, by what they are for, and the marks of its lines."""

    def body(self) -> Sequence[Widget]:
        glyphs, links = self.around.pen.glyphs, len(self.session.tray.slots)
        return [VerticalScroll(Static(help_text(links, glyphs), markup=False), id="page")]

    def on_mount(self) -> None:
        self.heading.say(_("Help"), _("Esc leads back to the desk"))
        self.query_one("#page").focus()


def help_text(links: int, glyphs: Glyphs) -> Text:
    """Every key of an issue of ``links``, with what it does; then the marks of the lines."""
    shown = Text()
    for title, keys in chapters(links):
        shown.append(f"{title}\n", "bold")
        for key in keys:
            shown.append(f"  {padded(labels(key, glyphs), _CELLS_OF_THE_KEYS, '')} {meaning(key.action)}\n")
        shown.append("\n")
    shown.append(_("The marks") + "\n", "bold")
    for mark, words in _marks(glyphs):
        shown.append(f"  {padded(mark, _CELLS_OF_THE_KEYS, '')} {words}\n")
    return shown


def _marks(glyphs: Glyphs) -> list[tuple[str, str]]:
    return [
        (glyphs.new, _("not looked at yet")),
        (glyphs.kept, _("kept")),
        (glyphs.dismissed, _("set aside")),
        ("1 2 3", _("in that slot")),
        (glyphs.suggested, _("proposed by a colleague")),
        (glyphs.exploring, _("here to explore: a source or theme rarely chosen")),
        (f"{glyphs.again}2025-03", _("picked before, in that month")),
        (f"{glyphs.others}4", _("a story of four entries: g opens it")),
        ("P O S M", _("the theme, by its letter")),
        ("en", _("in another language")),
    ]
