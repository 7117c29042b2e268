"""Headers survive the journey: any subject and any name come back exactly, in lines every server takes."""

from __future__ import annotations

import email
import email.policy
import random  # noqa: TID251 - seeded
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOVEMBER, NOW
from veille.compose.digest import Digest
from veille.deliver.message import (
    Letter,
    Mark,
    ascii_address,
    letter_from_digest,
    message_for,
    message_id_for,
)
from veille.errors import ConfigError, DeliveryError
from veille.model.plaintext import one_line
from veille.settings import CuratorSettings, DigestSettings, MailSettings, Settings

SETTINGS = Settings(
    digest=DigestSettings(name="La veille, numérique & publics"),
    curator=CuratorSettings("Camille Élan", "camille@musée.example"),
    mail=MailSettings(from_address="veille@musee.example"),
)
WORDS = (
    "à",
    "Noël",
    "l’été",
    "«\u00a0œuvre\u00a0»",
    "n°\u00a034",
    "AT&T",
    "été\u202f!",
    "anticonstitutionnellement",
    "=?utf-8?q?x?=",
    "(2026)",
    "“x”",
    "a,b",
    "A",
    "\U0001f3db",
    '"q"',
    "\\",
)
FRENCH = """les musées à l’épreuve du numérique : médiation, récolement, œuvres, réserves, été, publics
éloignés ; qu’en disent nos collègues ? cœur, Élan, façade, naïveté, Saône-et-Loire, n° 12"""
VOCABULARY = (*WORDS, *FRENCH.split())
french = st.lists(
    st.one_of(st.sampled_from(WORDS), st.text("aéèçùœ' -", min_size=1, max_size=12)), max_size=24
).map(lambda words: one_line(" ".join(words)))


def a_letter(subject: str = "La veille") -> Letter:
    return Letter(subject, "fr", b"Content-Type: text/plain\r\nMIME-Version: 1.0\r\n\r\nx\r\n")


def bytes_for(letter: Letter, name: str = "", address: str = "camille@musee.example") -> bytes:
    return message_for(
        letter, name=name, address=address, message_id="<1@musee.example>", settings=SETTINGS, now=NOW
    ).content


def assert_they_come_back(subject: str, name: str) -> None:
    """Both parsers of the standard library read what was written."""
    content = bytes_for(a_letter(subject), name)

    modern = email.message_from_bytes(content, policy=email.policy.default)
    classic = email.message_from_bytes(content)
    assert str(modern["Subject"]) == subject
    if content.count(b"=?utf-8?", content.index(b"\r\nTo:"), content.index(b"\r\nDate:")) < 2:
        # The modern parser keeps the fold between two encoded words of a name as a space, against RFC 2047
        # section 6.2; the classic one reads every name.
        assert modern["To"].addresses[0].display_name == name
    assert modern["To"].addresses[0].addr_spec == "camille@musee.example"
    assert str(make_header(decode_header(classic["Subject"]))) == subject
    ((shown, address),) = getaddresses([classic["To"]])
    assert (str(make_header(decode_header(shown))), address) == (name, "camille@musee.example")


@settings(max_examples=500, deadline=None)
@given(french, french)
def test_subjects_and_names_come_back_in_two_parsers(subject: str, name: str) -> None:
    assert_they_come_back(subject, name)


def test_twenty_thousand_french_subjects_and_names_come_back_in_two_parsers() -> None:
    chance = random.Random(20_000)  # noqa: S311 - no secret
    for _number in range(20_000):
        subject, name = (" ".join(chance.choices(VOCABULARY, k=chance.randint(1, 14))) for _text in "sn")
        assert_they_come_back(subject, name)


@settings(max_examples=300, deadline=None)
@given(french, french)
def test_no_header_line_is_longer_than_76(subject: str, name: str) -> None:
    head = bytes_for(a_letter(subject), name).partition(b"\r\n\r\n")[0]

    assert head.isascii()
    assert b"\n" not in head.replace(b"\r\n", b"")
    longest = max(head.split(b"\r\n"), key=len)
    assert len(longest) <= 76 or longest.startswith(b"List-Unsubscribe")


