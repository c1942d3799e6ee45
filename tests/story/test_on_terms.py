"""An order is shipped, invoiced on sixty days, approved by its buyer and partly credited."""

from datetime import date, timedelta

import pytest
from tests.story.stage import MONDAY, Stage, money

from usance.kernel.ids import InvoiceId, OrderId, ShipmentId
from usance.reporting.service import trace
from usance.trade.events import CreditNoted, InvoicePresented, OrderShipped
from usance.trade.service import (
    ApproveInvoice,
    DisputeInvoice,
    PresentInvoice,
    RecordCreditNote,
    RecordDelivery,
    RecordShipment,
)

TODAY = MONDAY.date()
IN_SIXTY_DAYS = date(2026, 11, 6)


async def ships(stage: Stage, order: OrderId) -> ShipmentId:
    body = RecordShipment(order, "SF Express", "SF1029", stage.now)
    return (await stage.accepted("record_shipment", body)).part(OrderShipped).shipment_id


def asking(order: OrderId, **other: object) -> PresentInvoice:
    asked = {
        "invoice_no": "T-0001",
        "issued_on": TODAY,
        "due_date": IN_SIXTY_DAYS,
        "amount": money("1,000.00 GBP"),
    }
    return PresentInvoice(order, **(asked | other))


async def presents(stage: Stage, order: OrderId, **other: object) -> InvoiceId:
    outcome = await stage.accepted("present_invoice", asking(order, **other))
    return outcome.part(InvoicePresented).invoice_id


async def invoice(stage: Stage, invoice_id: InvoiceId) -> tuple[str, str, str]:
    row = await stage.row("select * from trade.invoices where id = $1", invoice_id)
    return row["status"], f"{row['payable_minor'] / 100:.2f}", f"{row['credited_minor'] / 100:.2f}"


def approval(invoice_id: InvoiceId, amount: str = "980.00 GBP", **other: object) -> ApproveInvoice:
    return ApproveInvoice(invoice_id, money(amount), "A. Archer, accounts payable", **other)


def credit(invoice_id: InvoiceId, amount: str, number: str = "C-1", **other) -> RecordCreditNote:
    asked = {"issued_on": TODAY, "reason": "one crate was broken"}
    return RecordCreditNote(invoice_id, number, money(amount), **(asked | other))


def test_from_the_order_to_what_the_buyer_owes(play):
    async def journey(stage: Stage) -> None:
        order = await stage.order("INV-1", "1,000.00 GBP")
        shipment = await ships(stage, order)
        invoice_id = await presents(stage, order)
        assert await invoice(stage, invoice_id) == ("presented", "1000.00", "0.00")

        await stage.until("2026-09-10")
        arrived = RecordDelivery(shipment, stage.now - timedelta(hours=2), "signature 77")
        await stage.accepted("record_delivery", arrived)
        await stage.accepted("approve_invoice", approval(invoice_id))
        assert await invoice(stage, invoice_id) == ("approved", "980.00", "0.00")

        note = await stage.accepted("record_credit_note", credit(invoice_id, "80.00 GBP"))
        assert str(note.part(CreditNoted).payable) == "900.00 GBP"
        assert await invoice(stage, invoice_id) == ("approved", "900.00", "80.00")

        state = await stage.row("select * from trade.order_states where order_id = $1", order)
        assert (state["stage"], state["invoice_id"]) == ("delivered", invoice_id)
        async with stage.session.pool.acquire() as connection:
            told = await trace(connection, str(invoice_id))
        assert [part.name for step in told.steps for part in step.parts] == [
            "order_shipped",
            "invoice_presented",
            "order_delivered",
            "invoice_approved",
            "credit_noted",
        ]
        # Nothing of this is money: no account has moved.
        assert await stage.session.pool.fetchval("select count(*) from ledger.transfers") == 0

    play(journey)


