"""The tables of a book as one moment shows them, and what the callers say they were told.

Nothing here is the house's: plain rows, plain numbers, JSON.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg

Row = asyncpg.Record
Rows = list[Row]

_READ = {
    "accounts": "select * from ledger.accounts order by number",
    "balances": "select * from ledger.balances order by number",
    # Rows are only ever added, in the order in which they were decided.
    "transfers": "select * from ledger.transfers order by position, ctid",
    "holds": "select * from ledger.holds order by id",
    "book": "select * from engine.book",
    "outbox": "select * from engine.outbox order by position",
    "commands": "select * from engine.commands order by id",
    "due": "select * from engine.due order by due_at, id",
    "quarantine": "select * from engine.quarantine",
    "pending": "select * from engine.outbox_pending",
    "payments": "select * from payments.payments order by id",
    "instructions": "select * from payments.instructions order by id",
    "captures": "select * from payments.captures order by id",
    "authorisations": "select * from payments.authorisations order by payment_id",
    "excesses": "select * from payments.excesses order by instruction_id",
    "refunds": "select * from payments.refunds order by id",
    "payouts": "select * from payments.payouts order by id",
    "disputes": "select * from payments.disputes order by id",
    "settlements": "select * from payments.settlements order by notice",
    "receipts": "select * from payments.receipts order by id",
    "suspense": "select * from payments.suspense order by id",
    "reserves": "select * from payments.reserves order by payment_id",
    "quote_locks": "select * from payments.quote_locks order by id",
    "quote_reservations": "select * from payments.quote_reservations order by payment_id",
    "facilities": "select * from financing.facilities order by id",
    "offers": "select * from financing.offers order by id",
    "advances": "select * from financing.advances order by id",
    "tiles": "select * from evidence.tiles order by level, number",
    "checkpoints": "select * from evidence.checkpoints order by size",
}


@dataclass
class Told:
    """What one caller was told about one command: the fact as JSON, or the refusal's code."""

    fact: dict[str, Any] | None
    refusal: str | None


@dataclass
class Witness:
    """All that callers asked and were told, and all that rails said.

    asked: of what was answered, by the command's id, the verb and the body, as the bytes of its
    canonical JSON. tried: ids that were ever sent, answered or not. notices:
    what rails reported, by their own reference. since: the position after which everything that
    was asked is known, None where it is not. quiet: everything was waited for.
    """

    asked: dict[UUID, tuple[str, bytes]] = field(default_factory=dict)
    tried: set[UUID] = field(default_factory=set)
    told: dict[UUID, Told] = field(default_factory=dict)
    notices: set[str] = field(default_factory=set)
    since: int | None = None
    quiet: bool = False


@dataclass
class Tables:
    """Every table the auditor looks at. Facts are read from their payloads."""

    accounts: Rows
    balances: Rows
    transfers: Rows
    holds: Rows
    book: Rows
    outbox: Rows
    commands: Rows
    due: Rows
    quarantine: Rows
    pending: Rows
    payments: Rows
    instructions: Rows
    captures: Rows
    authorisations: Rows
    excesses: Rows
    refunds: Rows
    payouts: Rows
    disputes: Rows
    settlements: Rows
    receipts: Rows
    suspense: Rows
    reserves: Rows
    quote_locks: Rows
    quote_reservations: Rows
    facilities: Rows
    offers: Rows
    advances: Rows
    tiles: Rows
    checkpoints: Rows

    @cached_property
    def facts(self) -> list[dict[str, Any]]:
        """The facts in their order."""
        return [json.loads(row["payload"]) for row in self.outbox]

    @cached_property
    def account(self) -> dict[int, Row]:
        """Accounts by number."""
        return {row["number"]: row for row in self.accounts}

    @cached_property
    def legs(self) -> dict[int, Rows]:
        """Transfers by the position of their fact."""
        found: dict[int, Rows] = {}
        for row in self.transfers:
            found.setdefault(row["position"], []).append(row)
        return found

    def currency(self, transfer: Row) -> str:
        """The currency of a transfer, by the account it debits."""
        return str(self.account[transfer["debit"]]["currency"])


async def read(connection: Any) -> Tables:
    """Read a book as it stands at one moment."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return Tables(**{name: await connection.fetch(sql) for name, sql in _READ.items()})
