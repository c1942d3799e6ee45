"""Reactions: when X has happened, do Y.

A subscriber reads the facts in their positions and turns those that carry a part it cares for
into commands. The id of a derived command follows from subscriber and position, so that after
a crash the same reaction is the same command: it is carried out once.
"""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

import structlog

from usance.kernel.ids import derive, milliseconds_of
from usance.kernel.records import Record, decode
from usance.runtime.commands import QUARANTINED, Command
from usance.runtime.database import Connection
from usance.runtime.facts import Fact, part_name
from usance.runtime.wire import Book

FACTS_AT_ONCE: Final = 2000
_log = structlog.get_logger()


class Subscription(Record, frozen=True):
    """Who listens for which part, and what it makes of it: (verb, body) pairs."""

    subscriber: str
    part: type[Record]
    react: Callable[[Fact], Sequence[tuple[str, Record]]]


async def react(
    connection: Connection, book: Book, subscriptions: Sequence[Subscription], actor: UUID
) -> int:
    """Let every subscriber take the facts it has not seen; return how many commands followed.

    The cursor moves after the commands are durable; a crash in between repeats them harmlessly.
    """
    if not subscriptions:
        return 0
    cursors = await _cursors(connection)
    since = min(cursors.get(each.subscriber, 0) for each in subscriptions)
    rows = await connection.fetch(
        "select position, payload from engine.outbox where position > $1"
        " order by position limit $2",
        since,
        FACTS_AT_ONCE,
    )
    if not rows:
        return 0
    facts = [decode(row["payload"], Fact) for row in rows]
    followed = 0
    for each in subscriptions:
        unseen = [fact for fact in facts if fact.position > cursors.get(each.subscriber, 0)]
        commands = _derived(each, unseen, actor)
        for outcome in await book.submit(commands) if commands else ():
            if outcome.refusal is not None:
                tell = _log.error if outcome.refusal.code == QUARANTINED.code else _log.debug
                tell("reaction_refused", by=each.subscriber, code=outcome.refusal.code)
        followed += len(commands)
    await _move(connection, subscriptions, facts[-1].position)
    return followed or len(rows)


def _derived(each: Subscription, facts: Sequence[Fact], actor: UUID) -> list[Command]:
    name = part_name(each.part)
    commands = []
    for fact in facts:
        if name not in fact.parts:
            continue
        milliseconds = milliseconds_of(fact.command)
        for index, (verb, body) in enumerate(_follows(each, fact)):
            command_id = derive(milliseconds, each.subscriber, fact.position, index)
            commands.append(Command(command_id, verb, actor, body))
    return commands


def _follows(each: Subscription, fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return what a subscriber makes of a fact.

    One that breaks on a fact has a bug: the fact is named for people, and the others go on.
    """
    try:
        return each.react(fact)
    except Exception as bug:  # noqa: BLE001 - one bad reaction must not hold up all others
        _log.error("reaction_broke", by=each.subscriber, position=fact.position, exc_info=bug)
        return ()


async def _cursors(connection: Connection) -> dict[str, int]:
    rows = await connection.fetch("select subscriber, position from engine.inbox")
    return {row["subscriber"]: row["position"] for row in rows}


async def _move(
    connection: Connection, subscriptions: Sequence[Subscription], position: int
) -> None:
    await connection.executemany(
        "insert into engine.inbox (subscriber, position) values ($1, $2)"
        " on conflict (subscriber) do update set"
        " position = greatest(engine.inbox.position, excluded.position)",
        [(each.subscriber, position) for each in subscriptions],
    )


async def cursor(connection: Connection, subscriber: str, *, lock: bool = False) -> int:
    """Return how far a subscriber has got that keeps its effects in this database.

    lock: until the end of the caller's transaction nobody else moves it.
    """
    if not lock:
        found = await connection.fetchval(
            "select position from engine.inbox where subscriber = $1", subscriber
        )
        return int(found or 0)
    await connection.execute(
        "insert into engine.inbox (subscriber, position) values ($1, 0) on conflict do nothing",
        subscriber,
    )
    return int(
        await connection.fetchval(
            "select position from engine.inbox where subscriber = $1 for update", subscriber
        )
    )


async def move_cursor(connection: Connection, subscriber: str, position: int) -> None:
    """Note how far a subscriber has got, in the transaction that holds what came of it."""
    await connection.execute(
        "update engine.inbox set position = greatest(position, $2) where subscriber = $1",
        subscriber,
        position,
    )
