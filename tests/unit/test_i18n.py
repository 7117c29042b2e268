"""Numbers in words are written as each language does."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator

import pytest

from veille import i18n
from veille.errors import reason_of


@pytest.fixture(autouse=True)
def the_language_of_the_other_tests() -> Iterator[None]:
    before = i18n.active_language()
    yield
    i18n.activate(before)


@pytest.mark.parametrize(("language", "expected"), [("fr", "3,2"), ("en", "3.2")])
def test_a_number_has_the_decimal_sign_of_its_language(language: str, expected: str) -> None:
    i18n.activate(language)

    assert i18n.decimal(3.24) == expected


def test_the_common_refusals_of_a_system_are_told_in_french() -> None:
    i18n.activate("fr")
    common = (errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.ECONNREFUSED)

    said = [reason_of(OSError(number, "in the words of the system")) for number in common]

    assert said == [
        "introuvable",
        "accès refusé",
        "le disque est plein",
        "c’est un dossier",
        "connexion refusée",
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ELOOP, "x"), os.strerror(errno.ELOOP)),
        (TimeoutError(), "no answer in time"),
        (OSError(), "OSError"),
        (socket.gaierror(-2, "Name or service not known"), "its name is not known"),
        # The numbers of a library's own errors are not those of the system: here, 1 is no EPERM.
        (ssl.SSLError(1, "wrong version number"), "wrong version number"),
    ],
)
def test_an_uncommon_refusal_is_told_as_it_is(error: OSError, said: str) -> None:
    i18n.activate("en")

    assert said in reason_of(error)
