"""Text being written, kept in a file of the workspace until it is saved: no key typed is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from veille.curate.notebook import Section, notes_from_text, text_from_notes
from veille.errors import StorageError, reason_of
from veille.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Draft:
    """The file in which some sections wait; there is none once they are saved."""

    file: Path

    @property
    def exists(self) -> bool:
        """Whether something was left unsaved, by a desk that was killed or an editor that failed."""
        return self.file.is_file()

    def taken_up(self, sections: Sequence[Section]) -> tuple[Section, ...]:
        """``sections`` as they were left, or as they are when nothing was."""
        return self.read(sections) if self.exists else tuple(sections)

    def write(self, sections: Sequence[Section]) -> None:
        """Keep ``sections``; whoever is killed meanwhile leaves the older ones."""
        beside = self.file.with_suffix(".new")
        try:
            beside.write_text(text_from_notes(sections), encoding="utf-8", newline="\n")
            beside.replace(self.file)
        except OSError as error:
            raise self._unusable(error) from error

    def read(self, sections: Sequence[Section]) -> tuple[Section, ...]:
        """``sections`` with the texts of the file. ``StorageError`` when it is gone or is no text."""
        try:
            return notes_from_text(self.file.read_text(encoding="utf-8-sig"), sections)
        except OSError as error:
            raise self._unusable(error) from error
        except UnicodeDecodeError as error:
            raise StorageError(
                _("{path} is not UTF-8 text.").format(path=self.file),
                hint=_("What you wrote is still in it: convert it, then edit it once more."),
            ) from error

    def discard(self) -> None:
        """Forget it: what it held is saved."""
        self.file.unlink(missing_ok=True)

    def _unusable(self, error: OSError) -> StorageError:
        said = _("{path} could not be used: {reason}.")
        return StorageError(said.format(path=self.file, reason=reason_of(error)))
