"""How each currency stands: what is expected and not shown, and the breaks that are open."""

from datetime import date

from usance.kernel.records import Record
from usance.runtime.database import Connection


async def open_by_kind(connection: Connection) -> dict[str, int]:
    """Return how many breaks of each kind are open."""
    rows = await connection.fetch(
        "select kind, count(*) as n from payments.breaks where state = 'open' group by kind"
    )
    return {row["kind"]: row["n"] for row in rows}


class Standing(Record, frozen=True):
    """How an account at a bank stands: what its last statement says, and what is open."""

    currency: str
    movements_open: int
    movements_minor: int
    in_flight: int
    breaks_open: int
    breaks_minor: int
    oldest: date | None


async def standings(connection: Connection) -> list[Standing]:
    """Return, by currency, what the book expects and no statement shows, and the open breaks."""
    rows = await connection.fetch(
        """
        with m as (
            select amount_currency as currency, count(*) filter (where state = 'booked') as open,
                   coalesce(sum(case when is_credit then amount_minor else - amount_minor end)
                     filter (where state = 'booked'), 0) as minor,
                   count(*) filter (where state = 'in_flight') as in_flight
            from payments.movements where entry is null group by 1
        ),
        b as (
            select amount_currency as currency, count(*) as open, sum(amount_minor) as minor,
                   min(since) as oldest
            from payments.breaks where state = 'open' group by 1
        )
        select currency, coalesce(m.open, 0), coalesce(m.minor, 0)::bigint,
               coalesce(m.in_flight, 0), coalesce(b.open, 0), coalesce(b.minor, 0)::bigint,
               b.oldest
        from m full join b using (currency) order by currency
        """
    )
    return [Standing(*row) for row in rows]
