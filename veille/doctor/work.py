"""What the work of the month tells: feeds, people, deliveries, the issue, the archive."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from veille.archive.pages import published
from veille.archive.records import issue_files
from veille.curate.countdown import countdown, countdown_words, next_step
from veille.doctor.symptom import Symptom, symptom
from veille.i18n import gettext as _
from veille.i18n import ngettext
from veille.model.delivery import DeliveryState
from veille.model.feed import Feed
from veille.model.health import Condition, health_of
from veille.settings import Settings
from veille.store import Transaction
from veille.store.deliveries import unsettled_by_month
from veille.store.errata import errata_by_month
from veille.store.feeds import all_feeds
from veille.store.health import latest_moment, newest_dates
from veille.store.issues import all_issues
from veille.store.people import count_active
from veille.workspace import Workspace

_COLLECT_OVERDUE = timedelta(days=2)
# A battery that died loses years; the demonstration plays its last day tomorrow.
_CLOCK_SLACK = timedelta(days=2)
_NAMED_AT_MOST = 5


def clock_symptoms(transaction: Transaction, now: datetime) -> Iterator[Symptom]:
    """Whether the clock goes back behind what was already done."""
    latest = latest_moment(transaction)
    if latest and latest > now + _CLOCK_SLACK:
        yield symptom(
            "clock-behind",
            _("The clock says {now}, but something was done at {latest}.").format(
                now=_moment(now), latest=_moment(latest)
            ),
            _("Set the clock of this machine; sends and visits go by it."),
        )


def feed_symptoms(transaction: Transaction, now: datetime) -> Iterator[Symptom]:
    """How the feeds fare, and whether they are visited."""
    feeds = all_feeds(transaction)
    if not feeds:
        yield symptom("feeds-none", _("No feed is followed."), _("Take some: veille feeds import feeds.opml"))
        return
    dates = newest_dates(transaction)
    by_condition: dict[Condition, list[Feed]] = {}
    for feed in feeds:
        by_condition.setdefault(health_of(feed, dates.get(feed.id, ()), now).condition, []).append(feed)
    if broken := by_condition.get(Condition.BROKEN, []):
        said = ngettext(
            "{count} feed has failed for days: {titles}.",
            "{count} feeds have failed for days: {titles}.",
            len(broken),
        )
        yield symptom("feeds-broken", _counted(said, broken), _("What to do for each: veille feeds list"))
    if gone := by_condition.get(Condition.RETIRED, []):
        said = ngettext("{count} feed is gone: {titles}.", "{count} feeds are gone: {titles}.", len(gone))
        yield symptom("feeds-gone", _counted(said, gone), _("Find others, then: veille feeds remove FEED"))
    if silent := by_condition.get(Condition.STALE, []):
        said = ngettext(
            "{count} feed is silent, against its habit: {titles}.",
            "{count} feeds are silent, against their habit: {titles}.",
            len(silent),
        )
        yield symptom("feeds-silent", _counted(said, silent), _("See whether these sites go on."))
    yield from _visits(feeds, now)


def _visits(feeds: Sequence[Feed], now: datetime) -> Iterator[Symptom]:
    due = [feed.next_due_at for feed in feeds if feed.next_due_at]
    # Each visit puts its feed's next one off: since the last of these, none was made.
    if due and max(due) < now - _COLLECT_OVERDUE:
        yield symptom(
            "collect-overdue",
            _("No feed was visited since {moment}, though all are due.").format(moment=_moment(max(due))),
            _("Collect: veille collect. By itself, every morning: veille schedule --install"),
        )


def people_symptoms(transaction: Transaction, segments: Collection[str]) -> Iterator[Symptom]:
    """Whether everybody who is written to belongs to a segment that there is."""
    by_segment = count_active(transaction)
    if not by_segment:
        yield symptom(
            "people-none",
            _("Nobody is written to."),
            _("Import your people: veille people import people.csv"),
        )
    if without := by_segment.pop("", 0):
        said = ngettext(
            "{count} person is in no segment.", "{count} people are in no segment.", without
        ).format(count=without)
        yield symptom("people-segment-missing", said, _("Move each: veille people move ADDRESS SEGMENT"))
    for segment, count in sorted(by_segment.items()):
        if segment not in segments:
            said = ngettext(
                "{count} person is in “{segment}”, which veille.toml does not know; nothing can be sent.",
                "{count} people are in “{segment}”, which veille.toml does not know; nothing can be sent.",
                count,
            ).format(count=count, segment=segment)
            yield symptom(
                "people-segment-unknown",
                said,
                _("Name it under [segments], or move them: veille people move ADDRESS SEGMENT"),
            )


def delivery_symptoms(transaction: Transaction) -> Iterator[Symptom]:
    """What still stands open in the ledger."""
    for month, states in unsettled_by_month(transaction).items():
        uncertain = states[DeliveryState.UNCERTAIN] + states[DeliveryState.SENDING]
        waiting = states[DeliveryState.QUEUED] + states[DeliveryState.DEFERRED]
        if uncertain:
            said = ngettext(
                "{month}: of {count} message nobody knows whether it arrived.",
                "{month}: of {count} messages nobody knows whether they arrived.",
                uncertain,
            ).format(month=month, count=uncertain)
            yield symptom(
                "deliveries-uncertain",
                said,
                _("See them: veille send status --month {month}").format(month=month),
            )
        if waiting:
            said = ngettext(
                "{month}: {count} message still waits.", "{month}: {count} messages still wait.", waiting
            ).format(month=month, count=waiting)
            yield symptom(
                "deliveries-open", said, _("Go on: veille send --month {month}").format(month=month)
            )


def issue_symptoms(transaction: Transaction, settings: Settings, now: datetime) -> Iterator[Symptom]:
    """How long until the issue leaves, and which months had none; ``now`` is local."""
    stand = countdown(
        all_issues(transaction), send_day=settings.schedule.send_day, links=settings.digest.links, now=now
    )
    if stand.missed:
        yield symptom(
            "issue-missed",
            _("There was no issue for {months}.").format(months=", ".join(map(str, stand.missed))),
            _("Nothing to repair; readers may wonder. The next one can say a word of it."),
        )
    code = "issue-late" if stand.days < 0 else "issue-countdown"
    yield symptom(code, countdown_words(stand), next_step(stand))


def archive_symptoms(transaction: Transaction, workspace: Workspace, settings: Settings) -> Iterator[Symptom]:
    """Whether the archive says what the store says, by the data file of each issue."""
    issues = published(all_issues(transaction))
    files = issue_files(issues, errata_by_month(transaction), settings)
    if any(_differs(workspace, path, content) for path, content in files.items()):
        yield symptom(
            "archive-outdated",
            _("The archive in {path} does not show every issue as it is now.").format(path=workspace.archive),
            _("Build it: veille archive build, then publish it: veille archive publish"),
        )


def _differs(workspace: Workspace, path: str, content: bytes) -> bool:
    file = workspace.archive / path
    return not file.is_file() or file.read_bytes() != content


def _counted(said: str, feeds: Sequence[Feed]) -> str:
    titles = ", ".join(feed.title or feed.url for feed in feeds[:_NAMED_AT_MOST])
    more = "…" if len(feeds) > _NAMED_AT_MOST else ""
    return said.format(count=len(feeds), titles=titles + more)


def _moment(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
