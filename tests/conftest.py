"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from veille import i18n
from veille.store import Store, open_store

BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "corpus"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read source strings unless they activate another language themselves."""
    i18n.activate("en")
    yield
    i18n.activate("en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new, empty store in a file."""
    with open_store(tmp_path / "veille.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real feeds, lists and mails; its files are read in place and never copied."""
    folder = Path(os.environ.get("VEILLE_CORPUS", BESIDE_THE_CHECKOUT))
    if not folder.is_dir():
        message = f"left out: no corpus of real material in {folder} (name another with VEILLE_CORPUS)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
