"""What goes out to rails, and what they are known to have done."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from usance.kernel.ids import PaymentId
from usance.kernel.records import Record
from usance.payments.model import Instruction
from usance.payments.tables import INSTRUCTIONS
from usance.runtime.database import Connection

_INSTRUCTION = ", ".join(f"i.{column}" for column in INSTRUCTIONS.shape.columns)


async def to_be_sent(connection: Connection, limit: int) -> list[tuple[Instruction, str | None]]:
    """Return open instructions nobody has sent since they were last asked about.

    With each goes what the rail calls it, "" where it has not said; None where it was never sent,
    so that the others are asked about and not sent again.
    """
    rows = await connection.fetch(
        f"select {_INSTRUCTION}, d.reference as known_as"  # noqa: S608 - our columns
        " from payments.instructions i left join payments.dispatches d on d.instruction = i.id"
        " where i.state = 'open' and (d.instruction is null or d.asks < i.asks)"
        " order by i.id limit $1",
        limit,
    )
    return [(INSTRUCTIONS.shape.from_row(tuple(row)[:-1]), row["known_as"]) for row in rows]


class Sent(Record, frozen=True):
    """That an instruction went out, or was asked about, and what the rail calls it.

    payment: given where later instructions about the payment will have to repeat the reference.
    """

    instruction: Instruction
    reference: str = ""
    own_code: str = ""
    payment: PaymentId | None = None


async def mark_sent(connection: Connection, sent: Sequence[Sent], at: datetime) -> None:
    """Remember what went out, or was asked about, just now. A reference once known stays."""
    await connection.executemany(
        "insert into payments.dispatches (instruction, asks, sent_at, reference, own_code, payment)"
        " values ($1, $2, $3, $4, $5, $6)"
        " on conflict (instruction) do update set asks = excluded.asks, sent_at = excluded.sent_at,"
        " reference = coalesce(nullif(excluded.reference, ''), dispatches.reference),"
        " own_code = coalesce(nullif(excluded.own_code, ''), dispatches.own_code),"
        " payment = coalesce(dispatches.payment, excluded.payment)",
        [
            (s.instruction.id, s.instruction.asks, at, s.reference, s.own_code, s.payment)
            for s in sent
        ],
    )


async def mark_heard(connection: Connection, heard: Sequence[Sent], at: datetime) -> None:
    """Remember what a rail calls instructions, as it told by itself; a later name takes over.

    One that was not marked as sent is marked as one to ask about: it has not been asked once.
    """
    await connection.executemany(
        "insert into payments.dispatches (instruction, asks, sent_at, reference, own_code, payment)"
        " values ($1, -1, $2, $3, $4, $5)"
        " on conflict (instruction) do update set reference = excluded.reference,"
        " own_code = coalesce(nullif(excluded.own_code, ''), dispatches.own_code),"
        " payment = coalesce(excluded.payment, dispatches.payment)",
        [(s.instruction.id, at, s.reference, s.own_code, s.payment) for s in heard],
    )


async def instructions_known_as(
    connection: Connection, rail: str, references: Sequence[str]
) -> dict[str, UUID]:
    """Return the collections that a rail calls by these names; of several under one, the first."""
    rows = await connection.fetch(
        "select distinct on (d.reference) d.reference, d.instruction from payments.dispatches d"
        " join payments.instructions i on i.id = d.instruction"
        " where d.reference = any($2) and i.rail = $1 and i.kind in ('collect', 'authorise')"
        " order by d.reference, d.instruction",
        rail,
        list(references),
    )
    return {row["reference"]: row["instruction"] for row in rows}


async def original_references(
    connection: Connection, payments: Sequence[PaymentId]
) -> dict[UUID, str]:
    """Return what rails call the payments they have collected, by payment."""
    rows = await connection.fetch(
        "select distinct on (payment) payment, reference from payments.dispatches"
        " where payment = any($1) and reference <> '' order by payment, instruction desc",
        [UUID(int=each.int) for each in payments],
    )
    return {row["payment"]: row["reference"] for row in rows}


async def collected_on(connection: Connection, rail: str, since: datetime) -> list[Instruction]:
    """Return what a rail has confirmed after `since` about payments captured after it."""
    rows = await connection.fetch(
        f"select {_INSTRUCTION} from payments.instructions i"  # noqa: S608 - our columns
        " join payments.payments p on p.id = i.payment_id"
        " where i.rail = $1 and i.state = 'confirmed'"
        " and i.answered_at > $2 and i.kind in ('collect', 'capture', 'refund')"
        " and p.captured_at > $2 order by i.id",
        rail,
        since,
    )
    return INSTRUCTIONS.shape.from_rows(rows)


async def paid_out_since(connection: Connection, rail: str, since: datetime) -> list[Instruction]:
    """Return the payouts a rail has confirmed after `since`: those that may still come back."""
    rows = await connection.fetch(
        f"select {_INSTRUCTION} from payments.instructions i"  # noqa: S608 - our columns
        " where i.rail = $1 and i.state = 'confirmed' and i.kind = 'payout'"
        " and i.answered_at > $2 order by i.id",
        rail,
        since,
    )
    return INSTRUCTIONS.shape.from_rows(rows)


async def instructions_by_id(
    connection: Connection, identifiers: Sequence[UUID]
) -> list[Instruction]:
    """Return instructions as they stand, those that exist."""
    rows = await connection.fetch(
        f"select {_INSTRUCTION} from payments.instructions i"  # noqa: S608 - our columns
        " where i.id = any($1) order by i.id",
        [UUID(int=each.int) for each in identifiers],
    )
    return INSTRUCTIONS.shape.from_rows(rows)
