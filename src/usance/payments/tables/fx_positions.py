"""Open positions: one row for each currency that is sold to us."""

from typing import Final

from usance.payments.model import FxPosition
from usance.runtime.checks import check
from usance.runtime.rows import hot_table

FX_POSITIONS: Final = hot_table("payments", "fx_positions", FxPosition, key="sell")

# The limit is judged by what stands here: it is what sales and locks have open.
check(
    "fx_positions",
    """
    with kept as (
        select p.sell, pair ->> 'buy' as buy,
               sum((pair ->> 'locked')::bigint) as locked,
               sum((pair ->> 'converting')::bigint) as converting
        from payments.fx_positions p, jsonb_array_elements(p.pairs::jsonb) pair group by 1, 2
    ),
    locks as (
        select quote ->> 'base' as sell, quote ->> 'quote' as buy,
               sum(case when status = 'open' then maximum_minor - used else reserved end) as locked
        from payments.quote_locks group by 1, 2
    ),
    sales as (
        select quote ->> 'base' as sell, quote ->> 'quote' as buy, sum(unsettled) as converting
        from payments.payments
        where quote ->> 'base' <> quote ->> 'quote' and quote ->> 'lock' is null group by 1, 2
    )
    select sell || '/' || buy,
           'kept are ' || coalesce(kept.locked, 0) || ' locked and ' || coalesce(kept.converting, 0)
               || ' converting, there are ' || coalesce(locks.locked, 0) || ' and '
               || coalesce(sales.converting, 0)
    from kept full join locks using (sell, buy) full join sales using (sell, buy)
    where coalesce(kept.locked, 0) <> coalesce(locks.locked, 0)
       or coalesce(kept.converting, 0) <> coalesce(sales.converting, 0)
    """,
)
