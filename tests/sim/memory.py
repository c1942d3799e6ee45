"""What an engine remembers, compared with what a new one would load. Looks inside the engine."""

from typing import Any
from uuid import UUID

from usance.runtime.engine import Engine
from usance.runtime.rows import HOT_TABLES


async def memory_is_what_would_be_loaded(engine: Engine, pool: Any) -> None:
    """What the engine holds is, row by row, what a new one would read from the tables."""
    for table in HOT_TABLES:
        if table.keep_sql == "false":
            continue
        columns = ", ".join(table.shape.columns)
        rows = await pool.fetch(f"select {columns} from {table.name} where {table.keep_sql}")
        held = engine._writer.state.rows[table.slot].values()
        assert as_written(table, held) == sorted(repr(tuple(row)) for row in rows), table.name


def as_written(table: Any, rows: Any) -> list[str]:
    """Return rows as the database would give them back, in one order."""
    return sorted(repr(tuple(map(_plain, table.shape.to_row(row)))) for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return UUID(int=value.int)
    return str(value) if isinstance(value, str) else value
