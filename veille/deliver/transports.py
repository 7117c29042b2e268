"""Which transport the workspace uses."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from veille.deliver.dkim import Signature, signing
from veille.deliver.eml import EmlMailer
from veille.deliver.mailer import Mailer
from veille.deliver.sendmail import SendmailMailer
from veille.deliver.smtp import SmtpMailer
from veille.settings import Settings


def open_mailer(
    settings: Settings, outgoing: Path, environ: Mapping[str, str]
) -> AbstractContextManager[Mailer]:
    """The configured transport, to use in ``with``; ``outgoing`` is where the ``eml`` one writes.

    What it hands over is signed when ``mail.dkim_selector`` says so. Raises ``ConfigError`` when it is not
    configured well enough to begin.
    """
    mailer = _transport(settings, outgoing, environ)
    return signing(mailer, Signature(settings, environ)) if settings.mail.dkim_selector else mailer


def _transport(
    settings: Settings, outgoing: Path, environ: Mapping[str, str]
) -> AbstractContextManager[Mailer]:
    match settings.mail.transport:
        case "smtp":
            return SmtpMailer(settings.smtp, environ)
        case "lmtp":
            return SmtpMailer(settings.smtp, environ, speaks_lmtp=True)
        case "sendmail":
            return SendmailMailer(settings.mail.sendmail)
    return EmlMailer(outgoing)
