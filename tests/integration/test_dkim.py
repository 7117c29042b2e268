"""The signature of the house: it holds, and whoever adds a header that readers would see breaks it."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import dkim
import pytest

from builders import NOW
from veille.compose.digest import Digest
from veille.deliver.dkim import Signature
from veille.deliver.message import letter_from_digest, message_for
from veille.deliver.transports import open_mailer
from veille.errors import ConfigError
from veille.model.delivery import DeliveryState
from veille.settings import CuratorSettings, MailSettings, Settings

SETTINGS = Settings(
    curator=CuratorSettings("Camille Élan", "camille@musee.example"),
    mail=MailSettings(
        from_address="veille@musée.example",
        dkim_selector="veille2026",
        unsubscribe_url="https://veille.musee.example/leave?id={id}",
    ),
)
MESSAGE = message_for(
    letter_from_digest(Digest("La veille n° 34 : l’été", "<p>é</p>\n" * 50, ".é \n" * 50), "fr"),
    name="Élise",
    address="elise@musee.example",
    message_id="<1@xn--muse-dpa.example>",
    settings=SETTINGS,
    now=NOW,
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key; ``.der`` beside it is what the domain publishes."""
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    public = path.with_suffix(".der")
    subprocess.run(
        ["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER", "-out", public],
        check=True,
        capture_output=True,
    )
    return path


@pytest.fixture
def holds(key: Path) -> Callable[[bytes], bool]:
    """Whether the signature of a message holds, as its receiver would say."""
    published = base64.b64encode(key.with_suffix(".der").read_bytes())

    def record(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"veille2026._domainkey.xn--muse-dpa.example."
        return b"v=DKIM1; k=rsa; p=" + published

    return lambda content: bool(dkim.verify(content, dnsfunc=record))


@pytest.fixture
def signed(key: Path) -> bytes:
    return Signature(SETTINGS, {"VEILLE_DKIM_KEY_FILE": str(key)}).on(MESSAGE.content)


def test_the_signature_holds_and_says_what_it_covers(signed: bytes, holds: Callable[[bytes], bool]) -> None:
    head = signed.partition(b"\r\nFrom:")[0].replace(b"\r\n", b"")

    assert holds(signed)
    assert signed.endswith(MESSAGE.content)
    assert b"c=relaxed/relaxed" in head
    assert b"l=" not in head.replace(b"rel", b"")


def test_what_a_relay_may_do_leaves_it_whole(signed: bytes, holds: Callable[[bytes], bool]) -> None:
    folded = signed.replace(b"\r\nTo: ", b"\r\nTo:\r\n   ", 1)

    assert folded != signed
    assert holds(b"Received: from here by there\r\n" + folded + b"\r\n\r\n")


@pytest.mark.parametrize(
    "line",
    [
        b"Subject: Votre mot de passe",
        b"From: Direction <direction@musee.example>",
        b"To: tous@musee.example",
        b"Cc: tous@musee.example",
        b"Date: Tue, 24 Nov 2026 09:30:00 +0000",
        b"Message-ID: <2@musee.example>",
        b"Reply-To: voleur@elsewhere.example",
        b"Content-Type: text/plain",
        b"Content-Transfer-Encoding: base64",
        b"MIME-Version: 1.0",
        b"List-Id: <elsewhere.example>",
        b"List-Unsubscribe: <https://elsewhere.example/>",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_second_header_breaks_it(
    signed: bytes, holds: Callable[[bytes], bool], line: bytes, above: bool
) -> None:
    added = line + b"\r\n" + signed if above else signed.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1)

    assert not holds(added)


def test_a_changed_body_breaks_it(signed: bytes, holds: Callable[[bytes], bool]) -> None:
    assert not holds(signed + b"<p>Vite !</p>\r\n")


def test_every_transport_signs_when_it_is_told_to(
    key: Path, tmp_path: Path, holds: Callable[[bytes], bool]
) -> None:
    with open_mailer(SETTINGS, tmp_path, {"VEILLE_DKIM_KEY_FILE": str(key)}) as mailer:
        outcome = mailer.deliver(MESSAGE, lambda: None)

    (file,) = tmp_path.glob("*.eml")
    assert outcome.state is DeliveryState.SENT
    assert holds(file.read_bytes())


def test_nothing_is_signed_unless_it_is_asked_for(tmp_path: Path) -> None:
    settings = replace(SETTINGS, mail=replace(SETTINGS.mail, dkim_selector=""))

    with open_mailer(settings, tmp_path, {}) as mailer:
        mailer.deliver(MESSAGE, lambda: None)

    (file,) = tmp_path.glob("*.eml")
    assert file.read_bytes() == MESSAGE.content


def test_without_dkimpy_what_to_install_is_told(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dkim", None)

    with pytest.raises(ConfigError) as refusal:
        Signature(SETTINGS, {"VEILLE_DKIM_KEY_FILE": str(key)})

    assert "veille[dkim]" in refusal.value.hint


def test_without_a_key_nothing_begins() -> None:
    with pytest.raises(ConfigError, match="VEILLE_DKIM_KEY_FILE"):
        Signature(SETTINGS, {})


@pytest.mark.parametrize("change", ["none", "cut", "letters"])
def test_a_key_that_cannot_be_used_is_named_and_not_shown(key: Path, tmp_path: Path, change: str) -> None:
    text = key.read_text(encoding="ascii")
    broken = {"none": "no key", "cut": text[:600] + "\n--", "letters": text.replace("A", "B")}
    path = tmp_path / "broken.pem"
    path.write_text(broken[change], encoding="ascii")

    with pytest.raises(ConfigError, match=r"broken\.pem") as refusal:
        Signature(SETTINGS, {"VEILLE_DKIM_KEY_FILE": str(path)})

    assert broken[change][100:140] not in refusal.value.message or change == "none"
    assert refusal.value.__cause__ is refusal.value.__context__ is None
