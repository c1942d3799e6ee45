"""Somebody – posts – to us in a rail's name; a worker – verifies – it and tells the book.

What came is kept as it came before anybody looks at it. What is the rail's own becomes the same
commands as when the rail is asked; what is not is kept with the reason. Telling the book twice is
the same as once, so a crash between the book and the row that says so does no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from usance.kernel.errors import Code, Refusal
from usance.kernel.ids import HookId, InstructionId, derive, milliseconds_of
from usance.kernel.records import Record, replace
from usance.payments import store
from usance.payments.errors import (
    FOREIGN_INSTRUCTION,
    FORGED_SIGNATURE,
    MALFORMED_HOOK,
    NO_HOOK_SECRET,
    OVERTAKEN_HOOK,
    REPEATED_HOOK,
    REPLAYED_WEBHOOK,
    UNKNOWN_INSTRUCTION,
    UNKNOWN_RAIL,
)
from usance.payments.model import Hook, HookState, Instruction
from usance.payments.ports import HookNews, HookReader, HookVerdict, Rail, RailNotice
from usance.payments.rules.answers import believed
from usance.payments.service.answers import RecordAnswer
from usance.payments.service.known_as import keep_heard, news_found_again, sent_of
from usance.payments.service.notices import Report, fits, reports_of
from usance.payments.store import work_again as work_again  # noqa: PLC0414 - for the mouths
from usance.runtime.database import Connection

SecretsOf = Callable[[str], Sequence[str]]
HOOK_MAX: Final = 256 * 1024
# More than that waiting means that no worker runs; the rails send again.
WAITING_MAX: Final = 20_000
AT_ONCE: Final = 200
# Of what is not a rail's own, enough to see what it was.
_KEPT_OF_OTHERS: Final = 4096
_NOT_KEPT: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
_HEADERS_MAX: Final = 100
_HEADER_MAX: Final = 2048
_EVENT_MAX: Final = 200
_CODE_OF: Final[Mapping[HookVerdict, Code]] = {
    HookVerdict.FORGED: FORGED_SIGNATURE,
    HookVerdict.REPLAYED: REPLAYED_WEBHOOK,
    HookVerdict.MALFORMED: MALFORMED_HOOK,
}
# A rail repeats itself; the book then has nothing left to do, or knows the answer already.
EXPECTED: Final = frozenset({"nothing_due", "wrong_state"})
_log = structlog.get_logger()


class ReadHook(Record, frozen=True):
    """A hook that was looked at. reports: what is to be told to the book; none where refused.

    heard: what the rail calls the instructions that it has answered.
    """

    hook: Hook
    reports: tuple[Report, ...] = ()
    answered: tuple[InstructionId, ...] = ()
    heard: tuple[store.Sent, ...] = ()


async def receive_hook(
    connection: Connection,
    hook_id: HookId,
    rail: str,
    headers: Mapping[str, str],
    body: bytes,
    received_at: datetime,
) -> bool:
    """Keep what was posted, as it came; return False where too much waits already.

    headers: by their names in small letters; what lets somebody in elsewhere is not kept.
    """
    kept = {
        name[:_HEADER_MAX]: value[:_HEADER_MAX].replace("\x00", "")
        for name, value in list(headers.items())[:_HEADERS_MAX]
        if name not in _NOT_KEPT
    }
    hook = Hook(hook_id, rail, received_at, kept, body, len(body), HookState.WAITING)
    return await store.add_hook(connection, hook, WAITING_MAX)


async def read_hooks(
    connection: Connection, rails: Mapping[str, Rail], secrets: SecretsOf, now: datetime
) -> list[ReadHook]:
    """Return what waits, looked at, in the order of the providers' times."""
    waiting = await store.waiting_hooks(connection, AT_ONCE)
    if not waiting:
        return []
    looked = [_looked_at(hook, rails, secrets) for hook in waiting]
    genuine = [
        (hook, await news_found_again(connection, hook.rail, news))
        for hook, news in looked
        if news is not None
    ]
    genuine.sort(key=lambda pair: (pair[1].at, pair[0].id))
    found = [ReadHook(_ended(hook, now)) for hook, news in looked if news is None]
    taken = await store.taken_events(connection, [news.id for _, news in genuine])
    told = [each for _, news in genuine for each in _instructions(news)]
    known = {each.id.int: each for each in await store.instructions_by_id(connection, told)}
    marks = await store.hook_marks(connection, [each.id for each in known.values()])
    for hook, news in genuine:
        named = replace(hook, event=news.id, occurred_at=news.at)
        read = _read(named, rails[hook.rail], news, taken, known, marks)
        if read.hook.state is not HookState.REFUSED:
            taken.add((hook.rail, news.id))
            marks |= dict.fromkeys(read.answered, news.at)
        found.append(replace(read, hook=_ended(read.hook, now)))
    return found


