"""Memory and tables are compared while the engine works, and what differs is named."""

import asyncio
from datetime import timedelta

import pytest
from tests.runtime.books import (
    START,
    Later,
    accounts,
    ask,
    book,
    command,
    execute,
    noted,
    reached,
    running,
    transfer,
    transfer_id,
)

from usance.ledger.model import Flags
from usance.runtime.checks import Unsound


async def some_history(engine) -> None:
    """Three accounts; transfers, an open hold and one that was posted in part; a due row."""
    await engine.submit([accounts(1, "fx_position", "nostro", "seller_available")])
    await engine.submit(
        [
            transfer(2, 1, 3, 100),
            transfer(3, 3, 2, 30, Flags.PENDING),
            transfer(4, 3, 2, 20, Flags.PENDING),
            transfer(5, 0, 0, 7, Flags.POST_PENDING, transfer_id(4)),
            transfer(6, 3, 2, 9, Flags.PENDING),
            transfer(7, 0, 0, 0, Flags.VOID_PENDING, transfer_id(6)),
            command(8, "later", Later(START + timedelta(days=9), "x")),
        ]
    )


def sentences(found) -> list[str]:
    return [str(each) for each in found.differences]


def test_an_untouched_book_reconciles_while_it_works(server_address):
    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine, reached(engine) as (remote, _):
                await some_history(engine)
                under_way = asyncio.gather(*(engine.submit([noted(n)]) for n in range(100, 400)))
                found = await engine.reconcile()
                await under_way
                again = await remote.reconcile()
            assert (sentences(found), sentences(again)) == ([], [])
            assert (found.position <= again.position, again.position) == (True, 308)
            # Three accounts, balances, one open hold, one counter, one due row, and the keys.
            assert again.rows == 3 + 3 + 1 + 1 + 1 + 308
            async with running(dsn) as heir:
                assert (await heir.reconcile()).rows == again.rows

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "sql", "said"),
    [
        (
            "a balance",
            "update ledger.balances set credits_posted = 101 where number = 3",
            [
                "ledger.balances 3: credits_posted is 100 in memory and 101 in the table.",
                (
                    "ledger currency GBP: debits of 137, 30 of them pending, stand against"
                    " credits of 138, 30 of them pending."
                ),
                "ledger balance of account 3: credits posted are 101, its transfers add up to 100.",
            ],
        ),
        (
            "an overdrawn account",
            (
                "update ledger.balances set debits_posted = 107 where number = 3;"
                "update ledger.balances set credits_posted = 107 where number = 2"
            ),
            [
                "ledger.balances 2: credits_posted is 7 in memory and 107 in the table.",
                "ledger.balances 3: debits_posted is 7 in memory and 107 in the table.",
                "ledger balance of account 2: credits posted are 107, its transfers add up to 7.",
                "ledger balance of account 3: debits posted are 107, its transfers add up to 7.",
                "ledger limit of account 3: debits of 137 exceed credits of 100.",
            ],
        ),
        (
            "a row that is gone",
            "delete from ledger.counters",
            [
                (
                    "ledger.counters accounts: memory has a row that the table has not, or keeps"
                    " too long."
                )
            ],
        ),
        (
            "a row that came in by itself",
            "insert into ledger.closures values (2, true)",
            ["ledger.closures 2: the table has a row that memory has not."],
        ),
        (
            "a transfer that is gone",
            "delete from ledger.transfers where amount = 100",
            [
                "ledger balance of account 1: debits posted are 100, its transfers add up to 0.",
                "ledger balance of account 3: credits posted are 100, its transfers add up to 0.",
            ],
        ),
        (
            "another engine",
            "update engine.book set epoch = epoch + 1",
            [
                (
                    "engine.book 1: the engine is of epoch 1 and at position 8, the table says"
                    " epoch 2 and position 8."
                )
            ],
        ),
    ],
)
def test_whatever_was_tampered_with_is_named(server_address, _case, sql, said):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await some_history(engine)
            await execute(dsn, sql)
            assert sorted(sentences(await engine.reconcile())) == sorted(said)

    asyncio.run(story())


def test_a_key_that_was_answered_otherwise_is_named(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            [outcome] = await engine.submit([noted(1)])
            await execute(dsn, "update engine.commands set position = 7")
            found = sentences(await engine.reconcile())
            key = outcome.fact.command
            assert found == [f"engine.commands {key}: position is 1 in memory and 7 in the table."]

    asyncio.run(story())


def test_more_differences_than_anybody_reads_are_counted(server_address):
    async def story():
        async with book(server_address) as dsn, running(dsn) as engine:
            await engine.submit([noted(n) for n in range(1, 251)])
            await execute(dsn, "delete from engine.commands")
            found = await engine.reconcile()
            assert (len(found.differences), found.more) == (100, 150)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("_case", "sql", "said"),
    [
        (
            "debits and credits",
            "update ledger.balances set debits_posted = debits_posted + 1 where number = 1",
            "debits of 138, 30 of them pending, stand against credits of 137",
        ),
        (
            "holds",
            "update ledger.holds set state = 'voided' where state = 'open'",
            "open holds reserve 0, and 30 is pending",
        ),
    ],
)
def test_no_engine_takes_a_book_that_contradicts_itself(server_address, _case, sql, said):
    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                await some_history(engine)
            await execute(dsn, sql)
            for _ in range(2):  # The book is let go of: the second gets as far as the first.
                with pytest.raises(Unsound, match=said):
                    async with running(dsn):
                        pass
            assert (await ask(dsn, "select position from engine.book"))[0]["position"] == 8

    asyncio.run(story())
