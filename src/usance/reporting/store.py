"""What reports read: the published views of the chapters, and the facts.

An invoice number is looked for among payments too, because an order may have been made
elsewhere. A payment that failed or was blocked is named only where there is no better one.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from usance.kernel.decisions import Reason
from usance.kernel.ids import (
    AdvanceId,
    FacilityId,
    OrderId,
    PartyId,
    PaymentId,
    milliseconds_of,
)
from usance.kernel.money import Currency, Money
from usance.kernel.records import decode
from usance.reporting.model import BalanceLine, TapeLine, TraceLeg
from usance.reporting.rules.statement import Moved, Opening
from usance.reporting.rules.tape import days_past_due
from usance.runtime.database import Connection
from usance.runtime.facts import Fact

_BALANCES_NOW: Final = """
    select kind, currency, number, owner, debits_posted as debits, credits_posted as credits,
           debits_held, credits_held
    from ledger.v_account_balances
"""
_BALANCES_THEN: Final = """
    with sums as (
        select account as number, sum(debits_posted) as debits, sum(credits_posted) as credits,
               sum(debits_pending) as debits_held, sum(credits_pending) as credits_held
        from ledger.v_movements
        where ($1::timestamptz is null or recorded_at <= $1)
          and ($2::date is null or value_date <= $2)
        group by account
    )
    select kind, currency, number, owner, debits, credits, sums.debits_held, sums.credits_held
    from sums join ledger.v_account_balances using (number)
"""


async def balances(
    connection: Connection, recorded_at: datetime | None, value_date: date | None
) -> list[BalanceLine]:
    """Return every account with its sums; of a moment or a day they are added up anew."""
    if recorded_at is None and value_date is None:
        rows = await connection.fetch(_BALANCES_NOW)
    else:
        rows = await connection.fetch(_BALANCES_THEN, recorded_at, value_date)
    return [
        BalanceLine(
            row["kind"],
            Currency(row["currency"]),
            int(row["debits"]),
            int(row["credits"]),
            int(row["debits_held"]),
            int(row["credits_held"]),
            row["number"],
            row["owner"],
        )
        for row in rows
    ]


async def party_name(connection: Connection, party: UUID) -> str | None:
    """Return what a party is called, in its own script where we know it; None: no such party."""
    row = await connection.fetchrow(
        "select legal_name, local_name from parties.v_parties where id = $1", party
    )
    return None if row is None else row["local_name"] or row["legal_name"]


async def openings(
    connection: Connection,
    owner: UUID,
    kinds: Sequence[str],
    begin: datetime,
    end: datetime,
) -> list[Opening]:
    """Return an owner's accounts: sums before `begin`, and what is reserved at `end`."""
    rows = await connection.fetch(
        """
        with mine as (
            select number, kind, currency from ledger.v_account_balances
            where owner = $1 and kind = any($2)
        )
        select number, kind, currency,
            coalesce(sum(amount) filter (
                where state = 'posted' and debit = number and recorded_at < $3), 0) as debits,
            coalesce(sum(amount) filter (
                where state = 'posted' and credit = number and recorded_at < $3), 0) as credits,
            coalesce(sum(case state when 'held' then amount else 0 end - released), 0) as held
        from mine
        left join (
            select debit, credit, amount, state, released, recorded_at from ledger.v_transfers
            where (debit_owner = $1 or credit_owner = $1) and recorded_at < $4
        ) moved on debit = number or credit = number
        group by number, kind, currency order by number
        """,
        owner,
        list(kinds),
        begin,
        end,
    )
    return [
        Opening(
            row["number"],
            row["kind"],
            Currency(row["currency"]),
            int(row["debits"]),
            int(row["credits"]),
            int(row["held"]),
        )
        for row in rows
    ]


async def moved_between(
    connection: Connection, owner: UUID, begin: datetime, end: datetime
) -> list[Moved]:
    """Return what was posted on an owner's accounts, with the sale that each belongs to."""
    rows = await connection.fetch(
        """
        with moved as (
            select t.*, o.thread from ledger.v_transfers t
            left join engine.outbox o on o.position = t.position
            where (t.debit_owner = $1 or t.credit_owner = $1)
              and t.state = 'posted' and t.recorded_at >= $2 and t.recorded_at < $3
        ), sales as (
            select distinct on (thread) thread, order_id, id, invoice_no
            from (
                select order_id as thread, * from payments.v_payments
                union all select id, * from payments.v_payments
            ) known
            where thread in (select thread from moved)
            order by thread, status in ('failed', 'blocked', 'voided'), created_at desc
        )
        select moved.*, sales.order_id, sales.id as payment_id, sales.invoice_no
        from moved left join sales using (thread)
        """,
        owner,
        begin,
        end,
    )
    return [
        Moved(
            row["id"],
            row["position"],
            row["code"],
            row["amount"],
            Currency(row["currency"]),
            row["debit"],
            row["debit_kind"],
            row["credit"],
            row["credit_kind"],
            row["value_date"],
            row["recorded_at"],
            OrderId(row["order_id"]) if row["order_id"] else None,
            PaymentId(row["payment_id"]) if row["payment_id"] else None,
            row["invoice_no"] or "",
        )
        for row in rows
    ]