def _instructions(news: HookNews) -> list[UUID]:
    return [each.instruction for each in news.answers] + [each.instruction for each in news.notices]


def _looked_at(
    hook: Hook, rails: Mapping[str, Rail], secrets: SecretsOf
) -> tuple[Hook, HookNews | None]:
    """Return what a hook tells, or the hook with the reason why that is not believed."""
    rail = rails.get(hook.rail)
    if not isinstance(rail, HookReader):
        return _refused(hook, UNKNOWN_RAIL), None
    given = secrets(hook.rail)
    if not given:
        return _refused(hook, NO_HOOK_SECRET), None
    try:
        verdicts = [
            rail.verify(hook.body, hook.headers, secret, hook.received_at) for secret in given
        ]
        if HookVerdict.GENUINE not in verdicts:
            # One that was signed with a secret of ours, but is old, is no forgery.
            verdict = next((v for v in verdicts if v is HookVerdict.REPLAYED), verdicts[0])
            return _refused(hook, _CODE_OF[verdict]), None
        news = rail.translate(hook.body)
    except Exception as broken:  # noqa: BLE001 - whatever a plug-in raises; the others go on
        _log.error("hook_reader_broke", rail=hook.rail, hook=str(hook.id), exc_info=broken)
        news = None
    if news is None or not _is_named(news):
        return _refused(hook, MALFORMED_HOOK), None
    return hook, news


def _is_named(news: HookNews) -> bool:
    """Return whether news can be kept under its name, and has its place among the others."""
    is_name = 0 < len(news.id) <= _EVENT_MAX and "\x00" not in news.id
    return is_name and news.at.tzinfo is not None


def _read(
    hook: Hook,
    rail: Rail,
    news: HookNews,
    taken: set[tuple[str, str]],
    known: Mapping[int, Instruction],
    marks: Mapping[InstructionId, datetime],
) -> ReadHook:
    if (hook.rail, news.id) in taken:
        return ReadHook(_refused(hook, REPEATED_HOOK))
    reports: list[Report] = []
    answered: list[InstructionId] = []
    heard: list[store.Sent] = []
    noticed: list[tuple[RailNotice, Instruction]] = []
    for identifier in _instructions(news):
        instruction = known.get(identifier.int)
        if instruction is None:
            return ReadHook(_refused(hook, UNKNOWN_INSTRUCTION))
        if instruction.rail != hook.rail:
            return ReadHook(_refused(hook, FOREIGN_INSTRUCTION))
    for index, said in enumerate(news.answers):
        instruction = known[said.instruction.int]
        mark = marks.get(instruction.id)
        if mark is not None and news.at < mark:
            return ReadHook(_refused(hook, OVERTAKEN_HOOK))
        command = derive(milliseconds_of(instruction.id), "hook", hook.rail, news.id, index)
        answer = believed(instruction, said.answer, rail.capabilities)
        body = RecordAnswer(instruction.id, answer)
        reports.append(Report(command, "record_answer", body))
        answered.append(instruction.id)
        heard.append(sent_of(rail, instruction, answer))
    for notice in news.notices:
        instruction = known[notice.instruction.int]
        if not fits(notice, instruction):
            return ReadHook(_refused(hook, UNKNOWN_INSTRUCTION))
        noticed.append((notice, instruction))
    reports += reports_of(rail, noticed)
    taken_hook = replace(hook, state=HookState.TAKEN)
    return ReadHook(taken_hook, tuple(reports), tuple(answered), tuple(heard))


async def finish_hooks(
    connection: Connection, read: Sequence[ReadHook], refusals: Sequence[Sequence[Refusal | None]]
) -> None:
    """Write what became of hooks. refusals: what the book said to the reports of each, in order."""
    async with connection.transaction():
        for each, said in zip(read, refusals, strict=True):
            against = [no.code for no in said if no is not None and no.code not in EXPECTED]
            hook = each.hook
            if against:
                hook = replace(hook, state=HookState.REFUSED, code=against[0])
            await store.finish_hook(connection, hook)
            if hook.state is HookState.TAKEN and each.answered:
                assert hook.occurred_at is not None, "what was taken was read"
                await store.mark_hooks(connection, each.answered, hook.occurred_at)
                await keep_heard(connection, each.heard, hook.occurred_at)


def _refused(hook: Hook, code: Code) -> Hook:
    _log.warning("hook_refused", rail=hook.rail, hook=str(hook.id), code=code.code)
    body = hook.body
    if code.code in {UNKNOWN_RAIL.code, FORGED_SIGNATURE.code}:
        body = body[:_KEPT_OF_OTHERS]
    return replace(hook, state=HookState.REFUSED, code=code.code, body=body)


def _ended(hook: Hook, now: datetime) -> Hook:
    return replace(hook, worked_at=now)
