"""What rails call an instruction: kept however we hear of it, and found again by that name alone.

A rail that is told of an instruction repeats our id for as long as it can; what its own scheme
tells later (a dispute, a return) may carry only the rail's reference.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from usance.kernel.records import replace
from usance.payments import store
from usance.payments.model import Instruction
from usance.payments.ports import (
    COLLECTING,
    NOBODYS,
    REFERS,
    HookNews,
    Rail,
    RailAnswer,
    RailNotice,
)
from usance.runtime.database import Connection


def sent_of(rail: Rail | None, instruction: Instruction, answer: RailAnswer) -> store.Sent:
    """Return what is to be kept of an answer: what the rail calls the instruction, and why not."""
    # Such a rail will want to hear its reference again, to refund what this collects.
    repeats = (
        rail is not None
        and REFERS in rail.capabilities
        and instruction.kind in COLLECTING
        and answer.reference != ""
    )
    payment = instruction.payment_id if repeats else None
    return store.Sent(instruction, answer.reference, answer.own_code, payment)


async def keep_heard(connection: Connection, heard: Sequence[store.Sent], at: datetime) -> None:
    """Remember what rails call instructions by what they told of their own accord.

    An instruction whose sending nobody has written down was sent all the same: the rail knows it.
    """
    named = [each for each in heard if each.reference]
    if named:
        await store.mark_heard(connection, named, at)


async def found_again(
    connection: Connection, rail: str, notices: Sequence[RailNotice]
) -> list[RailNotice]:
    """Return notices with the instruction each is about, as far as the rail's name for it tells.

    One that names nothing we know stays nobody's.
    """
    names = {each.known_as for each in notices if _is_nameless(each)}
    if not names:
        return list(notices)
    known = await store.instructions_known_as(connection, rail, sorted(names))
    return [_named(each, known) for each in notices]


async def news_found_again(connection: Connection, rail: str, news: HookNews) -> HookNews:
    """Return news with the instructions that its notices are about."""
    return replace(news, notices=tuple(await found_again(connection, rail, news.notices)))


def _is_nameless(notice: RailNotice) -> bool:
    return notice.instruction == NOBODYS and notice.known_as != ""


def _named(notice: RailNotice, known: Mapping[str, UUID]) -> RailNotice:
    if not _is_nameless(notice):
        return notice
    return replace(notice, instruction=known.get(notice.known_as, NOBODYS))
