"""By which methods money goes where, and what each needs to know of who is paid."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from usance.api.access import Asker, reads
from usance.api.pages import Cursor, Limit, PageOf, after_text, page
from usance.api.problems import Refused
from usance.api.shapes import page_of, shape
from usance.kernel.errors import Refusal
from usance.parties.service import checked_country
from usance.payments.model import Corridor
from usance.payments.service.corridors import list_corridors

router = APIRouter(tags=["corridors"])
CORRIDOR: Final = shape(Corridor)
Country = Annotated[
    str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2; nothing for all.")
]
CurrencyAsked = Annotated[
    str, Query(pattern="^([A-Z]{3})?$", description="ISO 4217; nothing for all.")
]


@router.get("/corridors", response_model=page_of(CORRIDOR))
async def list_ways(
    asker: Annotated[Asker, Depends(reads("policy:read"))],
    country: Country = "",
    currency: CurrencyAsked = "",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List the methods of corridors in force today, with their fields, limits, times and costs.

    A corridor whose country is `*` goes anywhere its currency is taken.
    """
    if country:
        require_country(country, "country")
    after = after_text("corridors", cursor)
    on = (await asker.session.now()).date()
    async with asker.reading() as connection:
        found = await list_corridors(connection, on, country, currency)
    names = [each.scope for each in found]
    first = names.index(after) + 1 if after in names else 0
    rows = found[first : first + limit + 1]
    return page("corridors", rows, limit, lambda row: row.scope)


def require_country(code: str, field: str) -> None:
    """Raise Refused(unknown_country) for what is no country of ISO 3166-1."""
    wrong = checked_country(code, field)
    if isinstance(wrong, Refusal):
        raise Refused(wrong)
