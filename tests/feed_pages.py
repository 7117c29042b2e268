"""Pages of sites that have feeds, written in the manner of the software that makes such pages.

Each says which feed a person would want first, if any. ``{site}`` and ``{host}`` in a page stand for the
address of its server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page at ``path``, the paths of the site's ``feeds`` with their titles, and the right ``first`` one.

    Other paths in ``pages`` answer with a web page, whatever the page says of them.
    """

    name: str
    html: str
    first: str
    feeds: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    path: str = "/"
    link: str = ""
    encoding: str = "utf-8"


_RSS = 'rel="alternate" type="application/rss+xml"'
_ATOM = 'rel="alternate" type="application/atom+xml"'
_JOURNAL = "Le Journal"


def _page(
    name: str,
    head: str,
    first: str,
    *more: str,
    body: str = "",
    pages: tuple[str, ...] = (),
    path: str = "/",
    link: str = "",
) -> FeedPage:
    """A page whose feeds all have the same title, so that only the page tells them apart."""
    html = f"<!doctype html><html lang=fr><head><title>Musée</title>{head}</head><body>{body}</body></html>"
    feeds = dict.fromkeys([feed for feed in (first, *more) if feed], _JOURNAL)
    return FeedPage(name, html, first, feeds, pages, path, link)


