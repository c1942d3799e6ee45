"""What can be read of policy."""

from usance.policy.model import Series
from usance.policy.tables import SERIES
from usance.runtime.database import Connection

_COLUMNS = ", ".join(SERIES.shape.columns)


async def series(connection: Connection, identifier: str) -> Series | None:
    """Return one series by its id, None where there is none."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from policy.series where id = $1",  # noqa: S608 - our own columns
        identifier,
    )
    return None if row is None else SERIES.shape.from_row(row)


async def all_series(
    connection: Connection, rule: str = "", after: str = "", limit: int = 100
) -> list[Series]:
    """Return series in order of their ids, those of one rule where it is named.

    after: the last id of the page before.
    """
    rows = await connection.fetch(
        f"select {_COLUMNS} from policy.series"  # noqa: S608 - our own columns
        " where id > $1 and ($2 = '' or id like $2 || '/%') order by id limit $3",
        after,
        rule,
        limit,
    )
    return SERIES.shape.from_rows(rows)
