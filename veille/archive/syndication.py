"""The feeds of the archive: every issue ever published, in full, all together and by theme.

Identifiers are UUIDs derived from the store and the month. They name neither host nor folder, so that a
site that moves, or gets its public address late, does not show its whole history as unread; a ``tag:``
URI (RFC 4151) would need a domain that a folder on a shared disk does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from lxml import etree

from veille.archive.atom import atom_feed
from veille.archive.feed import NEVER, ArchiveFeed, FeedEntry
from veille.archive.issue_text import Errata
from veille.archive.jsonfeed import json_feed
from veille.archive.paths import FEED_STEM, HOME_PATH, theme_feed_stem, theme_path
from veille.compose.page_contexts import ArchivePick, IssueText
from veille.i18n import translations
from veille.model.issue import Issue
from veille.model.month import Month
from veille.model.plaintext import xml_text
from veille.settings import Settings

_NAMESPACE = UUID("2f6f4d0b-2f0d-4a39-9d2c-6a7f1a5f3c58")


def archive_uuid(salt: str) -> UUID:
    """The identity of the archive of the store with ``salt``, from which the salt cannot be found again."""
    return uuid5(_NAMESPACE, salt)


def entry_uuid(feed: UUID, month: Month) -> UUID:
    """The identity of a month's issue within ``feed``, the same however often it is approved again."""
    return uuid5(feed, str(month))


def feed_files(
    issues: Sequence[Issue],
    texts: Mapping[Month, IssueText],
    errata: Errata,
    settings: Settings,
    identity: UUID,
) -> dict[str, bytes]:
    """Every feed of ``issues`` (published, newest first) by path, as Atom and as JSON Feed."""
    files = {}
    for feed in archive_feeds(issues, texts, errata, settings, identity):
        files[f"{feed.stem}.atom"] = atom_feed(feed, settings)
        files[f"{feed.stem}.json"] = json_feed(feed, settings)
    return files


def archive_feeds(
    issues: Sequence[Issue],
    texts: Mapping[Month, IssueText],
    errata: Errata,
    settings: Settings,
    identity: UUID,
) -> Iterator[ArchiveFeed]:
    """The feed of everything, then that of each theme that has links."""
    updates = {issue.month: _updated_at(issue, errata) for issue in issues}
    written = {issue.month: _written_links(texts[issue.month], settings) for issue in issues}

    def entries_of(feed: UUID, texts: Iterable[tuple[Issue, IssueText]]) -> tuple[FeedEntry, ...]:
        return tuple(
            _entry(issue, text, feed, updates[issue.month], _content(text, written[issue.month], settings))
            for issue, text in texts
        )

    everything = [(issue, texts[issue.month]) for issue in issues]
    yield ArchiveFeed(identity, settings.digest.name, FEED_STEM, HOME_PATH, entries_of(identity, everything))
    themes = dict.fromkeys(pick.theme for issue in issues for _number, _segment, pick in issue.tray.picks())
    for theme in filter(None, themes):
        of_theme = uuid5(identity, f"theme {theme}")
        label = settings.theme_label(theme, settings.digest.language)
        title = f"{settings.digest.name} · {label}"
        narrowed = ((issue, _of_theme(issue, text, theme)) for issue, text in everything)
        entries = entries_of(of_theme, ((issue, text) for issue, text in narrowed if text.links))
        yield ArchiveFeed(of_theme, title, theme_feed_stem(theme), theme_path(theme), entries)


def _of_theme(issue: Issue, text: IssueText, theme: str) -> IssueText:
    """What an issue says of one theme: its links, without the words that are about all of them."""
    of_theme = {number for number, _segment, pick in issue.tray.picks() if pick.theme == theme}
    links = tuple(link for link in text.links if link.number in of_theme)
    return replace(text, intro=(), links=links)


def _updated_at(issue: Issue, errata: Errata) -> datetime:
    return max([issue.approved_at or NEVER, *(erratum.noted_at for erratum in errata.get(issue.month, ()))])


def _entry(issue: Issue, text: IssueText, feed: UUID, updated_at: datetime, content: str) -> FeedEntry:
    return FeedEntry(
        identity=entry_uuid(feed, issue.month),
        title=" · ".join(filter(None, (text.month_label, text.title))),
        page_path=text.page_path,
        published_at=issue.approved_at or NEVER,
        updated_at=updated_at,
        content=content,
    )


def _content(text: IssueText, written: Mapping[int, str], settings: Settings) -> str:
    """The whole issue as HTML: the intro, the numbered links with their notes and variants, the errata."""
    gettext = translations(settings.digest.language).gettext
    links = "".join(written[link.number] for link in text.links)
    errata = etree.Element("div")
    for erratum in text.errata:
        _add(_add(errata, "p"), "strong", " · ".join((gettext("Erratum"), erratum.day)))
        _add_paragraphs(errata, erratum.text)
    intro = etree.Element("div")
    _add_paragraphs(intro, text.intro)
    return f"<div>{_written(*intro)}<ol>{links}</ol>{_written(*errata)}</div>"


def _written_links(text: IssueText, settings: Settings) -> Mapping[int, str]:
    """Each link of an issue as an item of a list, by its number: several feeds hold it."""
    for_segment = translations(settings.digest.language).gettext("For {segment}")
    written = {}
    for link in text.links:
        item = etree.Element("li", value=str(link.number))
        _add_pick(item, link.pick, for_segment)
        for variant in link.variants:
            aside = _add(item, "blockquote")
            _add(_add(aside, "p"), "strong", for_segment.format(segment=variant.segment))
            _add_pick(aside, variant.pick, for_segment)
        written[link.number] = _written(item)
    return written


def _written(*elements: etree._Element) -> str:
    return "".join(etree.tostring(element, encoding="unicode", method="html") for element in elements)


def _add_pick(parent: etree._Element, pick: ArchivePick, for_segment: str) -> None:
    _add(parent, "p", " · ".join(pick.meta))
    title = _add(_add(parent, "p"), "a" if pick.url else "span", pick.title)
    if pick.url:
        title.set("href", xml_text(pick.url))
    if pick.language:
        title.set("lang", pick.language)
    if pick.host:
        title.tail = f" {xml_text(pick.host)}"
    _add_paragraphs(parent, pick.note)
    for said in pick.segment_notes:
        aside = _add(parent, "blockquote")
        _add(_add(aside, "p"), "strong", for_segment.format(segment=said.segment))
        _add_paragraphs(aside, said.note)
    if pick.thanks:
        _add(_add(parent, "p"), "small", pick.thanks)


def _add_paragraphs(parent: etree._Element, texts: Sequence[str]) -> None:
    for text in texts:
        _add(parent, "p", text)


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """A new child of ``parent``; lxml escapes whatever it holds."""
    child = etree.SubElement(parent, name, attributes)
    child.text = xml_text(text) or None
    return child
