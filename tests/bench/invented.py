"""Invented feeds for the collect benchmark: the same at every run, with the faults that real ones have.

How many feeds have which fault is what was counted in 200 real feeds; every item is an article of its own,
which a tolerant reader can tell from the others and keep.
"""

from __future__ import annotations

import random  # noqa: TID251 - seeded: the same feeds at every run
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape

from builders import NOW

ENTRIES = 30
GAINED = 2
_GAINING_SHARE = 5  # one feed in five
_FULL_TEXT_SHARE = 0.6

# The feeds with each fault, by their number modulo 200.
_WITHOUT_GUID = {7, 57, 107, 157}
_WITHOUT_GUID_AND_LINK = {23}
_DUPLICATE_GUIDS = {41, 141}
_BARE_AMPERSAND = {11, 171}
_UNKNOWN_ENTITY = {51, 131}
_CUT_SHORT = {91}
_MISLABELLED = {77}
_ONE_UNDATED = {3, 33, 63, 93, 123, 153, 183}

_FRENCH = (
    "le musée la collection une œuvre les publics l’exposition du numérique dans un parcours et pour des "
    "visiteurs très jeunes été médiation à l’écran qui numérise son fonds ancien avec trois bibliothèques "
    "d’étude où chercheurs enseignants familles se rencontrent chaque mois afin de préparer ensemble ce que "
    "la salle montrera l’an prochain malgré un budget réduit deux expositions gratuites ouvrent au printemps"
)
_ENGLISH = (
    "the museum a collection new work of art for audiences and visitors in digital exhibition rooms that "
    "open late with an app nobody asked to download while curators write shorter labels about objects whose "
    "history was never told before this year three libraries share their scans under one licence because "
    "teachers wanted to print them at school without asking again and the data shows it mattered to many"
)


@dataclass(frozen=True, slots=True)
class _Item:
    """What the feed's format is then written from; an empty ``guid``, ``link`` or ``date`` is left out."""

    title: str
    link: str
    guid: str
    date: datetime | None
    author: str
    summary: str
    content: str


def gains_entries(number: int) -> bool:
    """Whether feed ``number`` has new entries when its server says that the feeds have grown."""
    return number % _GAINING_SHARE == 0


def invented_feed(number: int, *, grown: bool) -> tuple[bytes, str]:
    """The body of feed ``number`` and its content type: thirty entries, the newest first.

    Once ``grown``, one feed in five shows two newer entries, and its two oldest no longer.
    """
    first = GAINED if grown and gains_entries(number) else 0
    items = [_item(number, position) for position in reversed(range(first, first + ENTRIES))]
    is_atom = number % 3 == 2 and number % 200 not in _WITHOUT_GUID | _WITHOUT_GUID_AND_LINK
    text = _atom(number, items) if is_atom else _rss(number, items)
    text, encoding = _damaged(text, number % 200)
    kind = "application/atom+xml" if is_atom else "application/rss+xml"
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(), kind


def _item(number: int, position: int) -> _Item:
    chance = random.Random(f"{number} {position}")  # noqa: S311 - no secret
    kind = number % 200
    words = _words("fr" if number % 5 < 2 else "en")
    link = f"https://site{number}.example/articles/{position}-{'-'.join(_spoken(chance, words, 3))}"
    # Real ones give the pair the same guid by copying an article to write the next.
    named = position - position % 10 if kind in _DUPLICATE_GUIDS and position % 10 == 1 else position
    is_nameless = kind in _WITHOUT_GUID | _WITHOUT_GUID_AND_LINK
    is_undated = kind in _ONE_UNDATED and position == ENTRIES // 2
    paragraphs = int(chance.lognormvariate(2.1, 0.7)) + 1 if number % 10 < 10 * _FULL_TEXT_SHARE else 0
    return _Item(
        title=" ".join(_spoken(chance, words, 9)).capitalize(),
        link="" if kind in _WITHOUT_GUID_AND_LINK else link,
        guid="" if is_nameless else f"https://site{number}.example/?p={1000 + named}",
        date=None
        if is_undated
        else NOW - timedelta(hours=17 * (ENTRIES + GAINED - position), minutes=number),
        author=chance.choice(("Camille Élan", "Ada Moreau", "Sam Okafor")),
        summary=_paragraph(chance, words, 45),
        content="\n".join(_block(chance, words, link) for _number in range(paragraphs)),
    )


