"""`usance proposals …`: what waits for a second person, and what that person decides.

Whoever decides is known by a key, as before the API: a name on the command line proves nothing.
"""

import sys
from collections.abc import Iterator
from uuid import UUID

from usance.api.access import require_kind
from usance.api.proposals import PROPOSAL, ProposalTold, approval_scopes, outcome_of
from usance.api.proposed import body_shown
from usance.api.verbs import PATH
from usance.cli.listing import Column, Listing, print_pairs, print_row, print_rows
from usance.cli.naming import named, names_of
from usance.cli.refusing import refused
from usance.cli.voice import Words, says
from usance.kernel.errors import NotFound
from usance.kernel.ids import ProposalId, derive, milliseconds_at
from usance.kernel.records import Record
from usance.parties.model import SEES_ALL, Caller, Proposal, ProposalState
from usance.parties.service import Approve, Reject, authenticate, holders
from usance.parties.service import find_parties as find
from usance.runtime.clock import wall_now
from usance.runtime.commands import Command
from usance.runtime.database import Connection
from usance.runtime.reading import facts_at
from usance.worker.session import Place, Session, opened


class Seen(Record, frozen=True):
    """A proposal with what people call those it names."""

    told: ProposalTold
    names: dict[str, str]

    def called(self, identifier: object) -> str:
        """Return an id with the name behind it, "" for none."""
        name = self.names.get(str(identifier))
        return "" if identifier is None else f"{name} ({identifier})" if name else str(identifier)


def _outcome(seen: Seen) -> str | None:
    outcome = seen.told.outcome
    if outcome is None:
        return None
    return outcome.code or says("carried out", "已执行")


PROPOSALS = Listing(
    None,
    (
        Column("proposal", "提案", lambda seen: seen.told.proposal.id),
        Column("what", "事项", lambda seen: seen.told.proposal.verb),
        Column("state", "状态", lambda seen: seen.told.proposal.state),
        Column("reason", "原因", lambda seen: seen.told.proposal.reason),
        Column("by", "提案人", lambda seen: seen.called(seen.told.proposal.maker)),
        Column(
            "needs",
            "批准所需权限",
            lambda seen: " + ".join(approval_scopes(seen.told.proposal.verb)),
        ),
        Column("decided by", "审批人", lambda seen: seen.called(seen.told.proposal.checker)),
        Column("made", "创建时间", lambda seen: seen.told.proposal.proposed_at),
        Column("outcome", "结果", _outcome),
    ),
    ("No proposal waits.", "没有待批提案。"),
    lambda seen: PROPOSAL.model_validate(seen.told),
)


async def list_proposals(
    place: Place, state: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print proposals in the order in which they were made."""
    wanted = ProposalState(state) if state else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.proposals(connection, wanted, 0, limit + 1)
        told = [await _seen(connection, row, language) for row in rows]
    print_rows(PROPOSALS, told, limit, as_json=as_json, language=language)


async def show_proposal(place: Place, proposal: str, *, as_json: bool, language: Words) -> None:
    """Print one proposal, what it asks for, and what came of it."""
    async with opened(place) as session, session.pool.acquire() as connection:
        seen = await _seen(connection, await _named(connection, proposal), language)
    print_row(PROPOSALS, seen, as_json=as_json, language=language)
    if not as_json:
        sys.stdout.write(f"\n{says('It asks for:', '提案内容:', language)}\n")
        asked = _flat(body_shown(seen.told.proposal))
        print_pairs(((f"  {name}", seen.called(value)) for name, value in asked), language)


async def decide(
    place: Place, proposal: str, key: str, reason: str, *, as_json: bool, language: Words
) -> None:
    """Approve a proposal as whoever holds a key, or reject it where there is a reason to."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            caller = await _caller(session, connection, key)
            found = await _visible(connection, caller, proposal)
        caller.require(PATH["reject" if reason else "approve"].scope)
        caller.require(PATH[found.verb].scope)
        verb, body = _decision(found.id, reason)
        command_id = derive(
            milliseconds_at(await session.now()), "cli", verb, found.id, caller.user_id
        )
        command = Command(command_id, verb, UUID(int=caller.user_id.int), body)
        [outcome] = await session.book.submit([command])
        if outcome.refusal is not None:
            raise refused(outcome.refusal, language)
        async with session.pool.acquire() as connection:
            seen = await _seen(connection, await _named(connection, proposal), language)
    print_row(PROPOSALS, seen, as_json=as_json, language=language)


def _decision(proposal: ProposalId, reason: str) -> tuple[str, Record]:
    return ("reject", Reject(proposal, reason)) if reason else ("approve", Approve(proposal))


async def _caller(session: Session, connection: Connection, key: str) -> Caller:
    """Return who holds a key. Raises NotAuthenticated."""
    caller = authenticate((await holders(connection, [key])).get(key), key, wall_now())
    require_kind(caller, test_book=await session.is_test())
    return caller


async def _visible(connection: Connection, caller: Caller, proposal: str) -> Proposal:
    found = await _named(connection, proposal)
    maker = await find.user(connection, found.maker)
    theirs = maker is not None and maker.party_id == caller.party_id
    if not theirs and caller.party_kind not in SEES_ALL:
        raise NotFound("proposal", proposal)
    return found


async def _named(connection: Connection, proposal: str) -> Proposal:
    return await named(connection, "proposal", proposal, ProposalId, find.proposal)


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield what is asked for, a line each: amounts with their currency, nothing that is empty."""
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        yield path, f"{value['amount']} {value['currency']}"
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _flat(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _flat(each, f"{path}[{number}]")
    elif value is not None and value != "":
        yield path, str(value)


async def _seen(connection: Connection, proposal: Proposal, language: Words) -> Seen:
    ids = [str(proposal.maker), *([str(proposal.checker)] if proposal.checker else [])]
    ids += [value for _, value in _flat(body_shown(proposal))]
    return Seen(await _told(connection, proposal, language), await names_of(connection, ids))


async def _told(connection: Connection, proposal: Proposal, language: Words) -> ProposalTold:
    at = proposal.decided_position
    facts = await facts_at(connection, [at]) if at is not None else {}
    return ProposalTold(proposal, outcome_of(proposal, facts, language.value))
