"""Make a book, or bring one to this version."""

import sys

from usance.policy.service import AdoptPolicy, shipped_rows
from usance.runtime.clock import wall_now
from usance.worker.session import Place, make_book, opened


async def bring_up_to_date(place: Place) -> None:
    """Make what is missing, and let a new book adopt the policy that ships with the package."""
    await make_book(place, wall_now(), test_clock=False, anew=False)
    async with opened(place) as session:
        fresh = not await session.pool.fetchval("select exists (select from policy.series)")
        if fresh:
            body = AdoptPolicy(shipped_rows(), "a new book")
            outcome = await session.do("adopt_policy", body, "shipped")
            assert outcome.refusal is None, outcome.refusal
    made = "made" if fresh else "up to date"
    sys.stdout.write(f"The book {place.book} is {made}.\n")
