"""The orders of the linear desk: their words in English and in French, how each is written, what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum, StrEnum

from veille.i18n import gettext as _
from veille.model.plaintext import search_key


class Command(StrEnum):
    """What can be ordered; the value is its English word."""

    LIST = "list"
    NEXT = "next"
    PREVIOUS = "previous"
    FILTER = "filter"
    ORDER = "order"
    READ = "read"
    MORE = "more"
    STORY = "story"
    OPEN = "open"
    COUNTERS = "counters"
    PAST = "past"
    KEEP = "keep"
    DISMISS = "dismiss"
    DISMISS_STORY = "dismiss-story"
    GROUP = "group"
    UNGROUP = "ungroup"
    THEME = "theme"
    SUGGESTIONS = "suggestions"
    ACCEPT = "accept"
    DECLINE = "decline"
    ADD = "add"
    REMOVE = "remove"
    MOVE = "move"
    TRAY = "tray"
    NOTE = "note"
    ERASE = "erase"
    TITLE = "title"
    INTRO = "intro"
    CHECK = "check"
    PREVIEW = "preview"
    OVERRIDE = "override"
    APPROVE = "approve"
    UNDO = "undo"
    REDO = "redo"
    HELP = "help"
    QUIT = "quit"


class Chapter(Enum):
    """The parts of the help, in the order of the work."""

    READING = 1
    CHOOSING = 2
    COMPOSING = 3
    FINISHING = 4


# In French, folded; then the letter, mostly the key of the picking screen.
_OTHER_WORDS: Mapping[Command, tuple[str, ...]] = {
    Command.LIST: ("liste", "l"),
    Command.NEXT: ("suivants", "suivant"),
    Command.PREVIOUS: ("precedents", "precedent"),
    Command.FILTER: ("filtrer", "filtre", "f"),
    Command.ORDER: ("ordre", "c"),
    Command.READ: ("lire", "r"),
    Command.MORE: ("suite", "m"),
    Command.STORY: ("sujet", "groupe", "g"),
    Command.OPEN: ("ouvrir", "o"),
    Command.COUNTERS: ("compteurs", "compteur"),
    Command.PAST: ("passe", "h"),
    Command.KEEP: ("retenir", "k"),
    Command.DISMISS: ("ecarter", "x"),
    Command.DISMISS_STORY: ("ecarter-sujet",),
    Command.GROUP: ("grouper",),
    Command.UNGROUP: ("degrouper",),
    Command.THEME: ("t",),
    Command.SUGGESTIONS: ("propositions", "i"),
    Command.ACCEPT: ("accepter",),
    Command.DECLINE: ("decliner", "refuser"),
    Command.ADD: ("ajouter", "a"),
    Command.REMOVE: ("retirer",),
    Command.MOVE: ("deplacer", "echanger"),
    Command.TRAY: ("plateau", "slots", "places"),
    Command.NOTE: ("noter", "n"),
    Command.ERASE: ("effacer",),
    Command.TITLE: ("titre",),
    Command.INTRO: ("introduction", "chapo"),
    Command.CHECK: ("controle", "controler", "v"),
    Command.PREVIEW: ("apercu", "p"),
    Command.OVERRIDE: ("passer-outre",),
    Command.APPROVE: ("approuver",),
    Command.UNDO: ("annuler", "u"),
    Command.REDO: ("retablir",),
    Command.HELP: ("aide", "?"),
    Command.QUIT: ("quitter", "q"),
}
WORDS: Mapping[str, Command] = {
    word: command for command in Command for word in (command.value, *_OTHER_WORDS[command])
}


def command_named(word: str) -> Command | None:
    """The command of a word or letter of either language, accents and case aside; None when there is none."""
    return WORDS.get(search_key(word.strip()))


def form_of(command: Command) -> str:
    """How ``command`` is written, by example, in the curator's language."""
    return _entry(command)[0]


def help_on(command: Command) -> str:
    """How ``command`` is written, then what it does."""
    form, does = _entry(command)
    return f"{form}. {does[0].upper()}{does[1:]}"  # a colon may stand in the form


def help_on_chapter(chapter: Chapter) -> tuple[str, ...]:
    """The sentences on each order of ``chapter``."""
    return tuple(help_on(command) for command in _CHAPTERS[chapter]())


def in_orders(text: str) -> str:
    """``text`` with orders in place of the commands it names, of those that have one here."""
    for command, order in _orders_for_commands().items():
        text = re.sub(command, order, text)
    return text


def introduction() -> tuple[str, ...]:
    """How to give orders, and where the rest of the help is."""
    return (
        _("An order is one line: a word, then numbers. English and French words are both understood."),
        _("A number is that of a line in the list read last. #128 is the entry 128, whatever the list."),
        _("After “slot”, “remove”, “move”, “note” and “tray”, a number is that of a slot."),
        _("A number without a word reads that line. An empty line reads the next ten."),
        _("Everything is saved at once; undo takes back the last act, as often as you like."),
        _("help 1: reading. help 2: choosing. help 3: the slots and their notes. help 4: finishing."),
        _("help keep: one order."),
    )


def _entry(command: Command) -> tuple[str, str]:
    return next(chapter()[command] for chapter in _CHAPTERS.values() if command in chapter())


