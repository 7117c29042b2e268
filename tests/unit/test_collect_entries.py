"""Items as written into entries: an identity each, nothing lost that says something."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from veille.collect.entries import SUMMARY_MAX_CHARACTERS, TEXT_MAX_CHARACTERS, entries_from_feed
from veille.collect.written import Repair, WrittenFeed, WrittenItem
from veille.model.entry import ParsedEntry

FEED_URL = "https://journal.example/feed"
SITE_URL = "https://journal.example/"
PAGE_URL = "https://journal.example/agenda"


def item(
    guid: str = "",
    title: str = "",
    link: str = "",
    text: str = "",
    date: str = "",
    *,
    bodies: Iterable[str] = (),
) -> WrittenItem:
    return WrittenItem(
        guid=guid,
        title=title,
        links=(link,),
        bodies=(text, *bodies),
        authors=(),
        language="",
        dates=(date,),
        images=(),
        enclosures=(),
    )


def read(*items: WrittenItem, site: str = SITE_URL) -> tuple[tuple[ParsedEntry, ...], frozenset[Repair]]:
    return entries_from_feed(WrittenFeed("Le Journal", "fr", None, (site,), items, frozenset()), FEED_URL)


def the_entry(written: WrittenItem, site: str = SITE_URL) -> ParsedEntry:
    (entry,), _repairs = read(written, site=site)
    return entry


WHOLE = item("un", "Titre", f"{SITE_URL}1", "Texte.", "2026-06-29")


def test_an_item_that_lacks_nothing_is_repaired_nowhere() -> None:
    (entry,), repairs = read(WHOLE)

    assert (entry.identity, entry.title, entry.url) == ("un", "Titre", f"{SITE_URL}1")
    assert (entry.canonical_url, entry.language) == (f"{SITE_URL}1", "fr")
    assert repairs == frozenset()


@pytest.mark.parametrize(
    ("written", "repair"),
    [
        (item("", "Titre", f"{SITE_URL}1", "", "2026-06-29"), Repair.NO_GUID),
        (item("un", "", f"{SITE_URL}1", "Texte.", "2026-06-29"), Repair.NO_TITLE),
        (item("un", "Titre", "", "", "2026-06-29"), Repair.NO_LINK),
        (item("un", "Titre", "/1", "", "2026-06-29"), Repair.RELATIVE_LINK),
        (item("un", "Titre", "//journal.example/1:2", "", "2026-06-29"), Repair.RELATIVE_LINK),
        (item("un", "Titre", f"{SITE_URL}1", "", ""), Repair.UNDATED),
        (item("un", "Titre", f"{SITE_URL}1", "", "hier"), Repair.UNREADABLE_DATE),
    ],
)
def test_what_an_item_lacks_is_named(written: WrittenItem, repair: Repair) -> None:
    _entries, repairs = read(written)

    assert repairs == {repair}


def test_an_entry_without_guid_is_known_by_its_page() -> None:
    assert the_entry(item(link="http://journal.example/1?utm_source=rss")).identity == f"{SITE_URL}1"


def test_an_entry_without_guid_and_page_is_known_by_its_title_and_date() -> None:
    before = the_entry(item(title="Titre", text="Texte.", date="2026-06-29"))
    edited = the_entry(item(title="Titre", text="Autre texte.", date="2026-06-29"))
    another = the_entry(item(title="Titre", text="Texte.", date="2026-06-30"))

    assert before.identity == edited.identity != another.identity


def test_an_undated_entry_without_guid_and_page_is_known_by_its_content() -> None:
    one = the_entry(item(title="Titre", text="Texte."))
    other = the_entry(item(title="Titre", text="Autre texte."))

    assert one.identity != other.identity
    assert one.identity == the_entry(item(title="Titre", text="Texte.")).identity


@pytest.mark.parametrize(
    ("link", "site", "url"),
    [
        ("", SITE_URL, SITE_URL),
        ("javascript:alert(1)", SITE_URL, SITE_URL),
        (SITE_URL, SITE_URL, SITE_URL),
        (FEED_URL, SITE_URL, FEED_URL),
        ("", "", FEED_URL),
    ],
)
def test_an_item_without_a_page_of_its_own_leads_to_the_site(link: str, site: str, url: str) -> None:
    (one, other), repairs = read(item(title="Un", link=link), item(title="Deux", link=link), site=site)

    assert one.url == other.url == url
    assert one.canonical_url.startswith(f"{url}#veille-")
    assert one.canonical_url != other.canonical_url
    assert Repair.NO_LINK in repairs


def test_an_item_alone_on_the_site_does_not_stand_for_the_site() -> None:
    assert the_entry(item(title="Un")).canonical_url == f"{SITE_URL}#veille-d32a504100ef"


@pytest.mark.parametrize(
    "written", [item(), item(guid="un"), item(title="<br>", text=" ", date="2026-06-29")]
)
def test_an_item_that_says_nothing_is_left_out(written: WrittenItem) -> None:
    entries, repairs = read(written, WHOLE)

    assert entries == (the_entry(WHOLE),)
    assert repairs == {Repair.EMPTY_ITEM}


def test_a_link_is_enough_to_be_an_entry() -> None:
    assert the_entry(item(link=f"{SITE_URL}photo")).title == "journal.example/photo"


def test_items_of_one_page_stay_apart() -> None:
    items = [item(title=title, link=f"{PAGE_URL}?utm_source={title}") for title in ("Atelier", "Visite")]

    entries, repairs = read(*items, WHOLE)

    assert [entry.url for entry in entries[:2]] == [written.links[0] for written in items]
    assert [entry.canonical_url.partition("-")[0] for entry in entries[:2]] == [f"{PAGE_URL}#veille"] * 2
    assert len({entry.canonical_url for entry in entries}) == 3
    assert Repair.SHARED_LINK in repairs
    assert entries[2].canonical_url == f"{SITE_URL}1"


def test_items_of_one_place_in_a_page_stay_apart() -> None:
    one, other = read(*(item(title=title, link=f"{PAGE_URL}#juin") for title in ("Atelier", "Visite")))[0]

    assert one.canonical_url.startswith(f"{PAGE_URL}#juin-veille-")
    assert one.canonical_url != other.canonical_url


def test_the_same_title_at_one_address_is_one_page() -> None:
    items = [item(guid=guid, title="Atelier", link=PAGE_URL) for guid in ("un", "deux")]

    entries, repairs = read(*items)

    assert [entry.canonical_url for entry in entries] == [PAGE_URL, PAGE_URL]
    assert Repair.SHARED_LINK not in repairs


def test_entries_that_share_a_guid_stay_distinct() -> None:
    entries, repairs = read(*(item("same", "Titre", f"{SITE_URL}{n}") for n in (1, 2, 3)))

    assert len(entries) == len({entry.identity for entry in entries}) == 3
    assert entries[0].identity == "same"
    assert Repair.DUPLICATE_GUID in repairs


def test_an_item_carried_twice_is_one_entry() -> None:
    one, other = (item("same", title, f"{SITE_URL}1") for title in ("Titre", "Autre"))

    entries, repairs = read(one, one, other, other)

    assert [entry.title for entry in entries] == ["Titre", "Autre"]
    assert {Repair.DUPLICATE_GUID, Repair.REPEATED_ITEM} <= repairs


def test_a_summary_is_shortened_and_the_fullest_body_is_the_text() -> None:
    entry = the_entry(item(text="mot " * 300, bodies=["<p>Un deux.</p><p>" + "mot " * 1000, "Trois."]))

    assert len(entry.summary) <= SUMMARY_MAX_CHARACTERS
    assert entry.summary.endswith("…")
    assert entry.text.startswith("Un deux.\nmot mot")
    assert entry.words == 1002


def test_of_two_bodies_as_full_the_content_is_the_text() -> None:
    entry = the_entry(item(text="Le résumé.", bodies=["Le contenu."]))

    assert (entry.summary, entry.text) == ("Le résumé.", "Le contenu.")


def test_a_text_is_bounded_and_cut_at_a_word() -> None:
    entry = the_entry(item(text="<p>dix mots</p>" * 4000))

    assert TEXT_MAX_CHARACTERS - 20 < len(entry.text) <= TEXT_MAX_CHARACTERS
    assert entry.text.endswith(" mots\ndix…") or entry.text.endswith("mots…")
    assert entry.words == 8000


def test_an_item_that_says_its_language_is_believed() -> None:
    written = WrittenItem("un", "Titre", (PAGE_URL,), (), ("Zoé", "zoe@journal.example"), "de-AT", (), (), ())

    entry = the_entry(written)

    assert (entry.language, entry.author) == ("de", "Zoé")
