"""Broken XML mended by libxml2: what a stricter reader loses items to."""

from __future__ import annotations

import re

from lxml import etree

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def mended_document(document: bytes, encoding: str) -> tuple[bytes, int]:
    """``document`` as well-formed XML in UTF-8, and how many items stand in it; empty when none can be read.

    Items are counted by the names that all formats give them. No entity is looked up.
    """
    root = _root(document, encoding)
    if root is None:
        return b"", 0
    items = sum(1 for _item in root.iter("{*}item", "{*}entry"))
    return etree.tostring(root, encoding="utf-8"), items


def _root(document: bytes, encoding: str) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        text = document.decode(encoding, "replace").lstrip("\ufeff")
        return etree.fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), parser)
    except (UnicodeError, etree.XMLSyntaxError):  # a codec without replacements ("idna"), nothing to recover
        return None
