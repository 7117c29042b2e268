"""Canonical addresses: stable, still addresses, and blind to what does not choose the page."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from veille.model.urls import canonical_url, host_name, is_web_url, without_tracking

PARTS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="?#"), max_size=20)


@st.composite
def urls(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(["http", "https", "HTTPS"]))
    host = draw(st.from_regex(r"(www\.)?[a-zA-Z]{1,8}\.example\.?(:[0-9]{1,5})?", fullmatch=True))
    url = f"{scheme}://{host}/{draw(PARTS)}?{draw(PARTS)}#{draw(PARTS)}"
    assume(is_web_url(url))
    return url


@given(urls())
def test_a_canonical_address_is_its_own(url: str) -> None:
    canonical = canonical_url(url)

    assert is_web_url(canonical)
    assert canonical_url(canonical) == canonical


# Pieces of what is taken away, so that taking one away may leave another.
PIECES = ["/", "amp", "&", "utm_source=x", "xtor=1", ":~:", "top", "rss", "#", "-", "a", "!"]
NOISE = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(NOISE, NOISE, NOISE)
def test_a_canonical_address_holds_no_more_noise(path: str, query: str, fragment: str) -> None:
    url = f"https://journal.example/{path}?{query}#{fragment}"

    canonical = canonical_url(url)

    assert canonical_url(canonical) == canonical
    assert is_web_url(canonical)


@given(st.sampled_from(["/amp", "?amp", "?amp=1", "#top", "#xtor=RSS-1", "#:~:text=a", "#"]))
def test_a_copy_of_a_page_is_that_page(mark: str) -> None:
    assert canonical_url(f"https://journal.example/articles/1{mark}") == "https://journal.example/articles/1"


@given(urls(), st.sampled_from(["utm_source=rss", "fbclid=x", "UTM_Medium=y", "xtor=RSS-1", "amp=1"]))
def test_tracking_does_not_make_another_page(url: str, tracking: str) -> None:
    before, mark, fragment = url.partition("#")

    assert canonical_url(f"{before}&{tracking}{mark}{fragment}") == canonical_url(url)


@given(st.text())
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    if is_web_url(text):
        assert canonical_url(text)
        assert host_name(text)
    else:
        assert isinstance(host_name(text), str)


@given(urls())
def test_an_address_without_tracking_is_the_same_page_and_stays_so(url: str) -> None:
    clean = without_tracking(url)

    assert is_web_url(clean)
    assert canonical_url(clean) == canonical_url(url)
    assert without_tracking(clean) == clean


@given(st.sampled_from(["utm_source=rss", "fbclid=x", "UTM_Medium=y", "xtor=RSS-1"]))
def test_only_tracking_leaves_an_address(mark: str) -> None:
    assert without_tracking(f"https://J.example/A?b=1&{mark}&amp=1#{mark}") == "https://J.example/A?b=1&amp=1"
    assert without_tracking("https://J.example/A?") == "https://J.example/A?"
    assert without_tracking("") == ""
