"""The items of a feed, as written, into entries: cleaned, absolute, each with an identity of its own.

Nothing is invented: what an item does not say stays empty. What had to be put right is named.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from operator import itemgetter

from veille.collect.cleaning import language_code, person_name, plain_paragraphs, plain_text, web_link
from veille.collect.dates import moment_from_text
from veille.collect.written import Repair, WrittenFeed, WrittenItem
from veille.model.entry import ParsedEntry
from veille.model.plaintext import one_line, shortened, title_from_text
from veille.model.urls import canonical_url

SUMMARY_MAX_CHARACTERS = 600
TEXT_MAX_CHARACTERS = 20_000
AUTHOR_MAX_CHARACTERS = 120
_TITLE_FROM_SUMMARY_CHARACTERS = 90
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def entries_from_feed(feed: WrittenFeed, feed_url: str) -> tuple[tuple[ParsedEntry, ...], frozenset[Repair]]:
    """The entries of ``feed``, which came from ``feed_url``, in its order, and all that was put right in it.

    No two share an identity. An item with neither title nor text nor address is left out.
    """
    reader = _Reader(feed, feed_url)
    drafts = [draft for item in feed.items if (draft := reader.draft(item)) is not None]
    entries = tuple(reader.distinct(reader.identified(drafts)))
    return entries, feed.repairs | reader.repairs


class _Reader:
    """Reads the items of one feed; ``repairs`` grows as it goes.

    A draft is an entry whose ``identity`` is its guid, or empty, and whose ``canonical_url`` is empty when
    it has no page of its own.
    """

    def __init__(self, feed: WrittenFeed, feed_url: str) -> None:
        self.repairs: set[Repair] = set()
        self._url = feed_url
        self._language = language_code(feed.language)
        homes = [url for written in feed.links if written and (url := web_link(written, feed_url))]
        self._home = next(iter(homes), feed_url)
        self._homes = frozenset([*homes, feed_url])

    def draft(self, item: WrittenItem) -> ParsedEntry | None:
        """What ``item`` says, cleaned; None when it says nothing."""
        page, is_own = self._page(item)
        texts = [plain_paragraphs(body) for body in dict.fromkeys(item.bodies)]
        summary = next((" ".join(text) for text in texts if text), "")
        counted = [(_words(text), text) for text in reversed(texts)]
        words, fullest = max(counted, key=itemgetter(0), default=(0, []))
        title = title_from_text(plain_text(item.title))
        if not (page or title or summary):
            self.repairs.add(Repair.EMPTY_ITEM)
            return None
        url = page or self._home
        self._note(Repair.NO_LINK, not is_own)
        self._note(Repair.NO_TITLE, not title)
        return ParsedEntry(
            identity=one_line(item.guid),
            title=title or _title_without_one(summary, url),
            url=url,
            canonical_url=canonical_url(url) if is_own else "",
            summary=shortened(summary, SUMMARY_MAX_CHARACTERS),
            text=shortened("\n".join(fullest), TEXT_MAX_CHARACTERS),
            words=words,
            language=language_code(item.language) or self._language,
            author=_author(item),
            image_url=self._first_link(item.images),
            enclosure_url=self._first_link(item.enclosures),
            published_at=self._published_at(item),
        )

    def identified(self, drafts: list[ParsedEntry]) -> Iterator[ParsedEntry]:
        """The drafts with their canonical addresses, none shared by two titles, and their identities."""
        titles: dict[str, set[str]] = defaultdict(set)
        for draft in drafts:
            titles[draft.canonical_url].add(draft.title)
        for draft in drafts:
            address = draft.canonical_url
            is_shared = bool(address) and len(titles[address]) > 1
            self._note(Repair.SHARED_LINK, is_shared)
            self._note(Repair.NO_GUID, not draft.identity)
            if is_shared or not address:
                address = _address_with_title(address or canonical_url(draft.url), draft.title)
            identity = draft.identity or (address if draft.canonical_url else _fingerprint(draft))
            yield replace(draft, identity=identity, canonical_url=address)

    def distinct(self, entries: Iterable[ParsedEntry]) -> Iterator[ParsedEntry]:
        """The entries, each once; different ones that share a guid are told apart.

        Real feeds carry the same item several times, or give several items the same guid.
        """
        by_identity: dict[str, ParsedEntry] = {}
        for entry in entries:
            first = by_identity.setdefault(entry.identity, entry)
            if first is entry:
                yield entry
                continue
            distinct = replace(entry, identity=_hash(entry.identity, entry.url, entry.title))
            is_repeated = (first.url, first.title) == (entry.url, entry.title)
            if is_repeated or by_identity.setdefault(distinct.identity, distinct) is not distinct:
                self.repairs.add(Repair.REPEATED_ITEM)
            else:
                self.repairs.add(Repair.DUPLICATE_GUID)
                yield distinct

    def _page(self, item: WrittenItem) -> tuple[str, bool]:
        """The address of the item's page, possibly empty, and whether it is not just the feed's own.

        Empty links lead to the feed itself, so that one is only a last resort.
        """
        last_resort = ""
        for written in item.links:
            url = web_link(written, self._url) if written else None
            if url is not None and url not in self._homes:
                self._note(Repair.RELATIVE_LINK, not _SCHEME.match(written))
                return url, True
            last_resort = last_resort or url or ""
        return last_resort, False

    def _first_link(self, written: Iterable[str]) -> str:
        return next((url for link in written if link and (url := web_link(link, self._url))), "")

    def _published_at(self, item: WrittenItem) -> datetime | None:
        moments = (moment_from_text(text) for text in item.dates)
        moment = next((moment for moment in moments if moment is not None), None)
        if moment is None:
            self.repairs.add(Repair.UNREADABLE_DATE if any(item.dates) else Repair.UNDATED)
        return moment

    def _note(self, repair: Repair, happened: bool) -> None:
        if happened:
            self.repairs.add(repair)


def _author(item: WrittenItem) -> str:
    names = dict.fromkeys(name for written in item.authors if (name := person_name(written)))
    return shortened(", ".join(names), AUTHOR_MAX_CHARACTERS)


def _title_without_one(summary: str, url: str) -> str:
    if summary:
        return shortened(summary, _TITLE_FROM_SUMMARY_CHARACTERS)
    return title_from_text(url.partition("://")[2].rstrip("/"))


def _words(paragraphs: list[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def _address_with_title(address: str, title: str) -> str:
    mark = "-" if "#" in address else "#"
    return f"{address}{mark}veille-{_hash(title)[:12]}"


def _fingerprint(draft: ParsedEntry) -> str:
    """What names an item that has neither guid nor page: its title and date, else its content."""
    if draft.published_at is not None:
        return _hash(draft.title, draft.published_at.isoformat())
    return _hash(draft.title, draft.text)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()
