"""Every key of the desk's screens: what it is called, what it does. The help and the bindings read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from veille.curate.query import filter_names
from veille.i18n import gettext as _
from veille.tui.glyphs import Glyphs

# On an AZERTY keyboard the unshifted row of digits, which needs neither Shift nor AltGr; § is the Mac's 6.
_SLOT_KEYS = (("1", "&"), ("2", "é"), ("3", '"'), ("4", "'"), ("5", "("), ("6", "-", "§"), ("7", "è"))


@dataclass(frozen=True, slots=True)
class Key:
    """The keys of one action, by the names that Textual has for them."""

    action: str
    keys: tuple[str, ...]


def slot_keys(links: int) -> tuple[Key, ...]:
    """The keys of the slots of an issue of ``links``."""
    return tuple(Key(f"slot({number})", keys) for number, keys in enumerate(_SLOT_KEYS[:links], start=1))


ALL_SLOT_KEYS = slot_keys(len(_SLOT_KEYS))
CHOOSING = (
    Key("keep", ("space",)),
    Key("put", ("a",)),
    Key("set_aside", ("x",)),
    Key("dismiss_story", ("X",)),
    Key("theme", ("t",)),
    Key("undo", ("u", "ctrl+z")),
    Key("redo", ("ctrl+r", "ctrl+y")),
)
SLOTS = (
    Key("note", ("n",)),
    Key("notebook", ("E",)),
    Key("segments", ("s",)),
    Key("move(-1)", ("alt+up", "K")),
    Key("move(1)", ("alt+down", "J")),
    Key("take_out", ("delete", "backspace")),
    Key("words", ("e",)),
)
LISTING = (
    Key("filter", ("f", "/")),
    Key("order", ("c",)),
    Key("fold", ("g",)),
    Key("group", ("G",)),
    Key("ungroup", ("D",)),
    Key("open", ("o",)),
    Key("open_kept", ("O",)),
)
# What leads to another screen is the application's to do.
GOING = (
    Key("app.past", ("h",)),
    Key("app.inbox", ("i",)),
    Key("app.charter", ("v",)),
    Key("app.mail", ("p",)),
    Key("app.help", ("?", "f1")),
    Key("app.command_palette", ("ctrl+p",)),
    Key("back", ("escape",)),
    Key("app.leave", ("q", "ctrl+q")),
)
# Those of a pane with a cursor. Tab and Shift+Tab are Textual's own.
MOVING = (
    Key("up", ("up", "k")),
    Key("down", ("down", "j")),
    Key("page_up", ("pageup",)),
    Key("page_down", ("pagedown",)),
    Key("first", ("home",)),
    Key("last", ("end",)),
    Key("read", ("enter",)),
)
# The keys of the other screens.
READING = (Key("leave_reading", ("escape", "q")),)
AUDIENCES = (
    Key("write", ("n",)),
    Key("vary", ("a",)),
    Key("take_away", ("x", "delete", "backspace")),
)
INBOX = (
    Key("accept", ("a",)),
    Key("decline", ("x",)),
    Key("open_page", ("o",)),
)
CHARTER = (
    Key("check_links", ("l",)),
    Key("override", ("r",)),
    Key("approve", ("A",)),
)
PAST = (
    Key("search", ("f", "/")),
    Key("open_page", ("o",)),
)
MAIL = (
    Key("turn(-1)", ("left", "shift+tab")),
    Key("turn(1)", ("right", "tab")),
    Key("open_page", ("o",)),
)


def bindings(*tables: Iterable[Key]) -> list[BindingType]:
    """``tables`` as Textual takes them."""
    return [
        Binding(",".join(key.keys), key.action, show=False, id=key.action)
        for table in tables
        for key in table
    ]


def desk_keys(links: int) -> tuple[Key, ...]:
    """The keys of the desk itself, those of its panes aside."""
    return (*CHOOSING[:2], *slot_keys(links), *CHOOSING[2:], *SLOTS, *LISTING, *GOING)


def chapters(links: int) -> Iterator[tuple[str, Sequence[Key]]]:
    """The keys of the desk under the headings of the help."""
    yield _("Moving"), MOVING
    yield _("Choosing"), (*CHOOSING[:2], *slot_keys(links), *CHOOSING[2:])
    yield _("The slots and their notes"), SLOTS
    yield _("The list"), LISTING
    yield _("Elsewhere"), GOING
    yield _("On the screens that these lead to"), READING
    yield _("Segments of a slot"), AUDIENCES
    yield _("What colleagues propose"), INBOX
    yield _("Past picks"), PAST
    yield _("The charter"), CHARTER
    yield _("The mail"), MAIL


def meaning(action: str) -> str:
    """What ``action`` does, in a few words."""
    name, _bracket, argument = action.partition("(")
    if name == "slot":
        return _("put in slot {slot}, or exchange with it").format(slot=argument.rstrip(")"))
    for words in _MEANINGS:
        if action in (known := words()):
            return known[action]
    raise KeyError(action)


def label(key: str, glyphs: Glyphs) -> str:
    """What is written on a key, such as “Ctrl+R”."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    return "+".join([*(modifier.title() for modifier in modifiers), _caption(name, glyphs, bool(modifiers))])


