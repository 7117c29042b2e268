"""What colleagues propose: taken in once, attributed, and answered.

A proposal about a page that the store knows belongs to its entry; else the page is read, on the guarded
client, for a title. Whatever the network does, the proposal is kept.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from veille.curate.desk import Desk
from veille.errors import FetchError, RuleError, UsageError
from veille.i18n import gettext as _
from veille.i18n import translations
from veille.model.entry import Entry, ParsedEntry
from veille.model.month import Month
from veille.model.person import is_address, normalised_address
from veille.model.plaintext import one_line, shortened, title_from_text
from veille.model.suggestion import Colleague, Suggestion, SuggestionState, urn_of
from veille.model.urls import canonical_url, host_name, is_web_url
from veille.settings import Settings
from veille.store import Store, Transaction, people
from veille.store import suggestions as queries

if TYPE_CHECKING:
    from veille.curate.page import Page

_URL_MAX_CHARACTERS = 2000
_NAME_MAX_CHARACTERS = 100
_MESSAGE_MAX_CHARACTERS = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, as it was typed. ``url`` or else ``title`` is needed; the others may be empty.

    ``title``, ``source``, ``theme`` (a configured one) and ``language`` describe an entry that is new.
    """

    url: str
    title: str
    source: str
    theme: str
    language: str


@dataclass(frozen=True, slots=True)
class Received:
    """A proposal taken in.

    ``is_new`` is False when the same colleague had proposed it before; ``complaint`` says why the page could
    not be read, empty when it was or need not be; ``sent_in`` is the last month that had the link.
    """

    suggestion: Suggestion
    is_new: bool
    entry_is_new: bool
    complaint: str
    sent_in: Month | None


@dataclass(frozen=True, slots=True)
class Declined:
    """A declined suggestion, and the answer to its colleague, in their language."""

    suggestion: Suggestion
    letter: str


def receive(
    store: Store,
    settings: Settings,
    proposal: Proposal,
    colleague: Colleague,
    message: str,
    *,
    thanked: bool,
    now: datetime,
) -> Received:
    """Take in what ``colleague`` proposes; a name that is missing is that of the person with the address.

    Raises ``UsageError`` for what is neither a web address nor has a title, and for an address that is
    none; ``RuleError`` for somebody who asked to be forgotten.
    """
    source = _bounded(proposal.source, _NAME_MAX_CHARACTERS)
    item = _item(proposal, source)
    with store.transaction() as transaction:
        colleague = _known_as(transaction, colleague)
        known = queries.entry_of(transaction, item.canonical_url)
    complaint = ""
    if not item.title and (known is None or _is_untitled(known)):
        item, complaint = _described_by_its_page(item, settings)
    with store.transaction() as transaction:
        known = queries.entry_of(transaction, item.canonical_url)
        if known is None:
            theme = proposal.theme or next(iter(settings.themes))
            entry_id = queries.add_entry(transaction, item, source or host_name(item.url), theme, now)
        else:
            entry_id = known.id
            if _is_untitled(known):
                queries.describe_entry(transaction, entry_id, item)
        suggestion, is_new = queries.add_suggestion(
            transaction,
            entry_id,
            colleague,
            _bounded(message, _MESSAGE_MAX_CHARACTERS),
            thanked=thanked,
            now=now,
        )
        sent_in = queries.month_sent_in(transaction, entry_id)
    _log.info("suggestion received", extra={"suggestion": suggestion.id, "new": is_new})
    return Received(suggestion, is_new, known is None, complaint, sent_in)


def accept(desk: Desk, suggestion_id: int, now: datetime) -> Suggestion:
    """Keep the entry for a pick to come, and say so of its suggestion."""
    with desk.store.transaction() as transaction:
        suggestion = queries.suggestion_by_id(transaction, suggestion_id)
    desk.keep([suggestion.entry])
    with desk.store.transaction() as transaction:
        return queries.answer_suggestion(transaction, suggestion_id, SuggestionState.ACCEPTED, "", now)


