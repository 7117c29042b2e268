"""Headers survive the journey: any subject and any name come back exactly, in lines every server takes."""

from __future__ import annotations

import email
import email.policy
import random  # noqa: TID251 - seeded
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOVEMBER, NOW
from programs import program
from veille.compose.digest import Digest
from veille.deliver.message import (
    Letter,
    Mark,
    envelope_id,
    letter_from_digest,
    message_for,
    message_id_for,
    wire_address,
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


IN_PERL = r"""
use Encode;
local $/;
binmode STDIN; binmode STDOUT, ":utf8";
my @read;
for my $head (split /\0/, <STDIN>) {
    $head =~ s/\r\n[ \t]/ /g;
    my ($subject) = $head =~ /^Subject: (.*?)\r?$/m;
    my ($name) = $head =~ /^To: (.*?) ?<?camille\@musee\.example>?\r?$/m;
    $name =~ s/\\(.)/$1/g if $name =~ s/^"(.*)"$/$1/;
    push @read, map { Encode::decode("MIME-Header", $_) } $subject, $name;
}
print join "\0", @read;
"""


def a_letter(subject: str = "La veille") -> Letter:
    return Letter(subject, "fr", b"Content-Type: text/plain\r\nMIME-Version: 1.0\r\n\r\nx\r\n")


def bytes_for(letter: Letter, name: str = "", address: str = "camille@musee.example") -> bytes:
    return message_for(
        letter, name=name, address=address, message_id="<1@musee.example>", settings=SETTINGS, now=NOW
    ).content


def assert_they_come_back(subject: str, name: str) -> None:
    """Both parsers of the standard library read what was written, in lines that are short enough."""
    content = bytes_for(a_letter(subject), name)
    head = content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(len(line) <= 76 or line.startswith(b"List-Unsubscribe") for line in head)

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


def test_an_address_with_accents_stands_in_utf_8_and_nothing_else_does() -> None:
    content = bytes_for(a_letter("L’été"), "Élise", "élise@musee.example")

    assert b" <\xc3\xa9lise@musee.example>\r\n" in content
    assert content.replace("élise".encode(), b"", 1).isascii()
    # The library reads UTF-8 in headers of a text, but not of bytes.
    read = email.message_from_string(content.decode(), policy=email.policy.SMTPUTF8)
    assert read["To"].addresses[0].addr_spec == "élise@musee.example"


def test_a_name_too_long_for_a_line_is_folded() -> None:
    assert_they_come_back("La veille", "Camille " * 12 + "Rivage")


def twenty_thousand() -> Iterator[tuple[str, str]]:
    """French subjects and names, the same at every run."""
    chance = random.Random(20_000)  # noqa: S311 - no secret
    for _number in range(20_000):
        subject, name = (" ".join(chance.choices(VOCABULARY, k=chance.randint(1, 14))) for _text in "sn")
        yield subject, name


def test_twenty_thousand_french_subjects_and_names_come_back_in_two_parsers() -> None:
    for subject, name in twenty_thousand():
        assert_they_come_back(subject, name)


def test_they_come_back_in_a_parser_that_is_not_python_s() -> None:
    """Perl's Encode, on the same ones; what stands around the name in To is taken off by hand."""
    heads = [
        bytes_for(a_letter(subject), name).partition(b"\r\n\r\n")[0] for subject, name in twenty_thousand()
    ]

    read = subprocess.run(
        [program("perl"), "-e", IN_PERL], input=b"\0".join(heads), capture_output=True, check=True
    ).stdout.decode()

    pairs = read.split("\0")
    assert list(zip(pairs[::2], pairs[1::2], strict=True)) == list(twenty_thousand())


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


def test_one_click_leaves_by_the_message_s_own_name_where_the_house_answers_it() -> None:
    mail = replace(SETTINGS.mail, unsubscribe_url="https://veille.musee.example/leave?id={id}")
    clicked = replace(SETTINGS, mail=mail)

    def sent(number: int, settings: Settings, *, to_list: bool = True) -> bytes:
        address, message_id = f"colleague{number}@musee.example", f"<abc{number}@musee.example>"
        return message_for(
            a_letter(),
            name="",
            address=address,
            message_id=message_id,
            settings=settings,
            now=NOW,
            to_list=to_list,
        ).content

    message = email.message_from_bytes(sent(1, clicked))
    ways = [way.strip() for way in message["List-Unsubscribe"].split(",")]
    assert [way.partition("?")[0] for way in ways] == [
        "<mailto:camille@mus%C3%A9e.example",
        "<https://veille.musee.example/leave",
    ]
    assert ways[1] == f"<https://veille.musee.example/leave?id={envelope_id(message['Message-ID'])}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # No link of anybody's own stands in what people read: it is the same for all of them.
    assert sent(1, clicked).partition(b"\r\n\r\n")[2] == sent(2, clicked).partition(b"\r\n\r\n")[2]
    assert b"List-Unsubscribe" not in sent(1, clicked, to_list=False)
    nobody = sent(1, replace(clicked, curator=CuratorSettings()))
    assert b"\r\nList-Unsubscribe: <https://veille.musee.example/leave?id=abc1>\r\n" in nobody
    assert b"List-Unsubscribe" not in sent(1, replace(SETTINGS, curator=CuratorSettings()))


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
        ("élise@musée.example", "élise@xn--muse-dpa.example"),
    ],
)
def test_a_domain_travels_as_a_labels(address: str, on_the_wire: str) -> None:
    assert wire_address(address) == on_the_wire


@pytest.mark.parametrize("address", ["not an address", "x@\u2763.example", "x@\u05d01a.example"])
def test_what_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(DeliveryError):
        wire_address(address)


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
