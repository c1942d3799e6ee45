"""Customers of a shop, met in more than one of its files."""

from tests.story.stage import SELLER, Stage

from usance.worker.buyers import InventedBuyers


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
