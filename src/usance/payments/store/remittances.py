"""What rails remit in one sum, and the entries of our bank that may be it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from usance.kernel.ids import BankEntryId, RemittanceId
from usance.payments.model import BankEntry, Remittance, RemittanceStatus
from usance.payments.tables import REMITTANCES
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_ENTRY: Final = RowShape(BankEntry)
_E: Final = ", ".join(f"e.{column}" for column in _ENTRY.columns)
# Column names come from our records; values are always parameters.
_REMITTANCES: Final = f"select {', '.join(REMITTANCES.shape.columns)} from payments.remittances"  # noqa: S608
_BOOKING: Final = (
    "upper(regexp_replace(e.account, '[\\s./-]', '', 'g')) || ' ' ||"
    " case when e.servicer_reference = '' then e.id::text else e.servicer_reference end"
)


async def remittance(connection: Connection, remittance_id: RemittanceId) -> Remittance | None:
    """Return a remittance."""
    row = await connection.fetchrow(_REMITTANCES + " where id = $1", remittance_id)
    return None if row is None else REMITTANCES.shape.from_row(row)


async def remittances(
    connection: Connection,
    status: RemittanceStatus | None,
    after: RemittanceId | None = None,
    limit: int = 100,
) -> list[Remittance]:
    """Return remittances by their ids."""
    rows = await connection.fetch(
        _REMITTANCES + " where ($1::text is null or status = $1)"
        " and ($2::uuid is null or id > $2) order by id limit $3",
        status,
        after,
        limit,
    )
    return REMITTANCES.shape.from_rows(rows)


async def remittances_known(connection: Connection, since: datetime) -> list[Remittance]:
    """Return those whose money is awaited, and those that were closed since: it may come twice."""
    rows = await connection.fetch(
        f"{_REMITTANCES} where status in ('announced', 'differs') or closed_at > $1 order by id",
        since,
    )
    return REMITTANCES.shape.from_rows(rows)


async def unexplained_credits(connection: Connection, ours: Sequence[str]) -> list[BankEntry]:
    """Return what our bank has booked in our favour and nothing in the book explains yet."""
    rows = await connection.fetch(
        f"select {_E} from payments.breaks b join payments.entries e on e.id = b.entry"  # noqa: S608
        " where b.state = 'open' and b.kind = 'not_expected' and b.movement is null"
        " and e.is_credit and e.amount_minor > 0"
        " and e.kind = 'statement' and e.status = 'BOOK' and e.account = any($1)"
        f" and not exists (select from payments.receipts r where r.booking = {_BOOKING})"
        f" and not exists (select from payments.remittances r where r.booking = {_BOOKING})"
        " order by e.id",
        list(ours),
    )
    return _ENTRY.from_rows(rows)


async def say_difference(
    connection: Connection, entry: BankEntryId, difference: int, why: str
) -> None:
    """Note on the open break of an entry by how much it differs from what was announced."""
    await connection.execute(
        "update payments.breaks set kind = 'amount_differs', difference_minor = $2,"
        " suggested = null, score = 0, why = $3 where entry = $1 and state = 'open'",
        entry,
        difference,
        why,
    )


async def say_announced(connection: Connection, entry: BankEntryId, why: str) -> None:
    """Note on the open break of an entry that nobody expected what it is going to be."""
    await connection.execute(
        "update payments.breaks set score = 1000, why = $2"
        " where entry = $1 and state = 'open' and kind = 'not_expected'",
        entry,
        why,
    )


async def forget_others(connection: Connection) -> None:
    """Make entries again what nobody expected whose advice is void, or was paid by another one."""
    await connection.execute(_FORGET)


# Where no movement is suggested, only an advice can have differed.
_FORGET: Final = (
    "update payments.breaks b set kind = 'not_expected', difference_minor = 0, why = ''"  # noqa: S608
    " from payments.entries e"
    " where b.entry = e.id and b.state = 'open' and b.kind = 'amount_differs'"
    " and b.movement is null and b.suggested is null"
    " and not exists (select from payments.remittances r"
    f" where r.status = 'differs' and r.booking = {_BOOKING})"
)


async def some_are_settled(connection: Connection) -> bool:
    """Whether an entry is still open though all of its remittance was settled."""
    return bool(
        await connection.fetchval(
            "select exists (select from payments.breaks b"  # noqa: S608 - our own text
            " join payments.entries e on e.id = b.entry"
            f" join payments.remittances r on r.booking = {_BOOKING} and r.status = 'received'"
            " where b.state = 'open' and b.movement is null and not exists"
            " (select from json_array_elements(r.lines) l"
            "  where not coalesce((l ->> 'left_out')::boolean, false) and not exists"
            "   (select from payments.settlements s where s.notice = l ->> 'notice'"
            "    and s.rail = r.rail and s.payment_id = (l ->> 'payment_id')::uuid)))"
        )
    )
