"""What a test book has told its simulated rails."""

from typing import Final
from uuid import UUID

from usance.payments.model import Instruction, Steering
from usance.payments.tables import INSTRUCTIONS
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_STEERING: Final = RowShape(Steering)
_COLUMNS: Final = ", ".join(_STEERING.columns)


async def add_steering(connection: Connection, steering: Steering) -> None:
    """Keep what a rail was told; the same id again changes nothing."""
    values = ", ".join(f"${number}" for number in range(1, len(_STEERING.columns) + 1))
    await connection.execute(
        f"insert into payments.steerings ({_COLUMNS}) values ({values})"  # noqa: S608 - ours
        " on conflict do nothing",
        *_STEERING.to_row(steering),
    )


async def steerings(connection: Connection) -> list[Steering]:
    """Return all that rails were ever told, the earliest first."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from payments.steerings order by created_at, id"  # noqa: S608 - ours
    )
    return _STEERING.from_rows([tuple(row) for row in rows])


async def instruction_about(connection: Connection, subject: UUID) -> Instruction | None:
    """Return the last instruction that was given to carry something out."""
    columns = ", ".join(INSTRUCTIONS.shape.columns)
    row = await connection.fetchrow(
        f"select {columns} from payments.instructions where subject = $1"  # noqa: S608 - ours
        " order by id desc limit 1",
        UUID(int=subject.int),
    )
    return None if row is None else INSTRUCTIONS.shape.from_row(tuple(row))
