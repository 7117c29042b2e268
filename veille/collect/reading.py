"""Reading feeds in processes of their own: on all cores while others are fetched, and stopped when too slow.

A parser can be made to work for minutes by a few kilobytes. Here it has seconds; whatever it does with
them, the other feeds go on.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from veille import i18n
from veille.errors import ParseError
from veille.i18n import gettext as _
from veille.model.feed import ParsedFeed
from veille.model.urls import host_name

if TYPE_CHECKING:
    from pebble import ProcessPool

_CPU_SECONDS = 5
# On a busy machine five seconds of work take longer; where the system cannot count them, this is all.
_WALL_SECONDS = 30
# Each holds some 30 MB.
_MOST_PROCESSES = 4


class Readers:
    """Processes that read feeds; use them in ``with``. The first starts when there is something to read."""

    def __init__(self, cpu_seconds: int = _CPU_SECONDS, wall_seconds: int = _WALL_SECONDS) -> None:
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call] # pebble types all but this
            self._pool.join()

    async def read(self, body: bytes, content_type: str, final_url: str) -> ParsedFeed:
        """The feed in ``body``, as ``parse_feed`` reads it.

        Raises ``ParseError`` when it is none, or takes more than five seconds of work.
        """
        from pebble import ProcessExpired

        if self._pool is None:
            self._pool = _started_pool()
        job = self._pool.schedule(
            _read_one, args=[body, content_type, final_url, self._cpu_seconds], timeout=self._wall_seconds
        )
        try:
            outcome = await asyncio.wrap_future(job)
        except (TimeoutError, ProcessExpired) as error:
            raise ParseError(
                _("The feed of {host} takes too long to read; it was given up.").format(
                    host=host_name(final_url)
                )
            ) from error
        if isinstance(outcome, ParsedFeed):
            return outcome
        message, hint = outcome
        raise ParseError(message, hint=hint)


def _started_pool() -> ProcessPool:
    # Here and below, for most runs have nothing to read, and only the processes of the pool need the parsers.
    from pebble import ProcessPool

    return ProcessPool(
        max_workers=min(os.cpu_count() or 1, _MOST_PROCESSES),
        # Forking a process that has threads is not safe, and not everywhere possible.
        context=multiprocessing.get_context("spawn"),
        initializer=i18n.activate,
        initargs=[i18n.active_language()],
    )


def _read_one(
    body: bytes, content_type: str, final_url: str, cpu_seconds: int
) -> ParsedFeed | tuple[str, str]:
    """In a process of the pool: the feed, or the message and the hint of why it is none."""
    from veille.collect.parse import parse_feed

    _limit_cpu(cpu_seconds)
    try:
        return parse_feed(body, content_type, final_url)
    except ParseError as error:
        return error.message, error.hint


def _limit_cpu(seconds: int) -> None:
    """Let the system end this process after ``seconds`` more of work, without a core file."""
    if sys.platform == "win32":
        return
    import resource

    limit = int(time.process_time()) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
