"""What the sender's domain says of its mail: SPF, DKIM and DMARC. dnspython lives here; ``veille[dns]``."""

from __future__ import annotations

from collections.abc import Iterator

from veille.deliver.dkim import KEY_VARIABLE, Signature
from veille.doctor.symptom import Symptom, symptom
from veille.i18n import gettext as _

_SECONDS = 5.0


class UnansweredError(Exception):
    """No name server answered; the text says why, or that dnspython is not installed."""


def domain_symptoms(domain: str, selector: str, signature: Signature | None) -> Iterator[Symptom]:
    """What receivers will miss in the DNS of ``domain``.

    ``selector`` is empty when veille does not sign; ``signature`` is None also when it cannot.
    """
    try:
        yield from _spf(domain)
        if selector:
            yield from _dkim(f"{selector}._domainkey.{domain}", signature)
        yield from _dmarc(domain)
    except UnansweredError as error:
        yield symptom(
            "dns-unknown",
            _("The DNS of {domain} was not examined: {reason}.").format(domain=domain, reason=error),
            _('Examine it later; to install the library: pip install "veille[dns]"'),
        )


def texts_of(name: str) -> tuple[str, ...]:
    """The TXT records of ``name``, each in one piece; none when the name does not exist.

    Raises ``UnansweredError``.
    """
    try:
        import dns.exception
        import dns.resolver
    except ImportError as error:
        raise UnansweredError(_("dnspython is not installed")) from error
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except dns.exception.DNSException as error:
        raise UnansweredError(
            _("{name} was not answered ({error})").format(name=name, error=type(error).__name__)
        ) from error
    return tuple(b"".join(record.strings).decode("utf-8", errors="replace") for record in answer)


def _spf(domain: str) -> Iterator[Symptom]:
    """RFC 7208: exactly one record, which does not let everybody send (section 4.5, 5.1)."""
    records = [text for text in texts_of(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        yield symptom(
            "spf-missing",
            _("{domain} has no SPF record: receivers cannot tell who may send for it.").format(domain=domain),
            _("Ask whoever keeps the domain to name your mail server in one."),
        )
    elif len(records) > 1:
        yield symptom(
            "spf-several",
            _("{domain} has {count} SPF records; receivers then trust none.").format(
                domain=domain, count=len(records)
            ),
            _("Ask whoever keeps the domain to make one of them."),
        )
    elif {"+all", "all"} & set(records[0].lower().split()):
        yield symptom(
            "spf-open",
            _("The SPF record of {domain} lets everybody send for it.").format(domain=domain),
            _("Ask whoever keeps the domain to end it with “-all”."),
        )


def _dkim(name: str, signature: Signature | None) -> Iterator[Symptom]:
    """RFC 6376 section 3.6.1; an empty key is one that was revoked."""
    records = [text for text in texts_of(name) if _tags(text).get("p")]
    if not records:
        yield symptom(
            "dkim-missing",
            _("{name} holds no key: the signature on each message cannot be checked.").format(name=name),
            _("Publish the public key there, or remove mail.dkim_selector."),
        )
    elif signature and not any(signature.is_confirmed_by(record) for record in records):
        yield symptom(
            "dkim-other-key",
            _("The key at {name} is not that of {variable}: every signature would be wrong.").format(
                name=name, variable=KEY_VARIABLE
            ),
            _("Publish the public half of the key that signs, or sign with the other one."),
        )


def _dmarc(domain: str) -> Iterator[Symptom]:
    """RFC 7489: the record stands at the domain or, for what is below, at one that it is part of."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        parent = ".".join(labels[start:])
        if any(text.startswith("v=DMARC1") for text in texts_of(f"_dmarc.{parent}")):
            return
    yield symptom(
        "dmarc-missing",
        _("{domain} has no DMARC record: large providers may distrust its mail.").format(domain=domain),
        _("Ask whoever keeps the domain to publish one, to begin with: {record}").format(
            record="v=DMARC1; p=none"
        ),
    )


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, _sign, value in pairs}
