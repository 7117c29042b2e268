"""veille.toml: everything or, with every fault named, nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from veille.configuration import read_settings
from veille.errors import ConfigError
from veille.settings import Label, Settings


def settings_of(tmp_path: Path, text: str, **environ: str) -> Settings:
    path = tmp_path / "veille.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, environ)


def test_without_a_file_every_default_works(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "veille.toml", {}) == Settings()


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[digest]\nlinks = 4\n[collect]\nallow_private = ["10.0.0.0/8"]\n')

    assert settings.digest.links == 4
    assert settings.digest.name == "La veille"
    assert settings.collect.allow_private == ("10.0.0.0/8",)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "\ufeff[digest]\nlinks = 4\n").digest.links == 4


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "veille.toml"
    path.write_bytes('[digest]\ninstitution = "Musée"\n'.encode("cp1252"))

    with pytest.raises(ConfigError, match="not UTF-8"):
        read_settings(path, {})


def test_segments_are_named_plainly_or_by_language(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, '[segments]\npublics = "Publics"\nregie = { fr = "Régie", en = "Registrars" }\n'
    )

    assert settings.segments == {
        "publics": Label({"fr": "Publics"}),
        "regie": Label({"fr": "Régie", "en": "Registrars"}),
    }
    assert settings.segment_label("publics", "en") == "Publics"
    assert settings.segment_label("regie", "en") == "Registrars"
    assert settings.segment_label("ancien", "fr") == "ancien"
    assert settings.theme_label("ancien", "fr") == "ancien"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        '[smtp]\nhost = "a.example"\nport = 25\n',
        VEILLE_SMTP_HOST="b.example",
        VEILLE_DIGEST_LINKS="6",
        VEILLE_COLLECT_ALLOW_PRIVATE="10.0.0.0/8, 127.0.0.0/8",
    )

    assert (settings.smtp.host, settings.smtp.port, settings.digest.links) == ("b.example", 25, 6)
    assert settings.collect.allow_private == ("10.0.0.0/8", "127.0.0.0/8")


def test_rules_of_the_charter_are_weighed_by_code(tmp_path: Path) -> None:
    written = settings_of(tmp_path, '[charter]\nnote_min = 80\nrules = { same-source = "blocker" }\n').charter
    as_table = settings_of(tmp_path, '[charter.rules]\nsame-source = "blocker"\n').charter
    from_environment = settings_of(
        tmp_path, "", VEILLE_CHARTER_RULES="generic-words=off, same-source=blocker"
    ).charter

    assert (written.note_min, written.note_max) == (80, 320)
    assert written.rules == as_table.rules == {"same-source": "blocker"}
    assert from_environment.rules == {"generic-words": "off", "same-source": "blocker"}


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ('{ same-sourc = "off" }', r"line 2: charter\.rules: .*did you mean “same-source”"),
        ('{ zzz = "off" }', "known here: note-missing"),
        ('{ slot-empty = "off" }', "“slot-empty” always blocks"),
        ('{ same-source = "error" }', "not one of blocker, warning, off"),
        ("{ same-source = 1 }", "texts by name"),
        ('["same-source"]', "texts by name"),
    ],
)
def test_a_rule_that_is_none_is_refused_with_the_nearest_one(
    tmp_path: Path, rules: str, complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint):
        settings_of(tmp_path, f"[charter]\nrules = {rules}\n")


def test_every_fault_is_named_with_its_line_and_nothing_is_used(tmp_path: Path) -> None:
    text = "\n".join(
        (
            "[digest]",
            "linkz = 4",
            "links = 9",
            'language = "de"',
            "",
            "[curator]",
            'address = "not an address"',
            "[colect]",
            "hosts_at_once = 3",
            "[smtp]",
            'port = "25"',
            "[segments]",
            "publics = 3",
        )
    )

    with pytest.raises(ConfigError) as refusal:
        settings_of(tmp_path, text)

    message = refusal.value.message
    assert refusal.value.exit_code == 5
    for line in (2, 3, 4, 7, 8, 11, 13):
        assert f"line {line}:" in message
    assert "did you mean “links”" in message
    assert "did you mean “collect”" in message


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ('[mail]\nfrom_address = "élise@musee.example"', "accents before the @"),
        ('[curator]\naddress = "élise@musee.example"', "accents before the @"),
        ('[mail]\nunsubscribe_url = "http://musee.example/leave?{id}"', "not an https address"),
        ('[mail]\nunsubscribe_url = "https://musee.example/leave"', r"must hold \{id\} once"),
        ('[mail]\nunsubscribe_url = "https://musee.example/{id}/{id}"', r"must hold \{id\} once"),
        ('[mail]\ndkim_selector = "veille 2026"', "“veille 2026” is not a name"),
        ('[smtp]\ntoken_url = "http://login.example/token"', "not an https address"),
    ],
)
def test_what_would_not_be_safe_to_send_with_is_refused(tmp_path: Path, setting: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        settings_of(tmp_path, setting)


def test_what_is_safe_to_send_with_is_taken(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
[mail]
unsubscribe_url = "https://musee.example/leave?id={id}"
dkim_selector = "veille.2026"
[smtp]
token_url = "https://login.example/tenant/token"
""",
    )

    assert settings.mail.unsubscribe_url.endswith("{id}")
    assert settings.mail.dkim_selector == "veille.2026"
    assert settings.smtp.token_url.startswith("https://login")