def decline(store: Store, settings: Settings, suggestion_id: int, reason: str, now: datetime) -> Declined:
    """Decline a suggestion for ``reason``, which its colleague is told. ``UsageError`` without one."""
    reason = _bounded(reason, _MESSAGE_MAX_CHARACTERS)
    if not reason:
        raise UsageError(_("A suggestion is declined for a reason: whoever made it is told."))
    with store.transaction() as transaction:
        suggestion = queries.answer_suggestion(
            transaction, suggestion_id, SuggestionState.DECLINED, reason, now
        )
        person = people.person_of(transaction, suggestion.colleague.address)
    language = person.language if person else settings.digest.language
    return Declined(suggestion, _letter(suggestion, settings, language))


def _item(proposal: Proposal, source: str) -> ParsedEntry:
    """The entry that ``proposal`` would become; its title may still be missing."""
    title, url = title_from_text(proposal.title), proposal.url.strip()
    if url:
        if len(url) > _URL_MAX_CHARACTERS or not is_web_url(url):
            raise UsageError(
                _("“{url}” is not a web address.").format(url=shortened(one_line(url), 200)),
                hint=_("Give a whole address that begins with https:// or http://."),
            )
        address = canonical_url(url)
    elif title:
        address = urn_of(title, source)
    else:
        raise UsageError(_("Give the address of a page, or --title for what is not on the web."))
    return ParsedEntry(
        identity=address,
        title=title,
        url=url,
        canonical_url=address,
        summary="",
        text="",
        words=0,
        language=proposal.language,
        author="",
        image_url="",
        enclosure_url="",
        published_at=None,
    )


def _known_as(transaction: Transaction, colleague: Colleague) -> Colleague:
    """``colleague`` cleaned, with the name that the house has for the address when none is given."""
    address = normalised_address(colleague.address)
    name = _bounded(colleague.name, _NAME_MAX_CHARACTERS)
    if not address:
        return Colleague("", name)
    if not is_address(address):
        raise UsageError(_("“{value}” is not an e-mail address").format(value=one_line(address)) + ".")
    if people.is_suppressed(transaction, address):
        raise RuleError(
            _("{address} asked to be forgotten.").format(address=address),
            hint=_("Propose the link without --from."),
        )
    person = people.person_of(transaction, address)
    return Colleague(address, name or (person.name if person else ""))


def _is_untitled(entry: Entry) -> bool:
    """Whether no more is known of ``entry`` than its address: its page could not be read so far."""
    return entry.title == title_from_text(entry.url)


def _described_by_its_page(item: ParsedEntry, settings: Settings) -> tuple[ParsedEntry, str]:
    """``item`` in the words of its page, or under its bare address and with the reason why."""
    from veille.curate.page import Page

    complaint = ""
    page = Page(item.url, "", "", "")
    try:
        page = asyncio.run(_read(item.url, settings))
    except FetchError as error:
        complaint = error.message
    url = page.url if len(page.url) <= _URL_MAX_CHARACTERS else item.url
    address = canonical_url(url)
    described = replace(
        item,
        identity=address,
        title=page.title or title_from_text(url),
        url=url,
        canonical_url=address,
        summary=page.summary,
        text=page.summary,
        language=item.language or page.language,
    )
    return described, complaint


async def _read(url: str, settings: Settings) -> Page:
    # The desk answers suggestions without ever going out: it does not pay for what does.
    from veille.curate.page import read_page
    from veille.net.client import client_from_settings

    async with client_from_settings(settings) as client:
        return await read_page(client, url)


def _letter(suggestion: Suggestion, settings: Settings, language: str) -> str:
    gettext = translations(language).gettext
    name = suggestion.colleague.name
    return "\n\n".join(
        filter(
            None,
            (
                gettext("Dear {name},").format(name=name) if name else gettext("Hello,"),
                gettext("Thank you for proposing “{title}” for {digest}.").format(
                    title=suggestion.title, digest=settings.digest.name
                ),
                gettext("I did not choose it: {reason}").format(reason=suggestion.answer),
                gettext("Your next proposals are as welcome."),
                settings.curator.name,
            ),
        )
    )


def _bounded(text: str, max_characters: int) -> str:
    return shortened(one_line(text), max_characters)
