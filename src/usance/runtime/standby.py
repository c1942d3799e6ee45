"""Standing by: how one engine takes a book over from another that has died, or only seems to.

The server lets go of a dead engine's lock by itself. An engine that is paused, or whose machine
is cut off, keeps its connection and so its lock, though it does nothing. So a living engine
gives a sign of life every second, over a connection of its own and from a thread of its own, so
that a long batch does not silence it. A standby reads in the server's list of connections when
the last sign came. If it sees none for the length of the lease, by its own clock, it has the
server end the holder's connection: the lock falls free, and what was under way is rolled back.

If the old engine wakes, it has no connection, and its epoch is over: it can neither write nor
acknowledge anything.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import asyncpg
import msgspec
import structlog

from usance.kernel.errors import Unavailable

LOCK_ID: Final = 0x7573616E  # "usan": the advisory lock that only one engine of a book holds
LEASE_SECONDS: Final = 5.0
_SIGN_EVERY: Final = 1.0
_LOOK_EVERY: Final = 0.25
# What connections of an engine that is a process of its own are called.
STANDING: Final = "usance engine"
_NAME: Final = "usance engine, sign of life of "
_HOLDER: Final = """
    from pg_locks held join pg_stat_activity seen
      on seen.pid = held.pid or seen.application_name = $2::text || held.pid
    where held.locktype = 'advisory' and held.granted and held.classid = 0 and held.objid = $1
      and held.objsubid = 1
      and held.database = (select oid from pg_database where datname = current_database())
"""
_HELD: Final = """
    from pg_locks held
    where held.locktype = 'advisory' and held.granted and held.classid = 0 and held.objid = $1
      and held.objsubid = 1
      and held.database = (select oid from pg_database where datname = current_database())
"""
_IS_STANDING: Final = """
    select exists (select from pg_stat_activity
                   where datname = current_database() and application_name = $1)
"""
_UNWELL: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)
_log = structlog.get_logger()


class SignsOfLife:
    """The signs of life of one engine, from when it has the lock until it is at its end."""

    def __init__(self, dsn: str, process_id: int) -> None:
        self._dsn = dsn
        self._name = f"{_NAME}{process_id}"
        self._over = threading.Event()
        self._wake: Callable[[], object] = lambda: None
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._give()), name="signs-of-life", daemon=True
        )

    def begin(self) -> None:
        """Give the first sign soon, and then one a second."""
        self._thread.start()

    def end(self) -> None:
        """Give no more."""
        self._over.set()
        self._wake()

    async def ended(self) -> None:
        """Return when the connection is closed; call `end` first."""
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    async def _give(self) -> None:
        loop, awake = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # The thread has ended by itself.
                loop.call_soon_threadsafe(awake.set)

        self._wake = wake
        while not self._over.is_set():
            try:
                await self._over_one_connection(awake)
            except _UNWELL as lost:
                _log.info("no_sign_of_life", why=str(lost))
                await _sleep(awake)

    async def _over_one_connection(self, awake: asyncio.Event) -> None:
        connection = await asyncpg.connect(
            self._dsn, timeout=_SIGN_EVERY * 2, server_settings={"application_name": self._name}
        )
        try:
            while not self._over.is_set():
                await connection.execute("select 1", timeout=_SIGN_EVERY * 2)
                await _sleep(awake)
        finally:
            connection.terminate()


async def _sleep(awake: asyncio.Event) -> None:
    """Wait until the next sign is due, or until woken."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(awake.wait(), _SIGN_EVERY)


class _Holder(msgspec.Struct, frozen=True):
    """Who holds the book's lock, and when it last gave a sign; None where that is not shown."""

    process_id: int
    last_sign: Any


async def wait_for_book(dsn: str, lease: float = LEASE_SECONDS) -> None:
    """Return when no engine holds the book, or one that gave no sign of life has been ended.

    Another standby may be quicker: then the start raises BookTaken, and it is time to wait again.
    Raises Unavailable where the server does not let us end the holder's connection.
    """
    watch = _Watch(lease)
    while True:
        try:
            connection = await asyncpg.connect(dsn)
            try:
                while True:
                    if not await watch.is_held(connection):
                        return
                    await asyncio.sleep(_LOOK_EVERY)
            finally:
                connection.terminate()
        except asyncpg.InsufficientPrivilegeError as refused:
            raise Unavailable(
                f"The engine that gives no sign of life cannot be ended: {refused}. Use the same"
                " database user for every engine of a book."
            ) from refused
        except asyncpg.InvalidCatalogNameError:
            raise
        except _UNWELL as lost:
            _log.warning("standby_lost_the_database", why=str(lost))
            await asyncio.sleep(_SIGN_EVERY)


async def is_to_succeed(dsn: str) -> bool:
    """Return when no engine holds the book, and whether a mere guest of it may be the next one.

    Not where an engine of its own process has held it: that is started again, or a standby waits.
    """
    while True:
        try:
            connection = await asyncpg.connect(dsn)
            try:
                while True:
                    if await connection.fetchval(_IS_STANDING, STANDING):
                        return False
                    if not await connection.fetchval(f"select exists (select {_HELD})", LOCK_ID):
                        return True
                    await asyncio.sleep(_LOOK_EVERY)
            finally:
                connection.terminate()
        except _UNWELL as lost:
            _log.warning("standby_lost_the_database", why=str(lost))
            await asyncio.sleep(_SIGN_EVERY)


class _Watch:
    """What a standby has seen of the engine that holds the book."""

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._seen: _Holder | None = None
        self._since = 0.0

    async def is_held(self, connection: "asyncpg.Connection[Any]") -> bool:
        """Look once; end the holder if its lease has run out."""
        row = await connection.fetchrow(
            f"select held.pid, max(seen.state_change) as last_sign {_HOLDER} group by held.pid",
            LOCK_ID,
            _NAME,
        )
        if row is None:
            return False
        holder, now = _Holder(row["pid"], row["last_sign"]), time.monotonic()
        # Only our own clock counts: what matters is whether anything new was seen.
        if holder != self._seen or holder.last_sign is None:
            self._seen, self._since = holder, now
        elif now - self._since > self._lease:
            _log.warning("no_sign_of_life", process=holder.process_id, ended=True)
            await connection.fetch(
                f"select pg_terminate_backend(seen.pid) {_HOLDER} and held.pid = $3",
                LOCK_ID,
                _NAME,
                holder.process_id,
            )
            self._since = now
        return True


async def why_lost(dsn: str, epoch: int) -> str:
    """Return what has become of the book of an engine that failed; "" where it is still ours."""
    try:
        connection = await asyncpg.connect(dsn, timeout=LEASE_SECONDS)
        try:
            present = await connection.fetchval("select epoch from engine.book")
        finally:
            connection.terminate()
    except _UNWELL as lost:
        return f"the database cannot be reached ({lost})"
    if present != epoch:
        return f"another engine has taken this book (epoch {present}, ours was {epoch})"
    return ""
