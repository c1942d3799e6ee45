"""The verbs of trade and customs: what is written on their papers."""

from usance.bootstrap.verbs import verb
from usance.customs import service as customs
from usance.runtime.commands import Verb
from usance.trade import service as trade


def trade_verbs() -> dict[str, Verb]:
    """Return the verbs of trade with their stages."""
    t, orders, stock = trade, "orders:write", "stock:write"
    # Whoever presents an invoice has not the scope to approve it.
    buyer = "invoices:approve"
    return {
        "record_shipment": verb(
            t.RecordShipment, t.apply_record_shipment, orders, t.prepare_record_shipment
        ),
        "record_delivery": verb(
            t.RecordDelivery, t.apply_record_delivery, orders, t.prepare_record_delivery
        ),
        "present_invoice": verb(
            t.PresentInvoice, t.apply_present_invoice, orders, t.prepare_present_invoice
        ),
        "approve_invoice": verb(
            t.ApproveInvoice, t.apply_approve_invoice, buyer, t.prepare_answered_invoice
        ),
        "dispute_invoice": verb(
            t.DisputeInvoice, t.apply_dispute_invoice, buyer, t.prepare_answered_invoice
        ),
        "record_credit_note": verb(
            t.RecordCreditNote, t.apply_record_credit_note, orders, t.prepare_record_credit_note
        ),
        "issue_warehouse_receipt": verb(
            t.IssueWarehouseReceipt, t.apply_issue_receipt, stock, t.prepare_issue_receipt
        ),
        "move_stock": verb(t.MoveStock, t.apply_move_stock, stock, t.prepare_stock),
        "revalue_stock": verb(t.RevalueStock, t.apply_revalue_stock, stock, t.prepare_stock),
    }


def customs_verbs() -> dict[str, Verb]:
    """Return the verbs of customs with their stages."""
    # What the office says is not the claimant's to say.
    c, office = customs, "customs:answer"
    return {
        "claim_tax_refund": verb(c.ClaimTaxRefund, c.apply_claim, "customs:write", c.prepare_claim),
        "approve_tax_refund": verb(c.ApproveTaxRefund, c.apply_approve, office, c.prepare_answer),
        "record_tax_refund_payment": verb(
            c.RecordTaxRefundPayment, c.apply_payment, office, c.prepare_answer
        ),
        "refuse_tax_refund": verb(c.RefuseTaxRefund, c.apply_refuse, office, c.prepare_answer),
    }
