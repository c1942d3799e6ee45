"""The transfers of an account, the newest first, whatever ids their callers chose."""

import asyncio
from uuid import UUID

import pytest
from tests.ledger.histories import Book, a_book

from usance.ledger import store
from usance.ledger.model import TransferRequest
from usance.ledger.service import CreateTransfers

# Ids that say nothing of the order in which they came: 40 facts, some with several transfers.
IDS = [
    [(fact * 7919 + each * 104_729) % 99_991 + 1 for each in range(1 + fact % 3)]
    for fact in range(40)
]


async def filled(book: Book) -> list[tuple[int, UUID]]:
    """The places of all transfers of the account, in the order of their recording."""
    places = []
    for fact, numbers in enumerate(IDS):
        debit, credit = book.numbers[:2] if fact % 2 else book.numbers[1::-1]
        requests = [TransferRequest(UUID(int=number), debit, credit, 5) for number in numbers]
        made = await book.done("create_transfers", CreateTransfers(tuple(requests), book.today))
        places += [(made.fact.position, request.id) for request in requests]
    return sorted(places)


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
@pytest.mark.parametrize("first_look", [1, 3, 1024])
def test_pages_follow_each_other_by_position(dsn, monkeypatch, limit, first_look):
    monkeypatch.setattr(store, "_FIRST_LOOK", first_look)
    monkeypatch.setattr(store, "_WIDER", 2)

    async def story() -> None:
        async with a_book(dsn) as book:
            places = await filled(book)
            number, found, before = book.numbers[0], [], None
            while True:
                page = await store.transfers(book.connection, number, before, limit)
                found += [(transfer.position, transfer.id) for transfer in page]
                if len(page) < limit:
                    break
                before = found[-1]
                # What is recorded meanwhile is newer, and moves no page.
                await book.transfer(0, 1, 1, book.today)
            assert found == places[::-1]
            assert await store.transfers(book.connection, 999, None, 5) == []

    asyncio.run(story())
