"""DKIM (RFC 6376): the domain's signature on each message, by dkimpy, which ``veille[dkim]`` installs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from veille.credentials import secret_file
from veille.deliver.mailer import Mailer, Outcome
from veille.deliver.message import Message, sender_address
from veille.errors import ConfigError
from veille.i18n import gettext as _
from veille.settings import Settings

KEY_VARIABLE = "VEILLE_DKIM_KEY_FILE"
# Each is signed once more than it stands there (RFC 6376 section 8.15): who adds another one, whatever a
# reader would show of the two, breaks the signature.
_SIGNED = (
    "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type",
    "content-transfer-encoding", "content-language", "list-id", "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip


class Signature:
    """Signs for the domain of the sender, which is what DMARC compares."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        """Raises ``ConfigError`` when dkimpy or the key is missing, or the key cannot be used."""
        try:
            import dkim
        except ImportError as error:
            raise ConfigError(
                _("To sign messages, veille needs dkimpy, which is not installed."),
                hint=_('Install it: pip install "veille[dkim]", or remove mail.dkim_selector.'),
            ) from error
        path = environ.get(KEY_VARIABLE)
        if not path:
            raise ConfigError(
                _("There is no key to sign messages with: {variable} is not set.").format(
                    variable=KEY_VARIABLE
                ),
                hint=_("Set it to the name of a file with the private key, or remove mail.dkim_selector."),
            )
        self._sign: Callable[..., bytes] = dkim.sign
        self._key = secret_file(path).encode()
        self._selector = settings.mail.dkim_selector.encode()
        self._domain = sender_address(settings).rpartition("@")[2].encode()
        try:
            self.on(b"From: x\r\n\r\n")
        except (dkim.DKIMException, ValueError, AssertionError) as error:  # as it reads more or less of it
            problem = type(error).__name__
        else:
            return
        # Outside of the except clause: the error holds pieces of the key.
        raise ConfigError(
            _("{path} holds no private RSA key that can be used: {reason}.").format(
                path=path, reason=problem
            ),
            hint=_("Make one: openssl genrsa -out dkim.pem 2048"),
        )

    def on(self, content: bytes) -> bytes:
        """``content`` with the signature above its headers."""
        head = content.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
        standing = [line.partition(b":")[0].decode("latin-1") for line in head]
        headers = [field for field in _SIGNED for _time in range(standing.count(field) + 1)]
        signature = self._sign(
            content,
            self._selector,
            self._domain,
            self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=headers,
        )
        return signature + content

    def is_confirmed_by(self, record: str) -> bool:
        """Whether the key in ``record``, the text of a DKIM record, is the other half of ours."""
        import dkim

        signed = self.on(b"From: x@" + self._domain + b"\r\n\r\n")
        confirmed: bool = dkim.verify(signed, dnsfunc=lambda _name, **_options: record.encode())
        return confirmed


class _SigningMailer:
    def __init__(self, mailer: Mailer, signature: Signature) -> None:
        self._mailer = mailer
        self._signature = signature

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        signed = replace(message, content=self._signature.on(message.content))
        return self._mailer.deliver(signed, about_to_leave)


@contextmanager
def signing(mailer: AbstractContextManager[Mailer], signature: Signature) -> Iterator[Mailer]:
    """``mailer``, which hands every message over with ``signature`` on it."""
    with mailer as opened:
        yield _SigningMailer(opened, signature)
