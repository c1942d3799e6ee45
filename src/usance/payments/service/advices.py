"""Somebody – hands over – the file in which a rail says what it has remitted."""

from usance.payments.errors import NO_ADVICE_TAKEN, UNKNOWN_INSTRUCTION
from usance.payments.ports import REMITS, AdviceReader, Rail
from usance.payments.service.notices import Noticed, Report, fits, reports_of
from usance.payments.store import instructions_by_id
from usance.runtime.database import Connection


async def reports_of_advice(connection: Connection, rail: Rail, raw: bytes) -> list[Report]:
    """Return the commands that report a file; nothing of it where a line is not ours.

    Raises Invalid: no_advice_taken, malformed_advice,
    unknown_instruction (a parcel of somebody else's).
    """
    if not isinstance(rail, AdviceReader) or REMITS not in rail.capabilities:
        raise NO_ADVICE_TAKEN.invalid("rail", rail.name)
    notices = rail.advice(raw)
    found = await instructions_by_id(connection, [each.instruction for each in notices])
    known = {each.id.int: each for each in found if each.rail == rail.name}
    noticed: list[Noticed] = []
    for number, notice in enumerate(notices):
        instruction = known.get(notice.instruction.int)
        if instruction is None or not fits(notice, instruction):
            field = f"lines[{number}].reference"
            raise UNKNOWN_INSTRUCTION.invalid(field, notice.instruction.hex)
        noticed.append((notice, instruction))
    return reports_of(rail, noticed)
