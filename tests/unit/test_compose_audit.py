"""No mail leaves with something that is fetched, an odd link, or a text of other links: whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from builders import a_pick, an_issue
from veille.compose.audit import HTML_MAX_BYTES, audit
from veille.compose.digest import Digest, compose_digest
from veille.compose.environment import build_environment
from veille.compose.share import compose_share
from veille.errors import RenderError
from veille.model.issue import Issue, Tray
from veille.resources import shipped
from veille.settings import ArchiveSettings, CuratorSettings, Settings

SETTINGS = replace(
    Settings(),
    curator=CuratorSettings("Camille Élan", "camille@musee.example"),
    archive=ArchiveSettings("https://veille.example"),
)


def compose(overrides: Path, issue: Issue | None = None) -> Digest:
    environment = build_environment(overrides, "fr")
    return compose_digest(issue or an_issue(), "publics", "fr", SETTINGS, environment)


def replace_template(overrides: Path, name: str, source: str) -> None:
    (overrides / "email").mkdir(exist_ok=True)
    (overrides / "email" / name).write_text(source, encoding="utf-8")


def ours(name: str) -> str:
    return (shipped("templates") / "email" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ('<img src="https://count.example/1.gif" width="1" height="1" alt="">', "<img src>"),
        ('<img SRC="//count.example/1.gif" alt="">', "<img src>"),
        ('<img src="cid:logo" alt="">', "<img src>"),
        ('<img alt="" srcset="https://count.example/2x.png 2x">', "<img srcset>"),
        ('<table background="https://count.example/g.gif"><tr><td>x</td></tr></table>', "<table background>"),
        ('<p style="background: url(https://count.example/g.gif)">x</p>', "<p style>"),
        ('<p style="background: u\\72l(https://count.example/g.gif)">x</p>', "<p style>"),
        ('<p style="background: \\url(https://count.example/g.gif)">x</p>', "<p style>"),
        ('<p style="width: expression(alert(1))">x</p>', "<p style>"),
        ('<style data-premailer="ignore">@import "https://fonts.example/a.css";</style>', "<style>"),
        (
            '<style data-premailer="ignore">@font-face { src: url("https://fonts.example") }</style>',
            "<style>",
        ),
        (
            '<style data-premailer="ignore">p { background: \\url(https://count.example) }</style>',
            "<style>",
        ),
        ('<link href="https://fonts.example/a.css">', "<link href>"),
        ('<svg><image xlink:href="https://count.example/1.svg"/></svg>', "<image xlink:href>"),
        ('<video poster="https://count.example/1.png"></video>', "<video poster>"),
        ('<iframe src="https://count.example"></iframe>', "<iframe>"),
        ('<object data="https://count.example"></object>', "<object>"),
        ('<form action="https://count.example"><p>x</p></form>', "<form>"),
        ("<script>new Image().src = 'https://count.example'</script>", "<script>"),
        ('<base href="https://count.example/">', "<base>"),
        ('<meta http-equiv="Refresh" content="0; url=https://count.example">', "<meta>"),
        ('<p onmouseover="alert(1)">x</p>', "<p onmouseover>"),
        ('<a href="https://veille.example" ping="https://count.example">x</a>', "<a ping>"),
        ('<!--[if mso]><v:image src="https://count.example/1.gif" /><![endif]-->', "src>"),
        (
            '<!--[if gte mso 9]><p style="background: URL( https://count.example )">x</p><![endif]-->',
            "<p style>",
        ),
    ],
)
def test_what_reports_or_acts_is_refused_by_name(tmp_path: Path, planted: str, named: str) -> None:
    replace_template(tmp_path, "footer.html", ours("footer.html") + planted)

    with pytest.raises(RenderError, match="would report who reads") as caught:
        compose(tmp_path)

    assert named in caught.value.message
    assert "your own templates" in caught.value.hint


@pytest.mark.parametrize(
    "harmless",
    [
        '<img src="data:image/png;base64,iVBORw0KGgo=" width="96" height="32" alt="Musée du Fleuve">',
        "<!-- written in 2026 -->",
        "<!---->",
        "<!--[if mso]><table><tr><td width=10></td></tr></table><![endif]-->",
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">',
        "<p style=\"font-family: 'R\\e9publique', '\\110000'\">x</p>",
    ],
)
def test_what_only_shows_is_let_be(tmp_path: Path, harmless: str) -> None:
    replace_template(tmp_path, "footer.html", ours("footer.html") + harmless)

    assert "articles/5" in compose(tmp_path).html


def test_a_share_is_held_to_the_same(tmp_path: Path) -> None:
    replace_template(tmp_path, "note.html", '<img src="https://count.example/{{ link.host }}" alt="">')

    with pytest.raises(RenderError, match="<img src>"):
        compose_share(a_pick(), "fr", SETTINGS, tmp_path)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "numeros/index.html", "tel:+33140000000", "#top", ""]
)
def test_a_link_leads_to_the_web_or_to_a_mailbox(tmp_path: Path, href: str) -> None:
    replace_template(tmp_path, "footer.html", f'<p><a href="{href}">x</a></p>')
    replace_template(tmp_path, "footer.txt", f"{href}\n")

    with pytest.raises(RenderError, match="neither to the web nor to a mailbox"):
        compose(tmp_path)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("footer.txt", ""),  # without what the HTML offers
        ("footer.html", "<p></p>"),  # the other way round
        ("footer.txt", "https://elsewhere.example\n{% include 'email/footer.txt' %}"),
        ("title.html", '<a href="https://redirect.example/?to={{ link.url }}">{{ link.title }}</a>'),
        ("title.html", '<a href="{{ link.url }}&amp;utm_source=veille">{{ link.title }}</a>'),
        ("digest.txt", ours("digest.txt").replace("for link in links", "for link in links | reverse")),
    ],
)
def test_the_text_has_the_links_of_the_html_in_their_order(tmp_path: Path, name: str, source: str) -> None:
    whole = source.replace("{% include 'email/footer.txt' %}", ours("footer.txt"))
    replace_template(tmp_path, name, whole)

    with pytest.raises(RenderError, match="the same links") as caught:
        compose(tmp_path)

    assert ".txt" in caught.value.hint


@pytest.mark.parametrize(
    "note",
    [
        "Voir aussi (https://journal.example/a), puis l'adresse d'accueil@musee.example ; merci !",
        "« https://journal.example/b » n'est pas l'adresse mailto:x@musee.example?subject=Bonjour",
        "https://journal.example/articles/2 avant l'heure, @musee et http://",
    ],
)
def test_addresses_that_the_curator_types_are_only_words(note: str) -> None:
    tray = Tray(
        tuple(
            replace(slot, common=a_pick(slot.number, note=note, title=f"{note} {slot.number}"))
            for slot in an_issue().tray.slots
        )
    )

    digest = compose(Path("nowhere"), an_issue(intro=note, tray=tray))

    assert digest.html.count("<h2") == 5


def test_a_mail_may_be_as_big_as_mail_readers_show_and_no_bigger() -> None:
    page = "<html><body><p>{}</p></body></html>"
    room = HTML_MAX_BYTES - len(page.format(""))

    audit(page.format("é" * (room // 2)), "")
    with pytest.raises(RenderError, match="beyond 100 KB"):
        audit(page.format("é" * (room // 2 + 1)), "")
