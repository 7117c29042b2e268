"""The letters of an issue: what each segment receives in each language, encoded once and kept for a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from veille.compose.digest import digests_of
from veille.deliver.message import Letter, Mark, letter_from_digest
from veille.model.issue import Issue
from veille.settings import Settings


def letters_of(
    issue: Issue, settings: Settings, overrides: Path, mark: Mark | None = None
) -> Callable[[str, str], Letter]:
    """From a segment and a language to its letter; ``overrides`` is the workspace's folder of templates."""
    digest = digests_of(issue, settings, overrides)

    @cache
    def letter(segment: str, language: str) -> Letter:
        return letter_from_digest(digest(segment, language), language, mark)

    return letter