def _block(chance: random.Random, words: Sequence[str], link: str) -> str:
    """A paragraph, now and then with a picture or a list, as editors' software writes them."""
    text = _paragraph(chance, words, chance.randint(40, 120))
    marked = (
        f'{text}, <a href="{link}?utm_source=rss&amp;utm_medium=feed" target="_blank"><em>suite</em></a>.'
    )
    extra = chance.random()
    if extra < 0.2:
        caption = " ".join(_spoken(chance, words, 8))
        return (
            f'<figure class="wp-block-image size-large"><img src="{link}/photo.jpg" alt="Vue de la salle"'
            f' width="1024" height="683"/><figcaption>{caption}</figcaption></figure>'
        )
    if extra < 0.3:
        rows = "".join(f"<li>{' '.join(_spoken(chance, words, 6))}</li>" for _row in range(5))
        return f"<h2>{' '.join(_spoken(chance, words, 5))}</h2>\n<ul>{rows}</ul>"
    return f'<p style="text-align: justify">{marked}</p>'


def _rss(number: int, items: Sequence[_Item]) -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>Site {number}</title>\n<link>https://site{number}.example/</link>\n"
        f"<description>News of site {number}</description>\n{''.join(map(_rss_item, items))}"
        "</channel>\n</rss>\n"
    )


def _rss_item(item: _Item) -> str:
    return "".join(
        (
            f"<item>\n<title>{escape(item.title)}</title>\n",
            f"<link>{escape(item.link)}</link>\n" if item.link else "",
            f'<guid isPermaLink="false">{escape(item.guid)}</guid>\n' if item.guid else "",
            f"<pubDate>{format_datetime(item.date)}</pubDate>\n" if item.date else "",
            f"<dc:creator>{item.author}</dc:creator>\n",
            f"<description>{escape(f'<p>{item.summary}</p>')}</description>\n",
            f"<content:encoded><![CDATA[{item.content}]]></content:encoded>\n" if item.content else "",
            "</item>\n",
        )
    )


def _atom(number: int, items: Sequence[_Item]) -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom">\n<title>Site {number}</title>\n'
        f'<id>https://site{number}.example/</id>\n<link href="https://site{number}.example/"/>\n'
        f"<updated>{NOW.isoformat()}</updated>\n{''.join(map(_atom_entry, items))}</feed>\n"
    )


def _atom_entry(item: _Item) -> str:
    date = item.date.isoformat() if item.date else ""
    return "".join(
        (
            f'<entry>\n<title>{escape(item.title)}</title>\n<link href="{escape(item.link)}"/>\n',
            f"<id>{escape(item.guid)}</id>\n",
            f"<published>{date}</published>\n<updated>{date}</updated>\n" if date else "",
            f"<author><name>{item.author}</name></author>\n",
            f'<summary type="html">{escape(f"<p>{item.summary}</p>")}</summary>\n',
            f'<content type="html">{escape(item.content)}</content>\n' if item.content else "",
            "</entry>\n",
        )
    )


def _damaged(text: str, kind: int) -> tuple[str, str]:
    """The feed with the fault of its kind, and the encoding it claims."""
    if kind in _BARE_AMPERSAND:
        text = text.replace("</title>", " & more</title>")
    elif kind in _UNKNOWN_ENTITY:
        text = text.replace("</title>", "&nbsp;&hellip;</title>")
    elif kind in _CUT_SHORT:
        text = text[: text.rindex("</item>" if "</item>" in text else "</entry>") + 8]
    return text, "UTF-16" if kind in _MISLABELLED else "UTF-8"


def _paragraph(chance: random.Random, words: Sequence[str], count: int) -> str:
    return " ".join(_spoken(chance, words, count)).capitalize()


def _spoken(chance: random.Random, words: Sequence[str], count: int) -> Sequence[str]:
    start = chance.randrange(len(words) - count)
    return words[start : start + count]


@cache
def _words(language: str) -> Sequence[str]:
    """A long talk to quote from: drawing each word of each feed would take a minute."""
    chance = random.Random(language)  # noqa: S311 - no secret
    return chance.choices((_FRENCH if language == "fr" else _ENGLISH).split(), k=200_000)
