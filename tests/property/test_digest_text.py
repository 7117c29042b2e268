"""Whatever a feed or a curator wrote, the mail keeps its five links and shows the rest as text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from lxml import html

from builders import a_pick, a_tray, an_issue
from veille.compose.digest import Digest, compose_digest
from veille.compose.environment import build_environment
from veille.model.issue import Slot, Tray
from veille.model.plaintext import has_control_characters, title_from_text
from veille.settings import Settings

ANYTHING = st.text(max_size=60)
# Titles and sources are plain text before they are stored (veille.model.plaintext).
PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60)
# Words that are, hold or nearly are addresses.
ADDRESSES = st.lists(
    st.one_of(
        ANYTHING, st.sampled_from(["https://", "http://", "mailto:", "@", "://", "?", "’", "'", " ", "\n\n"])
    )
).map("".join)


@cache
def environment() -> Environment:
    return build_environment(Path("no-overrides-here"), "fr")


def digest_saying(title: str, source: str, note: str) -> Digest:
    pick = a_pick(title=title, source=source, note=note, segment_notes={"publics": note})
    issue = an_issue(tray=Tray((Slot(1, pick), *a_tray().slots[1:])), title=note, intro=note)
    return compose_digest(issue, "publics", "fr", Settings(), environment())


@settings(deadline=None)  # each makes a mail, which a busy machine takes its time for
@given(title=PLAIN, source=PLAIN)
def test_no_text_changes_the_shape_of_a_mail(title: str, source: str) -> None:
    digest = digest_saying(title, source, "Note")

    page = html.document_fromstring(digest.html)
    tags = [(element.tag, sorted(element.keys())) for element in page.iter()]
    harmless = html.document_fromstring(digest_saying("Titre", "Source", "Note").html)
    assert tags == [(element.tag, sorted(element.keys())) for element in harmless.iter()]
    assert len(page.findall(".//h2/a")) == 5


@settings(deadline=None)  # each makes a mail, which a busy machine takes its time for
@given(note=ANYTHING)
def test_whatever_was_typed_makes_a_mail_of_five_links(note: str) -> None:
    digest = digest_saying("Titre", "Source", note)

    assert len(html.document_fromstring(digest.html).findall(".//h2/a")) == 5
    assert len([line for line in digest.text.splitlines() if line.startswith("   https://journal")]) == 5
    assert not has_control_characters(digest.subject)
    assert not has_control_characters(digest.text.replace("\n", ""))


@settings(deadline=None)  # each makes a mail, which a busy machine takes its time for
@given(words=ADDRESSES)
def test_addresses_among_the_words_never_stop_a_mail(words: str) -> None:
    digest = digest_saying(title_from_text(words) or "Titre", "Source", words)

    assert len(html.document_fromstring(digest.html).findall(".//h2/a")) == 5
