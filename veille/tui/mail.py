"""The mail as each segment will read it, in text here and in HTML in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.tui.aside import AsideScreen
from veille.tui.keys import MAIL, bindings

if TYPE_CHECKING:
    from veille.deliver.preview import Preview


class MailScreen(AsideScreen):
    """One audience's mail at a time."""

    KEYS = MAIL
    BINDINGS: ClassVar[list[BindingType]] = bindings(MAIL)

    def body(self) -> Sequence[Widget]:
        self._previews: tuple[Preview, ...] = ()
        self._index = 0
        self._text = Static(markup=False)
        self._page = VerticalScroll(self._text, id="page")
        return [self._page]

    def on_mount(self) -> None:
        self.heading.say(_("The mail"))
        self._page.focus()
        self.say(_("The mail is being written…"))
        self.start(self._composed, self._have)

    def action_turn(self, step: int) -> None:
        if self._previews:
            self._index = (self._index + step) % len(self._previews)
            self._show()

    def action_open_page(self) -> None:
        if self._previews:
            self.around.open_address(self._previews[self._index].html_file.as_uri())

    def _composed(self) -> tuple[Preview, ...]:
        from veille.deliver.preview import write_previews

        around = self.around
        return write_previews(
            around.store, around.settings, around.workspace, self.session.month, segment=None
        )

    def _have(self, previews: tuple[Preview, ...]) -> None:
        self._previews = previews
        self.say("")
        self._show()

    def _show(self) -> None:
        preview = self._previews[self._index]
        segment = self.around.settings.segment_label(preview.segment, active_language())
        place = _("{number} of {count}").format(number=self._index + 1, count=len(self._previews))
        self.heading.say(f"{segment} ({preview.language})", place)
        self._text.update(preview.text)
        self._page.scroll_home(animate=False)
