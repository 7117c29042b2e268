"""Colleagues in CSV, as institutions really keep them."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW, a_person
from veille.deliver.roster import import_roster, read_roster, write_roster
from veille.errors import UsageError
from veille.model.person import LineOutcome, Person, PersonStatus
from veille.model.plaintext import one_line
from veille.settings import Label, Settings
from veille.store import Store, people

SETTINGS = Settings(
    segments={
        "publics": Label({"fr": "Publics et médiation", "en": "Audiences"}),
        "regie": Label({"fr": "Régie"}),
    }
)


def read(text: str, encoding: str = "utf-8") -> list[Person]:
    roster = read_roster(text.encode(encoding), SETTINGS)
    assert roster.faults == ()
    return [person for _line, person in roster.people]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_excel_is_read_as_it_saves(encoding: str, delimiter: str, newline: str) -> None:
    rows = [["Courriel", "NOM", "Service", "Langue"], ["Élise@x.example", "", "", ""]]
    rows[1] = [" Camille@Musee.Example ", "Camille Élan", "régie", "EN"]

    text = newline.join(delimiter.join(row) for row in rows) + newline

    assert read(text, encoding) == [
        Person("camille@musee.example", "Camille Élan", "regie", "en", PersonStatus.ACTIVE)
    ]


@pytest.mark.parametrize("named", ["publics", "PUBLICS", "Publics et mediation", "audiences"])
def test_a_segment_is_named_as_people_name_it(named: str) -> None:
    assert read(f"adresse;service\na@b.example;{named}\n")[0].segment == "publics"


def test_every_faulty_line_is_named_and_the_others_kept() -> None:
    roster = read_roster(
        (
            b"service;adresse;langue\n"
            b"publics;a@b.example;\n"
            b"\n"
            b"publics;not an address;\n"
            b"sport;c@b.example;\n"
            b"publics;A@b.example;fr\n"
            b"publics;d@b.example;de\n"
            b'publics;"e@b.example\n";fr\n'
            b"regie\n"
            b"regie;f@b.example\n"
        ),
        SETTINGS,
    )

    assert [person.address for _line, person in roster.people] == [
        "a@b.example",
        "e@b.example",
        "f@b.example",
    ]
    assert [fault.line for fault in roster.faults] == [4, 5, 6, 7, 10]
    said = [fault.message for fault in roster.faults]
    assert "publics, regie" in said[1]
    assert "line 2" in said[2]


@pytest.mark.parametrize("text", ["", "nom;langue\nx;fr\n", "adresse\na@b.example\n"])
def test_a_file_without_its_columns_says_what_is_expected(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_roster(text.encode(), SETTINGS)

    assert "adresse;nom;service;langue" in refusal.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "adresse;service;nom\na@b.example;publics;Élan; Camille\n",
        'adresse;nom;service\na@b.example;"Camille;publics\nb@b.example;;publics\n',
        "nom;service;adresse\nCamille;publics\n",
    ],
)
def test_a_shifted_line_is_left_out_whole(text: str) -> None:
    roster = read_roster(text.encode(), SETTINGS)

    assert roster.people == ()
    assert [(fault.line, fault.message.split(";")[0]) for fault in roster.faults] == [
        (2, f"columns: {4 if 'Élan' in text else 2} instead of 3")
    ]


@pytest.mark.parametrize(
    "column", ["Adresse de messagerie", "Adresse électronique", "E-mail Address", "Courriel"]
)
def test_the_address_has_many_names(column: str) -> None:
    assert read(f"{column};Service\na@b.example;publics\n")[0].address == "a@b.example"


def test_spare_empty_cells_are_no_fault() -> None:
    (person,) = read("adresse;service\na@b.example;publics;;\n")

    assert person.segment == "publics"


def test_a_quotation_mark_never_closed_is_named_with_its_line() -> None:
    text = 'adresse;nom;service\n\na@b.example;"Camille;publics\n' + "b@b.example;;publics\n" * 10_000

    with pytest.raises(UsageError, match="line 3"):
        read_roster(text.encode(), SETTINGS)


@pytest.mark.parametrize("before", ["\n", ",,\n", "\r\n \r\n"])
def test_the_header_may_stand_below_empty_lines(before: str) -> None:
    assert len(read(f"{before}adresse,service\na@b.example,publics\n")) == 1


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    text = 'adresse;service;"Notes\n(internes)"\na@b.example;publics;"x\ny"\nnobody;publics;\n'

    roster = read_roster(text.encode(), SETTINGS)

    assert [line for line, _person in roster.people] == [3]
    assert [fault.line for fault in roster.faults] == [5]


def test_a_name_never_carries_a_header_with_it() -> None:
    (person,) = read('adresse;nom;service\na@b.example;"Camille\r\nBcc: x@y.example";publics\n')

    assert person.name == "Camille Bcc: x@y.example"


def test_an_import_adds_moves_updates_and_leaves_alone(store: Store) -> None:
    def imported(text: str) -> tuple[int, ...]:
        outcomes = Counter(
            line.outcome for line in import_roster(store, read_roster(text.encode(), SETTINGS))
        )
        return tuple(outcomes[outcome] for outcome in LineOutcome)

    header = "adresse;nom;service;langue\n"

    assert imported(f"{header}a@b.example;A;publics;fr\nb@b.example;B;publics;fr\n") == (2, 0, 0, 0, 0)
    assert imported(f"{header}a@b.example;A;regie;fr\nb@b.example;Bé;publics;fr\n") == (0, 1, 1, 0, 0)
    assert imported(f"{header}a@b.example;;regie;fr\nb@b.example;Bé;publics;fr\nx;;;\n") == (0, 0, 0, 2, 1)
    with store.transaction() as transaction:
        assert people.require_person(transaction, "a@b.example").name == "A"


def test_nobody_who_left_is_brought_back(store: Store) -> None:
    with store.transaction() as transaction:
        people.save_person(transaction, a_person(1, status=PersonStatus.UNSUBSCRIBED))
        people.save_person(transaction, a_person(2))
        people.forget_person(transaction, a_person(2).address, NOW)
    text = "adresse;service\n" + "".join(f"{a_person(number).address};regie\n" for number in (1, 2))

    lines = import_roster(store, read_roster(text.encode(), SETTINGS))

    assert [(line.line, line.outcome) for line in lines] == [(2, LineOutcome.MOVED), (3, LineOutcome.INVALID)]
    with store.transaction() as transaction:
        (left,) = people.all_people(transaction)
        assert (left.status, left.segment) == (PersonStatus.UNSUBSCRIBED, "regie")


def test_who_unsubscribed_stays_so_in_another_workspace_given_the_export(store: Store) -> None:
    left, stayed = a_person(1, status=PersonStatus.UNSUBSCRIBED), a_person(2)

    import_roster(store, read_roster(write_roster([left, stayed]), SETTINGS))

    with store.transaction() as transaction:
        assert people.all_people(transaction) == (left, stayed)


def test_a_column_about_contracts_unsubscribes_nobody() -> None:
    (person,) = read("adresse;service;statut\na@b.example;publics;titulaire\n")

    assert person.status is PersonStatus.ACTIVE


NAMES = st.text("=+-@'\";,\té Aé", max_size=12).map(one_line)


@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from(("publics", "regie")), st.sampled_from(("fr", "en"))), max_size=6
    )
)
def test_what_is_written_reads_back_and_no_cell_is_a_formula(rows: list[tuple[str, str, str]]) -> None:
    everybody = [
        Person(f"p{number}@musee.example", name, segment, language, PersonStatus.ACTIVE)
        for number, (name, segment, language) in enumerate(rows)
    ]

    written = write_roster(everybody)

    assert read(written.decode("utf-8-sig")) == everybody
    rows_again = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows_again for cell in row)
