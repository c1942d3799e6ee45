"""`usance proposals …`: what waits for a second person, and what that person decides.

Whoever decides is known by a key, as before the API: a name on the command line proves nothing.
"""

import sys
from uuid import UUID

from usance.api.access import require_kind
from usance.api.proposals import PROPOSAL, ProposalTold, outcome_of
from usance.api.verbs import PATH
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.naming import named
from usance.cli.refusing import refused
from usance.cli.voice import Words
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

PROPOSALS = Listing(
    PROPOSAL,
    (
        Column("proposal", "提案", lambda row: row.proposal.id),
        Column("what", "事项", lambda row: row.proposal.verb),
        Column("state", "状态", lambda row: row.proposal.state),
        Column("reason", "原因", lambda row: row.proposal.reason),
        Column("by", "提案人", lambda row: row.proposal.maker),
        Column("needs", "批准所需权限", lambda row: PATH[row.proposal.verb].scope),
        Column("decided by", "审批人", lambda row: row.proposal.checker),
        Column("made", "创建时间", lambda row: row.proposal.proposed_at),
        Column("outcome", "结果", lambda row: row.outcome and (row.outcome.code or "carried_out")),
    ),
    ("No proposal waits.", "没有待批提案。"),
)


async def list_proposals(
    place: Place, state: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print proposals in the order in which they were made."""
    wanted = ProposalState(state) if state else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.proposals(connection, wanted, 0, limit + 1)
        told = [await _told(connection, row, language) for row in rows]
    print_rows(PROPOSALS, told, limit, as_json=as_json, language=language)


async def show_proposal(place: Place, proposal: str, *, as_json: bool, language: Words) -> None:
    """Print one proposal, what it asks for, and what came of it."""
    async with opened(place) as session, session.pool.acquire() as connection:
        told = await _told(connection, await _named(connection, proposal), language)
    print_row(PROPOSALS, told, as_json=as_json, language=language)
    if not as_json:
        sys.stdout.write(f"{told.proposal.body}\n")


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
            told = await _told(connection, await _named(connection, proposal), language)
    print_row(PROPOSALS, told, as_json=as_json, language=language)


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


async def _told(connection: Connection, proposal: Proposal, language: Words) -> ProposalTold:
    at = proposal.decided_position
    facts = await facts_at(connection, [at]) if at is not None else {}
    return ProposalTold(proposal, outcome_of(proposal, facts, language.value))
