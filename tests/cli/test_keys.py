"""A new book can be taken into use: somebody runs it, and their keys open it."""

import asyncio

import httpx
import pytest

from usance.api import create_app
from usance.cli.books import bring_up_to_date
from usance.cli.keys import ALREADY_FOUNDED, found, print_key
from usance.kernel.errors import Invalid
from usance.worker.session import opened


def test_a_new_book_is_founded_once_and_its_keys_open_it(place, capsys):
    async def journey() -> None:
        await bring_up_to_date(place)
        capsys.readouterr()
        await found(place, "Example Payments Ltd", "GB")
        people = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert len(people) == 2
        *_, user_id, secret = people[0]
        assert secret.startswith("uk_live_")
        with pytest.raises(Invalid) as again:
            await found(place, "Somebody Else Ltd", "GB")
        assert again.value.code is ALREADY_FOUNDED
        assert all(person[-2] in str(again.value) for person in people)
        assert "usance key" in str(again.value)
        await print_key(place, user_id)
        second = capsys.readouterr().out.strip()
        async with opened(place) as session:
            transport = httpx.ASGITransport(create_app(session))
            async with httpx.AsyncClient(transport=transport, base_url="http://book") as client:
                for key in (secret, second):
                    headers = {"Authorization": f"Bearer {key}"}
                    answer = await client.get("/v1/parties", headers=headers)
                    assert [one["legal_name"] for one in answer.json()["data"]] == [
                        "Example Payments Ltd"
                    ]

    asyncio.run(journey())
