"""``veille people``: colleagues and their segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.files import read_bytes, write_bytes
from veille.cli.front import Front, front_of
from veille.cli.output import EXIT_PARTLY, Output
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.person import (
    ImportedLine,
    LineOutcome,
    Person,
    PersonStatus,
    is_address,
    normalised_address,
    status_label,
)
from veille.model.plaintext import one_line
from veille.privacy import make_private

if TYPE_CHECKING:
    from veille.deliver.people import Forgotten

app = typer.Typer(
    name="people",
    help=_("List, add, import, move and forget people."),
    no_args_is_help=True,
)

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help=_("An e-mail address."))]


@app.command("list", help=_("List everybody, by segment.\n\nExample: veille people list"))
def list_people(context: typer.Context) -> None:
    from veille.store.people import all_people

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        people = all_people(transaction)
    _give(front.output, people)


@app.command(
    "add",
    help=_("Add one person.\n\nExample: veille people add camille@musee.example --segment publics"),
)
def add_person(
    context: typer.Context,
    address: Address,
    segment: Annotated[str, typer.Option(metavar="SEGMENT", help=_("Their department."))],
    name: Annotated[str, typer.Option(metavar="NAME", help=_("Their name."))] = "",
    language: Annotated[str, typer.Option(metavar="XX", help=_("fr or en; the digest's by default."))] = "",
) -> None:
    from veille.deliver import people

    front = front_of(context)
    with front.house() as house:
        person = Person(
            address=normalised_address(address),
            name=one_line(name),
            segment=house.segment(segment),
            language=house.language(language or house.settings.digest.language),
            status=PersonStatus.ACTIVE,
        )
        people.add_person(house.store, person)
    _give_one(front.output, person, _("Added: {address}, {segment}"))


@app.command(
    "import",
    help=_(
        "Add and move people from a CSV file."
        "\n\nIts columns: address, name, segment, language. Nobody is removed."
        "\n\nExample: veille people import colleagues.csv"
    ),
)
def import_people(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A CSV file, as Excel saves it."))],
) -> None:
    from veille.deliver.roster import import_roster, read_roster

    front = front_of(context)
    with front.house() as house:
        roster = read_roster(read_bytes(file), house.settings)
        lines = import_roster(house.store, roster)
    _give_import(front.output, lines)
    if any(line.outcome is LineOutcome.INVALID for line in lines):
        raise typer.Exit(EXIT_PARTLY)


@app.command(
    "export",
    help=_(
        "Write everybody as CSV; or show everything that is held about one person."
        "\n\nExample: veille people export colleagues.csv"
        "\n\nExample: veille people export camille@musee.example --json"
    ),
)
def export_people(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(metavar="FILE|ADDRESS", help=_("The file to write, or somebody's e-mail address.")),
    ],
) -> None:
    from veille.cli.dossier import give_dossier
    from veille.deliver.dossier import dossier_of

    front = front_of(context)
    if is_address(target):
        with front.house() as house:
            give_dossier(front.output, dossier_of(house.store, house.workspace, normalised_address(target)))
    else:
        _export_everybody(front, Path(target))


def _export_everybody(front: Front, file: Path) -> None:
    from veille.deliver.roster import write_roster
    from veille.store.people import all_people

    with front.house() as house, house.store.transaction() as transaction:
        people = all_people(transaction)
    make_private(file)
    write_bytes(file, write_roster(people))
    front.output.result(
        {"file": file, "people": len(people)},
        lambda: front.output.line(
            ngettext(
                "{count} person written to {file}", "{count} people written to {file}", len(people)
            ).format(count=len(people), file=file)
        ),
    )


@app.command(
    "move",
    help=_("Put somebody in another segment.\n\nExample: veille people move camille@musee.example numerique"),
)
def move_person(
    context: typer.Context,
    address: Address,
    segment: Annotated[str, typer.Argument(metavar="SEGMENT", help=_("Their new department."))],
) -> None:
    from veille.deliver import people

    front = front_of(context)
    with front.house() as house:
        person = people.move_person(house.store, normalised_address(address), house.segment(segment))
    _give_one(front.output, person, _("Moved: {address}, {segment}"))


@app.command(
    "unsubscribe",
    help=_("Stop writing to somebody, at once.\n\nExample: veille people unsubscribe camille@musee.example"),
)
def unsubscribe_person(context: typer.Context, address: Address) -> None:
    from veille.deliver import people

    front = front_of(context)
    with front.house() as house:
        person = people.unsubscribe_person(house.store, normalised_address(address))
    _give_one(front.output, person, _("Unsubscribed: {address}"))


@app.command(
    "resubscribe",
    help=_(
        "Write again to somebody who unsubscribed and wishes to return, or whose address is good again."
        "\n\nExample: veille people resubscribe camille@musee.example"
    ),
)
def resubscribe_person(context: typer.Context, address: Address) -> None:
    from veille.deliver import people

    front = front_of(context)
    with front.house() as house:
        person = people.resubscribe_person(house.store, normalised_address(address))
    _give_one(front.output, person, _("Subscribed again: {address}"))


@app.command(
    "forget",
    help=_(
        "Erase somebody for good, and their messages in outgoing/."
        "\n\nOnly a hash stays, so that no import brings them back."
        "\n\nExample: veille people forget camille@musee.example"
    ),
)
def forget_person(
    context: typer.Context,
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say who would be erased; erase nothing."))
    ] = False,
) -> None:
    from veille.deliver import people

    front = front_of(context)
    known_as = normalised_address(address)
    with front.house() as house:

        def forget(*, dry_run: bool) -> Forgotten:
            return people.forget_person(
                house.store, house.workspace, known_as, house.clock.now(), dry_run=dry_run
            )

        forgotten = forget(dry_run=True)
        if not dry_run:
            if not yes:
                _confirm_forgetting(front.output, forgotten)
            forgotten = forget(dry_run=False)
    _give_forgotten(front.output, forgotten, dry_run=dry_run)
    if forgotten.stuck:
        raise typer.Exit(EXIT_PARTLY)


def _give_import(output: Output, lines: Sequence[ImportedLine]) -> None:
    counts = Counter(line.outcome for line in lines)

    def show() -> None:
        columns = (_("Line"), _("Outcome"), _("Address"), _("Detail"))
        rows = [(str(line.line), _outcome_label(line.outcome), line.address, line.detail) for line in lines]
        output.table(columns, rows)
        said = _(
            "{added} added, {moved} moved, {updated} updated, {unchanged} unchanged, {invalid} left out."
        )
        output.line(said.format(**{outcome: counts[outcome] for outcome in LineOutcome}))

    document: dict[str, Any] = {str(outcome): counts[outcome] for outcome in LineOutcome}
    output.result(document | {"lines": [asdict(line) for line in lines]}, show)


def _outcome_label(outcome: LineOutcome) -> str:
    labels = {
        LineOutcome.ADDED: _("added"),
        LineOutcome.MOVED: _("moved"),
        LineOutcome.UPDATED: _("updated"),
        LineOutcome.UNCHANGED: _("unchanged"),
        LineOutcome.INVALID: _("left out"),
    }
    return labels[outcome]


def _give_one(output: Output, person: Person, said: str) -> None:
    output.result(
        {"people": [_as_json(person)]},
        lambda: output.line(said.format(address=person.address, segment=person.segment)),
    )


def _confirm_forgetting(output: Output, forgotten: Forgotten) -> None:
    address, messages = forgotten.address, len(forgotten.messages)
    if messages:
        output.notice(_messages_to_erase(messages))
    output.confirm(
        _("Erase {address} for good? Type the address to confirm: ").format(address=address), address
    )


def _give_forgotten(output: Output, forgotten: Forgotten, *, dry_run: bool) -> None:
    messages = len(forgotten.messages)
    erased = ngettext("{count} message of theirs erased.", "{count} messages of theirs erased.", messages)

    def show() -> None:
        said = _("Would be forgotten: {address}") if dry_run else _("Forgotten: {address}")
        output.line(said.format(address=forgotten.address))
        output.line(_messages_to_erase(messages) if dry_run else erased.format(count=messages))

    document = {
        "people": [_as_json(forgotten.person)] if forgotten.person else [],
        "messages": messages,
        "left": [asdict(stuck) for stuck in forgotten.stuck],
        "thanked_in": [str(month) for month in forgotten.thanked_in],
    }
    output.result(document, show)
    for month in forgotten.thanked_in:
        output.notice(_("The issue of {month} thanks them by name; it cannot change.").format(month=month))
    for stuck in forgotten.stuck:
        said = _("{path} could not be erased: {reason}. If it is a message to them, delete it yourself.")
        output.notice(said.format(path=stuck.path, reason=stuck.reason))


def _messages_to_erase(count: int) -> str:
    said = ngettext("{count} message to them to erase.", "{count} messages to them to erase.", count)
    return said.format(count=count)


def _give(output: Output, people: Sequence[Person]) -> None:
    columns = (_("Address"), _("Name"), _("Segment"), _("Language"), _("Status"))
    rows = [
        (person.address, person.name, person.segment, person.language, status_label(person.status))
        for person in people
    ]
    output.result({"people": [_as_json(person) for person in people]}, lambda: output.table(columns, rows))


def _as_json(person: Person) -> dict[str, Any]:
    return {
        "address": person.address,
        "name": person.name,
        "segment": person.segment,
        "language": person.language,
        "status": person.status,
    }
