"""Parties in a database: written by the engine, read back by the mouths."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.databases import bare_book

from usance.kernel.errors import NotAllowed, NotAuthenticated
from usance.kernel.ids import KeyId, ProposalId, derive
from usance.kernel.records import Record, encode
from usance.parties import service, store
from usance.parties.events import PartyGraded, ProposalApproved
from usance.parties.model import PartyKind, PartyStatus, ProposalState
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command, FourEyes, Stage, Verb
from usance.runtime.engine import Engine
from usance.runtime.postgres import ServerAddress

START = datetime(2026, 9, 9, tzinfo=UTC)
PATH = {
    verb: Verb(body, (Stage(apply),))
    for verb, body, apply in (
        ("register_party", service.RegisterParty, service.apply_register_party),
        ("register_bank_account", service.RegisterBankAccount, service.apply_register_bank_account),
        ("register_user", service.RegisterUser, service.apply_register_user),
        ("set_party_status", service.SetPartyStatus, service.apply_set_party_status),
        ("issue_key", service.IssueKey, service.apply_issue_key),
        ("revoke_key", service.RevokeKey, service.apply_revoke_key),
    )
}
GRADE = Verb(service.GradeParty, (Stage(service.apply_grade_party),), four_eyes=FourEyes())
STAGE = service.FourEyesStage({"grade_party": GRADE})
PATH |= {
    "propose": Verb(
        service.Propose, (Stage(STAGE.apply_propose, STAGE.prepare_trial),), alone=True
    ),
    "approve": Verb(
        service.Approve, (Stage(STAGE.apply_approve, STAGE.prepare_approval),), alone=True
    ),
}
ADMIN, ADMIN_TWO = service.cast_user("admin"), service.cast_user("admin_two")
SELLER = service.cast_party("seller")


@pytest.fixture(scope="module")
def dsn(server_address: ServerAddress) -> Iterator[str]:
    async def furnish(dsn: str) -> None:
        await ask(dsn, *[(verb, body, ADMIN) for verb, body in service.cast()])
        for number in ("1", "2", "3"):
            buyer = service.register_invented(7, "uci", number, "GB", "GBP")
            await ask(dsn, *[(verb, body, ADMIN) for verb, body in buyer])

    with bare_book(server_address, "parties_test", START) as dsn:
        asyncio.run(furnish(dsn))
        yield dsn


async def ask(dsn: str, *commands: tuple[str, Record, UUID]) -> list[Any]:
    """Have an engine of its own carry commands out: what it knows, it has loaded."""
    engine = Engine(dsn, PATH, FrozenClock(START))
    await engine.start()
    try:
        outcomes = await engine.submit(
            [
                Command(derive(0, verb, body, actor), verb, actor, body)
                for verb, body, actor in commands
            ]
        )
    finally:
        await engine.stop()
    assert all(outcome.refusal is None for outcome in outcomes), outcomes
    return outcomes


def told(dsn: str, story) -> Any:
    """Run a story on a connection of its own."""

    async def run() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            return await story(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


def test_what_was_registered_is_read_back_whole(dsn):
    async def story(connection):
        seller = await store.party(connection, SELLER)
        assert seller is not None
        assert seller.local_name == "杭州清风家居礼品有限公司"
        assert seller.identifiers[0].scheme == "uscc"
        assert seller.reference == "cast:seller"
        (account,) = await store.bank_accounts_of(connection, SELLER)
        assert account == await store.bank_account(connection, account.id)
        assert {user.name for user in await store.users_of(connection, SELLER)} >= {"林经理"}

    told(dsn, story)


def test_lists_go_on_from_a_cursor(dsn):
    async def story(connection):
        first = await store.parties(connection, PartyKind.BUYER, limit=2)
        rest = await store.parties(connection, PartyKind.BUYER, first[-1].position, limit=2)

        came = [party.position for party in first + rest]
        assert len(came) == 3
        assert came == sorted(set(came))

    told(dsn, story)


async def issue(dsn: str, entropy: bytes, **changes: Any) -> tuple[str, KeyId]:
    secret = service.secret_of(entropy, live=False)
    key_id = KeyId(derive(1, secret))
    prefix, hashed = service.prefix_of(secret), service.hash_of(secret)
    body = service.IssueKey(key_id, ADMIN, prefix, hashed, **changes)
    await ask(dsn, ("issue_key", body, ADMIN))
    return secret, key_id


async def let_in(connection, secret: str, moment):
    found = await service.holders(connection, [secret])
    return service.authenticate(found.get(secret), secret, moment)


def test_who_shows_a_good_key_is_let_in_with_its_scopes(dsn):
    async def story(connection):
        secret, _ = await issue(dsn, bytes([1] * 30), scopes=("policy:read",))

        caller = await let_in(connection, secret, START)

        assert (caller.user_id, caller.scopes) == (ADMIN, {"policy:read"})
        caller.require("policy:read")
        with pytest.raises(NotAllowed, match="policy:write"):
            caller.require("policy:write")

    told(dsn, story)


def test_who_shows_anything_else_is_not_and_is_told_no_more(dsn):
    async def story(connection):
        expiring, _ = await issue(dsn, bytes([2] * 30), expires_at=START + timedelta(days=1))
        revoked, key_id = await issue(dsn, bytes([3] * 30))
        await ask(dsn, ("revoke_key", service.RevokeKey(key_id, "lost"), ADMIN))
        said = set()
        for secret, moment in (
            ("", START),
            ("uk_test_aaaaaaaa_x", START),
            (expiring[:-1] + "9", START),
            (expiring, START + timedelta(days=1)),
            (revoked, START),
        ):
            with pytest.raises(NotAuthenticated) as refused:
                await let_in(connection, secret, moment)
            said.add(str(refused.value))

        assert len(said) == 1

    told(dsn, story)


def test_a_closed_partys_keys_open_nothing(dsn):
    async def story(connection):
        secret = service.secret_of(bytes([4] * 30), live=False)
        body = service.IssueKey(
            KeyId(UUID(int=4)),
            service.cast_user("funder_two"),
            service.prefix_of(secret),
            service.hash_of(secret),
        )
        party = service.cast_party("funder_two")
        await ask(dsn, ("issue_key", body, ADMIN))
        assert await let_in(connection, secret, START)
        closed = service.SetPartyStatus(party, PartyStatus.CLOSED, "wound up")
        await ask(dsn, ("set_party_status", closed, ADMIN))

        with pytest.raises(NotAuthenticated):
            await let_in(connection, secret, START)

    told(dsn, story)


def test_a_proposal_lives_through_a_restart_and_is_approved(dsn):
    async def story(connection):
        proposal_id = ProposalId(UUID(int=1))
        grade = encode(service.GradeParty(SELLER, "B", "it moved")).decode()
        body = service.Propose(proposal_id, "grade_party", grade, "a new grade")
        await ask(dsn, ("propose", body, ADMIN))
        (waiting,) = await store.proposals(connection, ProposalState.PROPOSED)
        (outcome,) = await ask(dsn, ("approve", service.Approve(proposal_id), ADMIN_TWO))

        assert waiting.id == proposal_id
        assert outcome.part(ProposalApproved).body == grade
        assert outcome.part(PartyGraded).after == "B"
        decided = await store.proposal(connection, proposal_id)
        assert decided is not None
        assert (decided.state, decided.checker) == (ProposalState.APPROVED, ADMIN_TWO)
        assert (decided.decided_position, decided.refusal) == (outcome.fact.position, None)
        party = await store.party(connection, SELLER)
        assert party is not None
        assert party.risk_grade == "B"

    told(dsn, story)


def test_what_two_people_asked_is_done_once_through_restarts(dsn):
    async def story(connection):
        proposal_id = ProposalId(UUID(int=3))
        grade = encode(service.GradeParty(SELLER, "C", "it moved again")).decode()
        await ask(dsn, ("propose", service.Propose(proposal_id, "grade_party", grade, "x"), ADMIN))
        command = Command(
            derive(0, "approve once"), "approve", ADMIN_TWO, service.Approve(proposal_id)
        )
        outcomes = []
        for _ in range(2):
            # As a caller does who has not heard the answer: another engine has the book by now.
            engine = Engine(dsn, PATH, FrozenClock(START))
            await engine.start()
            outcomes += await engine.submit([command])
            await engine.stop()

        assert [outcome.replayed for outcome in outcomes] == [False, True]
        assert outcomes[0].fact == outcomes[1].fact
        done = "select count(*) from engine.outbox where convert_from(payload, 'UTF8') like $1"
        assert await connection.fetchval(done, "%party_graded%it moved again%") == 1

    told(dsn, story)


def test_the_database_refuses_a_maker_who_checks(dsn):
    async def story(connection):
        with pytest.raises(asyncpg.CheckViolationError, match="four_eyes"):
            await connection.execute(
                "insert into parties.proposals values"
                " ($1, 'x', '{}', 'because', $2, $2, 'approved', $3, $3, 1, 2, null)",
                UUID(int=2),
                ADMIN,
                START,
            )

    told(dsn, story)
