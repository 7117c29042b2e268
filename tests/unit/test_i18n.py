"""Numbers in words are written as each language does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from veille import i18n


@pytest.fixture(autouse=True)
def the_language_of_the_other_tests() -> Iterator[None]:
    before = i18n.active_language()
    yield
    i18n.activate(before)


@pytest.mark.parametrize(("language", "expected"), [("fr", "3,2"), ("en", "3.2")])
def test_a_number_has_the_decimal_sign_of_its_language(language: str, expected: str) -> None:
    i18n.activate(language)

    assert i18n.decimal(3.24) == expected