def test_an_unknown_key_far_from_all_lists_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="known here: name, institution"):
        settings_of(tmp_path, "[digest]\nzzzzzz = 1\n")


@pytest.mark.parametrize(
    "text",
    [
        '[look]\naccent = "#FFCC00"\n',
        '[look]\naccent = "rouge"\n',
        '[curator]\nname = "a\\nBcc: x"\n',
        '[archive]\nurl = "javascript:x"\n',
        '[collect]\nallow_private = ["everything"]\n',
        '[collect]\nallow_private = "10.0.0.0/8"\n',
        '[mail]\ntransport = "pigeon"\n',
        "[segments]\n",
        '[segments]\n"Été" = "x"\n',
        "[digest]\nlinks = true\n",
        "digest = 3\n",
        "[digest\n",
        '[themes]\npublics = { de = "x" }\n',
        '[archive]\nsegment_notes = "yes"\n',
        "[archive]\nsegment_notes = 1\n",
        '[accessibility]\naudited_on = "30/11/2026"\n',
        '[look]\nlogo = "veille.db"\n',
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        settings_of(tmp_path, text)


@pytest.mark.parametrize(
    ("line", "measured"), [('accent = "#FFCC00"', r"1\.4"), ('accent_dark = "#9A3412"', r"2\.5")]
)
def test_an_unreadable_accent_is_refused_with_its_measured_contrast(
    tmp_path: Path, line: str, measured: str
) -> None:
    with pytest.raises(ConfigError, match=rf"contrast of {measured}"):
        settings_of(tmp_path, f"[look]\n{line}\n")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VEILLE_DIGEST_LINKS", "five"),
        ("VEILLE_SMTP_PORT", "0"),
        ("VEILLE_CHARTER_RULES", "typography"),
        ("VEILLE_ARCHIVE_SEGMENT_NOTES", "oui"),
    ],
)
def test_a_faulty_variable_is_named(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=variable):
        settings_of(tmp_path, "", **{variable: value})


def test_what_is_true_or_false_is_said_so(tmp_path: Path) -> None:
    text = '[archive]\nsegment_notes = true\n[accessibility]\naudited_on = "2026-11-30"\n'

    assert settings_of(tmp_path, text).archive.segment_notes is True
    assert settings_of(tmp_path, text, VEILLE_ARCHIVE_SEGMENT_NOTES="false").archive.segment_notes is False


def test_secrets_are_no_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="password"):
        settings_of(tmp_path, '[smtp]\npassword = "x"\n')
