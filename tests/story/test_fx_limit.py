"""The house promises no more conversions than its limit, and shows how near it is.

1 GBP is 1.25 EUR. The limit of the story is 12,500 EUR for a pair and 15,000 EUR for all that is
sold of a currency: 10,000 and 12,000 GBP.
"""

from datetime import date

from tests.story.stage import SELLER, Stage, money
from tests.story.test_fx_quotes import lock

from usance.kernel.ids import BankAccountId, PartyId
from usance.kernel.money import Currency
from usance.parties.model import PartyKind
from usance.parties.service import RegisterBankAccount, RegisterParty
from usance.payments.service import LockQuote
from usance.payments.service.explain import exposures_now
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy


async def limit(stage: Stage, pair: str, position: str, since: date = date(2026, 9, 7)) -> None:
    values = {"pair_max": pair, "position_max": position}
    row = PolicyRow("payments.fx_limit", "*", since, values, "The story", verified=False)
    await stage.accepted("adopt_policy", AdoptPolicy((row,), "another limit"), pair)


EUROPEAN = PartyId.derived(0, "a seller who is paid in euros")


def asked(amount: str, buy: str = "CNY") -> LockQuote:
    return LockQuote(SELLER if buy == "CNY" else EUROPEAN, money(amount), Currency(buy))


async def a_european(stage: Stage) -> None:
    """A seller whose bank account is in euros."""
    name = "Strumpf und Socke GmbH"
    await stage.accepted(
        "register_party", RegisterParty(EUROPEAN, PartyKind.SELLER, name, "DE"), "european"
    )
    account = RegisterBankAccount(
        BankAccountId.derived(0, "european"), EUROPEAN, name, "DE", Currency("EUR"),
        iban="DE89370400440532013000",
    )  # fmt: skip
    await stage.accepted("register_bank_account", account, "european")


async def shown(stage: Stage) -> list[str]:
    async with stage.session.pool.acquire() as connection:
        found = await exposures_now(connection, stage.now)
    return [
        f"{each.sell}/{each.buy} {each.locked} + {each.converting} of {each.limit};"
        f" {each.open} of {each.open_limit}"
        for each in found
    ]


def test_no_rate_is_locked_beyond_the_limit(play):
    async def journey(stage: Stage) -> None:
        await limit(stage, "12500.00 EUR", "15000.00 EUR")
        await a_european(stage)
        # Given 1,000 pounds sold at an agreed rate, and 6,000 locked
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await lock(stage, "6,000.00 GBP")
        assert await shown(stage) == [
            "GBP/CNY 6000.00 GBP + 1000.00 GBP of 10000.00 GBP; 7000.00 GBP of 12000.00 GBP"
        ]
        # Then 3,000 more are left, and all of it is refused that is more
        assert await stage.refused("lock_quote", asked("3,000.01 GBP")) == "fx_limit_reached"
        # Of two at once the second finds what the first has left
        both = await stage.at_once(
            ("lock_quote", asked("2,000.00 GBP")), ("lock_quote", asked("2,000.00 GBP"))
        )
        codes = [each.refusal.code if each.refusal else "" for each in both]
        assert codes == ["", "fx_limit_reached"]
        # All that is sold in pounds counts together
        assert await stage.refused("lock_quote", asked("3,000.01 GBP", "EUR")) == "fx_limit_reached"
        await stage.accepted("lock_quote", asked("2,000.00 GBP", "EUR"))
        # What is settled or refunded is promised no more
        await stage.refunds(sale, "400.00 GBP")
        await stage.works()
        await stage.settles(sale, "600.00 GBP", "3.00 GBP")
        assert await stage.refused("lock_quote", asked("2,000.01 GBP")) == "fx_limit_reached"
        await stage.accepted("lock_quote", asked("2,000.00 GBP"))

    play(journey)


def test_what_has_run_out_makes_room_and_a_higher_limit_too(play):
    async def journey(stage: Stage) -> None:
        await limit(stage, "12500.00 EUR", "15000.00 EUR")
        await lock(stage, "10,000.00 GBP", seconds=3600)
        assert await stage.refused("lock_quote", asked("1.00 GBP")) == "fx_limit_reached"
        await stage.until("2026-09-08")
        assert await shown(stage) == []
        await lock(stage, "10,000.00 GBP", seconds=3600)
        await limit(stage, "25000.00 EUR", "30000.00 EUR", date(2026, 9, 8))
        await stage.accepted("lock_quote", asked("10,000.00 GBP"))

    play(journey)