ANNOUNCED = (
    _page(
        "WordPress, front page",
        f"""<link rel='dns-prefetch' href='//s.w.org' />
        <link {_RSS} title="Musée &raquo; Flux" href="{{site}}/feed/" />
        <link {_RSS} title="Musée &raquo; Flux des commentaires" href="{{site}}/comments/feed/" />
        <link rel="alternate" type="application/json" href="{{site}}/wp-json/wp/v2/pages/2" />
        <link rel="alternate" type="application/json+oembed" href="{{site}}/wp-json/oembed/1.0/embed" />""",
        "/feed/",
        "/comments/feed/",
    ),
    _page(
        "WordPress, comments first",
        f"""<link {_RSS} title="Comments Feed" href="/comments/feed/">
        <link {_RSS} title="Feed" href="/feed/">""",
        "/feed/",
        "/comments/feed/",
    ),
    _page(
        "WordPress, an article",
        f"""<link {_RSS} title="Le Journal » Une visite Flux des commentaires" href="/une-visite/feed/">
        <link {_RSS} title="Le Journal » Flux" href="/feed/">""",
        "/feed/",
        "/une-visite/feed/",
        path="/une-visite/",
    ),
    _page(
        "WordPress in German, comments first",
        f"""<link {_RSS} title="Haus » Kommentar-Feed" href="/kommentare/feed/">
        <link {_RSS} title="Haus » Feed" href="/feed/">""",
        "/feed/",
        "/kommentare/feed/",
    ),
    _page(
        "WordPress in Spanish without permalinks",
        f"""<link {_RSS} title="Museo &raquo; Feed de los comentarios" href="{{site}}/?feed=comments-rss2">
        <link {_RSS} title="Museo &raquo; Feed" href="{{site}}/?feed=rss2">""",
        "/?feed=rss2",
        "/?feed=comments-rss2",
    ),
    _page(
        "WordPress in Dutch",
        f"""<link {_RSS} title="Museum » Reacties feed" href="/reacties/">
        <link {_RSS} title="Museum » Feed" href="/nieuws/">""",
        "/nieuws/",
        "/reacties/",
    ),
    _page(
        "WordPress in Russian",
        f"""<link {_RSS} title="Музей » Лента комментариев" href="/k/">
        <link {_RSS} title="Музей » Лента" href="/l/">""",
        "/l/",
        "/k/",
    ),
    _page(
        "WordPress, only the feed of comments announced",
        f'<link {_RSS} title="Comments Feed" href="/comments/feed/">',
        "/feed",
        "/comments/feed/",
    ),
    _page("Drupal 7", f'<link {_RSS} title="Musée" href="{{site}}/rss.xml" />', "/rss.xml"),
    _page(
        "Drupal 10, a view",
        f'<link rel="canonical" href="/fr"><link {_RSS} title="Actualités" href="/fr/actualites/rss.xml">',
        "/fr/actualites/rss.xml",
        path="/fr",
    ),
    _page("Ghost", f'<link {_RSS} title="Musée" href="{{site}}/rss/">', "/rss/"),
    _page(
        "Squarespace",
        f"""<base href=""><meta charset="utf-8" />
        <link {_RSS} title="RSS Feed" href="{{site}}/blog?format=rss" />""",
        "/blog?format=rss",
    ),
    _page("Wix", f'<link {_RSS} title="Musée - RSS" href="{{site}}/blog-feed.xml"/>', "/blog-feed.xml"),
    _page(
        "Hugo",
        f"""<link rel=alternate type=application/rss+xml href=/index.xml title=Carnet>
        <link {_RSS} href=/tags/index.xml>""",
        "/index.xml",
        "/tags/index.xml",
    ),
    _page(
        "Jekyll",
        '<link type="application/atom+xml" rel="alternate" href="{site}/feed.xml" title="Carnet" />',
        "/feed.xml",
    ),
    _page(
        "SPIP",
        f'<link {_RSS} title="Syndiquer tout le site" href="spip.php?page=backend" />',
        "/spip.php?page=backend",
    ),
    _page(
        "SPIP, in a section",
        f"""<base href="{{site}}/" />
        <link {_RSS} title="Syndiquer tout le site" href="spip.php?page=backend" />
        <link {_RSS} title="Rubrique" href="spip.php?page=backend&amp;id_rubrique=4" />""",
        "/spip.php?page=backend",
        "/spip.php?page=backend&id_rubrique=4",
        path="/rubriques/expositions/",
    ),
    _page(
        "Joomla",
        """<base href="{site}/index.php" />
        <link href="/index.php?format=feed&amp;type=rss" rel="alternate" type="application/rss+xml" />
        <link href="/index.php?format=feed&amp;type=atom" rel="alternate" type="application/atom+xml" />""",
        "/index.php?format=feed&type=rss",
        "/index.php?format=feed&type=atom",
    ),
    _page(
        "TYPO3",
        f'<link {_RSS} title="Aktuelles" href="/aktuelles/feed.xml?type=9818&amp;cHash=1">',
        "/aktuelles/feed.xml?type=9818&cHash=1",
    ),
    _page(
        "Medium",
        f"""<link rel="alternate" href="android-app://com.medium.reader/https/medium.com/musee"/>
        <link id="feedLink" {_RSS} title="RSS" href="{{site}}/feed/musee">""",
        "/feed/musee",
        path="/musee",
    ),
    _page("Substack", f'<link {_RSS} href="/feed" title="La lettre"/>', "/feed"),
    _page(
        "Blogger",
        f"""<link {_ATOM} title="Musée - Atom" href="{{site}}/feeds/posts/default" />
        <link {_RSS} title="Musée - RSS" href="{{site}}/feeds/posts/default?alt=rss" />
        <link rel="service.post" type="application/atom+xml" href="{{site}}/feeds/12/posts/default" />""",
        "/feeds/posts/default",
        "/feeds/posts/default?alt=rss",
    ),
    _page(
        "Blogger, an article with its comments first",
        f"""<link {_ATOM} title="Atom" href="/feeds/34/comments/default" />
        <link {_ATOM} title="Atom" href="/feeds/posts/default" />""",
        "/feeds/posts/default",
        "/feeds/34/comments/default",
        path="/2026/11/visite.html",
    ),
    _page(
        "Hypotheses",
        f"""<link {_RSS} title="Carnet &raquo; Flux" href="{{site}}/feed" />
        <link {_RSS} title="Carnet &raquo; Flux des commentaires" href="{{site}}/comments/feed" />""",
        "/feed",
        "/comments/feed",
    ),
    _page(
        "Dotclear", f'<link {_ATOM} title="Atom 1.0" href="/index.php?feed/atom" />', "/index.php?feed/atom"
    ),
    _page(
        "Kirby, JSON Feed",
        '<link rel="alternate" type="application/feed+json" href="/feed.json">',
        "/feed.json",
    ),
    _page(
        "JSON Feed announced as any JSON",
        '<link rel="alternate" type="application/json" href="/blog.json">',
        "/blog.json",
    ),
    _page(
        "Micro.blog, all forms",
        f"""<link {_RSS} href="/feed.xml"><link {_ATOM} href="/atom.xml">
        <link rel="alternate" type="application/json" href="/feed.json">""",
        "/feed.xml",
        "/atom.xml",
        "/feed.json",
    ),
    _page("RDF", '<link rel="alternate" type="application/rdf+xml" href="index.rdf">', "/index.rdf"),
    _page("served as plain XML", '<link rel="alternate" type="text/xml" href="/actus.xml">', "/actus.xml"),
    _page("without a type", '<link rel="alternate" href="/rss.xml" title="RSS">', "/rss.xml"),
    _page(
        "translations without a type",
        '<link rel="alternate" hreflang="en" href="/en"><link rel="alternate" hreflang="de" href="/de">',
        "/feed",
        pages=("/en", "/de"),
    ),
    _page("rel=feed", '<link rel="feed" type="application/atom+xml" href="/atom">', "/atom"),
)

