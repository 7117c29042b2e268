"""The mails in Chromium: accessible in light, dark and narrow, never too wide, two pages at most on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def test_axe_finds_no_violation_in_any_view(views: Mapping[str, Any]) -> None:
    examined = {
        f"{mail} {view}": seen["violations"]
        for mail, report in views.items()
        for view, seen in report["views"].items()
        if "violations" in seen
    }

    assert len(examined) == 4 * len(views)
    assert {where: violations for where, violations in examined.items() if violations} == {}


def test_nothing_runs_over_the_side_of_any_screen(views: Mapping[str, Any]) -> None:
    overflows = {
        f"{mail} {view}": seen["overflow"]
        for mail, report in views.items()
        for view, seen in report["views"].items()
    }

    assert {where.rpartition(" ")[2] for where in overflows} >= {"320-light", "375-light", "700-dark"}
    assert {where: pixels for where, pixels in overflows.items() if pixels} == {}


def test_opening_a_mail_fetches_nothing_and_shows_no_image(views: Mapping[str, Any]) -> None:
    assert {mail: report["fetched"] for mail, report in views.items() if report["fetched"]} == {}
    assert {mail for mail, report in views.items() if report["images"]} == set()


def test_a_digest_is_printed_on_two_pages_at_most(views: Mapping[str, Any]) -> None:
    assert {mail: report["pages"] for mail, report in views.items() if report["pages"] > 2} == {}
