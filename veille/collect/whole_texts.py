"""A driver for ``xml.sax.make_parser``: Python's own parser, but with texts in one piece.

Left to itself it hands over each line and each reference apart, a hundred pieces for an entry, and feedparser
weighs every one of them.
"""

from __future__ import annotations

from xml.sax.expatreader import ExpatParser


class WholeTextParser(ExpatParser):
    """``ExpatParser`` that gathers a text, up to expat's 8 KB, before it tells its content handler."""

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined] # expat's switch has no public door here


def create_parser() -> WholeTextParser:
    """A parser, under the name by which a driver is asked for one."""
    return WholeTextParser()
