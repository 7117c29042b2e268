"""A feed in its publisher's words, whatever its format, and the names of what has to be put right in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Repair(StrEnum):
    """What was wrong in a document, and read all the same.

    =================  ==========================================================================
    bare-ampersand     an ``&`` that begins no reference was taken for the character
    duplicate-guid     different items had the same guid; they were told apart by address and title
    empty-item         an item had neither title nor text nor address; it was left out
    encoding           the text was not in the encoding it was said to be in
    no-guid            an item had no guid; it is known by its address, else by what it says
    no-link            an item had no address of its own; it leads to the feed's site
    no-title           an item had no title; it is named by its first words, else by its address
    not-well-formed    the XML broke its own rules
    recovered          items were lost until the XML had been mended
    relative-link      an address was not whole; it was completed by that of the feed
    repeated-item      an item stood there more than once; it was taken once
    shared-link        items of different titles had the same address; they stay apart
    undated            an item gave no date
    unreadable-date    an item gave a date that says no moment, or could mean several
    =================  ==========================================================================
    """

    BARE_AMPERSAND = "bare-ampersand"
    DUPLICATE_GUID = "duplicate-guid"
    EMPTY_ITEM = "empty-item"
    ENCODING = "encoding"
    NO_GUID = "no-guid"
    NO_LINK = "no-link"
    NO_TITLE = "no-title"
    NOT_WELL_FORMED = "not-well-formed"
    RECOVERED = "recovered"
    RELATIVE_LINK = "relative-link"
    REPEATED_ITEM = "repeated-item"
    SHARED_LINK = "shared-link"
    UNDATED = "undated"
    UNREADABLE_DATE = "unreadable-date"


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """An item as written: nothing cleaned, nothing resolved, each text possibly empty, the best first.

    ``bodies`` and ``title`` may be HTML; ``bodies`` begin with the summary.
    """

    guid: str
    title: str
    links: tuple[str, ...]
    bodies: tuple[str, ...]
    authors: tuple[str, ...]
    language: str
    dates: tuple[str, ...]
    images: tuple[str, ...]
    enclosures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenFeed:
    """A feed as written, its items in its order; ``links`` lead to its site or to itself, the best first."""

    title: str
    language: str
    ttl_minutes: int | None
    links: tuple[str, ...]
    items: tuple[WrittenItem, ...]
    repairs: frozenset[Repair]
