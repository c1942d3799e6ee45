"""The database itself refuses what a role may not do: nobody edits the past."""

import asyncio

import asyncpg
import pytest
from tests.runtime.books import accounts, book, noted, running, transfer

from usance.runtime.roles import ENGINE, SERVICE, grant_roles
from usance.runtime.rows import HOT_TABLES, METADATA

ENGINES = "ledger.balances", "ledger.holds", "engine.due", "payments.payments"
ADDED_ONLY = (
    "ledger.transfers",
    "ledger.accounts",
    "engine.outbox",
    "engine.commands",
    "risk.decisions",
)
ORDINARY = "trade.orders", "evidence.tiles", "engine.inbox", "payments.dispatches"


def attempt(server_address, role: str, *statements: str) -> None:
    async def story():
        async with book(server_address) as dsn:
            async with running(dsn) as engine:
                await engine.submit([accounts(1, "fx_position", "nostro"), transfer(2, 1, 2, 5)])
            connection = await asyncpg.connect(dsn, server_settings={"role": role})
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

    asyncio.run(story())


def refused(server_address, role: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        attempt(server_address, role, statement)


@pytest.mark.parametrize("table", ADDED_ONLY)
@pytest.mark.parametrize("change", ["delete from {}", "truncate {}", "drop table {}"])
def test_not_even_the_engine_takes_back_what_was_written(server_address, table, change):
    refused(server_address, ENGINE, change.format(table))


@pytest.mark.parametrize(
    "change",
    [
        "update ledger.transfers set amount = amount + 1",
        "update ledger.accounts set balance_limit = 'none'",
        "update engine.outbox set payload = ''",
        "update engine.commands set position = null",
    ],
)
def test_not_even_the_engine_edits_the_past(server_address, change):
    refused(server_address, ENGINE, change)


@pytest.mark.parametrize("table", [*ENGINES, *ADDED_ONLY, "engine.book", "engine.quarantine"])
def test_ordinary_transactions_do_not_write_what_the_money_path_reads(server_address, table):
    refused(server_address, SERVICE, f"delete from {table}")
    refused(server_address, SERVICE, f"insert into {table} default values")


@pytest.mark.parametrize("table", ORDINARY)
def test_the_engine_does_not_write_what_ordinary_transactions_own(server_address, table):
    refused(server_address, ENGINE, f"delete from {table}")


def test_ordinary_transactions_read_everything_and_write_their_own(server_address):
    attempt(
        server_address,
        SERVICE,
        *(f"select 1 from {table} limit 1" for table in METADATA.tables),
        *(f"delete from {table}" for table in ORDINARY),
        "insert into engine.outbox_pending (verb, actor, parts)"
        " values ('x', gen_random_uuid(), '{}')",
    )


def test_every_row_of_an_added_only_table_can_be_added(server_address):
    """What is granted suffices: the engine has just written here."""
    named = {table.name for table in HOT_TABLES if table.added_only}
    assert set(ADDED_ONLY) <= named
    attempt(server_address, ENGINE, *(f"select 1 from {table} limit 1" for table in named))


def test_granting_again_changes_nothing_and_takes_back_what_was_too_much(server_address):
    async def story():
        async with book(server_address) as dsn:
            connection = await asyncpg.connect(dsn)
            await connection.execute(f"grant delete on ledger.transfers to {ENGINE}")
            await grant_roles(connection)
            await grant_roles(connection)
            may = "select has_table_privilege($1, 'ledger.transfers', $2)"
            assert not await connection.fetchval(may, ENGINE, "delete")
            assert await connection.fetchval(may, ENGINE, "insert")
            await connection.close()
            async with running(dsn) as engine:
                assert (await engine.submit([noted(1)]))[0].fact.position == 1

    asyncio.run(story())