def test_a_dispute_ends_in_an_approval_of_less_or_in_nothing_owed(play):
    async def journey(stage: Stage) -> None:
        first = await presents(stage, await stage.order("INV-1", "1,000.00 GBP"))
        second = await presents(
            stage, await stage.order("INV-2", "1,000.00 GBP"), invoice_no="T-0002"
        )
        for each in (first, second):
            said = DisputeInvoice(each, "half of it never came", "A. Archer")
            await stage.accepted("dispute_invoice", said)
            assert await stage.refused("dispute_invoice", said) == "invoice_not_open"

        due = date(2026, 12, 1)
        await stage.accepted("approve_invoice", approval(first, "500.00 GBP", due_date=due))
        await stage.accepted("record_credit_note", credit(second, "400.00 GBP"))
        await stage.accepted("record_credit_note", credit(second, "600.00 GBP", "C-2"))

        assert await invoice(stage, first) == ("approved", "500.00", "0.00")
        assert await invoice(stage, second) == ("credited", "0.00", "1000.00")
        [approved] = await stage.facts("invoice_approved")
        assert approved["due_date"] == "2026-12-01"
        # Who said it is a person's name: it stands in the row, and not in the log.
        assert "A. Archer" not in str(approved)
        for verb, body in (
            ("approve_invoice", approval(second)),
            ("record_credit_note", credit(second, "1.00 GBP", "C-3")),
            ("dispute_invoice", DisputeInvoice(first, "after all not", "A. Archer")),
            ("approve_invoice", approval(first, "400.00 GBP")),
        ):
            assert await stage.refused(verb, body) == "invoice_not_open"

    play(journey)


def test_an_order_is_shipped_once_and_arrives_once(play):
    async def journey(stage: Stage) -> None:
        order = await stage.order("INV-1", "1,000.00 GBP")
        hour = timedelta(hours=1)
        at = stage.now
        good = {"order_id": order, "carrier": "SF", "tracking_no": "1", "shipped_at": at}
        for change, code in (
            ({"carrier": " "}, "malformed_text"),
            ({"tracking_no": "1\u0000"}, "malformed_text"),
            ({"tracking_no": "1" * 501}, "malformed_text"),
            # The first in order of precedence, where several hold.
            ({"carrier": "", "order_id": OrderId.derived(0, "?")}, "malformed_text"),
            ({"shipped_at": at + hour, "order_id": OrderId.derived(0, "?")}, "in_the_future"),
            ({"order_id": OrderId.derived(0, "?")}, "unknown_order"),
            ({"shipped_at": at - hour}, "too_early"),
        ):
            assert await stage.refused("record_shipment", RecordShipment(**(good | change))) == code

        shipment = await ships(stage, order)
        again = RecordShipment(order, "SF", "1", at - hour)
        assert await stage.refused("record_shipment", again) == "order_already_shipped"
        for body, code in (
            (RecordDelivery(shipment, at, ""), "malformed_text"),
            (RecordDelivery(shipment, at + hour, "it"), "in_the_future"),
            (RecordDelivery(ShipmentId.derived(0, "?"), at, "it"), "unknown_shipment"),
            (RecordDelivery(shipment, at - hour, "it"), "too_early"),
        ):
            assert await stage.refused("record_delivery", body) == code
        await stage.accepted("record_delivery", RecordDelivery(shipment, at, "it"))
        late = RecordDelivery(shipment, at - hour, "it")
        assert await stage.refused("record_delivery", late) == "already_delivered"

    play(journey)


@pytest.mark.parametrize(
    ("_case", "change", "code"),
    [
        ("no number", {"invoice_no": "--"}, "malformed_text"),
        ("nothing asked", {"amount": money("0.00 GBP"), "due_date": TODAY - timedelta(1)},
         "negative_amount"),
        ("issued tomorrow", {"issued_on": TODAY + timedelta(1), "due_date": TODAY},
         "in_the_future"),
        ("a negative tenor", {"due_date": TODAY - timedelta(1), "order": OrderId.derived(0, "?")},
         "due_before_issue"),
        ("no such order", {"order": OrderId.derived(0, "?")}, "unknown_order"),
        ("another order's number", {"invoice_no": "INV-2", "amount": money("1,000.00 CNY")},
         "number_taken"),
        ("the number of an invoice, spelt otherwise", {"invoice_no": "t 9"}, "number_taken"),
        ("another currency", {"amount": money("9,000.00 CNY")}, "other_currency"),
        ("more than was ordered", {"amount": money("1,000.01 GBP")}, "exceeds_order"),
    ],
)  # fmt: skip
def test_an_invoice_asks_for_what_was_ordered_by_a_day_to_come(play, _case, change, code):
    async def journey(stage: Stage) -> None:
        order = await stage.order("INV-1", "1,000.00 GBP")
        other = await stage.order("INV-2", "1,000.00 GBP")
        await presents(stage, other, invoice_no="T-0009")
        asked = asking(**({"order": order} | change))
        assert await stage.refused("present_invoice", asked) == code
        # Its own number is the order's to use, and on its day it may fall due.
        await presents(stage, order, invoice_no="INV-1", due_date=TODAY)
        assert await stage.refused("present_invoice", asking(order)) == "order_already_invoiced"

    play(journey)