DAMAGED = (
    _page("upper case", '<LINK REL="ALTERNATE" TYPE="APPLICATION/RSS+XML" HREF="/RSS.XML">', "/RSS.XML"),
    _page(
        "without quotation marks", "<link rel=alternate type=application/rss+xml href=/fil.xml>", "/fil.xml"
    ),
    _page(
        "single quotation marks",
        "<link rel='alternate' type='application/rss+xml' href='/fil.xml'/>",
        "/fil.xml",
    ),
    _page("entities in the address", f'<link {_RSS} href="/flux?a=1&#38;b=2&amp;c=3">', "/flux?a=1&b=2&c=3"),
    _page("a plus sign as an entity", f'<link {_RSS} href="/a&#43;b/feed">', "/a+b/feed"),
    _page("bare ampersands", f'<link {_RSS} href="/flux?lang=fr&page=2">', "/flux?lang=fr&page=2"),
    _page("spaces around the address", f'<link {_RSS} href="\n  /fil.xml  ">', "/fil.xml"),
    _page("spaces in the address", f'<link {_RSS} href="/le fil.xml">', "/le%20fil.xml"),
    _page("several relations", '<link rel="alternate home" type="application/rss+xml" href="/a">', "/a"),
    _page(
        "a type with parameters",
        '<link rel="alternate" type="application/rss+xml; charset=UTF-8" href="/a">',
        "/a",
    ),
    _page("the base of the page", f'<base href="/blog/"><link {_RSS} href="fil">', "/blog/fil", path="/a/b"),
    _page("a base without address", f'<base target="_top"><link {_RSS} href="fil">', "/a/fil", path="/a/b"),
    _page("a base that leads nowhere", f'<base href="javascript:x"><link {_RSS} href="/a">', "/a"),
    _page("relative to the page", f'<link {_RSS} href="../fil.xml">', "/fil.xml", path="/blog/accueil"),
    _page("without a scheme", f'<link {_RSS} href="//{{host}}/fil.xml">', "/fil.xml"),
    _page("in the body", "", "/fil.xml", body=f"<p>Bonjour</p><link {_RSS} href='/fil.xml'>"),
    _page(
        "announced in a comment",
        f'<!-- <link {_RSS} href="/ancien.xml"> --><link {_RSS} href="/fil.xml">',
        "/fil.xml",
        "/ancien.xml",
    ),
    _page(
        "the first announced is gone",
        f'<link {_RSS} href="/parti.xml"><link {_RSS} href="/page"><link {_RSS} href="/fil.xml">',
        "/fil.xml",
        pages=("/page",),
    ),
    FeedPage(
        "cut short",
        f"<html><head><title>Musée<meta></title><link {_RSS} href='/fil.xml'><body><div><p>",
        "/fil.xml",
        {"/fil.xml": _JOURNAL},
    ),
    FeedPage("no frame at all", f"Bonjour<link {_RSS} href=/fil.xml>", "/fil.xml", {"/fil.xml": _JOURNAL}),
    FeedPage(
        "XHTML",
        f"""<?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">
        <html xmlns="http://www.w3.org/1999/xhtml"><head><link {_RSS} href="/fil.xml" /></head></html>""",
        "/fil.xml",
        {"/fil.xml": _JOURNAL},
    ),
    FeedPage(
        "Latin-1",
        f"<html><head><meta charset=iso-8859-1><link {_RSS} title='Musée' href='/fil.xml'></head>",
        "/fil.xml",
        {"/fil.xml": _JOURNAL},
        encoding="latin-1",
    ),
    FeedPage(
        "UTF-16",
        f"<html><head><title>Musée</title><link {_RSS} href='/fil.xml'></head>",
        "/fil.xml",
        {"/fil.xml": _JOURNAL},
        encoding="utf-16",
    ),
)

