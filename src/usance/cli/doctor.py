"""`usance doctor`: what is there, what is not, and the remedy for each red line.

It looks and changes nothing: a database server that does not run is not started by being asked
after.
"""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import Any, Final, TypeVar

import asyncpg

from usance.bootstrap import plugged
from usance.cli.voice import Words
from usance.kernel.errors import NotFound, UsanceError
from usance.kernel.records import Record, encode
from usance.runtime.migrations import behind
from usance.runtime.postgres import (
    Server,
    ServerAddress,
    ensure_server,
    home_folder,
    unreachable,
    wheel_binaries,
)
from usance.runtime.standby import LOCK_ID
from usance.worker.live_rails import ALLOWED, allowed_in, is_simulated
from usance.worker.session import place_of

T = TypeVar("T")
_HOLDER: Final = (
    "select exists (select from pg_locks where locktype = 'advisory' and granted and objid = $1"
    " and database = (select oid from pg_database where datname = current_database()))"
)
_NAMES_ZH: Final[Mapping[str, str]] = {
    "python": "Python",
    "packages": "软件包",
    "binaries": "数据库程序",
    "home": "主目录",
    "database": "数据库",
    "rails": "通道",
    "book": "账簿",
}
# What is seen and what to do, in both languages, by a word for each.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "python": ("Install Python 3.11 or newer.", "请安装 Python 3.11 或更新版本。"),
    "at": ("{0} at {1}", "{0},位于 {1}"),
    "free": ("{0}, {1} GB free", "{0},可用空间 {1} GB"),
    "not_writable": (", not writable", ",不可写"),
    "home": (
        "Free a gigabyte, or set USANCE_HOME to a folder of yours that has one.",
        "请腾出 1 GB 空间,或将 USANCE_HOME 设为有足够空间的目录。",
    ),
    "asleep": (
        "none runs in {0}; the next command that needs it starts it",
        "{0} 中未运行;下一个需要它的命令会启动它",
    ),
    "reaches": ("{0} reaches a server", "{0} 连接外部服务器"),
    "live_too": ("{0} simulated, in live books too ({1})", "{0} 为模拟通道,正式账簿也可使用({1})"),
    "simulated": ("{0} simulated, not in live books", "{0} 为模拟通道,正式账簿不可使用"),
    "strange": ("Correct {0}: there is no rail {1}.", "请更正 {0}:没有通道 {1}。"),
    "no_server": (
        "cannot be looked at: the database server does not run",
        "无法检查:数据库服务器未运行",
    ),
    "start": ("usance serve --book {0} starts it.", "usance serve --book {0} 会启动它。"),
    "no_book": ("there is none", "不存在"),
    "make": ("usance migrate --book {0} makes it.", "usance migrate --book {0} 可新建。"),
    "behind": ("its tables are behind this version: {0}", "表结构落后于当前版本:{0}"),
    "migrate": ("Run usance migrate --book {0}.", "请运行 usance migrate --book {0}。"),
    "stands": ("test book, its clock stands at {0}", "测试账簿,时钟停在 {0}"),
    "live": ("live book", "正式账簿"),
    "facts": ("{0}; {1} facts, {2}", "{0};{1} 条事实,{2}"),
    "held": ("an engine holds it", "有引擎正在使用"),
    "idle": ("no engine holds it", "没有引擎"),
    "broken": ("Mend that, then look again.", "请先修复,然后重新检查。"),
}


