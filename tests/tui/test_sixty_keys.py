"""From two thousand real entries to five noted picks that the charter accepts, in at most sixty keys.

The text of the notes is typed too, and not counted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from builders import NOVEMBER, NOW
from desk_room import DeskRoom
from veille.collect.parse import parse_feed
from veille.curate.approval import check_issue
from veille.curate.listing import Candidate
from veille.errors import ParseError
from veille.model.charter import Severity

pytestmark = pytest.mark.corpus

NOTE = (
    "Ce retour d’expérience chiffre ce que nous préparons pour le printemps prochain, et nomme les "
    "difficultés rencontrées en chemin par une maison de notre taille."
)


def stock(room: DeskRoom, corpus: Path) -> int:
    """Let the feeds of the corpus arrive over four weeks; how many entries they brought."""
    count = 0
    themes = list(room.settings.themes)
    for number, path in enumerate(sorted((corpus / "feeds").iterdir())):
        try:
            parsed = parse_feed(path.read_bytes(), "", "https://feeds.example/")
        except ParseError:
            continue
        found = [
            replace(entry, published_at=NOW - timedelta(hours=(number * 37 + place * 11) % 600))
            for place, entry in enumerate(islice(parsed.entries, 100))
        ]
        room.arrive(f"{number} {parsed.title}", found, themes[number % len(themes)])
        count += len(found)
    return count


class Hand:
    """The curator's hand on the keys, which are counted."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self._pilot = pilot
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        self.pressed += len(keys)
        await self._pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a text, as fast as a terminal pastes one."""
        self._pilot.app.post_message(events.Paste(text))
        await self._pilot.pause()

    @property
    def at(self) -> Candidate:
        """The entry at the cursor."""
        row = self._pilot.app.screen.query_one("#list").current  # type: ignore[attr-defined]
        candidate: Candidate = row.candidate
        return candidate


async def pick_five(hand: Hand) -> None:
    """Go down the list, and take what is of another source and of a theme that has room."""
    sources, themes = set[str](), list[str]()
    while len(themes) < 5:
        entry = hand.at.entry
        if entry.url and entry.language and entry.source not in sources and themes.count(entry.theme) < 2:
            sources.add(entry.source)
            themes.append(entry.theme)
            await hand.press("a", "n")
            await hand.type(NOTE)
            await hand.press("enter")
        await hand.press("down")


def test_five_noted_picks_in_at_most_sixty_keys(tmp_path: Path, corpus: Path) -> None:
    hands: list[Hand] = []

    async def script(pilot: Pilot[None]) -> None:
        hands.append(Hand(pilot))
        await pick_five(hands[0])

    with DeskRoom(tmp_path) as room:
        assert stock(room, corpus) >= 2_000
        session = room.act(script)
        findings = check_issue(room.store, room.settings, room.workspace, NOVEMBER, NOW)

    assert hands[0].pressed <= 60
    assert session.counters().filled == 5
    # There is no network here to try the links on.
    blockers = {finding.code for finding in findings if finding.severity is Severity.BLOCKER}
    assert blockers <= {"link-unchecked"}, findings
