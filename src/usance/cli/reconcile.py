"""`usance ledger reconcile`: is what the engine holds what the tables say, and do they agree?"""

import sys

import asyncpg

from usance.bootstrap import money_path
from usance.cli.refusing import REFUSED
from usance.cli.voice import Words, says
from usance.kernel.errors import NotFound, Unavailable
from usance.kernel.records import encode
from usance.risk.service import Screens
from usance.runtime.reconciling import Reconciliation, reconciled_alone
from usance.runtime.roles import SERVICE
from usance.runtime.wire import RemoteBook
from usance.worker.session import Place


async def reconcile(place: Place, *, as_json: bool, language: Words = Words.EN) -> int:
    """Print every difference as a sentence, or all as JSON; return the exit code."""
    # The chapters say what must be true of their tables when they are loaded.
    money_path(Screens())
    found, by_whom = await _found(place, language)
    if as_json:
        sys.stdout.write(encode(found).decode() + "\n")
    else:
        sys.stdout.write(_printed(found, by_whom, language))
    return REFUSED if found.differences else 0


async def _found(place: Place, language: Words) -> tuple[Reconciliation, str]:
    remote = RemoteBook(place.socket)
    try:
        await remote.connect()
    except Unavailable:
        tables = says("no engine runs, the tables were compared with each other",
                      "没有引擎运行,已对各表互相核对", language)  # fmt: skip
        return await _alone(place), tables
    try:
        both = says("the engine's memory and the tables were compared",
                    "已将引擎内存与各表核对", language)  # fmt: skip
        return await remote.reconcile(), both
    finally:
        await remote.close()


async def _alone(place: Place) -> Reconciliation:
    try:
        connection = await asyncpg.connect(place.dsn, server_settings={"role": SERVICE})
    except asyncpg.InvalidCatalogNameError as nothing:
        raise NotFound("book", place.book) from nothing
    try:
        return await reconciled_alone(connection)
    finally:
        await connection.close()


def _printed(found: Reconciliation, by_whom: str, language: Words) -> str:
    lines = [str(each) for each in found.differences]
    if found.more:
        lines.append(says("And {0} more.", "另有 {0} 项。", language).format(found.more))
    rows = says(", {0} rows", ",共 {0} 行", language).format(found.rows) if found.rows else ""
    verdict = (
        says("Differences were found at position {0}: {1}{2}.",
             "在序号 {0} 处发现差异:{1}{2}。", language)
        if lines
        else says("All agrees at position {0}: {1}{2}.", "在序号 {0} 处全部一致:{1}{2}。", language)
    )  # fmt: skip
    lines.append(verdict.format(found.position, by_whom, rows))
    return "\n".join(lines) + "\n"