class Finding(Record, frozen=True):
    """One thing looked at: whether it is well, what was seen, what to do where it is not."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


def examine(book: str = "", *, as_json: bool, language: Words = Words.EN) -> int:
    """Look at everything; return 0 when all is well, 1 otherwise. book: looked at too, if named."""
    say = _Say(language)
    looks: list[tuple[str, Callable[[], Finding]]] = [
        (name, lambda look=look: look(say))  # type: ignore[misc]
        for name, look in _LOOKS
    ]
    if book:
        looks.append(("book", lambda: _book(say, book)))
    findings = [_looked(say, name, look) for name, look in looks]
    if as_json:
        sys.stdout.write(encode(findings).decode() + "\n")
    else:
        for finding in findings:
            mark = "ok " if finding.well else "BAD"
            shown = _NAMES_ZH[finding.name] if language is Words.ZH else finding.name
            sys.stdout.write(f"{mark}  {shown:<12} {finding.seen}\n")
            if not finding.well:
                sys.stdout.write(f"     → {finding.remedy}\n")
    return 0 if all(finding.well for finding in findings) else 1


class _Say:
    """Says things in one language."""

    def __init__(self, language: Words) -> None:
        self._at = 1 if language is Words.ZH else 0

    def __call__(self, what: str, *values: object) -> str:
        return _WORDS[what][self._at].format(*values)


def _looked(say: _Say, name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except UsanceError as broken:
        return Finding(name, well=False, seen=type(broken).__name__, remedy=str(broken))
    except Exception as broken:  # noqa: BLE001 - whatever is broken is what we are here to say
        seen = f"{type(broken).__name__}: {broken}"
        return Finding(name, well=False, seen=seen, remedy=say("broken"))


def _python(say: _Say) -> Finding:
    seen = say("at", platform.python_version(), sys.executable)
    return Finding("python", sys.version_info >= (3, 11), seen, say("python"))


def _packages(_say: _Say) -> Finding:
    names = ("usance", "asyncpg", "msgspec", "fastapi", "cryptography", "sqlalchemy")
    seen = ", ".join(f"{name} {version(name)}" for name in names)
    return Finding("packages", well=True, seen=seen)


def _binaries(_say: _Say) -> Finding:
    return Finding("binaries", well=True, seen=str(wheel_binaries()))


def _home(say: _Say) -> Finding:
    home = home_folder(os.environ)
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    ours = os.access(there, os.W_OK | os.X_OK)
    seen = say("free", home, f"{free / 1e9:.0f}") + ("" if ours else say("not_writable"))
    return Finding("home", ours and free > 1e9, seen, say("home"))


def _running() -> ServerAddress | None:
    """Return the database server, None where it is our own and does not run."""
    if "USANCE_DATABASE_URL" not in os.environ and not Server(home_folder(os.environ)).ready():
        return None
    return ensure_server(os.environ)


def _database(say: _Say) -> Finding:
    address = _running()
    if address is None:
        return Finding("database", well=True, seen=say("asleep", home_folder(os.environ)))
    asked = _asked(address, address.url, lambda one: one.fetchval("select version()"))
    seen = " ".join(str(asked).split()[:2])
    return Finding("database", well=True, seen=say("at", seen, address.shown))


def _asked(
    address: ServerAddress, dsn: str, ask: Callable[["asyncpg.Connection[Any]"], Awaitable[T]]
) -> T:
    async def work() -> T:
        try:
            connection = await asyncpg.connect(dsn)
        except asyncpg.InvalidCatalogNameError:
            raise
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise unreachable(address, error) from error
        try:
            return await ask(connection)
        finally:
            await connection.close()

    return asyncio.run(work())


def _rails(say: _Say) -> Finding:
    """Which rails would move money. Well all the same: a test book needs none that does."""
    rails = {name: make() for name, make in plugged("rails")}
    allowed = allowed_in(os.environ)
    said = []
    for name, rail in rails.items():
        if not is_simulated(rail):
            said.append(say("reaches", name))
        elif name in allowed:
            said.append(say("live_too", name, ALLOWED))
        else:
            said.append(say("simulated", name))
    strange = sorted(allowed - set(rails))
    remedy = say("strange", ALLOWED, ", ".join(strange))
    return Finding("rails", well=not strange, seen="; ".join(said), remedy=remedy)


def _book(say: _Say, book: str) -> Finding:
    address = _running()
    if address is None:
        return Finding("book", well=False, seen=say("no_server"), remedy=say("start", book))
    place = place_of(address, home_folder(os.environ), book)
    try:
        lacking = asyncio.run(behind(place.dsn))
    except (asyncpg.InvalidCatalogNameError, NotFound):
        return Finding("book", well=False, seen=say("no_book"), remedy=say("make", book))
    if lacking:
        seen = say("behind", ", ".join(lacking))
        return Finding("book", well=False, seen=seen, remedy=say("migrate", book))
    row, held = _asked(address, place.dsn, _how_it_stands)
    kind = say("live")
    if row["test_clock"]:
        kind = say("stands", f"{row['book_time']:%Y-%m-%d %H:%M:%S UTC}")
    seen = say("facts", kind, f"{row['position']:,}", say("held" if held else "idle"))
    return Finding("book", well=True, seen=f"{book}: {seen}")


async def _how_it_stands(connection: "asyncpg.Connection[Any]") -> tuple[Any, bool]:
    row = await connection.fetchrow("select test_clock, book_time, position from engine.book")
    return row, bool(await connection.fetchval(_HOLDER, LOCK_ID))


_LOOKS: tuple[tuple[str, Callable[[_Say], Finding]], ...] = (
    ("python", _python),
    ("packages", _packages),
    ("binaries", _binaries),
    ("home", _home),
    ("database", _database),
    ("rails", _rails),
)