async def advances_of(connection: Connection, funder: UUID, on: date) -> list[TapeLine]:
    """Return every advance of a funder as it stands, oldest first; lateness as of a day."""
    rows = await connection.fetch(
        """
        select a.*, p.status as payment_status, p.settled_at,
               coalesce(o.amount_minor, p.gross_minor) as invoice_minor,
               coalesce(o.amount_currency, p.gross_currency) as invoice_currency
        from financing.v_advances a
        left join payments.v_payments p on p.id = a.payment_id
        left join trade.v_orders o on o.id = a.order_id
        where a.funder_id = $1 order by a.drawn_at, a.id
        """,
        funder,
    )
    return [
        TapeLine(
            AdvanceId(row["id"]),
            FacilityId(row["facility_id"]),
            PartyId(row["obligor_id"]),
            row["invoice_no"],
            Money(row["invoice_minor"], Currency(row["invoice_currency"])),
            Currency(row["currency"]),
            row["receivable_minor"],
            row["principal_minor"],
            row["principal_outstanding"],
            row["fee_minor"],
            row["fee_outstanding"],
            row["charge_outstanding"],
            row["drawn_at"].date(),
            row["due_date"],
            days_past_due(row["due_date"], on, row["status"]),
            row["status"],
            PaymentId(row["payment_id"]) if row["payment_id"] else None,
            row["payment_status"] or "",
            row["settled_at"].date() if row["settled_at"] else None,
        )
        for row in rows
    ]


# ---- the trace ----


async def facts_of_order(connection: Connection, order: UUID) -> list[Fact]:
    """Return all facts of one order, of its payments and of its advances, in their order."""
    rows = await connection.fetch(
        """
        select payload from engine.outbox
        where thread in (
            select $1::uuid
            union all select id from payments.v_payments where order_id = $1
            union all select id from financing.v_advances where order_id = $1
        )
        order by position
        """,
        order,
    )
    return [decode(row["payload"], Fact) for row in rows]


async def facts_of_proposal(connection: Connection, proposal: UUID) -> list[Fact]:
    """Return how a proposal was made, and how it was decided and carried out."""
    rows = await connection.fetch(
        """
        select o.payload from parties.v_proposals p
        join engine.outbox o on o.position in (p.position, p.decided_position)
        where p.id = $1 order by o.position
        """,
        proposal,
    )
    return [decode(row["payload"], Fact) for row in rows]


async def fact_at(connection: Connection, place: int) -> Fact | None:
    """Return the fact at a position."""
    payload = await connection.fetchval(
        "select payload from engine.outbox where position = $1", place
    )
    return None if payload is None else decode(payload, Fact)


async def has_facts(connection: Connection, thread: UUID) -> bool:
    """Return whether an id is one under which something was told: an order's, nearly always."""
    return bool(
        await connection.fetchval(
            "select exists (select from engine.outbox where thread = $1)", thread
        )
    )


async def referred_to(connection: Connection, identifier: UUID) -> UUID | None:
    """Return the next id nearer to the order: of a refund its payment, of a payment its order."""
    found = await connection.fetchval(
        """
        select refers_to from payments.v_references where id = $1
        union all select refers_to from trade.v_references where id = $1
        union all select refers_to from financing.v_references where id = $1
        union all select refers_to from risk.v_references where id = $1
        limit 1
        """,
        identifier,
    )
    return None if found is None else UUID(str(found))


async def position_of_transfer(connection: Connection, transfer: UUID) -> int | None:
    """Return the position of the fact that a transfer belongs to."""
    found = await connection.fetchval(
        "select position from ledger.v_transfers where id = $1", UUID(int=transfer.int)
    )
    return None if found is None else int(found)


async def thread_told(connection: Connection, identifier: UUID) -> UUID | None:
    """Return the thread of the fact that made an id, for what came to nothing and left no row.

    An id carries the millisecond in which it was made, and so does its fact. Rows are read one
    by one here: ask `referred_to` first.
    """
    made_at = datetime.fromtimestamp(milliseconds_of(identifier) / 1000, UTC)
    found = await connection.fetchval(
        """
        select thread from engine.outbox
        where recorded_at >= $1 and recorded_at < $1 + interval '1 millisecond'
          and thread is not null and strpos(convert_from(payload, 'UTF8'), $2) > 0
        order by position limit 1
        """,
        made_at,
        str(UUID(int=identifier.int)),
    )
    return None if found is None else UUID(str(found))


async def orders_of_invoice(connection: Connection, invoice_no: str) -> list[UUID]:
    """Return the orders that carry an invoice number; sellers number on their own."""
    rows = await connection.fetch(
        """
        select id from trade.v_orders where invoice_no = $1
        union select order_id from payments.v_payments where invoice_no = $1
        """,
        invoice_no,
    )
    return [row["id"] for row in rows]


async def invoice_of_order(connection: Connection, order: UUID) -> str:
    """Return an order's invoice number, "" where it has none."""
    found = await connection.fetchval(
        """
        select invoice_no from trade.v_orders where id = $1
        union all select invoice_no from payments.v_payments where order_id = $1
        limit 1
        """,
        order,
    )
    return str(found or "")


async def legs_at(connection: Connection, places: Sequence[int]) -> dict[int, list[TraceLeg]]:
    """Return the transfers of facts, by position."""
    rows = await connection.fetch(
        """
        select position, id, code, debit_kind, credit_kind, amount, currency, state, debit, credit
        from ledger.v_transfers where position = any($1) order by position, id
        """,
        list(places),
    )
    legs: dict[int, list[TraceLeg]] = {}
    for row in rows:
        money = Money(row["amount"], Currency(row["currency"]))
        leg = TraceLeg(
            row["code"],
            row["debit_kind"],
            row["credit_kind"],
            money,
            row["state"],
            row["debit"],
            row["credit"],
        )
        legs.setdefault(row["position"], []).append(leg)
    return legs


async def reasons_of(
    connection: Connection, decisions: Sequence[UUID]
) -> dict[UUID, tuple[Reason, ...]]:
    """Return why decisions came out as they did, by their ids."""
    rows = await connection.fetch(
        "select id, reasons from risk.v_decisions where id = any($1)", list(decisions)
    )
    return {UUID(str(row["id"])): decode(row["reasons"], tuple[Reason, ...]) for row in rows}
