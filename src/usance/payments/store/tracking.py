"""What is known of transfers on their way."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from usance.kernel.ids import InstructionId
from usance.kernel.records import Record
from usance.payments.model import (
    Instruction,
    TransferRecall,
    TransferStatus,
    TransferUpdate,
)
from usance.payments.tables import INSTRUCTIONS, RECALLS
from usance.runtime.database import Connection

_RECALL = ", ".join(f"r.{column}" for column in RECALLS.shape.columns)
_INSTRUCTION = ", ".join(f"i.{column}" for column in INSTRUCTIONS.shape.columns)


class Heard(Record, frozen=True):
    """Something said of a transfer. promised_at: with the first, when it should arrive."""

    instruction: UUID
    update: TransferUpdate
    promised_at: datetime | None = None


async def keep_updates(connection: Connection, heard: Sequence[Heard]) -> None:
    """Remember what was said; what was said before stays as it was."""
    await connection.executemany(
        "insert into payments.transfer_updates"
        " (instruction, status, reason, heard_at, reference, promised_at)"
        " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        [
            (
                UUID(int=each.instruction.int),
                each.update.status,
                each.update.reason,
                each.update.at,
                each.update.reference,
                each.promised_at,
            )
            for each in heard
        ],
    )


async def updates_of(
    connection: Connection, instruction: InstructionId
) -> tuple[list[TransferUpdate], datetime | None]:
    """Return what was said of a transfer, in the order it was heard, and what was promised."""
    rows = await connection.fetch(
        "select status, reason, heard_at, reference, promised_at from payments.transfer_updates"
        " where instruction = $1 order by number",
        UUID(int=instruction.int),
    )
    updates = [
        TransferUpdate(TransferStatus(row[0]), row["reason"], row["heard_at"], row["reference"])
        for row in rows
    ]
    promises = [row["promised_at"] for row in rows if row["promised_at"] is not None]
    return updates, promises[0] if promises else None


async def recall_of(connection: Connection, instruction: InstructionId) -> TransferRecall | None:
    """Return the request to bring a transfer back, None where there is none."""
    row = await connection.fetchrow(
        f"select {_RECALL} from payments.recalls r where r.instruction_id = $1",  # noqa: S608 - ours
        UUID(int=instruction.int),
    )
    return None if row is None else RECALLS.shape.from_row(row)


async def owner_of(connection: Connection, instruction: InstructionId) -> UUID | None:
    """Return the seller a transfer concerns, None where there is no such instruction."""
    found: UUID | None = await connection.fetchval(
        "select coalesce(o.seller_id, p.seller_id) from payments.instructions i"
        " left join payments.payouts o on o.id = i.subject"
        " left join payments.payments p on p.id = i.payment_id where i.id = $1",
        UUID(int=instruction.int),
    )
    return found


async def recalls_to_ask(
    connection: Connection, limit: int
) -> list[tuple[Instruction, TransferRecall]]:
    """Return open recalls that nobody has asked the rail about since they were last due."""
    rows = await connection.fetch(
        f"select {_INSTRUCTION}, {_RECALL} from payments.recalls r"  # noqa: S608 - our columns
        " join payments.instructions i on i.id = r.instruction_id"
        " left join payments.recall_dispatches d on d.instruction = r.instruction_id"
        " where r.state = 'asked' and (d.instruction is null or d.asks < r.asks)"
        " order by r.instruction_id limit $1",
        limit,
    )
    split = len(INSTRUCTIONS.shape.columns)
    return [
        (
            INSTRUCTIONS.shape.from_row(tuple(row)[:split]),
            RECALLS.shape.from_row(tuple(row)[split:]),
        )
        for row in rows
    ]


async def mark_recalled(connection: Connection, recalls: Sequence[TransferRecall]) -> None:
    """Remember that rails were asked to bring transfers back."""
    await connection.executemany(
        "insert into payments.recall_dispatches (instruction, asks) values ($1, $2)"
        " on conflict (instruction) do update set asks = excluded.asks",
        [(UUID(int=each.instruction_id.int), each.asks) for each in recalls],
    )
