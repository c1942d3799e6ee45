"""What customs does: tax refunds are claimed, approved, paid or refused."""

from usance.customs.service.refunds import (
    ApproveTaxRefund,
    ClaimTaxRefund,
    RecordTaxRefundPayment,
    RefuseTaxRefund,
    apply_approve,
    apply_claim,
    apply_payment,
    apply_refuse,
    prepare_answer,
    prepare_claim,
    prepare_tax_refunds,
    tax_refund_of,
)

__all__ = [
    "ApproveTaxRefund",
    "ClaimTaxRefund",
    "RecordTaxRefundPayment",
    "RefuseTaxRefund",
    "apply_approve",
    "apply_claim",
    "apply_payment",
    "apply_refuse",
    "prepare_answer",
    "prepare_claim",
    "prepare_tax_refunds",
    "tax_refund_of",
]
