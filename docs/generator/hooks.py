"""What MkDocs calls while it builds the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands import commands
from manual import man_page
from reference import whole_page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page


def on_page_markdown(markdown: str, page: Page, **_others: Any) -> str:
    """The page with what it takes from the code."""
    return whole_page(page.file.src_uri, markdown)


def on_page_content(html: str, **_others: Any) -> str:
    """The page with its tables, often wider than a telephone, within reach of the keyboard (WCAG 2.1.1)."""
    opened = '<div class="wide" tabindex="0" role="group" aria-label="Table"><table class="ruled">'
    return html.replace("<table>", opened).replace("</table>", "</table></div>")


def on_post_build(config: MkDocsConfig) -> None:
    """Put the man page beside the site."""
    (Path(config.site_dir) / "veille.1").write_text(man_page(commands()), encoding="utf-8")
