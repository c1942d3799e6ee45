"""Customers of a shop, met in more than one of its files."""

from tests.story.stage import SELLER, Stage

from usance.worker.buyers import InventedBuyers, NamedBuyer


def test_a_customer_may_have_another_country_in_the_next_file(play):
    async def journey(stage: Stage) -> None:
        first = InventedBuyers(stage.session, "shop")
        second = InventedBuyers(stage.session, "shop")
        known = await first.known(SELLER, [("12431", "AU")])
        assert await second.known(SELLER, [("12431", "BE")]) == known
        [country] = await stage.session.pool.fetch(
            "select country from parties.parties where reference = 'shop:12431'"
        )
        assert country["country"] == "AU"

    play(journey)


def test_a_customer_number_of_a_file_is_the_customer_number_of_an_order(play):
    async def journey(stage: Stage) -> None:
        session = stage.session
        named = await NamedBuyer(session, "Ann Smith").known(SELLER, [("17850", "GB")])

        of_file = await InventedBuyers(session).known(SELLER, [("17850", "GB"), ("17851", "GB")])

        assert of_file["17850"] == named["17850"]
        [ann, *invented] = [
            await stage.row("select * from parties.parties where id = $1", buyer)
            for buyer in of_file.values()
        ]
        assert ann["legal_name"] == "Ann Smith"
        assert [one["reference"] for one in invented] == [f"{SELLER}:17851"]
        # Nothing was invented for whom an order has named: no bank account either
        assert await session.pool.fetchval(
            "select count(*) from parties.bank_accounts where party_id = $1", named["17850"]
        ) == 0  # fmt: skip

    play(journey)


def test_a_live_book_invents_nobody(play, monkeypatch):
    async def journey(stage: Stage) -> None:
        session = stage.session
        named = await NamedBuyer(session, "Ann Smith").known(SELLER, [("17850", "GB")])

        async def live() -> bool:
            return False

        monkeypatch.setattr(session, "is_test", live)
        before = await session.pool.fetchval("select count(*) from parties.parties")
        customers = [("17850", "GB"), ("17851", "GB")]
        assert await InventedBuyers(session).known(SELLER, customers) == named
        assert await InventedBuyers(session, "uci").known(SELLER, customers) == {}
        assert await session.pool.fetchval("select count(*) from parties.parties") == before

    play(journey)