NOT_ANNOUNCED = (
    _page(
        "Link header", "", "/fil", link='</fil>; rel="alternate"; type="application/rss+xml"; title="a, b; c"'
    ),
    _page(
        "Link header among others",
        "",
        "/fil",
        link='</wp-json/>; rel="https://api.w.org/", <style.css>; rel=preload; as=style, '
        '</fil>; type="application/atom+xml"; rel=alternate',
    ),
    _page(
        "an anchor with rel=alternate",
        "",
        "/actualites",
        body=f'<a href="/x.xml">x</a><a {_RSS} href="/actualites">Suivre</a>',
    ),
    _page(
        "an anchor that looks like a feed",
        "",
        "/actus/rss",
        body='<footer><a href="actus/rss">Suivre</a></footer>',
    ),
    _page("an anchor that says RSS", "", "/suivre", body='<a href="/suivre"><img alt=""> Flux RSS</a>'),
    _page("an anchor with a label", "", "/suivre", body='<a href="/suivre" aria-label="RSS"><svg></svg></a>'),
    _page(
        "an anchor for desktop readers", "", "/fil.rss", body='<a href="feed://{host}/fil.rss">S’abonner</a>'
    ),
    _page(
        "an anchor for desktop readers, whole", "", "/fil.rss", body='<a href="feed:{site}/fil.rss">RSS</a>'
    ),
    _page(
        "anchors, comments first",
        "",
        "/rss/articles",
        "/rss/commentaires",
        body='<a href="/rss/commentaires">RSS</a><a href="/rss/articles">RSS</a>',
    ),
    _page(
        "anchors to other sites",
        "",
        "/fil.rss",
        body='<a href="http://[::1]:9/feed">Un ami</a><a href="/fil.rss">Suivre</a>',
    ),
    _page("usual: /feed", "", "/feed"),
    _page("usual: /rss", "", "/rss"),
    _page("usual: /feed.xml", "", "/feed.xml"),
    _page("usual: /rss.xml", "", "/rss.xml", path="/fr/accueil"),
    _page("usual: /atom.xml", "", "/atom.xml", pages=("/feed", "/rss")),
    _page("usual: /index.xml", "", "/index.xml"),
    _page("usual: SPIP", "", "/spip.php?page=backend"),
    _page("usual: /blog/feed", "", "/blog/feed"),
    _page("usual: below the page", "", "/magazine/feed", path="/magazine/"),
    _page("none", '<link rel="stylesheet" href="/a.css">', "", pages=("/a.css", "/feed", "/rss")),
    _page("none but scripts", "", "", body="<div id=root></div><script src=/app.js></script>"),
    _page(
        "a page about feeds, one step further",
        "",
        "/fils/1",
        body='<a href="/fils">Nos flux RSS</a>',
        pages=("/fils",),
    ),
)

FEED_PAGES = (*ANNOUNCED, *DAMAGED, *NOT_ANNOUNCED)
