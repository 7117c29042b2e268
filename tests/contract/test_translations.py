"""Every string a person reads has its French, with the same placeholders, compiled."""

from __future__ import annotations

import gettext
import io
import re
from typing import IO, Any

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


FRENCH_TEXTS = [text for message in MESSAGES for text in forms(message)[1]]


def test_no_string_lacks_its_french() -> None:
    known = {message.id for message in MESSAGES if all(forms(message)[1])}

    missing = [message.id for message in extracted() if message.id and message.id not in known]

    assert missing == [], "make translations, then write their French"


def test_french_keeps_the_placeholders_and_the_commands() -> None:
    def keeps(message: Message) -> bool:
        ids, texts = forms(message)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        return all(set(PLACEHOLDER.findall(text)) == wanted for text in texts)

    assert [message.id for message in MESSAGES if not keeps(message)] == []


def test_french_is_typographed() -> None:
    careless = re.compile(r"'|[^\u00a0\u202f][;!?»]|«[^\u00a0\u202f]|[^\u00a0\u202f]:(\s|$)")

    assert [text for text in FRENCH_TEXTS if careless.search(PASSED_OVER.sub("", text))] == []


def test_french_agrees_with_its_numbers() -> None:
    assert [text for text in FRENCH_TEXTS if re.search(r"\(e?s\)|\(e\)", text)] == []


def messages_of(compiled: IO[bytes]) -> dict[Any, str]:
    """The whole compiled catalogue but for its head, which names the version of Babel that wrote it."""
    catalogue: dict[Any, str] = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]  # no public way to all of it
    return {key: text for key, text in catalogue.items() if key}


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, french())
    compiled.seek(0)

    with FRENCH.with_suffix(".mo").open("rb") as file:
        assert messages_of(file) == messages_of(compiled)
