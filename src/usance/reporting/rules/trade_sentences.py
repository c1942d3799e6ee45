"""What events of shipments, invoices on terms, stock and tax refunds say. See sentences."""

from typing import Final

PAPERS: Final = {
    "order_shipped": (
        "{carrier} has the goods since {shipped_at:minutes}, tracking number {tracking_no}.",
        "货物已于 {shipped_at:minutes} 交予 {carrier},运单号 {tracking_no}。",
    ),
    "order_delivered": (
        "The goods arrived at {delivered_at:minutes}: {proof}.",
        "货物已于 {delivered_at:minutes} 送达:{proof}。",
    ),
    "invoice_presented": (
        "Invoice {invoice_no} of {issued_on} asks for {amount} by {due_date}.",
        "提交发票 {invoice_no}({issued_on} 开具),金额 {amount},到期日 {due_date}。",
    ),
    "invoice_approved": (
        "The buyer accepts to owe {approved} of {amount} on invoice {invoice_no}, due {due_date}.",
        "买家批准发票 {invoice_no}:{amount} 中的 {approved},到期日 {due_date}。",
    ),
    "invoice_disputed": (
        "The buyer disputes invoice {invoice_no} of {payable}: {reason}.",
        "买家对发票 {invoice_no}({payable})提出异议:{reason}。",
    ),
    "credit_noted": (
        "Credit note {number} takes {amount} off the invoice: {reason}. {payable} is payable.",
        "贷项通知单 {number} 减少 {amount}:{reason}。应付余额 {payable}。",
    ),
    "warehouse_receipt_issued": (
        (
            "{keeper_id} holds {quantity} {unit} of {goods} for {owner_id} under receipt"
            " {receipt_no} since {stored_on}: {unit_value} each, {value} in all."
        ),
        (
            "{keeper_id} 凭仓单 {receipt_no} 自 {stored_on} 起为 {owner_id} 保管 {goods}"
            " {quantity} {unit}:单价 {unit_value},合计 {value}。"
        ),
    ),
    "stock_moved": (
        "{quantity} {move} under {reference}; {left} are there, worth {value}.",
        "库存变动({move}){quantity},单据 {reference};现存 {left},价值 {value}。",
    ),
    "stock_revalued": (
        "One unit is worth {unit_value}, before it was {before}; {value} in all, by {source}.",
        "单价由 {before} 调整为 {unit_value},合计 {value},依据 {source}。",
    ),
}
CUSTOMS: Final = {
    "tax_refund_claimed": (
        "{seller_id} claims {amount} for declaration {declaration_no}, expected {expected_on}.",
        "{seller_id} 凭报关单 {declaration_no} 申请退税 {amount},预计 {expected_on} 到账。",
    ),
    "tax_refund_approved": (
        "The tax office approves {approved} of {amount}, expected {expected_on}.",
        "税务机关批准 {amount} 中的 {approved},预计 {expected_on} 到账。",
    ),
    "tax_refund_paid": (
        "The tax office paid {paid} on {paid_on} under {receipt}; {expected} was expected.",
        "税务机关于 {paid_on} 退付 {paid}(凭证 {receipt}),预期 {expected}。",
    ),
    "tax_refund_refused": (
        "The tax office refuses the claim of {amount}[ (approved before: {approved})]: {reason}.",
        "税务机关拒绝退税 {amount}[(此前批准 {approved})]:{reason}。",
    ),
}
