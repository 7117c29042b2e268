"""No sentence reaches a person but through gettext, and no number but through its plural."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from jinja2 import Environment

import veille
from translations import extracted
from veille.resources import shipped

pytestmark = pytest.mark.checkout

HOUSE = Path(veille.__file__).parent
# The demonstration's invented month is written in both languages where it stands.
ROOMS = [path for path in sorted(HOUSE.rglob("*.py")) if path.relative_to(HOUSE).parts[0] != "demo"]
PAGES = [
    path for path in sorted(shipped("templates").rglob("*")) if path.suffix in {".html", ".txt"}
]  # fmt: skip

PROSE = re.compile(r"[^\W\d_]{2,}[ \u00a0][^\W\d_“{]")
# Words, but for names of settings, options, commands and programs.
WORD = re.compile(r"(?<![\w.{\-])[^\W\d_]{2,}(?![\w.}\-])")
CAPITALISED = re.compile(r"[\W\d_]*[A-ZÀ-Ý][a-zà-ÿ’']+[\W\d_]*")
# What the curator types, how Typer's own words are recognised, paths, and SQL are not ours to translate.
NO_PROSE = re.compile(
    r"[\s#]*veille [a-z]|.*\(\?P<|Input should be |/|(?s:.*)\b(?:SELECT|SET|NULL|[A-Z]{4,})\b"
)
TRANSLATING = {"_", "gettext", "ngettext"}
# Not for reading: patterns of text and of dates, names that settings give, the log, and
# the errors of a caller who breaks a contract.
NOT_READ = {
    "SSLError",
    "field",
    "compile",
    "format_date",
    "_labels",
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "ValueError",
    "TypeError",
    "AssertionError",
}
# Whatever is given to these is shown, be it a single word: widgets, tables, lines and errors …
SHOWN = {
    "Static",
    "Label",
    "Button",
    "Binding",
    "add_column",
    "add_columns",
    "confirm",
    "line",
    "notice",
    "notify",
    "table",
}
# … and whatever is given by these names.
SHOWN_AS = {
    "border_subtitle",
    "border_title",
    "description",
    "epilog",
    "help",
    "hint",
    "placeholder",
    "short_help",
    "sub_title",
    "tooltip",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name, node


class Text(NamedTuple):
    """A text of the source, known by its node."""

    key: int
    line: int
    value: str


def texts(node: ast.AST) -> Iterator[Text]:
    for text in ast.walk(node):
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield Text(id(text), text.lineno, text.value)


def not_ours(tree: ast.AST) -> set[int]:
    """The texts that are translated, are docstrings, or reach nobody."""
    found = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for name, call in calls(tree):
        if name in TRANSLATING | NOT_READ:
            given = [*call.args, *(keyword.value for keyword in call.keywords if name in NOT_READ)]
            found |= {text.key for argument in given for text in texts(argument)}
    return found


def shown(tree: ast.AST) -> Iterator[ast.AST]:
    """What is shown, whatever it says."""
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg=str(name), value=value) if name in SHOWN_AS:
                yield value
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in SHOWN_AS | {"title"}:
                yield value
    for name, call in calls(tree):
        if name in SHOWN or (name.endswith("Error") and name not in NOT_READ):
            yield from call.args


def in_functions(tree: ast.AST) -> set[int]:
    return {
        text.key
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Call)
        for text in texts(node)
    }


def sentences(source: str) -> list[str]:
    """What ``source`` says past gettext, as by line: prose, and single words where they are shown."""
    tree = ast.parse(source)
    passed_over = not_ours(tree)
    said_there = {text.key for value in shown(tree) for text in texts(value) if WORD.search(text.value)}
    inside = in_functions(tree)
    return [
        f"{text.line}: {text.value}"
        for text in texts(tree)
        if text.key not in passed_over
        and not NO_PROSE.match(text.value)
        and (
            (text.key in said_there and (PROSE.search(text.value) or CAPITALISED.fullmatch(text.value)))
            # Outside of functions stand lists of words as well: there a sentence begins like one.
            or (PROSE.search(text.value) and (text.key in inside or text.value[:1].isupper()))
        )
    ]


def bare_colons(source: str) -> list[int]:
    """The lines where an f-string sets a colon after a name, as English does and French does not."""
    return [
        text.lineno
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for before, after in pairwise(text.values)
        if isinstance(before, ast.FormattedValue) and isinstance(after, ast.Constant)
        if str(after.value).startswith(": ") or (after.value == ":" and after is text.values[-1])
    ]


def words_of(source: str) -> str:
    """What a template says past gettext: what is left of it without expressions, tags, styles and scripts."""
    # Two blocks of the archive's frame stand within its tags.
    source = re.sub(r"{% block (type|holds) %}.*?{% endblock %}", "", source)
    data = "".join(text for _line, kind, text in Environment(autoescape=True).lex(source) if kind == "data")
    named = re.findall(r'\b(?:alt|aria-label|placeholder|title)="([^"]*)"', data)
    prose = re.sub(r"<(style|script).*?</\1>|<[^>]*>|&\w+;|default-src[^>]*", " ", data, flags=re.DOTALL)
    return " ".join(word for text in [*named, prose] for word in re.findall(r"[^\W\d_]{2,}", text))


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_sentence_bypasses_gettext(path: Path) -> None:
    assert sentences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'raise RuleError("This cannot be done.")',
        'raise RuleError("Impossible")',
        'raise RuleError(_("So"), hint="Try it again.")',
        'raise RuleError(_("So"), hint="Retry")',
        'def f():\n    output.line(f"{number} feeds were read")',
        'def f():\n    """What it says."""\n    title = "The desk"\n    return title',
        'TITLE = "The desk"',
        'HEADS = ("The first of them", "Another")',
        'app = typer.Typer(help="Choose five links.")',
        'limit = typer.Option(help="Limit")',
        'output.table(("Title", "Feed"), rows)',
        'output.table([_("Title"), "Feed"], rows)',
        'Static("Loading…")',
        'Label("Tray")',
        'BINDINGS = [Binding("q", "quit", "Quit")]',
        'self.border_title = "Tray"',
        'Input(placeholder="Search")',
        'self.notify(f"Saved {name}")',
        'def f():\n    raise StorageError("It could not be read")',
    ],
)
def test_a_sentence_past_gettext_is_noticed(source: str) -> None:
    assert sentences(source)


# What is read there; the headers of mail and the language of filters have colons of their own.
SPEAKING = [path for path in ROOMS if path.relative_to(HOUSE).parts[0] in {"cli", "tui", "doctor", "deliver"}]


@pytest.mark.parametrize(
    "path", [*SPEAKING, HOUSE / "configuration.py"], ids=lambda path: str(path.relative_to(HOUSE))
)
def test_no_colon_bypasses_gettext(path: Path) -> None:
    colons = bare_colons(path.read_text(encoding="utf-8"))

    assert len(colons) == (1 if path == HOUSE / "deliver" / "message.py" else 0)


def test_a_colon_past_gettext_is_noticed() -> None:
    assert bare_colons('f"{title}: {count}"')
    assert bare_colons('f"  {segment}:"')
    assert not bare_colons('f"{host}:{port}"')


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_says_anything_past_gettext(path: Path) -> None:
    # The technologies that the accessibility statement must name.
    assert words_of(path.read_text(encoding="utf-8")) in {"", "HTML CSS SVG JavaScript"}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Bonjour</p>",
        '<p>{{ gettext("Hello") }} dear</p>',
        '<img alt="The logo" src="{{ logo }}">',
        "{% if a %}Yes{% endif %}",
    ],
)
def test_a_template_that_speaks_by_itself_is_noticed(source: str) -> None:
    assert words_of(source)


# Never said of one: a list this long, this many at once, a bound that is higher.
ALWAYS_SEVERAL = {
    "it has {count} characters: too many",
    "Set aside: the {count} entries of this story.",
    "Slot {number} is empty; an issue has {count} links.",
    "The introduction has {count} characters, of {highest} at most.",
    "The server refused {count} people running: {reply}",
    "The title has {count} characters; beyond {highest} mailboxes cut a subject.",
    "The {count} slots are taken.",
    "{count} at once are too many.",
    "{count} links come from {source}.",
    "{domain} has {count} SPF records; receivers then trust none.",
    "{host} redirects more than {count} times.",
}


def test_a_number_and_its_noun_agree() -> None:
    """ "3 feed(s)" and "1 feeds" are what ngettext is for."""
    said = {message.id for message in extracted() if isinstance(message.id, str)}

    unbending = {text for text in said if re.search(r"\{count\} \w+s\b|\{count\} people\b", text)}
    assert unbending - ALWAYS_SEVERAL == set()
    assert {text for text in said if re.search(r"\w\((e?s|e|x|ies)\)", text)} == set()
