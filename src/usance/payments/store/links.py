"""Payment links and the attempts made at them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from usance.kernel.ids import OrderId, PartyId, PaymentLinkId
from usance.payments.model import LinkAttempt, Payment, PaymentLink
from usance.payments.tables import PAYMENTS
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_LINK: Final = RowShape(PaymentLink)
_LINKS: Final = ", ".join(_LINK.columns)
_ATTEMPT: Final = RowShape(LinkAttempt)
_ATTEMPTS: Final = ", ".join(_ATTEMPT.columns)


def _places(columns: Sequence[str]) -> str:
    return ", ".join(f"${number}" for number in range(1, len(columns) + 1))


async def add_link(connection: Connection, link: PaymentLink) -> None:
    """Keep a new link."""
    await connection.execute(
        f"insert into payments.links ({_LINKS}) values ({_places(_LINK.columns)})",  # noqa: S608
        *_LINK.to_row(link),
    )


async def link(
    connection: Connection, link_id: PaymentLinkId, *, lock: bool = False
) -> PaymentLink | None:
    """Return a link. lock: nobody else changes it, or begins an attempt, until the end."""
    row = await connection.fetchrow(
        f"select {_LINKS} from payments.links where id = $1"  # noqa: S608 - our columns
        + (" for update" if lock else ""),
        link_id,
    )
    return None if row is None else _LINK.from_row(tuple(row))


async def link_by_secret(connection: Connection, secret_sha256: str) -> PaymentLink | None:
    """Return the link whose token has this hash."""
    row = await connection.fetchrow(
        f"select {_LINKS} from payments.links where secret_sha256 = $1",  # noqa: S608 - ours
        secret_sha256,
    )
    return None if row is None else _LINK.from_row(tuple(row))


async def links(
    connection: Connection,
    seller_id: PartyId | None = None,
    *,
    order_id: OrderId | None = None,
    before: PaymentLinkId | None = None,
    limit: int = 100,
) -> list[PaymentLink]:
    """Return links, the newest first, as far as they fit all that is given."""
    rows = await connection.fetch(
        f"select {_LINKS} from payments.links"  # noqa: S608 - our columns
        " where ($1::uuid is null or seller_id = $1) and ($2::uuid is null or order_id = $2)"
        " and ($3::uuid is null or (made_at, id) <"
        " (select l.made_at, l.id from payments.links l where l.id = $3))"
        " order by made_at desc, id desc limit $4",
        seller_id,
        order_id,
        before,
        limit,
    )
    return _LINK.from_rows([tuple(row) for row in rows])


async def mark_cancelled(connection: Connection, link_id: PaymentLinkId, at: datetime) -> None:
    """Note when a link was cancelled; the first time counts."""
    await connection.execute(
        "update payments.links set cancelled_at = $2 where id = $1 and cancelled_at is null",
        link_id,
        at,
    )


async def newest_payments(
    connection: Connection, orders: Sequence[OrderId]
) -> Mapping[OrderId, Payment]:
    """Return the newest payment of each of these orders that has one."""
    columns = ", ".join(PAYMENTS.shape.columns)
    rows = await connection.fetch(
        f"select distinct on (order_id) {columns} from payments.payments"  # noqa: S608 - ours
        " where order_id = any($1::uuid[]) order by order_id, id desc",
        list(orders),
    )
    found = PAYMENTS.shape.from_rows([tuple(row) for row in rows])
    return {payment.order_id: payment for payment in found}


async def add_attempt(connection: Connection, attempt: LinkAttempt) -> None:
    """Keep an attempt before the book is asked."""
    await connection.execute(
        f"insert into payments.link_attempts ({_ATTEMPTS})"  # noqa: S608 - our columns
        f" values ({_places(_ATTEMPT.columns)})",
        *_ATTEMPT.to_row(attempt),
    )


async def end_attempt(connection: Connection, attempt: LinkAttempt) -> None:
    """Write what became of an attempt."""
    await connection.execute(
        "update payments.link_attempts set payment_id = $3, code = $4"
        " where link_id = $1 and number = $2",
        attempt.link_id,
        attempt.number,
        attempt.payment_id,
        attempt.code,
    )


async def link_attempts(connection: Connection, link_id: PaymentLinkId) -> list[LinkAttempt]:
    """Return the attempts made at a link, the first first."""
    rows = await connection.fetch(
        f"select {_ATTEMPTS} from payments.link_attempts"  # noqa: S608 - our columns
        " where link_id = $1 order by number",
        link_id,
    )
    return _ATTEMPT.from_rows([tuple(row) for row in rows])
