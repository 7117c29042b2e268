"""``veille people``: colleagues and their segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.files import read_bytes, write_bytes
from veille.cli.front import front_of
from veille.cli.output import EXIT_PARTLY, Output
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.person import Person, PersonStatus, normalised_address

if TYPE_CHECKING:
    from veille.deliver.roster import ImportReport

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
    name: Annotated[str, typer.Option(help=_("Their name."))] = "",
    language: Annotated[str, typer.Option(metavar="XX", help=_("fr or en; the digest's by default."))] = "",
) -> None:
    from veille.deliver import people

    front = front_of(context)
    with front.house() as house:
        person = Person(
            address=normalised_address(address),
            name=name.strip(),
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
    context: typer.Context, file: Annotated[Path, typer.Argument(help=_("A CSV file, as Excel saves it."))]
) -> None:
    from veille.deliver.roster import import_roster, read_roster

    front = front_of(context)
    with front.house() as house:
        roster = read_roster(read_bytes(file), house.settings)
        report = import_roster(house.store, roster)
    _show_faults(front.output, file, report)
    front.output.result(_report_as_json(report), lambda: _show_import(front.output, report))
    if report.invalid:
        raise typer.Exit(EXIT_PARTLY)


@app.command("export", help=_("Write everybody as CSV.\n\nExample: veille people export colleagues.csv"))
def export_people(
    context: typer.Context, file: Annotated[Path, typer.Argument(help=_("The file to write."))]
) -> None:
    from veille.deliver.roster import write_roster
    from veille.store.people import all_people

    front = front_of(context)
    with front.house() as house, house.store.transaction() as transaction:
        people = all_people(transaction)
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
    "forget",
    help=_(
        "Erase somebody for good."
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
        person = people.forget_person(house.store, known_as, house.clock.now(), dry_run=True)
        if not dry_run:
            if not yes:
                front.output.confirm(
                    _("Erase {address} for good? Type the address to confirm: ").format(address=known_as),
                    known_as,
                )
            people.forget_person(house.store, known_as, house.clock.now(), dry_run=False)
    _give_one(
        front.output, person, _("Would be forgotten: {address}") if dry_run else _("Forgotten: {address}")
    )


def _show_faults(output: Output, file: Path, report: ImportReport) -> None:
    for fault in report.invalid:
        output.notice(
            _("{file}, line {line}: {message}").format(file=file, line=fault.line, message=fault.message)
        )


def _show_import(output: Output, report: ImportReport) -> None:
    for move in report.moved:
        output.line(
            _("Moved: {address}, from {before} to {after}").format(
                address=move.address, before=move.before, after=move.after
            )
        )
    output.line(
        _(
            "{added} added, {moved} moved, {updated} updated, {unchanged} unchanged, {invalid} left out."
        ).format(
            added=report.added,
            moved=len(report.moved),
            updated=report.updated,
            unchanged=report.unchanged,
            invalid=len(report.invalid),
        )
    )


def _report_as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "added": report.added,
        "moved": len(report.moved),
        "updated": report.updated,
        "unchanged": report.unchanged,
        "moves": [asdict(move) for move in report.moved],
        "invalid": [asdict(fault) for fault in report.invalid],
    }


def _give_one(output: Output, person: Person, said: str) -> None:
    output.result(
        {"people": [_as_json(person)]},
        lambda: output.line(said.format(address=person.address, segment=person.segment)),
    )


def _give(output: Output, people: Sequence[Person]) -> None:
    columns = (_("Address"), _("Name"), _("Segment"), _("Language"), _("Status"))
    rows = [
        (person.address, person.name, person.segment, person.language, _status_label(person.status))
        for person in people
    ]
    output.result({"people": [_as_json(person) for person in people]}, lambda: output.table(columns, rows))


def _status_label(status: PersonStatus) -> str:
    return _("active") if status is PersonStatus.ACTIVE else _("unsubscribed")


def _as_json(person: Person) -> dict[str, Any]:
    return {
        "address": person.address,
        "name": person.name,
        "segment": person.segment,
        "language": person.language,
        "status": person.status,
    }
