"""Tables obey the arrow of the story, and the first migration is theirs."""

import asyncio

import asyncpg
import pytest
from tests.house.tree import story

import usance.bootstrap  # noqa: F401 - declares every table
from usance.runtime.migrations import migrate
from usance.runtime.postgres import ServerAddress, create_database, drop_database

REFERENCES = """
select conname, conrelid::regclass::text as teller,
       child.relnamespace::regnamespace::text as schema,
       parent.relnamespace::regnamespace::text as refers_to
from pg_constraint
join pg_class child on child.oid = conrelid
join pg_class parent on parent.oid = confrelid
where contype = 'f'
"""
SCHEMAS = (
    "select distinct schemaname from pg_tables where schemaname !~ '^(pg_|information_schema)'"
)


def places() -> dict[str, int]:
    """The place of each schema in the story, the ground first; `engine` is the runtime's."""
    return {
        "engine" if chapter == "runtime" else chapter: place
        for place, chapter in enumerate(reversed(story()))
    }


def against_the_story(references: list[tuple[str, str, str]]) -> list[str]:
    """What refers to a later chapter, of (name, schema, schema it refers to)."""
    place = places()
    return [name for name, schema, refers_to in references if place[refers_to] > place[schema]]


@pytest.mark.parametrize(
    ("_case", "schema", "refers_to", "refused"),
    [
        ("to itself", "trade", "trade", False),
        ("to an earlier chapter", "risk", "parties", False),
        ("to the ground", "ledger", "engine", False),
        ("to a later chapter", "parties", "risk", True),
        ("from the ground", "engine", "policy", True),
    ],
)
def test_the_arrow_sees(_case, schema, refers_to, refused):
    assert against_the_story([("it", schema, refers_to)]) == (["it"] if refused else [])


def test_foreign_keys_point_to_earlier_chapters(server_address: ServerAddress):
    name = "house_tables"

    async def read() -> tuple[list[asyncpg.Record], set[str]]:
        await create_database(server_address, name)
        await migrate(server_address.dsn(name))
        connection = await asyncpg.connect(server_address.dsn(name))
        references = await connection.fetch(REFERENCES)
        schemas = {row["schemaname"] for row in await connection.fetch(SCHEMAS)}
        await connection.close()
        await drop_database(server_address, name)
        return references, schemas

    references, schemas = asyncio.run(read())

    assert schemas <= set(places()), "a schema is a chapter's, or the engine's"
    assert len(references) > 10
    assert (
        against_the_story(
            [
                (f"{row['teller']}: {row['conname']}", row["schema"], row["refers_to"])
                for row in references
            ]
        )
        == []
    )
