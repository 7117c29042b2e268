"""Rules on the links of an issue: their addresses, and what these answered when they were tried. Pure.

A pick without an address, such as a printed journal, is not examined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from veille.i18n import gettext as _
from veille.model.charter import Finding, finding
from veille.model.issue import Issue
from veille.model.link import LinkCheck, LinkOutcome
from veille.model.urls import host_name, is_web_url, without_tracking

# Their addresses hide where they lead, follow who clicks, and die with the company (goo.gl did).
_SHORTENERS = frozenset(
    [
        "bit.ly", "bitly.com", "j.mp", "t.co", "lnkd.in", "buff.ly", "ow.ly", "tinyurl.com", "goo.gl",
        "dlvr.it", "hubs.ly", "hubs.la", "is.gd", "v.gd", "ift.tt", "rb.gy", "cutt.ly", "shorturl.at",
        "t.ly", "trib.al", "fb.me", "amzn.to", "flip.it", "urlz.fr", "tiny.cc", "rebrand.ly",
        "eepurl.com", "swll.to", "shar.es", "wp.me",
    ]
)  # fmt: skip


def examine_addresses(issue: Issue) -> Iterator[Finding]:
    """What stands against the addresses themselves."""
    for number, segment, pick in issue.tray.picks():
        if not pick.url:
            continue
        if not is_web_url(pick.url):
            yield finding(
                "link-relative",
                _("“{url}” is not a whole web address.").format(url=pick.url),
                _propose_instead(),
                slot=number,
                segment=segment,
            )
        elif host_name(pick.url) in _SHORTENERS:
            yield finding(
                "link-shortened",
                _(
                    "{url} is a shortened address: it hides where it leads, and may die before the page."
                ).format(url=pick.url),
                _propose_instead(),
                slot=number,
                segment=segment,
            )
        elif without_tracking(pick.url) != pick.url:
            yield finding(
                "link-tracked",
                _("{url} tells the site where its readers come from.").format(url=pick.url),
                _("Pick it again, and the mark is left away: veille pick add {entry} --slot {number}").format(
                    entry=pick.entry, number=number
                ),
                slot=number,
                segment=segment,
            )


def examine_checks(
    issue: Issue, checks: Mapping[str, LinkCheck], now: datetime, max_age_hours: int
) -> Iterator[Finding]:
    """What the last check of each link says; a link without a check that is young enough is one finding."""
    for number, segment, pick in issue.tray.picks():
        if not is_web_url(pick.url):
            continue
        check = checks.get(pick.url)
        if check is None:
            code, message, remedy = (
                "link-unchecked",
                _("The link of “{title}” was not tried yet.").format(title=pick.title),
                _check_again(),
            )
        elif now - check.checked_at > timedelta(hours=max_age_hours):
            code, message, remedy = (
                "link-check-old",
                _("The link of “{title}” was tried more than {hours} hours ago.").format(
                    title=pick.title, hours=max_age_hours
                ),
                _check_again(),
            )
        elif check.outcome is LinkOutcome.OK:
            continue
        else:
            code = f"link-{check.outcome}"
            message, remedy = _WORDS[check.outcome](check)
        yield finding(code, message, remedy, slot=number, segment=segment)


def _moved(check: LinkCheck) -> tuple[str, str]:
    return (
        _("{url} has moved to {final_url}").format(url=check.url, final_url=check.final_url),
        _("Pick its new address: veille suggest {final_url}").format(final_url=check.final_url),
    )


def _dead(check: LinkCheck) -> tuple[str, str]:
    said = _("{url} does not exist: its server answers {status}.")
    return said.format(url=check.url, status=check.status), _pick_another()


def _soft_404(check: LinkCheck) -> tuple[str, str]:
    if check.final_url != check.url:
        said = _("{url} seems to be gone: it leads to {final_url}")
        return said.format(url=check.url, final_url=check.final_url), _open_it()
    said = _("{url} seems to be gone: its page is titled “{title}”.")
    return said.format(url=check.url, title=check.detail), _open_it()


def _tls(check: LinkCheck) -> tuple[str, str]:
    return (
        check.detail,
        _("Readers will be warned by their browser. Pick another, or override it when yours opens it."),
    )


def _unreachable(check: LinkCheck) -> tuple[str, str]:
    if check.status is not None:
        said = _("The server of {url} fails now: it answers {status}.")
        return said.format(url=check.url, status=check.status), _check_again()
    return check.detail, _check_again()


def _timed_out(check: LinkCheck) -> tuple[str, str]:
    return check.detail, _open_it()


def _refused(check: LinkCheck) -> tuple[str, str]:
    said = _("{url} does not answer programs ({status}): whether the page is there cannot be told.")
    return said.format(url=check.url, status=check.status), _open_it()


def _paywall(check: LinkCheck) -> tuple[str, str]:
    return (
        _("{url} seems to be for subscribers.").format(url=check.url),
        _("Say in the note what can be read without, or pick another."),
    )


_WORDS: Mapping[LinkOutcome, Callable[[LinkCheck], tuple[str, str]]] = {
    LinkOutcome.MOVED: _moved,
    LinkOutcome.DEAD: _dead,
    LinkOutcome.SOFT_404: _soft_404,
    LinkOutcome.TLS: _tls,
    LinkOutcome.NO_HOST: _unreachable,
    LinkOutcome.UNREACHABLE: _unreachable,
    LinkOutcome.TIMED_OUT: _timed_out,
    LinkOutcome.REFUSED: _refused,
    LinkOutcome.PAYWALL: _paywall,
}


def _propose_instead() -> str:
    return _("Propose the page it leads to, and pick that: veille suggest ADDRESS")


def _check_again() -> str:
    return _("Try it again: veille check")


def _open_it() -> str:
    return _("Open it in your browser; when the page is not there, pick another.")


def _pick_another() -> str:
    return _("Pick another link.")
