"""One batch: refusals are kept and leave nothing else, facts are told apart, rows are counted."""

import asyncio
from uuid import UUID

import pytest
from tests.runtime.books import (
    accounts,
    ask,
    book,
    command,
    noted,
    running,
    same_answer,
    small_path,
    transfer,
    unavailable,
)

from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.ledger.errors import INSUFFICIENT_BALANCE
from usance.ledger.model import Ref
from usance.ledger.service import OpenAccounts, apply_open_accounts
from usance.parties.model import OPERATOR
from usance.runtime.batch import Keys
from usance.runtime.commands import Stage, Verb
from usance.runtime.tables import CommandRow

REFS = tuple(Ref(kind, Currency("GBP"), OPERATOR) for kind in ("fx_position", "nostro"))


class Hasty(Record, frozen=True):
    """Opens accounts, then says no."""


def hasty(draft, _body, _facts):
    apply_open_accounts(draft, OpenAccounts(REFS), None)
    return INSUFFICIENT_BALANCE.refuse("nostro", 1)


PATH = {**small_path(), "hasty": Verb(Hasty, (Stage(hasty),))}


def test_a_refusal_is_kept_under_its_key_and_leaves_nothing_else(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            engine.path = PATH
            no, yes, opened, after, again = await engine.submit(
                [
                    command(1, "hasty", Hasty()),
                    noted(2),
                    accounts(3, "nostro"),
                    accounts(4, "fx_position"),
                    command(1, "hasty", Hasty()),
                ]
            )
            assert no.refusal.code == "insufficient_balance"
            assert same_answer(no, again)
            assert (no.replayed, again.replayed) == (False, True)
            # A refusal has no position: the log goes on without a gap.
            assert [each.fact.position for each in (yes, opened, after)] == [1, 2, 3]
            [later] = await engine.submit([command(1, "hasty", Hasty())])
            assert same_answer(no, later)
            assert later.replayed
            [row] = await ask(dsn, "select position from engine.book")
            assert row["position"] == 3
            rows = await ask(dsn, "select number, kind from ledger.accounts order by 1")
            assert [tuple(row) for row in rows] == [(1, "nostro"), (2, "fx_position")]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "limit", "remembered", "kept"),
    [
        ("as many as there is room for", 640, 640, range(640)),
        ("one more: the oldest go together", 640, 641, range(10, 641)),
        ("then there is room again", 640, 650, range(10, 650)),
        ("and they go again", 640, 651, range(20, 651)),
        ("a memory of three", 3, 5, range(2, 5)),
    ],
)
def test_memory_lets_go_of_the_oldest_keys(_case, limit, remembered, kept):
    """Some at a time: looking for the first key of a dict passes all that were taken out of it."""
    keys = Keys()
    keys.limit = limit
    for number in range(remembered):
        keys.remember(CommandRow(UUID(int=number), b"", 1, None))
    assert list(keys.answered) == list(kept)
    assert keys.complete == (remembered <= limit)


def test_every_fact_has_a_salt_of_its_own(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([noted(n, "the same") for n in range(1, 9)])
            salts = {bytes(row["salt"]) for row in await ask(dsn, "select salt from engine.outbox")}
            assert len(salts) == 8
            assert {len(salt) for salt in salts} == {16}

    asyncio.run(story())


@pytest.mark.usefixtures("either_way")
def test_a_row_that_was_taken_away_closes_the_engine(server_address):
    """Somebody else has written the book: what we hold in memory is not what stands there."""

    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([accounts(1, "fx_position", "nostro")])
            await ask(dsn, "delete from ledger.balances where number = 2")
            assert "ledger.balances lacks" in await unavailable(engine, transfer(2, 1, 2, 5))
            assert not await ask(dsn, "select 1 from ledger.transfers")

    asyncio.run(story())