@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\x1b", "\u2028", "\x85"])
def test_a_control_character_never_reaches_a_header(character: str) -> None:
    with pytest.raises(DeliveryError):
        bytes_for(a_letter(f"La veille{character}Bcc: x@y.example"))
    with pytest.raises(DeliveryError):
        bytes_for(a_letter(), name=f"Camille{character}Bcc: x@y.example")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=2000), st.text(max_size=400))
def test_the_body_is_canonical_mime_that_reads_back(html: str, text: str) -> None:
    letter = letter_from_digest(Digest("x", html, text), "fr")

    content = bytes_for(letter)

    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, letter.body.split(b"\r\n"))) <= 76
    assert content.isascii()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert "".join(plain.get_content().split()) == "".join(text.split())
    assert "".join(rich.get_content().split()) == "".join(html.split())


def test_each_header_stands_once() -> None:
    message = email.message_from_bytes(bytes_for(a_letter(), "Élise"))

    for field in (
        "From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "List-Id", "List-Unsubscribe",
        "Auto-Submitted", "Precedence", "Reply-To",
    ):  # fmt: skip
        assert len(message.get_all(field, [])) == 1, field
    assert message["Date"] == "Tue, 24 Nov 2026 09:30:00 +0000"
    assert "Cc" not in message
    assert message["Reply-To"].endswith("<camille@xn--muse-dpa.example>")
    assert message["List-Unsubscribe"].startswith("<mailto:camille@mus%C3%A9e.example?subject=")
    assert "List-Unsubscribe-Post" not in message


def test_a_letter_names_its_language_and_a_trial_says_so() -> None:
    digest = Digest("La veille", "<p>é</p>", "é")

    assert b"Content-Language: fr\r\n" in letter_from_digest(digest, "fr").body
    assert letter_from_digest(digest, "fr", Mark.TRIAL).subject == "[Essai] La veille"
    assert letter_from_digest(digest, "en", Mark.TRIAL).subject == "[Trial] La veille"
    assert letter_from_digest(digest, "fr", Mark.PROOF).subject == "[Épreuve] La veille"
    assert letter_from_digest(digest, "en", Mark.PROOF).subject == "[Proof] La veille"
    assert letter_from_digest(digest, "fr") == letter_from_digest(digest, "fr")


@pytest.mark.parametrize(
    ("address", "on_the_wire"),
    [
        ("elise@musée.example", "elise@xn--muse-dpa.example"),
        ("elise@straße.example", "elise@xn--strae-oqa.example"),
        ("elise@MUSÉE.example", "elise@xn--muse-dpa.example"),
        ("elise@musee.example", "elise@musee.example"),
    ],
)
def test_a_domain_travels_as_a_labels(address: str, on_the_wire: str) -> None:
    assert ascii_address(address) == on_the_wire


@pytest.mark.parametrize(
    "address", ["élise@musee.example", "not an address", "x@\u2763.example", "x@\u05d01a.example"]
)
def test_what_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(DeliveryError):
        ascii_address(address)


def test_a_message_id_is_the_same_on_every_attempt_and_nobody_elses() -> None:
    first = message_id_for(NOVEMBER, "a@musee.example", "salt", SETTINGS)

    assert first == message_id_for(NOVEMBER, "a@musee.example", "salt", SETTINGS)
    assert first.endswith("@musee.example>")
    assert (
        len({first, *(message_id_for(NOVEMBER, f"{n}@musee.example", "salt", SETTINGS) for n in range(99))})
        == 100
    )
    assert first != message_id_for(NOVEMBER, "a@musee.example", "other", SETTINGS)


def test_only_files_may_go_without_a_sender() -> None:
    assert (
        b"veille@veille.invalid"
        in message_for(
            a_letter(), name="", address="a@b.example", message_id="<1@x>", settings=Settings(), now=NOW
        ).content
    )

    with pytest.raises(ConfigError, match="from_address"):
        message_for(
            a_letter(), name="", address="a@b.example", message_id="<1@x>",
            settings=Settings(mail=MailSettings(transport="smtp")), now=NOW,
        )  # fmt: skip
