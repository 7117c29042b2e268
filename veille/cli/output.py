"""The only place that prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from veille.errors import RuleError, UsageError, VeilleError, reason_of
from veille.i18n import gettext as _

SCHEMA = 1
EXIT_FAILED = 1
EXIT_REFUSED = 3
EXIT_PARTLY = 4

# (done, total, what) as long work goes on.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Output:
    """How this run speaks: in words and tables, or as one JSON document."""

    as_json: bool

    def result(self, document: Mapping[str, Any], show: Callable[[], None]) -> None:
        """Give the result: ``document`` under ``--json``, else whatever ``show`` prints."""
        if self.as_json:
            text = json.dumps(
                {"schema": SCHEMA, **document}, ensure_ascii=False, indent=2, default=_json_value
            )
            self.line(text)
        else:
            show()

    def line(self, text: str = "") -> None:
        """A line of the result; raises as ``flush`` does."""
        with _standard_output():
            sys.stdout.write(text + "\n")

    def flush(self) -> None:
        """Let go of what waits to be written.

        Raises ``VeilleError`` when standard output takes it no more; leaves without a word when its reader,
        such as ``head``, has gone.
        """
        with _standard_output():
            sys.stdout.flush()

    def notice(self, text: str) -> None:
        """A line beside the result; nothing under ``--json``, whose reader is a program."""
        if not self.as_json:
            sys.stderr.write(text + "\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A plain table: no lines, no colour, as wide as the terminal; what is longer goes on below, whole.

        No line ends in spaces, which a pipe into ``less`` would wrap.
        """
        from rich.console import Console
        from rich.table import Column, Table
        from rich.text import Text

        # An address that is cut can be neither read nor copied.
        whole = [Column(heading, overflow="fold") for heading in columns]
        table = Table(*whole, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        width = None if sys.stdout.isatty() else 240
        console = Console(file=sys.stdout, highlight=False, width=width)
        with _standard_output(), console.capture() as printed:
            console.print(table)
        for line in printed.get().splitlines():
            self.line(line.rstrip())

    def drawable(self, sign: str, instead: str) -> str:
        """``sign`` where standard output can show it, else ``instead``."""
        try:
            sign.encode(sys.stdout.encoding or "ascii")
        except UnicodeEncodeError:
            return instead
        return sign

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A progress bar on a terminal; silence elsewhere."""
        if not sys.stderr.isatty() or self.as_json:
            yield lambda _done, _total, _what: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[what]}", markup=False),
        )
        with Bar(*columns, console=Console(file=sys.stderr), transient=True) as bar:
            task = bar.add_task(label, total=None, what="")
            yield lambda done, total, what: bar.update(task, completed=done, total=total, what=what)

    def confirm(self, question: str, expected: str) -> None:
        """Go on only when the person types ``expected``; ``RuleError`` otherwise, or without a terminal."""
        if not sys.stdin.isatty():
            raise RuleError(
                _("This needs your confirmation, and there is no terminal to ask on."),
                hint=_("Add --yes when you are sure."),
            )
        sys.stderr.write(question)
        sys.stderr.flush()
        if sys.stdin.readline().strip() != expected:
            raise RuleError(_("Not confirmed; nothing was done."))

    def ask(self, prompt: str) -> str | None:
        """The next line of standard input, None at its end; the prompt is shown on a terminal only."""
        self.flush()
        if sys.stdin is None:  # closed by the caller
            return None
        is_terminal = sys.stdin.isatty()
        if is_terminal:
            sys.stderr.write(prompt)
            sys.stderr.flush()
        line = sys.stdin.buffer.readline()
        if is_terminal and not line:
            sys.stderr.write("\n")  # the end of input leaves the cursor behind the prompt
        text = line.decode(sys.stdin.encoding if is_terminal else "utf-8", errors="replace")
        return text.rstrip("\r\n") if line else None

    def canvas_encoding(self) -> str:
        """The encoding of the terminal; ``UsageError`` when it is none on which a screen could be drawn."""
        is_terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
        if is_terminal and os.environ.get("TERM") != "dumb":
            return sys.stdout.encoding
        raise UsageError(
            _("The desk needs a terminal on which it can draw."),
            hint=_("In numbered lines, it works everywhere: veille pick --simple"),
        )

    def error(self, error: VeilleError) -> None:
        """Say what went wrong and what to do next."""
        if self.as_json:
            document = {"code": error.code, "message": error.message, "hint": error.hint}
            text = json.dumps({"schema": SCHEMA, "error": document}, ensure_ascii=False)
        else:
            text = "\n".join(filter(None, (error.message, error.hint)))
        sys.stderr.write(text + "\n")


@contextmanager
def _standard_output() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Python flushes once more on leaving, would fail once more, and show a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise SystemExit(EXIT_FAILED) from error
        raise VeilleError(
            _("The result could not be written to standard output: {reason}.").format(
                reason=reason_of(error)
            ),
            hint=_("What the command did is kept. Is the disk full?"),
        ) from error


def moment_label(moment: datetime | None) -> str:
    """``moment`` in the reader's own time zone, to the minute; a dash for never."""
    return "–" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _json_value(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a result")
