"""The whole examination, in order: what everything stands on, then the work, then the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from veille.clock import Clock
from veille.configuration import read_settings
from veille.doctor import ground, network, work
from veille.doctor.symptom import Symptom, symptom, worst_first
from veille.errors import ConfigError
from veille.settings import Settings
from veille.store import Place, open_store, place_of
from veille.workspace import Workspace

# With one of these, there is no store to look into.
_NO_STORE = {
    "database-missing", "database-damaged", "database-unreachable", "database-newer", "database-older",
}  # fmt: skip


def examine(
    workspace: Workspace, environ: Mapping[str, str], clock: Clock, *, offline: bool
) -> tuple[Symptom, ...]:
    """All that was found, worst first; ``offline`` asks no server. Nothing is changed, not even the schema.

    What cannot be examined because something under it is broken is left out: that comes first.
    """
    found = [*ground.privacy_symptoms(workspace), *ground.disk_symptoms(workspace)]
    try:
        settings = read_settings(workspace.settings_file, environ)
        place = place_of(workspace, settings, environ)
    except ConfigError as error:  # where the store is, they alone could say
        return worst_first([symptom("settings-faulty", error.message, error.hint), *found])
    found += ground.database_symptoms(place)
    found += ground.template_symptoms(workspace, settings)
    if not any(one.code in _NO_STORE for one in found):
        found += _work_symptoms(workspace, place, settings, clock)
    found += network.sender_symptoms(settings, environ)
    if not offline:
        found += network.server_symptoms(settings, environ)
    return worst_first(found)


def _work_symptoms(workspace: Workspace, place: Place, settings: Settings, clock: Clock) -> Iterator[Symptom]:
    now = clock.now()
    with open_store(place, create=False) as store, store.transaction() as transaction:
        yield from work.clock_symptoms(transaction, now)
        yield from work.feed_symptoms(transaction, now)
        yield from work.people_symptoms(transaction, settings.segments)
        yield from work.delivery_symptoms(transaction)
        yield from work.issue_symptoms(transaction, settings, now.astimezone())
        yield from work.archive_symptoms(transaction, workspace, settings)
