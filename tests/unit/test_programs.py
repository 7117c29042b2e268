"""What a test needs and does not find is never left out in silence."""

from __future__ import annotations

import pytest

import programs


@pytest.fixture
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(programs, "_BESIDE_THE_PATH", ())


@pytest.mark.usefixtures("_nothing_installed")
def test_without_its_program_a_test_is_left_out_and_says_how_to_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"left out: no dovecot \(apt-get .* dovecot-imapd\)"):
        programs.program("dovecot")


@pytest.mark.usefixtures("_nothing_installed")
def test_in_ci_a_missing_program_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="dovecot-imapd"):
        programs.program("dovecot")
