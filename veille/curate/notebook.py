"""The notes of a pick as one text to edit, a section for each audience, and that text read back. Pure.

Whatever is typed comes back: a line is passed over only when it is exactly one of those that explain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from veille.i18n import gettext as _

_HEADER = re.compile(r"==\s*(.+?)\s*==")


@dataclass(frozen=True, slots=True)
class Section:
    """A text under its ``name``; ``about`` says what it is about, on one line, and is not read back."""

    name: str
    about: str
    text: str


def text_from_notes(sections: Sequence[Section]) -> str:
    """The text to edit: what explains it, then each section."""
    lines = [*_explanations(), ""]
    for section in sections:
        lines += [f"== {section.name} ==", f"# {section.about}"]
        lines += [_escaped(line, sections) for line in section.text.split("\n")]
        lines.append("")
    return "\n".join(lines)


def notes_from_text(text: str, sections: Sequence[Section]) -> tuple[Section, ...]:
    """``sections`` with their texts as ``text`` has them, without the blank lines around.

    A section that is missing stays as it is: an editor that dies leaves a file cut short, or empty. One that
    stands twice has both its parts. What comes before the first header belongs to the first section.
    """
    current = sections[0].name
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in text.replace("\r\n", "\n").split("\n"):
        name = _header_in(line, sections)
        if name is not None:
            current = name
            found[current].append("")
        elif not _explains(line, sections) and (line.strip() or current in found):
            found[current].append(line[1:] if line[:1] == "\\" and _is_ours(line[1:], sections) else line)
    return tuple(
        replace(section, text="\n".join(found[section.name]).strip()) if section.name in found else section
        for section in sections
    )


def _explanations() -> tuple[str, ...]:
    return (
        "# " + _("Each section is a note. Leave a section empty to say nothing there."),
        "# " + _("These lines, which begin with #, are not sent. Save and leave the editor to go on."),
    )


def _header_in(line: str, sections: Sequence[Section]) -> str | None:
    match = _HEADER.fullmatch(line.strip())
    names = {section.name.casefold(): section.name for section in sections}
    names |= {section.name: section.name for section in sections}  # “Everybody” is no segment “everybody”
    return (names.get(match[1]) or names.get(match[1].casefold())) if match else None


def _explains(line: str, sections: Sequence[Section]) -> bool:
    return line.strip() in {*_explanations(), *(f"# {section.about}".strip() for section in sections)}


def _is_ours(line: str, sections: Sequence[Section]) -> bool:
    """Whether ``line`` is one that only the notebook writes, backslashes before it aside."""
    bare = line.lstrip("\\")
    return _header_in(bare, sections) is not None or _explains(bare, sections)


def _escaped(line: str, sections: Sequence[Section]) -> str:
    return f"\\{line}" if _is_ours(line, sections) else line
