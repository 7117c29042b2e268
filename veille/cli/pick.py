"""``veille pick``: the slots of the issue in progress."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.files import STANDARD_INPUT, read_text
from veille.cli.front import front_of
from veille.cli.output import Output
from veille.errors import UsageError
from veille.i18n import gettext as _
from veille.i18n import labelled
from veille.model.issue import Issue, Pick, Slot

if TYPE_CHECKING:
    from veille.cli.front import House
    from veille.curate.desk import Change
    from veille.curate.session import Session
    from veille.model.decision import Decision
    from veille.model.month import Month

app = typer.Typer(
    name="pick",
    help=_(
        "The desk, where the month's links are picked; its commands pick, move, note and list them too."
        "\n\nExample: veille pick"
    ),
    invoke_without_command=True,
)

MonthOption = Annotated[
    str | None,
    typer.Option("--month", metavar="YYYY-MM", help=_("The issue; the one in progress by default.")),
]
SlotNumber = Annotated[int, typer.Argument(metavar="SLOT", help=_("The slot, from 1."))]
SegmentOption = Annotated[
    str | None, typer.Option("--segment", metavar="SEGMENT", help=_("Only for this segment."))
]


@app.callback()
def pick(
    context: typer.Context,
    month: MonthOption = None,
    simple: Annotated[
        bool, typer.Option("--simple", help=_("In numbered lines, for a screen reader or a plain terminal."))
    ] = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    front = front_of(context)
    if front.output.as_json:
        raise UsageError(_("The desk is for people: there is nothing to read in it for a program."))
    encoding = None if simple else front.output.canvas_encoding()
    with front.house() as house:
        from veille.curate.sitting import sitting

        with sitting(house.workspace, house.desk(month), house.clock) as session:
            _sit(house, session, front.output, encoding)


def _sit(house: House, session: Session, output: Output, encoding: str | None) -> None:
    """At the desk drawn on a terminal of that encoding, or in lines."""
    if encoding is None:
        from veille.cli.simple import run_simple

        run_simple(house, session, output, output.ask)
    else:
        from veille.tui.app import open_desk

        open_desk(
            session,
            house.workspace,
            house.settings,
            store=house.store,
            clock=house.clock,
            encoding=encoding,
        )


@app.command(
    "add",
    help=_(
        "Put an entry in a slot, or in the first free one."
        "\n\nWith --segment it becomes that segment's variant, in place of the link that all the others get."
        "\n\nExample: veille pick add 128 --slot 2 --segment collections"
    ),
)
def add(
    context: typer.Context,
    entry: Annotated[
        int, typer.Argument(metavar="ENTRY", help=_("The entry's number in “veille entries list”."))
    ],
    slot: Annotated[
        int | None, typer.Option(metavar="N", help=_("This slot, replacing what is there."))
    ] = None,
    segment: SegmentOption = None,
    month: MonthOption = None,
) -> None:
    front = front_of(context)
    with front.house() as house:
        change = house.desk(month).pick(entry, slot, house.any_segment(segment))
    _give(front.output, change)


@app.command(
    "remove",
    help=_("Empty a slot, or take away one segment's variant.\n\nExample: veille pick remove 2"),
)
def remove(
    context: typer.Context, slot: SlotNumber, segment: SegmentOption = None, month: MonthOption = None
) -> None:
    front = front_of(context)
    with front.house() as house:
        change = house.desk(month).remove(slot, segment)
    _give(front.output, change)


@app.command(
    "move",
    help=_("Exchange two slots, notes and variants included.\n\nExample: veille pick move 4 1"),
)
def move(
    context: typer.Context,
    first: Annotated[int, typer.Argument(metavar="A", help=_("A slot."))],
    second: Annotated[int, typer.Argument(metavar="B", help=_("The slot it changes places with."))],
    month: MonthOption = None,
) -> None:
    front = front_of(context)
    with front.house() as house:
        change = house.desk(month).move(first, second)
    _give(front.output, change)


@app.command(
    "note",
    help=_(
        "Say why a link matters."
        "\n\nTo everybody, or with --segment to one segment, who reads it under “Pour vous”."
        '\n\nExample: veille pick note 2 --segment publics --text "The table by age answers our question."'
    ),
)
def note(
    context: typer.Context,
    slot: SlotNumber,
    *,
    segment: SegmentOption = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help=_("The note; empty to erase it."))] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Read it from a file (- for standard input)."))
    ] = None,
    month: MonthOption = None,
) -> None:
    front = front_of(context)
    words = _words(text, file)
    with front.house() as house:
        change = house.desk(month).note(slot, house.any_segment(segment), words)
    _give(front.output, change)


@app.command("list", help=_("Show the slots, their notes and variants.\n\nExample: veille pick list"))
def list_slots(context: typer.Context, month: MonthOption = None) -> None:
    from veille.store.issues import require_issue

    front = front_of(context)
    with front.house() as house:
        named = house.month(month)
        with house.store.transaction() as transaction:
            issue = require_issue(transaction, named)
    front.output.result(_as_json(issue), lambda: show_slots(front.output, issue))


@app.command(
    "undo",
    help=_(
        "Take back the last act on the month: a pick, a note, an entry kept or set aside…"
        "\n\nThere is no limit, and it works across runs."
        "\n\nExample: veille pick undo"
    ),
)
def undo(context: typer.Context, month: MonthOption = None) -> None:
    front = front_of(context)
    with front.house() as house:
        desk = house.desk(month)
        decision = desk.undo()
        _give_decision(front.output, house, desk.month, _("Undone: {act}"), decision)


@app.command("redo", help=_("Do again what was undone last.\n\nExample: veille pick redo"))
def redo(context: typer.Context, month: MonthOption = None) -> None:
    front = front_of(context)
    with front.house() as house:
        desk = house.desk(month)
        decision = desk.redo()
        _give_decision(front.output, house, desk.month, _("Done again: {act}"), decision)


def show_slots(output: Output, issue: Issue) -> None:
    """Print the slots of ``issue``, each with its notes and variants."""
    for slot in issue.tray.slots:
        if slot.common is None:
            output.line(_("{number}  (empty)").format(number=slot.number))
        for segment, pick in slot.picks():
            label = f"{slot.number}  {pick.title}"
            output.line(label if segment is None else f"   {labelled(segment, pick.title)}")
            output.line("     " + " · ".join(filter(None, (pick.theme, pick.source, pick.url))))
            output.line("     " + (pick.note or _("(no note yet)")))
            for name, text in pick.segment_notes.items():
                output.line(f"     {labelled(name, text)}")


def _words(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        piped = read_text(STANDARD_INPUT) if text is None and not sys.stdin.isatty() else ""
        if piped.strip():
            return piped
        raise UsageError(
            _("A note needs its words: either --text or --file."),
            hint=_('Example: veille pick note 2 --text "Why it matters"'),
        )
    return read_text(file) if file is not None else text or ""


def _give(output: Output, change: Change) -> None:
    removed = change.removed

    def show() -> None:
        if removed is not None:
            output.line(_("Gave way: {title}").format(title=removed.title))
            for words in filter(None, (removed.note, *removed.segment_notes.values())):
                output.line(_("  its note was: {note}").format(note=words))
        show_slots(output, change.issue)

    document = _as_json(change.issue) | {"removed": _pick_as_json(removed) if removed else None}
    output.result(document, show)


def _give_decision(output: Output, house: House, month: Month, said: str, decision: Decision) -> None:
    from veille.curate.wording import words_of_act
    from veille.store.issues import issue_of

    with house.store.transaction() as transaction:
        issue = issue_of(transaction, month)
    sentence = said.format(act=words_of_act(decision))

    def show() -> None:
        output.line(sentence)
        if issue is not None:
            show_slots(output, issue)

    slots = _as_json(issue) if issue else {"issue": str(month), "slots": []}
    output.result(slots | {"act": decision.act, "subject": decision.subject}, show)


def _as_json(issue: Issue) -> dict[str, Any]:
    return {"issue": str(issue.month), "slots": [_slot_as_json(slot) for slot in issue.tray.slots]}


def _slot_as_json(slot: Slot) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "entry": None,
        "title": None,
        "url": None,
        "theme": None,
        "note": "",
        "segment_notes": {},
    }
    return {
        "slot": slot.number,
        **(_pick_as_json(slot.common) if slot.common else empty),
        "variants": {segment: _pick_as_json(pick) for segment, pick in sorted(slot.variants.items())},
    }


def _pick_as_json(pick: Pick) -> dict[str, Any]:
    return {
        "entry": pick.entry,
        "title": pick.title,
        "url": pick.url,
        "theme": pick.theme,
        "note": pick.note,
        "segment_notes": dict(pick.segment_notes),
    }
