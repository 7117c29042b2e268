"""People in CSV, as Excel saves it: read line by line with every fault named, imported, and written back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from veille.errors import UsageError
from veille.i18n import LANGUAGES
from veille.i18n import gettext as _
from veille.model.person import (
    ImportedLine,
    LineOutcome,
    Person,
    PersonStatus,
    is_address,
    normalised_address,
)
from veille.model.plaintext import one_line, search_key, shortened
from veille.settings import Label, Settings
from veille.store import Store, Transaction, people

_COLUMNS = {
    "address": (
        *("adresse", "courriel", "e-mail", "email", "mel", "mail", "address"),
        # As Outlook and Excel name it in French and in English.
        *("adresse e-mail", "adresse email", "adresse de messagerie", "adresse electronique"),
        *("e-mail address", "email address"),
    ),
    "name": ("nom", "name"),
    "segment": ("service", "segment", "departement", "department"),
    "language": ("langue", "language"),
    "status": ("statut", "status"),
}
_REQUIRED = ("address", "segment")
_DELIMITERS = ";,\t"
_NAME_MAX_CHARACTERS = 100
# A spreadsheet runs a cell that begins so; an apostrophe in front makes it text again.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class RosterFault:
    """A line that was left out, and why; lines count from 1, the header included."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file says: each person once with the line they stand on, and the lines left out."""

    people: tuple[tuple[int, Person], ...]
    faults: tuple[RosterFault, ...]


class _InvalidLineError(Exception):
    """A line that cannot be used; the text says why."""


def read_roster(data: bytes, settings: Settings) -> Roster:
    """The people of a CSV file with a header line, in any order of columns, French or English.

    The separator may be ``;``, ``,`` or a tab; the text UTF-8 or, as old Excel saves it, Windows-1252. A
    segment is named by its identifier or its label; without a language, the digest's is taken. Raises
    ``UsageError`` when the address or the segment has no column, or when the file cannot be split in cells.
    """
    rows = _rows(_decoded(data))
    _line, header = next(rows, (1, []))
    columns = _columns(header)
    segments = _segment_names(settings.segments)
    found: dict[str, tuple[int, Person]] = {}
    faults: list[RosterFault] = []
    for line, cells in rows:
        try:
            _require_the_columns(cells, columns, len(header))
            person = _person(cells, columns, segments, settings)
            if person.address in found:
                first = found[person.address][0]
                raise _InvalidLineError(
                    _("{address} stands on line {line} already").format(address=person.address, line=first)
                )
            found[person.address] = (line, person)
        except _InvalidLineError as error:
            faults.append(RosterFault(line, str(error)))
    return Roster(tuple(found.values()), tuple(faults))


def import_roster(store: Store, roster: Roster) -> tuple[ImportedLine, ...]:
    """Add who is new, move and rename who changed, in one transaction; nobody is removed.

    Whoever unsubscribed stays so, and whoever asked to be forgotten is not brought back. Returns what
    became of each line, in the order of the file.
    """
    lines = [ImportedLine(fault.line, "", LineOutcome.INVALID, fault.message) for fault in roster.faults]
    with store.transaction() as transaction:
        for line, person in roster.people:
            outcome, detail = _import_person(transaction, person)
            lines.append(ImportedLine(line, person.address, outcome, detail))
    return tuple(sorted(lines, key=lambda line: line.line))


def _import_person(transaction: Transaction, person: Person) -> tuple[LineOutcome, str]:
    known = people.person_of(transaction, person.address)
    if known is None:
        if people.is_suppressed(transaction, person.address):
            return LineOutcome.INVALID, _("this person asked to be forgotten")
        people.save_person(transaction, person)
        return LineOutcome.ADDED, ""
    wanted = replace(person, status=known.status, name=person.name or known.name)
    if wanted == known:
        return LineOutcome.UNCHANGED, ""
    people.save_person(transaction, wanted)
    if wanted.segment != known.segment:
        return LineOutcome.MOVED, f"{known.segment} → {wanted.segment}"
    return LineOutcome.UPDATED, ""


def write_roster(everybody: Iterable[Person]) -> bytes:
    """``everybody`` as a CSV file that Excel opens with its accents and ``read_roster`` reads back."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("adresse", "nom", "service", "langue", "statut"))
    for person in everybody:
        row = (person.address, person.name, person.segment, person.language, person.status.value)
        writer.writerow(tuple(_harmless(cell) for cell in row))
    return out.getvalue().encode("utf-8-sig")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _columns(header: list[str]) -> dict[str, int]:
    names = [search_key(cell.strip()) for cell in header]
    columns = {
        column: position
        for column, known in _COLUMNS.items()
        for position, name in enumerate(names)
        if name in known
    }
    missing = [column for column in _REQUIRED if column not in columns]
    if missing:
        expected = "; ".join("/".join(_COLUMNS[column]) for column in missing)
        raise UsageError(
            _("The first line has no column for: {expected}.").format(expected=expected),
            hint=_("Begin the file with: adresse;nom;service;langue"),
        )
    return columns


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, header included, with the number of the line each begins on."""
    header = next((line for line in text.splitlines() if line.strip(f"{_DELIMITERS} ")), "")
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:  # a quotation mark left open swallows lines until a cell is too long
        raise UsageError(
            _("A cell that begins on line {line} never ends; nothing was imported.").format(line=line),
            hint=_("Look for a quotation mark that is opened there and not closed."),
        ) from error


def _require_the_columns(cells: list[str], columns: Mapping[str, int], expected: int) -> None:
    """Refuse a line shifted by a stray separator or quotation mark; spare empty cells do no harm."""
    too_few = len(cells) <= max(columns[column] for column in _REQUIRED)
    if too_few or any(cell.strip() for cell in cells[expected:]):
        raise _InvalidLineError(
            _("columns: {found} instead of {expected}; look for a stray separator or quotation mark").format(
                found=len(cells), expected=expected
            )
        )


def _person(
    cells: list[str], columns: Mapping[str, int], segments: Mapping[str, str], settings: Settings
) -> Person:
    def cell(column: str) -> str:
        position = columns.get(column, len(cells))
        return _original(cells[position].strip()) if position < len(cells) else ""

    address, segment = normalised_address(cell("address")), cell("segment")
    language = cell("language").lower() or settings.digest.language
    if not is_address(address):
        raise _InvalidLineError(
            _("“{value}” is not an e-mail address").format(value=shortened(one_line(address), 80))
        )
    if search_key(segment) not in segments:
        known = ", ".join(settings.segments)
        raise _InvalidLineError(
            _("unknown segment “{segment}”; known: {known}").format(
                segment=shortened(one_line(segment), 80), known=known
            )
        )
    if language not in LANGUAGES:
        raise _InvalidLineError(
            _("“{language}” is not fr or en").format(language=shortened(one_line(language), 20))
        )
    return Person(
        address=address,
        name=shortened(one_line(cell("name")), _NAME_MAX_CHARACTERS),
        segment=segments[search_key(segment)],
        language=language,
        status=_status(cell("status")),
    )


def _status(text: str) -> PersonStatus:
    # Of our own export only two words count; in a personnel file the column is about contracts.
    word = text.lower()
    left = (PersonStatus.UNSUBSCRIBED, PersonStatus.SUSPENDED)
    return next((status for status in left if word == status), PersonStatus.ACTIVE)


def _segment_names(segments: Mapping[str, Label]) -> dict[str, str]:
    names = {search_key(text): name for name, label in segments.items() for text in label.texts.values()}
    return names | {search_key(name): name for name in segments}


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA_STARTS, "'")) else cell


def _original(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in (*_FORMULA_STARTS, "'") else cell
