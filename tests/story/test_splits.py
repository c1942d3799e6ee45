"""One payment for several, and money that waits for a condition.

1,000 GBP bring 985 after both fees, 8,865 CNY at mid and 8,847.27 after the spread. The supplier
has a fifth of the 9,000 that gross is worth at mid, the tax office 500, the platform 1 %.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.story.stage import MONDAY, SELLER, Stage, buyer, money

from usance.kernel.ids import BankAccountId, EscrowId, PartyId, PaymentId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.parties import service as parties
from usance.parties.model import OPERATOR, PartyKind
from usance.payments.model import EscrowTerms, ShareAsked
from usance.payments.service import (
    AgreeToRelease,
    ConfirmDelivery,
    DisputeEscrow,
    Pay,
    ReleaseEscrow,
    ResolveEscrow,
    ReverseShare,
    SweepIncome,
)
from usance.reporting.service import custody

SUPPLIER, TAX = PartyId.derived(0, "story", "supplier"), PartyId.derived(0, "story", "tax")
DELIVERY = EscrowTerms(days=20, delivery=True)
SUPPLIES = ShareAsked(SUPPLIER, "goods", bps=2000)
TAXES = ShareAsked(TAX, "vat", amount=money("500.00 CNY"))
PLATFORM = ShareAsked(OPERATOR, "platform", bps=100)
HELD_FOR_SELLER = ShareAsked(SELLER, "on delivery", bps=4000, escrow=DELIVERY)
HELD_FOR_SUPPLIER = ShareAsked(SUPPLIER, "goods", bps=2000, escrow=EscrowTerms(both_agree=True))


def journey(test: Callable[[Stage], Awaitable[None]]) -> Callable[..., None]:
    """A journey on a book in which the payees are known."""

    def played(play: Callable[..., None]) -> None:
        async def told(stage: Stage) -> None:
            await know_payees(stage)
            await test(stage)

        play(told)

    played.__name__ = test.__name__
    return played


async def know_payees(stage: Stage) -> None:
    for party_id, name, number in (
        (SUPPLIER, "Ningbo Parts Ltd", "6222021001116245703"),
        (TAX, "Tax Office", "6222021001116245711"),
    ):
        await stage.accepted(
            "register_party", parties.RegisterParty(party_id, PartyKind.PAYEE, name, "CN"), name
        )
        if party_id == SUPPLIER:
            account = parties.RegisterBankAccount(
                BankAccountId.derived(0, "story", name),
                party_id,
                name,
                "CN",
                Currency("CNY"),
                None,
                number,
            )
            await stage.accepted("register_bank_account", account, name)


async def sale(stage: Stage, invoice: str, *split: ShareAsked) -> PaymentId:
    order = await stage.order(invoice, "1,000.00 GBP")
    await stage.accepted("pay", Pay(order, split=split))
    found = await stage.row("select id from payments.payments where order_id = $1", order)
    await stage.works()
    return PaymentId(found["id"])


async def settled(stage: Stage, invoice: str, *split: ShareAsked) -> PaymentId:
    payment = await sale(stage, invoice, *split)
    await stage.settles(payment, "1,000.00 GBP", "5.00 GBP")
    await stage.works()
    return payment


async def available(stage: Stage, party: PartyId, kind: str = "seller_available") -> str:
    row = await stage.row(
        "select coalesce(sum(credits_posted - debits_posted - debits_pending), 0)::bigint as net"
        " from ledger.accounts join ledger.balances using (number)"
        " where kind = $1 and owner = $2 and currency = 'CNY'",
        kind,
        party,
    )
    return f"{row['net'] / 100:.2f}"


async def escrow(stage: Stage, payment: PaymentId) -> Any:
    return await stage.row("select * from payments.escrows where payment_id = $1", payment)


@journey
async def test_shares_come_before_the_seller_and_escrow_waits_for_delivery(
    stage: Stage,
) -> None:
    payment = await settled(stage, "S-1", SUPPLIES, TAXES, PLATFORM, HELD_FOR_SELLER)

    assert await stage.legs("payment_settled") == [
        ("settlement_net", "995.00 GBP"),
        ("rail_fee", "5.00 GBP"),
        ("our_fee", "10.00 GBP"),
        ("conversion_sold", "985.00 GBP"),
        ("conversion_bought", "8865.00 CNY"),
        ("spread", "17.73 CNY"),
        ("cover_sold", "985.00 GBP"),
        ("cover_bought", "8865.00 CNY"),
        ("share", "1800.00 CNY"),
        ("share", "500.00 CNY"),
        ("share_of_platform", "90.00 CNY"),
        ("share_in_escrow", "3600.00 CNY"),
        ("reserve", "142.86 CNY"),
        ("rest", "2714.41 CNY"),
        ("payout", "2714.41 CNY"),
    ]
    # The supplier has a bank account and is paid; the tax office has none: its money stays.
    assert await available(stage, SUPPLIER) == "0.00"
    assert await available(stage, TAX) == "500.00"
    assert [each["code"] for each in await stage.facts("payout_withheld")] == [
        "seller_has_no_account"
    ]
    assert await available(stage, SELLER) == "0.00"
    assert await stage.balance("escrow") == "3600.00"

    await stage.accepted("confirm_delivery", ConfirmDelivery(payment, "carrier says so"))

    assert await stage.balance("escrow") == "0.00"
    assert await stage.legs("escrow_released") == [
        ("escrow_settled", "3600.00 CNY"),
        ("rest", "3600.00 CNY"),
        ("payout", "3600.00 CNY"),
    ]
    assert await stage.refused("confirm_delivery", ConfirmDelivery(payment, "")) == "nothing_due"


@journey
async def test_delivery_before_settlement_goes_past_the_escrow(stage: Stage) -> None:
    payment = await sale(stage, "S-2", HELD_FOR_SELLER)
    await stage.accepted("confirm_delivery", ConfirmDelivery(payment, "early"))

    await stage.settles(payment, "1,000.00 GBP", "5.00 GBP")

    assert await stage.balance("escrow") == "0.00"
    assert ("reserve", "442.36 CNY") in await stage.legs("payment_settled")


@journey
async def test_days_release_what_nobody_disputes(stage: Stage) -> None:
    quiet = await settled(stage, "S-3", HELD_FOR_SELLER)
    loud = await settled(stage, "S-4", HELD_FOR_SELLER)
    held = await escrow(stage, loud)
    await stage.accepted("dispute_escrow", DisputeEscrow(EscrowId(held["id"]), "never came"))

    await stage.until("2026-09-28")

    assert (await escrow(stage, quiet))["status"] == "closed"
    assert (await escrow(stage, loud))["status"] == "disputed"
    assert await stage.balance("escrow") == "3600.00"


@journey
async def test_an_advance_is_offered_on_the_sellers_free_part_alone(stage: Stage) -> None:
    await stage.advances_money()
    payment = await sale(stage, "S-5", SUPPLIES, HELD_FOR_SELLER)

    [offer] = await stage.facts("offer_made")
    # 8,847.27 less the supplier's 1,800 and the 3,600 in escrow.
    assert offer["receivable"] == {"minor": 344727, "currency": "CNY"}

    await stage.settles(payment, "1,000.00 GBP", "5.00 GBP")
    legs = dict(await stage.legs("payment_settled"))
    assert legs["share"] == "1800.00 CNY"
    assert legs["share_in_escrow"] == "3600.00 CNY"
    assert (await stage.advance(payment))["status"] == "repaid"


@journey
async def test_the_sellers_debt_is_not_paid_from_the_suppliers_share(stage: Stage) -> None:
    first = await settled(stage, "S-6")
    await stage.charges_back(first, "1,000.00 GBP", "15.00 GBP")
    # 1,015 GBP at 9 are 9,135; the reserve of 5 % of 8,847.27 bears the first of it.
    assert await stage.balance("owed_by_seller") == "8692.64"

    await settled(stage, "S-7", SUPPLIES, HELD_FOR_SELLER)

    # 8,847.27 - 1,800.00 - 3,600.00 are the seller's own; all of it goes to the debt.
    assert ("owed_repaid", "3447.27 CNY") in await stage.legs("payment_settled")
    held = await stage.row("select id from payments.escrows where status = 'held'")
    await stage.accepted(
        "release_escrow", ReleaseEscrow(EscrowId(held["id"]), money("1,000.00 CNY"))
    )
    # What is released to the seller goes to the debt as well; the rest is still held.
    assert await stage.legs("escrow_released") == [
        ("escrow_settled", "1000.00 CNY"),
        ("owed_repaid", "1000.00 CNY"),
        ("owed_swept", "1000.00 CNY"),
    ]
    assert await stage.balance("escrow") == "2600.00"


@journey
async def test_both_agree_or_two_people_decide(stage: Stage) -> None:
    payment = await settled(stage, "S-8", HELD_FOR_SUPPLIER)
    identifier = EscrowId((await escrow(stage, payment))["id"])

    outsider = AgreeToRelease(identifier, TAX)
    assert await stage.refused("agree_to_release", outsider) == "not_a_side"
    await stage.accepted("agree_to_release", AgreeToRelease(identifier, SUPPLIER))
    assert await stage.refused("agree_to_release", AgreeToRelease(identifier, SUPPLIER)) == (
        "not_a_side"
    )
    assert await stage.balance("escrow") == "1800.00"
    await stage.accepted("dispute_escrow", DisputeEscrow(identifier, "half is broken"))
    await stage.accepted(
        "resolve_escrow",
        ResolveEscrow(identifier, money("1,000.00 CNY"), money("300.00 CNY"), "half is broken"),
    )
    assert await stage.legs("escrow_resolved") == [
        ("escrow_returned", "300.00 CNY"),
        ("escrow_released", "1000.00 CNY"),
    ]
    assert await stage.balance("escrow") == "500.00"
    await stage.accepted("agree_to_release", AgreeToRelease(identifier, buyer("alice")))

    assert await stage.balance("escrow") == "0.00"
    assert (await escrow(stage, payment))["status"] == "closed"


@journey
async def test_a_refund_after_settlement_takes_from_the_sales_escrow_first(
    stage: Stage,
) -> None:
    payment = await settled(stage, "S-9", SUPPLIES, HELD_FOR_SELLER)
    await stage.refunds(payment, "100.00 GBP")
    await stage.works()

    assert ("unwind_escrow", "900.00 CNY") in await stage.legs("refund_confirmed")
    assert await stage.balance("escrow") == "2700.00"
    assert await stage.balance("owed_by_seller") == "0.00"
    # The supplier's share is the supplier's.
    assert await stage.facts("share_reversed") == []


@journey
async def test_a_refund_before_settlement_shrinks_every_share(stage: Stage) -> None:
    payment = await sale(stage, "S-10", SUPPLIES, TAXES)
    await stage.refunds(payment, "500.00 GBP")
    await stage.works()
    await stage.settles(payment, "500.00 GBP", "5.00 GBP")

    legs = await stage.legs("payment_settled")
    assert ("share", "900.00 CNY") in legs
    assert ("share", "250.00 CNY") in legs


@journey
async def test_a_share_is_taken_back_as_far_as_it_is_there(stage: Stage) -> None:
    payment = await settled(stage, "S-11", SUPPLIES, TAXES)

    def back(payee: PartyId, purpose: str, amount: str) -> Record:
        return ReverseShare(payment, payee, purpose, money(amount), "wrong rate")

    for body, code in (
        (back(TAX, "duty", "1.00 CNY"), "not_split"),
        (back(TAX, "vat", "1.00 EUR"), "currency_mismatch"),
        (back(TAX, "vat", "-1.00 CNY"), "negative_amount"),
        (back(TAX, "vat", "500.01 CNY"), "exceeds_share"),
        (back(SUPPLIER, "goods", "10.00 CNY"), "insufficient_balance"),
    ):
        assert await stage.refused("reverse_share", body) == code
    await stage.accepted("reverse_share", back(TAX, "vat", "200.00 CNY"))
    assert await available(stage, TAX) == "300.00"
    assert await available(stage, SELLER) == "200.00"
    assert await stage.refused("reverse_share", back(TAX, "vat", "300.01 CNY")) == "exceeds_share"


@pytest.mark.parametrize(
    ("split", "code"),
    [
        ([ShareAsked(TAX, str(n), bps=1) for n in range(21)], "too_many_shares"),
        ([ShareAsked(TAX, "vat")], "split_unclear"),
        ([ShareAsked(TAX, "vat", bps=10, rest=True)], "split_unclear"),
        ([ShareAsked(TAX, "vat", bps=-10)], "split_unclear"),
        ([ShareAsked(TAX, "vat", bps=10_001)], "split_unclear"),
        ([ShareAsked(TAX, "vat", amount=money("0.00 CNY"))], "split_unclear"),
        ([ShareAsked(TAX, "vat", amount=money("1.00 GBP"))], "currency_mismatch"),
        ([ShareAsked(TAX, "vat", bps=10, escrow=EscrowTerms())], "escrow_without_end"),
        ([ShareAsked(TAX, "vat", bps=10, escrow=EscrowTerms(days=181))], "escrow_without_end"),
        ([ShareAsked(TAX, "vat", bps=1), ShareAsked(TAX, "vat", bps=2)], "split_repeated"),
        ([ShareAsked(TAX, "a", rest=True), ShareAsked(SUPPLIER, "b", rest=True)], "split_repeated"),
        ([ShareAsked(PartyId.derived(0, "nobody"), "vat", bps=10)], "unknown_party"),
        ([ShareAsked(TAX, "vat", amount=money("8,847.28 CNY"))], "shares_exceed_proceeds"),
    ],
)
def test_a_split_that_cannot_be_is_refused(play, split, code):
    @journey
    async def told(stage: Stage) -> None:
        order = await stage.order("S-12", "1,000.00 GBP")

        assert await stage.refused("pay", Pay(order, split=tuple(split))) == code

    told(play)


@journey
async def test_all_that_a_payment_brings_may_be_anothers(stage: Stage) -> None:
    await settled(stage, "S-13", ShareAsked(SUPPLIER, "agency", rest=True))

    legs = dict(await stage.legs("payment_settled"))
    assert legs["share"] == "8847.27 CNY"
    assert "rest" not in legs
    assert stage.now > MONDAY


@journey
async def test_what_was_earned_can_be_swept_and_no_more(stage: Stage) -> None:
    await settled(stage, "S-14", SUPPLIES)
    async with stage.session.pool.acquire() as connection:
        proof = await custody(connection)
    cny, gbp = Currency("CNY"), Currency("GBP")
    # The spread of 8,865.00 and our 1 % of 1,000.00 lie with the clients' money until swept.
    assert proof.amount("income", cny) == 1773
    assert proof.amount("income", gbp) == 1000
    assert all(map(proof.is_explained, proof.currencies))

    too_much = SweepIncome(money("17.74 CNY"), "month's end")
    assert await stage.refused("sweep_income", too_much) == "exceeds_income"
    assert await stage.refused("sweep_income", SweepIncome(money("0.00 CNY"), "")) == (
        "negative_amount"
    )
    await stage.accepted("sweep_income", SweepIncome(money("17.73 CNY"), "month's end"))

    async with stage.session.pool.acquire() as connection:
        proof = await custody(connection)
    assert proof.amount("income", cny) == 0
    assert await stage.refused("sweep_income", SweepIncome(money("0.01 CNY"), "again")) == (
        "exceeds_income"
    )
