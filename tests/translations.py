"""``make translations``: gather every string a person reads, update the French catalogue, compile it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import veille
from veille.i18n import LOCALE_DIR
from veille.resources import shipped

FRENCH = LOCALE_DIR / "fr" / "LC_MESSAGES" / "veille.po"
# Typer looks its own headings up in our catalogue, see veille.i18n.activate.
SOURCES = {
    Path(veille.__file__).parent: [("**.py", "python")],
    shipped("templates"): [("email/**", "jinja2"), ("archive/**.html", "jinja2")],
    Path(typer.__file__).parent: [("core.py", "python")],
}
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every string of code and templates that goes through gettext."""
    catalog = Catalog(domain="veille", project="veille", charset="utf-8")
    for folder, methods in SOURCES.items():
        found = extract_from_dir(
            folder, method_map=methods, keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for filename, _line, message, comments, context in found:
            # Without line numbers, a catalogue changes only when its words do.
            where: Any = [(f"{folder.name}/{filename}", None)]
            catalog.add(message, None, where, auto_comments=comments, context=context)
    return catalog


def french() -> Catalog:
    """The committed French catalogue."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr", domain="veille")


def main() -> None:
    catalog = french()
    created = catalog.creation_date
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.creation_date = created  # so that the file changes only when its words do
    catalog.obsolete.clear()
    with FRENCH.open("wb") as file:
        write_po(file, catalog, sort_output=True, omit_header=False, width=110)
    with FRENCH.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    missing = [message.id for message in catalog if message.id and not message.string]
    sys.stdout.write(f"{len(catalog)} messages, {len(missing)} without French\n")
    for message in missing:
        sys.stdout.write(f"  {message!r}\n")


if __name__ == "__main__":
    main()
