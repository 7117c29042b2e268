"""The orders around the desk: what colleagues propose, the check, the preview and the approval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from veille.cli.front import House
from veille.cli.linear import sentences
from veille.cli.linear.composing import Ask, issue_begun
from veille.cli.linear.manual import Command, form_of
from veille.cli.linear.orders import Order, Reference
from veille.cli.linear.reading import Answer, Line, Reading
from veille.curate import approval
from veille.curate.session import Session
from veille.errors import RuleError, UsageError
from veille.i18n import active_language
from veille.i18n import gettext as _
from veille.model.charter import ABSOLUTE_RULES, Finding, Severity
from veille.model.plaintext import search_key


class Finishing:
    """What leads from five noted picks to an approved issue."""

    def __init__(self, house: House, session: Session, reading: Reading, ask: Ask) -> None:
        self._house = house
        self._session = session
        self._reading = reading
        self._ask = ask
        # By the code of a rule, why it is passed over at the approval.
        self._reasons: dict[str, str] = {}
        self.answers: Mapping[Command, Answer] = {
            Command.SUGGESTIONS: self._suggestions,
            Command.ACCEPT: self._accept,
            Command.DECLINE: self._decline,
            Command.CHECK: self._check,
            Command.PREVIEW: self._preview,
            Command.OVERRIDE: self._override,
            Command.APPROVE: self._approve,
        }

    def _suggestions(self, _order: Order) -> Iterator[str]:
        lines = tuple(Line(one.entry, 0, one) for one in self._session.suggestions())
        if lines:
            yield from self._reading.read_out(lines)
        else:
            yield _("Nobody is waiting for an answer")

    def _accept(self, order: Order) -> Iterator[str]:
        yield self._session.accept(self._suggestion(order.references[0]))

    def _decline(self, order: Order) -> Iterator[str]:
        declined = self._session.decline(self._suggestion(order.references[0]), order.text)
        yield _("Declined: {title}").format(title=declined.suggestion.title)
        yield _("The answer, to copy:")
        yield sentences.Quotation(declined.letter)

    def _suggestion(self, reference: Reference) -> int:
        suggestion = self._reading.line_of(reference).suggestion
        if suggestion is None:
            raise UsageError(
                _("That line is not a suggestion."), hint=_("Hear what colleagues propose: suggestions")
            )
        return suggestion.id

    def _check(self, _order: Order) -> Iterator[str]:
        issue_begun(self._session)
        house = self._house
        yield _("Trying the links: a few seconds")
        approval.try_links(house.store, house.settings, self._session.month, house.clock.now())
        findings = self._findings()
        for finding in findings:
            yield sentences.finding_in_words(finding, house.settings)
        if not findings:
            yield _("Nothing to object to")

    def _preview(self, order: Order) -> Iterator[str]:
        issue = issue_begun(self._session)
        from veille.deliver.preview import write_previews

        house = self._house
        segment = house.any_segment(None if order.segment is None else search_key(order.segment))
        previews = write_previews(
            house.store, house.settings, house.workspace, self._session.month, segment=segment
        )
        if segment is not None:
            yield from sentences.digest_in_words(issue, segment, house.settings)
            return
        for shown in previews:
            label = house.settings.segment_label(shown.segment, active_language())
            yield _("For {segment}: {path}").format(segment=label, path=shown.html_file.as_uri())
        yield _("To hear one here: preview and its name")

    def _override(self, order: Order) -> Iterator[str]:
        issue_begun(self._session)
        blockers = sorted({finding.code for finding in self._blockers()} - {*ABSOLUTE_RULES})
        if order.name not in blockers:
            raise UsageError(
                _("“{code}” is no blocker that can be passed over.").format(code=order.name),
                hint=_("There are: {codes}").format(codes=", ".join(blockers)) if blockers else "",
            )
        if not order.text:
            raise UsageError(
                _("A blocker is passed over for a reason, which is kept."),
                hint=_("Write it so: {form}").format(form=form_of(Command.OVERRIDE)),
            )
        self._reasons[order.name] = order.text
        yield _("Passed over when you approve: {code}").format(code=order.name)

    def _approve(self, _order: Order) -> Iterator[str]:
        issue_begun(self._session)
        if self._session.readonly:
            raise RuleError(self._session.readonly)
        remaining = [finding for finding in self._blockers() if finding.code not in self._reasons]
        for finding in remaining:
            yield sentences.finding_in_words(finding, self._house.settings)
        if remaining:
            yield _("The issue cannot be approved so. Correct this, then: check, and approve")
            return
        month = self._session.month
        typed = self._ask(
            _("Type {month} to freeze the issue; anything else leaves it a draft: ").format(month=month)
        )
        if (typed or "").strip() != str(month):
            yield _("Not confirmed; nothing was done.")
            return
        house = self._house
        approval.approve_issue(
            house.store, house.settings, house.workspace, month, house.clock.now(), reasons=self._reasons
        )
        self._session.refresh_issue()
        yield _("Approved. To send it: quit, then veille send")

    def _findings(self) -> tuple[Finding, ...]:
        house = self._house
        return approval.check_issue(
            house.store, house.settings, house.workspace, self._session.month, house.clock.now()
        )

    def _blockers(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self._findings() if finding.severity is Severity.BLOCKER)
