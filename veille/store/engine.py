"""Opening the store and its transactions. Every write is durable when its transaction ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from veille.errors import StorageError
from veille.i18n import gettext as _
from veille.privacy import make_private
from veille.store import postgresql, sqlite
from veille.store.migrate import current_revision, lost, migrate
from veille.store.place import Place, shown
from veille.store.snapshot import examine_snapshot

Transaction = Session
# One without the memory of a session: statement after statement, as a send makes them by the thousand.
PlainTransaction = Connection


class Store:
    """An open database. Use it in ``with``; hand transactions, never engines, to the query modules.

    ``is_shared`` when processes of other machines may work in it too.
    """

    def __init__(self, engine: Engine, *, is_shared: bool) -> None:
        self.is_shared = is_shared
        self._engine = engine
        self._beside_others = engine.execution_options(**{postgresql.BESIDE_OTHERS: True})

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self, *, beside_others: bool = False) -> Iterator[Transaction]:
        """A transaction that commits when the block ends well and leaves no trace otherwise.

        Nobody else is at work in the store meanwhile; in a shared one, ``beside_others`` lets others in that
        say so too. Raises ``StorageError`` when the database is locked, full, read-only or damaged.
        """
        engine = self._beside_others if beside_others else self._engine
        with _translated(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def transactions(self) -> Iterator[Callable[[], AbstractContextManager[PlainTransaction]]]:
        """What begins transactions beside others, one after the other over one connection.

        For very many very small ones: a session costs more than what is done in it.
        """
        with _translated():
            connection = self._beside_others.connect()
        with connection:

            @contextmanager
            def transaction() -> Iterator[PlainTransaction]:
                with _translated(), connection.begin():
                    yield connection

            yield transaction

    @contextmanager
    def only_one(self, work: str) -> Iterator[bool]:
        """Whether no other process of a shared store is within its block of the same ``work`` at the moment.

        A dead process is in none. In a store that is not shared, the workspace itself says who is at work.
        """
        if not self.is_shared:
            yield True
            return
        with postgresql.holding(self._beside_others, work) as is_held:
            yield is_held


def open_store(place: Place, *, create: bool = True) -> Store:
    """The store at ``place``, created or migrated to this version's schema first.

    Raises ``StorageError`` when it cannot be opened or is not a veille database. Without ``create``, also
    when it is missing or empty: begun anew, nobody would be unsubscribed and nothing sent any more.
    """
    if isinstance(place, Path):
        if not create and sqlite.is_missing(place):
            raise lost(place)
        if sqlite.is_missing(place):
            make_private(place)  # SQLite gives what it makes beside it the same rights
    engine = _new_engine(place)
    try:
        migrate(engine, place, create=create)
    except StorageError:
        engine.dispose()
        raise
    except DatabaseError as error:
        engine.dispose()
        raise _not_opened(place, error) from error
    return Store(engine, is_shared=not isinstance(place, Path))


def revision_of(place: Place) -> str | None:
    """The schema revision of what stands at ``place``, None where nothing does; it is only looked at.

    Raises ``StorageError`` when it is damaged, or cannot be reached.
    """
    if isinstance(place, Path):
        return None if sqlite.is_missing(place) else examine_snapshot(place)
    engine = _new_engine(place)
    try:
        return current_revision(engine)
    except DatabaseError as error:
        raise _not_opened(place, error) from error
    finally:
        engine.dispose()


def _new_engine(place: Place) -> Engine:
    return sqlite.new_engine(place) if isinstance(place, Path) else postgresql.new_engine(place)


def _not_opened(place: Place, error: DatabaseError) -> StorageError:
    return StorageError(
        _("{path} could not be opened: {reason}.").format(path=shown(place), reason=_reason(error)),
        hint=_("Is it a veille database, and may this account write in its folder?")
        if isinstance(place, Path)
        else _("Is the server reachable, does the database exist, and may this account work in it?"),
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, OverflowError) as error:  # SQLite takes no number beyond 64 bits
        raise StorageError(
            _("The database could not be used: {reason}.").format(reason=_reason(error)),
            hint=_("Nothing of this step was kept. Is the disk full, or another veille at work? Try again."),
        ) from error


def _reason(error: Exception) -> str:
    """The database's own words; their first line, for PostgreSQL repeats the row in the next ones."""
    return str(getattr(error, "orig", error)).partition("\n")[0].rstrip(".")
