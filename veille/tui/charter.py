"""What the charter finds, the check of the links, and the approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from veille.curate.session import Session
from veille.errors import RuleError
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.charter import Finding, Severity
from veille.tui.aside import AsideScreen
from veille.tui.keys import CHARTER, bindings
from veille.tui.pane import CursorPane
from veille.tui.prompts import LineScreen
from veille.tui.strokes import Ink, Stroke, cells_of, padded
from veille.tui.surroundings import Surroundings


class CharterScreen(AsideScreen):
    """The findings, blockers first; from here the issue is approved."""

    KEYS = CHARTER
    BINDINGS: ClassVar[list[BindingType]] = bindings(CHARTER)

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__(session, around)
        self._reasons: dict[str, str] = {}
        self._pane: CursorPane[Finding] = CursorPane(self._draw, id="lines")
        self._detail = Static(markup=False, id="detail")

    def body(self) -> Sequence[Widget]:
        return [self._pane, VerticalScroll(self._detail, id="more")]

    def on_mount(self) -> None:
        self._pane.focus()
        self.heading.say(_("The charter"))
        self.say(_("The issue is being examined…"))
        self.start(self._findings, self._found)

    def action_check_links(self) -> None:
        self.say(_("The links are being checked…"))
        self.start(self._try_links, self._tried)

    def action_override(self) -> None:
        finding = self._pane.current
        if finding is None or finding.severity is not Severity.BLOCKER:
            self.say(_("Only a blocker needs a reason to be passed over."))
            return

        def keep(reason: str | None) -> None:
            if reason and reason.strip():
                self._reasons[finding.code] = reason
                self.say(_("Kept for the approval: {reason}").format(reason=reason))
                self._show()

        question = _("Why pass over “{code}”? The reason is kept.").format(code=finding.code)
        self.app.push_screen(LineScreen(self.around.pen, question), keep)

    def action_approve(self) -> None:
        month = str(self.session.month)

        def confirmed(typed: str | None) -> None:
            if typed is not None and typed.strip() == month:
                self.say(_("The issue is being examined…"))
                self.start(self._approve, self._approved)
            else:
                self.say(_("Not confirmed; nothing was done."))

        question = _("Type {month} to freeze the issue").format(month=month)
        self.app.push_screen(LineScreen(self.around.pen, question), confirmed)

    @on(CursorPane.Moved)
    def _show(self) -> None:
        finding = self._pane.current
        self._detail.update(self._in_full(finding) if finding else "")

    @on(CursorPane.Chosen)
    @on(CursorPane.DoubleClicked)
    def _to_its_slot(self) -> None:
        finding = self._pane.current
        self.dismiss(finding.slot if finding else None)

    def _try_links(self) -> tuple[Finding, ...]:
        from veille.curate.approval import try_links

        around = self.around
        try_links(around.store, around.settings, self.session.month, around.clock.now())
        return self._findings()

    def _approve(self) -> tuple[Finding, ...]:
        from veille.curate.approval import approve_issue

        if self.session.readonly:
            raise RuleError(self.session.readonly)
        around = self.around
        approve_issue(
            around.store,
            around.settings,
            around.workspace,
            self.session.month,
            around.clock.now(),
            reasons=self._reasons,
        )
        return self._findings()

    def _findings(self) -> tuple[Finding, ...]:
        from veille.curate.approval import check_issue

        around = self.around
        return check_issue(
            around.store, around.settings, around.workspace, self.session.month, around.clock.now()
        )

    def _tried(self, findings: Sequence[Finding]) -> None:
        self._found(findings)
        self.say(_("The links were checked."))

    def _approved(self, findings: Sequence[Finding]) -> None:
        self.session.refresh_issue()
        self._found(findings)
        self.say(_("Approved. To mail it: veille send"))

    def _found(self, findings: Sequence[Finding]) -> None:
        self.say("")
        self._pane.show(findings)
        blockers = sum(finding.severity is Severity.BLOCKER for finding in findings)
        warnings = len(findings) - blockers
        counts = (
            ngettext("{count} blocker", "{count} blockers", blockers).format(count=blockers),
            ngettext("{count} warning", "{count} warnings", warnings).format(count=warnings),
        )
        self.heading.say(_("The charter"), ", ".join(counts))
        self._show()

    def _draw(self, finding: Finding, at_cursor: bool, cells: int) -> list[Stroke]:
        glyphs = self.around.pen.glyphs
        blocks = finding.severity is Severity.BLOCKER and finding.code not in self._reasons
        left = [
            Stroke(f"{glyphs.cursor if at_cursor else ' '} ", Ink.ACCENT),
            Stroke(f"{glyphs.no if blocks else glyphs.dot} {finding.slot or ' '} "),
        ]
        ink = Ink.STRONG if at_cursor else Ink.PLAIN
        return [*left, Stroke(padded(finding.message, cells - cells_of(left), glyphs.ellipsis), ink)]

    def _in_full(self, finding: Finding) -> Text:
        is_blocker = finding.severity is Severity.BLOCKER
        shown = Text()
        kind = _("Blocker") if is_blocker else _("Warning")
        shown.append(f"{kind} ({finding.code})\n", "dim")
        shown.append(f"{finding.message}\n", "bold")
        shown.append(finding.remedy)
        if finding.code in self._reasons:
            said = _("To be passed over: {reason}").format(reason=self._reasons[finding.code])
            shown.append(f"\n\n{said}")
        return shown
