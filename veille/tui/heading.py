"""The single lines between the panes: rules that carry a title, and the line of keys."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from veille.tui.glyphs import Glyphs
from veille.tui.keys import Key, label
from veille.tui.pen import Pen
from veille.tui.strokes import Ink


class Heading(Widget):
    """A thin rule with a title, and something said at its right."""

    def __init__(self, pen: Pen, *, id: str) -> None:
        super().__init__(id=id)
        self._pen = pen
        self._title = ""
        self._aside = ""

    def say(self, title: str, aside: str = "") -> None:
        """Carry these words."""
        self._title, self._aside = title, aside
        self.refresh()

    def render(self) -> RenderResult:
        styles = {Ink.FAINT: "dim", Ink.STRONG: "bold"}
        strokes = self._pen.heading(self._title, self._aside, self.size.width)
        return Text.assemble(*((stroke.text, styles.get(stroke.ink, "")) for stroke in strokes))


class KeyLine(Static):
    """The keys that matter most here, each of which can be clicked."""

    def __init__(self, glyphs: Glyphs, keys: Sequence[tuple[Key, str]]) -> None:
        super().__init__(id="keys")
        self._glyphs = glyphs
        self._keys = keys

    def on_resize(self) -> None:
        """Show as many as there is room for."""
        shown, room = Content(), self.size.width
        for key, does in self._keys:
            action = key.action if key.action.startswith("app.") else f"screen.{key.action}"
            part = Content.assemble((label(key.keys[0], self._glyphs), "bold"), f" {does}")
            part = part.stylize(f"@click={action}")
            between = Content("  ") if shown else Content()
            if shown.cell_length + between.cell_length + part.cell_length > room:
                break
            shown = shown + between + part
        self.update(shown)
