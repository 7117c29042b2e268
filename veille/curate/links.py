"""Trying links: whether the pages of an issue are still there, told from what their servers answer.

HEAD comes first, and settles what is no web page; all else is asked for with GET, for many servers refuse
HEAD or answer it wrongly, and a page that is gone often says so only in its words.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from math import ceil
from urllib.parse import urlsplit

from veille.curate.page import tree_from_html
from veille.errors import FetchError, InsecureError, UnknownHostError
from veille.i18n import gettext as _
from veille.model.link import LinkCheck, LinkOutcome
from veille.model.plaintext import search_key, title_from_text
from veille.model.urls import canonical_url, host_name
from veille.net.client import GuardedClient, Response, client_from_settings
from veille.settings import Settings

# Nobody waits longer for an answer about five links.
_DEADLINE_SECONDS = 9.0
# Some servers never answer HEAD; what remains of the time is for GET.
_HEAD_SHARE = 1 / 3
_READ_BYTES = 256_000
_ACCEPTED = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.8"}

# 451 is a law's; 999 is what LinkedIn answers to programs.
_REFUSED = frozenset([401, 403, 407, 429, 451, 999])

# How pages that are gone are titled, as search_key folds it.
_NOT_FOUND = re.compile(
    r"^\W*(?:erreur|error|fehler|errore)?\W*404\b"
    r"|\b404\W+(?:not found|error|erreur|introuvable|page|fehler|errore)"
    r"|\b(?:page|content|article|document) (?:not found|can(?:no|['’])t be found|does(?:n['’]t| not) exist)"
    r"|\b(?:page|contenu|article|document|ressource) (?:introuvable|non trouvee?|inexistante?)"
    r"|\bcette page n['’](?:existe pas|existe plus|est plus disponible|a pas ete trouvee)"
    r"|\bseite (?:wurde )?nicht gefunden|\bdiese seite existiert nicht"
    r"|\bpagina no (?:encontrada|existe)|\bpagina (?:non trovata|inesistente)"
)
_HOME = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?)?/?(?:(?:index|home|accueil)(?:\.\w{1,5})?)?/?", re.IGNORECASE
)
_PAYWALL = re.compile(
    r'"isAccessibleForFree"\s*:\s*"?(?:https?://schema\.org/)?false\b'
    r'|itemprop="isAccessibleForFree" content="false"'
    r"|r[ée]serv[ée]e? (?:aux|à nos) abonn[ée]s|il vous reste \d+\s?% de cet article"
    r"|abonnez-vous pour lire (?:la suite|cet article)"
    r"|subscribe to (?:continue|keep) reading|(?:for|to) subscribers only|subscriber-only",
    re.IGNORECASE,
)


def check_links(
    urls: Collection[str], settings: Settings, now: datetime, *, seconds: float = _DEADLINE_SECONDS
) -> tuple[LinkCheck, ...]:
    """What each of ``urls``, whole web addresses, answers, within ``seconds`` for all of them.

    Sites are asked in parallel, the links of one site one after another.
    """
    return asyncio.run(_check_all(urls, settings, now, seconds))


def client_for_links(settings: Settings, seconds: float) -> GuardedClient:
    """The client to try links with, each within ``seconds``."""
    # Our own deadline comes first, so that what was too slow is told from what is not there.
    bounds = replace(settings.collect, timeout_seconds=ceil(seconds) + 1, max_body_bytes=_READ_BYTES)
    return client_from_settings(replace(settings, collect=bounds))


async def check_link(client: GuardedClient, url: str, now: datetime, seconds: float) -> LinkCheck:
    """What ``url`` answers within ``seconds``; whatever the network does, it becomes a check."""
    try:
        async with asyncio.timeout(seconds):
            response = await _answer(client, url, seconds * _HEAD_SHARE)
    except TimeoutError:
        said = _("{host} did not answer within {seconds:g} s.")
        return _unanswered(url, now, LinkOutcome.TIMED_OUT, said.format(host=host_name(url), seconds=seconds))
    except InsecureError as error:
        return _unanswered(url, now, LinkOutcome.TLS, error.message)
    except UnknownHostError as error:
        return _unanswered(url, now, LinkOutcome.NO_HOST, error.message)
    except FetchError as error:
        return _unanswered(url, now, LinkOutcome.UNREACHABLE, error.message)
    outcome, detail = outcome_of(url, response)
    moved_to = response.permanent_url if outcome is LinkOutcome.MOVED else None
    return LinkCheck(url, now, outcome, response.status, moved_to or response.final_url, detail)


def outcome_of(url: str, response: Response) -> tuple[LinkOutcome, str]:
    """What the answer to a GET of ``url`` means, with the title that gives a page that is gone away."""
    if response.status >= HTTPStatus.BAD_REQUEST:
        return _outcome_of_fault(response.status), ""
    if _leads_home(url, response.final_url):
        return LinkOutcome.SOFT_404, ""
    if _is_page(response):
        if title := _title_of_no_page(response.body):
            return LinkOutcome.SOFT_404, title
        if _PAYWALL.search(response.body.decode(errors="replace")):
            return LinkOutcome.PAYWALL, ""
    return (LinkOutcome.MOVED if _has_moved(url, response) else LinkOutcome.OK), ""


def _outcome_of_fault(status: int) -> LinkOutcome:
    if status in _REFUSED:
        return LinkOutcome.REFUSED
    if status == HTTPStatus.PAYMENT_REQUIRED:
        return LinkOutcome.PAYWALL
    return LinkOutcome.DEAD if status < HTTPStatus.INTERNAL_SERVER_ERROR else LinkOutcome.UNREACHABLE


async def _check_all(
    urls: Collection[str], settings: Settings, now: datetime, seconds: float
) -> tuple[LinkCheck, ...]:
    by_host: defaultdict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        by_host[host_name(url)].append(url)
    async with client_for_links(settings, seconds) as client:
        groups = await asyncio.gather(
            *(_check_in_turn(client, group, now, seconds) for group in by_host.values())
        )
    return tuple(check for group in groups for check in group)


async def _check_in_turn(
    client: GuardedClient, urls: Sequence[str], now: datetime, seconds: float
) -> list[LinkCheck]:
    return [await check_link(client, url, now, seconds / len(urls)) for url in urls]


async def _answer(client: GuardedClient, url: str, head_seconds: float) -> Response:
    with suppress(FetchError, TimeoutError):  # what HEAD could not settle, GET decides
        async with asyncio.timeout(head_seconds):
            response = await client.head(url)
        if response.status == HTTPStatus.OK and not _is_page(response):
            return response
    return await client.get(url, _ACCEPTED, whole=False)


def _unanswered(url: str, now: datetime, outcome: LinkOutcome, detail: str) -> LinkCheck:
    return LinkCheck(url, now, outcome, None, url, detail)


def _is_page(response: Response) -> bool:
    # Servers that name no type mostly mean a page.
    return "html" in response.headers.get("content-type", "html").lower()


def _leads_home(url: str, final_url: str) -> bool:
    """Whether an inner page leads to somebody's home page: how many sites hide that a page is gone."""
    return final_url != url and _is_home(final_url) and not _is_home(url)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.query and _HOME.fullmatch(parts.path) is not None


def _has_moved(url: str, response: Response) -> bool:
    return response.permanent_url is not None and _place(response.permanent_url) != _place(url)


def _place(url: str) -> str:
    """``url`` without what sites add or drop for tidiness."""
    return canonical_url(url).replace("://www.", "://", 1).rstrip("/")


def _title_of_no_page(document: bytes) -> str:
    """The title or heading by which a page says that it is none; empty for any other page."""
    tree = tree_from_html(document)
    if tree is None:
        return ""
    firsts = (next(tree.iter(name), None) for name in ("title", "h1"))
    headings = (title_from_text("".join(first.itertext())) for first in firsts if first is not None)
    return next((words for words in headings if _NOT_FOUND.search(search_key(words))), "")