def labels(key: Key, glyphs: Glyphs) -> str:
    """The captions of all the keys of an action."""
    return " ".join(label(name, glyphs) for name in key.keys)


def _caption(name: str, glyphs: Glyphs, is_modified: bool) -> str:
    captions = {
        "space": _("Space"),
        "enter": _("Enter"),
        "escape": _("Esc"),
        "tab": _("Tab"),
        "delete": _("Del"),
        "backspace": _("Backspace"),
        "pageup": _("PgUp"),
        "pagedown": _("PgDn"),
        "home": _("Home"),
        "end": _("End"),
        "up": glyphs.up,
        "down": glyphs.down,
        "left": glyphs.left,
        "right": glyphs.right,
        "f1": "F1",
    }
    return captions.get(name, name.upper() if is_modified else name)


def _choosing() -> dict[str, str]:
    return {
        "keep": _("keep, or take that back"),
        "put": _("put in the first free slot"),
        "set_aside": _("set aside; in the tray: take out"),
        "dismiss_story": _("set the whole story aside"),
        "theme": _("file under another theme"),
        "undo": _("undo, without limit"),
        "redo": _("redo"),
    }


def _slots() -> dict[str, str]:
    return {
        "note": _("say why it matters"),
        "notebook": _("write all its notes in your editor"),
        "segments": _("notes and variants for segments"),
        "move(-1)": _("move the slot up"),
        "move(1)": _("move the slot down"),
        "take_out": _("take out of its slot"),
        "words": _("subject and introduction of the issue"),
    }


def _listing() -> dict[str, str]:
    return {
        "filter": _("filter: {filters}, and words").format(filters=filter_names()),
        "order": _("by relevance, or by date"),
        "fold": _("open or fold a story"),
        "group": _("group: once on an entry, once on another"),
        "ungroup": _("take a story apart"),
        "open": _("open in the browser"),
        "open_kept": _("open all that is kept"),
    }


def _going() -> dict[str, str]:
    return {
        "app.past": _("search past picks"),
        "app.inbox": _("what colleagues propose"),
        "app.charter": _("the charter, the links, the approval"),
        "app.mail": _("the mail as each segment sees it"),
        "app.help": _("this help"),
        "app.command_palette": _("all the commands, by name"),
        "back": _("back; give up; all entries again"),
        "app.leave": _("leave; everything is saved"),
    }


def _moving() -> dict[str, str]:
    return {
        "up": _("line up"),
        "down": _("line down"),
        "page_up": _("page up"),
        "page_down": _("page down"),
        "first": _("to the first"),
        "last": _("to the last"),
        "read": _("read; in the tray: write its note"),
    }


def _beyond() -> dict[str, str]:
    return {
        "leave_reading": _("back to the desk"),
        "write": _("write its note"),
        "vary": _("give it the entry of the list instead"),
        "take_away": _("take its note or its own link away"),
        "accept": _("accept: keep the entry"),
        "decline": _("decline, with a reason"),
        "open_page": _("open in the browser"),
        "check_links": _("check the links now"),
        "override": _("pass over a blocker, with a reason"),
        "approve": _("approve: freeze the issue"),
        "search": _("search for other words"),
        "turn(-1)": _("previous audience"),
        "turn(1)": _("next audience"),
    }


_MEANINGS: tuple[Callable[[], dict[str, str]], ...] = (_choosing, _slots, _listing, _going, _moving, _beyond)