def _orders_for_commands() -> Mapping[str, str]:
    """By a pattern of the commands that remedies and hints name, what to put in their place."""
    first, second = r"\1", r"\2"
    return {
        r"veille pick add ENTRY --slot (\w+)": _("add 12 slot {slot}").format(slot=first),
        r"veille pick add (\d+) --slot (\d+)": _("add #{entry} slot {slot}").format(entry=first, slot=second),
        r"veille pick move (\d+) (\d+)": _("move {first} {second}").format(first=first, second=second),
        r'veille pick note (\d+) --text "\.\.\."': _("note {slot}").format(slot=first),
        r"veille pick list": form_of(Command.TRAY),
        r'veille issue edit --title "\.\.\."': form_of(Command.TITLE),
        r'veille issue edit --intro "\.\.\."': form_of(Command.INTRO),
        r"veille check": form_of(Command.CHECK),
    }


def _reading() -> Mapping[Command, tuple[str, str]]:
    return {
        Command.LIST: (_("list"), _("reads the first ten lines of the list.")),
        Command.NEXT: (_("next"), _("reads the next ten lines.")),
        Command.PREVIOUS: (_("previous"), _("reads the ten lines before.")),
        Command.FILTER: (
            _("filter theme:publics lang:en since:7 seen:no words"),
            _("narrows the list; filter alone shows all again."),
        ),
        Command.ORDER: (_("order"), _("changes between the best first and the newest first.")),
        Command.READ: (_("read 12"), _("reads line 12: its facts, then the beginning of its text.")),
        Command.MORE: (_("more"), _("reads on in the text.")),
        Command.STORY: (_("story 12"), _("names the other entries on the same story as line 12.")),
        Command.OPEN: (_("open 12"), _("opens line 12 in the browser; open alone, all that is kept.")),
        Command.COUNTERS: (_("counters"), _("says where you stand.")),
        Command.PAST: (_("past words"), _("looks for what was picked before.")),
    }


def _choosing() -> Mapping[Command, tuple[str, str]]:
    return {
        Command.KEEP: (
            _("keep 12"),
            _("keeps line 12 for later; once more takes that back. Also several: keep 3 5 8-10."),
        ),
        Command.DISMISS: (_("dismiss 12"), _("sets line 12 aside; once more takes that back.")),
        Command.DISMISS_STORY: (_("dismiss-story 12"), _("sets aside line 12 and all of its story.")),
        Command.GROUP: (_("group 3 5"), _("makes one story of lines 3 and 5.")),
        Command.UNGROUP: (_("ungroup 3"), _("takes the story of line 3 apart.")),
        Command.THEME: (_("theme 12 publics"), _("files line 12 under a theme.")),
        Command.SUGGESTIONS: (_("suggestions"), _("lists what colleagues propose, as a list of its own.")),
        Command.ACCEPT: (_("accept 1"), _("accepts the suggestion of line 1, and keeps its entry.")),
        Command.DECLINE: (
            _("decline 1: your reason"),
            _("declines it; the reason is the answer to the colleague."),
        ),
    }


def _composing() -> Mapping[Command, tuple[str, str]]:
    return {
        Command.ADD: (
            _("add 12, add 12 slot 3, add 12 slot 3 for publics"),
            _("puts line 12 in the first free slot, in slot 3, or in slot 3 for one segment only."),
        ),
        Command.REMOVE: (_("remove 3, remove 3 for publics"), _("empties slot 3, or takes a variant away.")),
        Command.MOVE: (_("move 4 1"), _("exchanges slots 4 and 1.")),
        Command.TRAY: (_("tray, tray 3"), _("reads the slots, or all of slot 3.")),
        Command.NOTE: (
            _("note 3: your words, note 3 for publics: your words"),
            _("says why slot 3 matters. Without words: type as many lines as you like, then a full stop."),
        ),
        Command.ERASE: (
            _("erase 3, erase 3 for publics, erase title, erase intro"),
            _("erases the note of slot 3, or the words of the issue."),
        ),
        Command.TITLE: (_("title your words"), _("gives the issue its title; title alone reads it.")),
        Command.INTRO: (
            _("intro your words"),
            _("gives the issue its introduction; alone, it takes several lines."),
        ),
    }


def _finishing() -> Mapping[Command, tuple[str, str]]:
    return {
        Command.CHECK: (_("check"), _("says what the charter and the links have against the issue.")),
        Command.PREVIEW: (_("preview, preview publics"), _("reads the mail as a segment will.")),
        Command.OVERRIDE: (
            _("override link-dead: your reason"),
            _("lets that blocker pass when you approve; the reason is kept."),
        ),
        Command.APPROVE: (_("approve"), _("freezes the issue, ready to be sent, once you confirm.")),
        Command.UNDO: (_("undo"), _("takes back the last act.")),
        Command.REDO: (_("redo"), _("does it again.")),
        Command.HELP: (_("help, help 1, help keep"), _("reads the help.")),
        Command.QUIT: (_("quit"), _("leaves; everything is saved already.")),
    }


_CHAPTERS: Mapping[Chapter, Callable[[], Mapping[Command, tuple[str, str]]]] = {
    Chapter.READING: _reading,
    Chapter.CHOOSING: _choosing,
    Chapter.COMPOSING: _composing,
    Chapter.FINISHING: _finishing,
}
