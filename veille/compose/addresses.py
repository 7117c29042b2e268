"""Addresses that mail and archive share: their pages, what may be clicked, letters to the curator."""

from __future__ import annotations

from urllib.parse import quote

from veille.i18n import translations
from veille.model.month import Month
from veille.model.urls import is_web_url
from veille.settings import Settings

# What may stand in a URI as it is: RFC 3986 section 2.2 (quote keeps the unreserved ones itself), and
# "%", so that what is encoded already stays so.
_URI_CHARACTERS = "%:/?#[]@!$&'()*+,;="


def issue_path(month: Month) -> str:
    """Where the page of a month's issue stands, from the root of the archive."""
    return f"numeros/{month}/index.html"


def public_url(path: str, settings: Settings) -> str:
    """The address readers reach ``path`` at; empty while the archive is only a folder."""
    root = settings.archive.url.rstrip("/")
    return f"{root}/{path}" if root else ""


def clickable_url(url: str) -> str:
    """What a reader may click for ``url``: an address of the web, in ASCII; empty for anything else.

    Writers of HTML percent-encode the rest on their own (RFC 3987 section 3.1); done beforehand, the text
    of a mail shows the same address as its HTML.
    """
    return quote(url, safe=_URI_CHARACTERS) if is_web_url(url) else ""


def mailto(address: str, subject: str) -> str:
    """A letter to ``address`` as a link (RFC 6068); empty when there is nobody to write to."""
    if not address:
        return ""
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"


def leave_mailto(settings: Settings, language: str) -> str:
    """The letter by which somebody leaves the digest; empty when there is nobody to write to."""
    return mailto(settings.curator.address, leave_subject(language))


def leave_subject(language: str) -> str:
    """The subject of the letter by which somebody leaves the digest."""
    return translations(language).gettext("[veille] Unsubscribe")


def propose_mailto(settings: Settings, language: str) -> str:
    """The letter by which somebody proposes a link; empty when there is nobody to write to."""
    return mailto(settings.curator.address, translations(language).gettext("[veille] Proposal"))


def barrier_mailto(settings: Settings, language: str) -> str:
    """The letter that says what could not be read or reached; empty when there is nobody to write to."""
    return mailto(settings.curator.address, translations(language).gettext("[veille] Accessibility"))