def test_a_buyer_accepts_at_most_what_is_asked_and_no_more_is_taken_off(play):
    async def journey(stage: Stage) -> None:
        order = await stage.order("INV-1", "1,000.00 GBP")
        invoice_id = await presents(stage, order)
        unknown = InvoiceId.derived(0, "?")
        early, ahead = TODAY - timedelta(1), TODAY + timedelta(1)
        for verb, body, code in (
            ("approve_invoice", ApproveInvoice(unknown, money("0.00 GBP"), ""), "malformed_text"),
            ("approve_invoice", approval(unknown, "0.00 GBP"), "negative_amount"),
            ("approve_invoice", approval(unknown), "unknown_invoice"),
            ("approve_invoice", approval(invoice_id, due_date=early), "due_before_issue"),
            ("approve_invoice", approval(invoice_id, "1.00 CNY"), "other_currency"),
            ("approve_invoice", approval(invoice_id, "1,000.01 GBP"), "exceeds_invoice"),
            ("dispute_invoice", DisputeInvoice(unknown, "", "A"), "malformed_text"),
            ("dispute_invoice", DisputeInvoice(unknown, "no", "A"), "unknown_invoice"),
            ("record_credit_note", credit(unknown, "0.00 GBP", "#"), "malformed_text"),
            ("record_credit_note", credit(unknown, "1.00 GBP", reason=""), "malformed_text"),
            ("record_credit_note", credit(unknown, "0.00 GBP", issued_on=ahead), "negative_amount"),
            ("record_credit_note", credit(unknown, "1.00 GBP", issued_on=ahead), "in_the_future"),
            ("record_credit_note", credit(unknown, "1.00 GBP"), "unknown_invoice"),
            ("record_credit_note", credit(invoice_id, "1.00 GBP", issued_on=early), "too_early"),
            ("record_credit_note", credit(invoice_id, "1.00 CNY"), "other_currency"),
        ):
            assert await stage.refused(verb, body) == code, (verb, body)

        # What was credited before the approval is not asked any more.
        await stage.accepted("record_credit_note", credit(invoice_id, "100.00 GBP"))
        twice = credit(invoice_id, "1.00 GBP", "c 1")
        assert await stage.refused("record_credit_note", twice) == "number_taken"
        more = approval(invoice_id, "900.01 GBP")
        assert await stage.refused("approve_invoice", more) == "exceeds_invoice"
        await stage.accepted("approve_invoice", approval(invoice_id, "700.00 GBP"))
        over = credit(invoice_id, "700.01 GBP", "C-2")
        assert await stage.refused("record_credit_note", over) == "exceeds_invoice"

    play(journey)


def test_what_two_ask_at_the_same_moment_is_done_once(play):
    async def journey(stage: Stage) -> None:
        order = await stage.order("INV-1", "1,000.00 GBP")
        other = await stage.order("INV-2", "1,000.00 GBP")
        first, second, third = await stage.at_once(
            ("present_invoice", asking(order)),
            ("present_invoice", asking(other)),
            ("present_invoice", asking(order, invoice_no="T-0002")),
        )
        assert first.refusal is None
        assert [each.refusal.code for each in (second, third)] == [
            "number_taken",
            "order_already_invoiced",
        ]
        invoice_id = first.part(InvoicePresented).invoice_id
        notes = await stage.at_once(
            *(
                ("record_credit_note", credit(invoice_id, "600.00 GBP", number))
                for number in ("C-1", "C-2")
            )
        )
        assert [note.refusal and note.refusal.code for note in notes] == [None, "exceeds_invoice"]

    play(journey)
