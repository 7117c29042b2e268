"""Every string a person reads has its French, with the same placeholders, compiled."""

from __future__ import annotations

import gettext
import io
import re
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from translations import FRENCH, extracted, french

PLACEHOLDER = re.compile(r"\{\w*[^}]*\}|%\(\w+\)s")

# Commands, file names, addresses and placeholders are not prose.
PASSED_OVER = re.compile(r"veille (?=[a-z-])[^\n]*|https?://\S+|\S+;\S+|\{[^}]*\}")

MESSAGES = [message for message in french() if message.id]


def forms(message: Message) -> tuple[list[str], list[str]]:
    def as_list(forms: Any) -> list[str]:
        return [forms] if isinstance(forms, str) else list(forms)

    return as_list(message.id), as_list(message.string)


def test_no_string_lacks_its_french() -> None:
    known = {message.id for message in MESSAGES if all(forms(message)[1])}

    missing = [message.id for message in extracted() if message.id and message.id not in known]

    assert missing == [], "make translations, then write their French"


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:40])
def test_french_keeps_the_placeholders_and_the_commands(message: Message) -> None:
    ids, texts = forms(message)

    for text in texts:
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(ids[-1]))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:40])
def test_french_is_typographed(message: Message) -> None:
    for text in forms(message)[1]:
        prose = PASSED_OVER.sub("", text)
        assert "'" not in prose
        assert re.search(r"[^\u00a0\u202f][;!?»]|«[^\u00a0\u202f]|[^\u00a0\u202f]:(\s|$)", prose) is None


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:40])
def test_french_agrees_with_its_numbers(message: Message) -> None:
    assert [text for text in forms(message)[1] if re.search(r"\(e?s\)|\(e\)", text)] == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, french())
    compiled.seek(0)

    with FRENCH.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file)._catalog == gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]  # the whole catalogue, compared
