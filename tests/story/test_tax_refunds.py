"""A tax refund from its claim to the money, or to the office's no."""

from datetime import date, timedelta

from tests.story.stage import MONDAY, SELLER, Stage, money

from usance.customs.events import TaxRefundClaimed
from usance.customs.service import (
    ApproveTaxRefund,
    ClaimTaxRefund,
    RecordTaxRefundPayment,
    RefuseTaxRefund,
)
from usance.kernel.ids import PartyId, TaxRefundId
from usance.kernel.records import replace
from usance.parties.model import PartyKind
from usance.parties.service import RegisterParty

OFFICE = PartyId.derived(0, "story", "tax office")
TODAY, YESTERDAY = MONDAY.date(), MONDAY.date() - timedelta(1)
CLAIM = ClaimTaxRefund(
    SELLER, OFFICE, "310120260012345678", money("13,000.00 CNY"), date(2026, 11, 30)
)
UNKNOWN = TaxRefundId.derived(0, "?")
PAID = RecordTaxRefundPayment(UNKNOWN, money("12,000.00 CNY"), TODAY, "receipt 9")


async def claimed(stage: Stage, **other: object) -> TaxRefundId:
    outcome = await stage.accepted("claim_tax_refund", replace(CLAIM, **other))
    return outcome.part(TaxRefundClaimed).tax_refund_id


async def office(stage: Stage) -> None:
    party = RegisterParty(OFFICE, PartyKind.PAYEE, "Ningbo Tax Service", "CN")
    await stage.accepted("register_party", party)


async def status(stage: Stage, refund: TaxRefundId) -> str:
    row = await stage.row("select status from customs.tax_refunds where id = $1", refund)
    return str(row["status"])


def test_a_claim_is_approved_and_paid(play):
    async def journey(stage: Stage) -> None:
        await office(stage)
        refund = await claimed(stage)
        sooner = ApproveTaxRefund(refund, money("12,000.00 CNY"), date(2026, 10, 15))
        await stage.accepted("approve_tax_refund", sooner)
        assert await stage.refused("approve_tax_refund", sooner) == "tax_refund_not_open"

        await stage.until("2026-10-20")
        paid = replace(PAID, tax_refund_id=refund, paid_on=date(2026, 10, 19))
        await stage.accepted("record_tax_refund_payment", paid)

        row = await stage.row("select * from customs.tax_refunds where id = $1", refund)
        assert (row["status"], row["paid_minor"], row["receipt"]) == (
            "paid",
            1_200_000,
            "receipt 9",
        )
        assert row["expected_on"] == date(2026, 10, 15)
        [told] = await stage.facts("tax_refund_paid")
        assert told["expected"] == told["paid"]
        for verb, body in (
            ("record_tax_refund_payment", paid),
            ("refuse_tax_refund", RefuseTaxRefund(refund, "too late")),
            ("approve_tax_refund", ApproveTaxRefund(refund, money("1.00 CNY"))),
        ):
            assert await stage.refused(verb, body) == "tax_refund_not_open"
        assert await stage.refused("claim_tax_refund", CLAIM) == "declaration_already_claimed"
        # Nothing of this is money: what came in is a receipt.
        assert await stage.session.pool.fetchval("select count(*) from ledger.transfers") == 0

    play(journey)


def test_an_office_pays_unasked_more_than_it_approved_and_takes_approvals_back(play):
    async def journey(stage: Stage) -> None:
        await office(stage)
        unasked = await claimed(stage)
        more = replace(PAID, tax_refund_id=unasked, amount=money("13,020.00 CNY"))
        await stage.accepted("record_tax_refund_payment", more)
        assert await status(stage, unasked) == "paid"

        regretted = await claimed(stage, declaration_no="D-2")
        approval = ApproveTaxRefund(regretted, money("13,000.00 CNY"))
        await stage.accepted("approve_tax_refund", approval)
        no = RefuseTaxRefund(regretted, "the goods never left")
        await stage.accepted("refuse_tax_refund", no)
        assert await stage.refused("refuse_tax_refund", no) == "tax_refund_not_open"
        assert await status(stage, regretted) == "refused"

        # After a refusal the declaration is claimed anew, and then no more.
        again = await claimed(stage, declaration_no="d 2")
        assert await status(stage, again) == "claimed"
        twice = replace(CLAIM, declaration_no="D2")
        assert await stage.refused("claim_tax_refund", twice) == "declaration_already_claimed"

    play(journey)


def test_what_cannot_be_claimed_or_answered(play):
    async def journey(stage: Stage) -> None:
        await office(stage)
        refund = await claimed(stage)
        nobody = PartyId.derived(0, "?")
        for change, code in (
            ({"declaration_no": "-", "amount": money("0.00 CNY")}, "malformed_text"),
            ({"amount": money("0.00 CNY"), "expected_on": YESTERDAY}, "negative_amount"),
            ({"expected_on": YESTERDAY, "seller_id": nobody}, "expected_in_the_past"),
            ({"seller_id": nobody}, "unknown_party"),
            ({"tax_office_id": SELLER}, "party_of_another_kind"),
            ({"seller_id": OFFICE}, "party_of_another_kind"),
            ({}, "declaration_already_claimed"),
        ):
            assert await stage.refused("claim_tax_refund", replace(CLAIM, **change)) == code, change
        over, zero = money("13,000.01 CNY"), money("0.00 CNY")
        for verb, body, code in (
            ("approve_tax_refund", ApproveTaxRefund(UNKNOWN, zero, YESTERDAY), "negative_amount"),
            (
                "approve_tax_refund",
                ApproveTaxRefund(UNKNOWN, over, YESTERDAY),
                "expected_in_the_past",
            ),
            ("approve_tax_refund", ApproveTaxRefund(UNKNOWN, over), "unknown_tax_refund"),
            ("approve_tax_refund", ApproveTaxRefund(refund, money("1.00 GBP")), "other_currency"),
            ("approve_tax_refund", ApproveTaxRefund(refund, over), "exceeds_claim"),
            ("record_tax_refund_payment", replace(PAID, receipt=""), "malformed_text"),
            ("record_tax_refund_payment", replace(PAID, amount=zero), "negative_amount"),
            (
                "record_tax_refund_payment",
                replace(PAID, paid_on=TODAY + timedelta(1)),
                "in_the_future",
            ),
            ("record_tax_refund_payment", PAID, "unknown_tax_refund"),
            (
                "record_tax_refund_payment",
                replace(PAID, tax_refund_id=refund, amount=money("1.00 GBP")),
                "other_currency",
            ),
            ("refuse_tax_refund", RefuseTaxRefund(UNKNOWN, " "), "malformed_text"),
            ("refuse_tax_refund", RefuseTaxRefund(UNKNOWN, "no"), "unknown_tax_refund"),
        ):
            assert await stage.refused(verb, body) == code, body

    play(journey)
