"""What the servers say: whether mail could leave and be read, without sending any."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace

from veille.credentials import is_loopback
from veille.deliver.dkim import Signature
from veille.deliver.mailbox import Mailbox
from veille.deliver.message import sender_address
from veille.deliver.relay import Relay
from veille.doctor.domain import domain_symptoms
from veille.doctor.symptom import Symptom, symptom
from veille.errors import ConfigError, DeliveryError, MailboxError
from veille.i18n import gettext as _
from veille.settings import Settings

_OVER_NETWORK = ("smtp", "lmtp")
# Whoever asks what is wrong waits for the answer: longer than this, and a server is what is wrong.
_PATIENCE_SECONDS = 10


def sender_symptoms(settings: Settings, environ: Mapping[str, str]) -> Iterator[Symptom]:
    """What is missing for mail to leave, as far as this machine can tell."""
    mail = settings.mail
    if mail.transport == "eml":
        yield symptom(
            "mail-to-files",
            _("Messages are written as files and do not leave: mail.transport is “eml”."),
            _("When you are ready: docs/how-to/sending.md"),
        )
    if not settings.curator.address:
        yield symptom(
            "curator-missing",
            _("Readers have nobody to answer: curator.address is empty."),
            _('Add it to veille.toml: [curator] address = "…"'),
        )
    try:
        sender_address(settings)
        if mail.dkim_selector:
            Signature(settings, environ)
    except ConfigError as error:
        code = "signature" if mail.from_address else "sender-missing"
        yield symptom(code, error.message, error.hint)
    if mail.transport == "sendmail" and not shutil.which(mail.sendmail):
        yield symptom(
            "mail-server",
            _("{command} is not installed here.").format(command=mail.sendmail),
            _("Name another in mail.sendmail, or choose another mail.transport."),
        )
    smtp = settings.smtp
    if mail.transport in _OVER_NETWORK and smtp.security == "none" and not is_loopback(smtp.host):
        yield symptom(
            "mail-in-clear",
            _("Messages cross the network in the clear: smtp.security is “none”."),
            _('Set it to "starttls" or "tls".'),
        )


def server_symptoms(settings: Settings, environ: Mapping[str, str]) -> Iterator[Symptom]:
    """What the outgoing server, the mailbox and the DNS of the sender's domain object to."""
    mail = settings.mail
    if mail.transport in _OVER_NETWORK:
        try:
            smtp = replace(settings.smtp, timeout_seconds=_patience(settings.smtp.timeout_seconds))
            Relay(smtp, environ, speaks_lmtp=mail.transport == "lmtp").greet()
        except (ConfigError, DeliveryError) as error:
            yield symptom("mail-server", error.message, error.hint)
    if settings.mailbox.host:
        try:
            patience = _patience(settings.mailbox.timeout_seconds)
            with Mailbox(replace(settings.mailbox, timeout_seconds=patience), environ):
                pass
        except (ConfigError, MailboxError) as error:
            yield symptom("mailbox", error.message, error.hint)
    if mail.transport != "eml" and mail.from_address:
        domain = sender_address(settings).rpartition("@")[2]
        yield from domain_symptoms(domain, mail.dkim_selector, _usable_signature(settings, environ))


def _patience(timeout_seconds: int) -> int:
    return min(timeout_seconds, _PATIENCE_SECONDS)


def _usable_signature(settings: Settings, environ: Mapping[str, str]) -> Signature | None:
    try:
        return Signature(settings, environ) if settings.mail.dkim_selector else None
    except ConfigError:  # a symptom of its own
        return None
