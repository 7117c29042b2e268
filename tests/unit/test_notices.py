"""What a message of the mailbox says, and everything that it does not say."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from builders import a_letter, a_notice
from veille.deliver.notices import Bounce, Leave, Other, Proposal, notice_from_mail

SENDER = "colleague1@musee.example"
LINK = "https://journal.example/article"


@pytest.mark.corpus
def test_of_real_mail_every_permanent_notice_is_a_bounce_and_nothing_else_is(corpus: Path) -> None:
    with (corpus / "mail" / "manifest.tsv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))

    found = Counter(
        (row["kind"], type(notice_from_mail((corpus / "mail" / row["file"]).read_bytes())).__name__)
        for row in rows
    )

    print(sorted(found.items()))  # noqa: T201 - shown by pytest -rP
    assert {kind for kind, said in found if said == "Bounce"} == {"permanent"}
    assert {said for kind, said in found if kind == "permanent"} == {"Bounce"}
    assert {said for _kind, said in found} == {"Bounce", "Other"}


@pytest.mark.corpus
def test_a_real_notice_gives_recipient_status_and_the_servers_words(corpus: Path) -> None:
    folder = corpus / "mail"
    with (folder / "manifest.tsv").open(encoding="utf-8") as manifest:
        rows = [row for row in csv.DictReader(manifest, delimiter="\t") if row["kind"] == "permanent"]

    for row in rows:
        notice = notice_from_mail((folder / row["file"]).read_bytes())

        assert isinstance(notice, Bounce)
        assert set(row["final_recipient"].split(",")) <= set(notice.recipients)
        assert notice.status in row["status"].split(",")
        assert notice.is_hard is row["status"].startswith("5")
        assert notice.reply


def test_a_notice_names_the_message_that_came_back() -> None:
    notice = notice_from_mail(a_notice(envelope_id="abc"))

    assert notice == Bounce(
        envelope_id="abc",
        message_id="<1@musee.example>",
        recipients=(SENDER,),
        status="5.1.1",
        reply="550 5.1.1 User unknown",
        is_hard=True,
    )


def test_a_notice_that_says_little_is_read_all_the_same() -> None:
    notice = notice_from_mail(a_notice("", status="unknown", diagnostic="", recipient=""))

    assert notice == Bounce("", "", (), "", "", is_hard=True)


def test_the_message_may_be_returned_whole() -> None:
    whole = a_notice().replace(b"text/rfc822-headers", b"message/rfc822")

    notice = notice_from_mail(whole)

    assert isinstance(notice, Bounce)
    assert notice.message_id == "<1@musee.example>"


def test_a_server_that_lost_patience_says_nothing_against_the_address() -> None:
    notice = notice_from_mail(a_notice(status="4.4.7"))

    assert isinstance(notice, Bounce)
    assert not notice.is_hard


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_a_message_that_is_not_lost_has_not_bounced(action: str) -> None:
    assert notice_from_mail(a_notice(action=action)) == Other()


def test_a_notice_that_somebody_forwards_is_not_a_notice() -> None:
    forwarded = a_letter(
        "--y\r\nContent-Type: message/rfc822\r\n\r\n" + a_notice().decode() + "\r\n--y--",
        Content_Type="multipart/mixed; boundary=y",
    )

    assert notice_from_mail(forwarded) == Other()


@pytest.mark.parametrize(
    "subject",
    [
        "[veille] Unsubscribe",
        "[veille] Désabonnement",
        "[VEILLE]  unsubscribe ",
        "=?utf-8?q?=5Bveille=5D_D=C3=A9sabonnement?=",
        "=?iso-8859-1?q?=5Bveille=5D_D=E9sabonnement?=",
    ],
)
def test_the_letter_of_the_unsubscribe_link_leaves(subject: str) -> None:
    assert notice_from_mail(a_letter("", Subject=subject)) == Leave(SENDER)


@pytest.mark.parametrize(
    "subject",
    ["Re: [veille] Unsubscribe", "TR: [veille] Désabonnement", "Unsubscribe", "=?utf-8?b?a?=", ""],
)
def test_other_letters_do_not_leave(subject: str) -> None:
    answer = a_letter("Pour partir : écrire [veille] Unsubscribe", Subject=subject)

    assert notice_from_mail(answer) == Other()


@pytest.mark.parametrize("sender", ["", "nobody", "a@m.example, b@m.example", "undisclosed:;", "(" * 2000])
def test_a_letter_has_one_sender(sender: str) -> None:
    assert notice_from_mail(a_letter(LINK, From=sender, Subject="[veille] Unsubscribe")) == Other()


def test_a_letter_with_two_senders_is_of_nobody() -> None:
    twice = b"From: b@musee.example\r\n" + a_letter(LINK, Subject="[veille] Unsubscribe")

    assert notice_from_mail(twice) == Other()


def test_a_letter_with_a_link_proposes_it() -> None:
    letter = a_letter(f"Bonjour,\r\nà lire ({LINK}).\r\n", From=f"=?utf-8?q?Camille_=C3=89lan?= <{SENDER}>")

    assert notice_from_mail(letter) == Proposal(SENDER, "Camille Élan", (LINK,), f"Bonjour, à lire ({LINK}).")


def test_a_letter_may_propose_some_links_each_once() -> None:
    links = [f"https://journal.example/{number}" for number in range(7)]

    notice = notice_from_mail(a_letter("\r\n".join([links[0], *links])))

    assert isinstance(notice, Proposal)
    assert notice.links == tuple(links[:5])


@pytest.mark.parametrize(
    "below",
    [
        "-- \r\n{link}",
        "________________________________\r\nDe : X\r\n{link}",
        "De\u00a0: Camille\r\nObjet : La veille\r\n{link}",
        "From: Camille\r\n{link}",
        "-----Message d'origine-----\r\n{link}",
        "---------- Forwarded message ---------\r\n{link}",
        "Le mar. 24 nov. 2026 à 09:30, Camille\r\n<c@m.example> a écrit :\r\n{link}",
        "On Tue, 24 Nov 2026, Camille wrote:\r\n{link}",
        "Begin forwarded message:\r\n{link}",
        "Début du message réexpédié :\r\n{link}",
        "> {link}",
    ],
)
def test_the_words_of_others_propose_nothing(below: str) -> None:
    others = below.format(link=LINK)

    assert notice_from_mail(a_letter(f"Merci !\r\n\r\n{others}")) == Other()
    proposal = notice_from_mail(a_letter(f"https://a.example/1\r\n{others}"))
    assert isinstance(proposal, Proposal)
    assert proposal.links == ("https://a.example/1",)


def test_a_home_page_or_what_is_no_page_proposes_nothing() -> None:
    assert notice_from_mail(a_letter("https://musee.example/\r\nhttp://[::\r\nftp://a.example/x")) == Other()
    assert isinstance(notice_from_mail(a_letter("https://a.example/?p=1")), Proposal)


def test_a_link_that_a_mail_service_replaced_is_the_one_that_was_written() -> None:
    safe = (
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fjournal.example%2Farticle&data=05"
    )

    notice = notice_from_mail(a_letter(safe))

    assert isinstance(notice, Proposal)
    assert notice.links == (LINK,)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return-Path": "<>"},
        {"List-Id": "<news.example>"},
        {"X-Autoreply": "yes"},
        {"From": "postmaster@musee.example"},
        {"Content-Type": "multipart/report; boundary=y"},
    ],
)
def test_what_no_person_wrote_proposes_nothing(headers: dict[str, str]) -> None:
    text = f"--y\r\nContent-Type: text/plain\r\n\r\n{LINK}\r\n--y--" if "Content-Type" in headers else LINK

    assert notice_from_mail(a_letter(text, **headers)) == Other()


def test_a_letter_in_html_alone_is_read_to_where_others_speak() -> None:
    html = (
        f"<html><head><style>a {{ b: url(https://a.example/style) }}</style></head><body><p>À lire&nbsp;:"
        f' <a href="{LINK}">un <b>article</b></a> !</p><hr><a name="x">fin</a>'
        '<blockquote><a href="https://a.example/quoted">x</a></blockquote></body></html>'
    )

    notice = notice_from_mail(a_letter(html, Content_Type="text/html; charset=utf-8"))

    assert isinstance(notice, Proposal)
    assert notice.links == (LINK,)
    assert notice.message == f"À lire\u00a0: {LINK} un article ! fin"


def test_a_letter_in_html_that_quotes_nobody_is_read_to_its_end() -> None:
    notice = notice_from_mail(a_letter(f"<p>À lire : {LINK}</p>", Content_Type="text/html"))

    assert isinstance(notice, Proposal)
    assert notice.links == (LINK,)


def test_a_letter_of_two_kinds_is_read_as_text() -> None:
    parts = "".join(
        f"--y\r\nContent-Type: text/{kind}\r\n\r\nhttps://a.example/{kind}\r\n" for kind in ("html", "plain")
    )

    notice = notice_from_mail(a_letter(f"{parts}--y--", Content_Type="multipart/alternative; boundary=y"))

    assert isinstance(notice, Proposal)
    assert notice.links == ("https://a.example/plain",)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("text/html", ""), ("image/png", LINK), ("multipart/mixed", LINK), ("message/rfc822", LINK)],
)
def test_a_letter_without_words_proposes_nothing(kind: str, text: str) -> None:
    assert notice_from_mail(a_letter(text, Content_Type=kind)) == Other()


def test_old_letters_are_read_whatever_they_call_their_characters() -> None:
    letter = a_letter(f"Élan {LINK}", Content_Type="text/plain; charset=x-unknown")

    notice = notice_from_mail(letter.replace("É".encode(), b"\xc9"))

    assert isinstance(notice, Proposal)
    assert notice.message == f"Élan {LINK}"


def test_a_charset_that_is_no_word_is_not_asked_for() -> None:
    letter = a_letter("é", Content_Type="multipart/mixed; charset*0*=''%; boundary=y")

    assert notice_from_mail(letter) == Other()


def test_parts_within_parts_within_parts_say_nothing() -> None:
    bomb = b"".join(
        f"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n".encode()
        for depth in range(5000)
    )

    assert notice_from_mail(b"From: a@musee.example\r\n" + bomb) == Other()
