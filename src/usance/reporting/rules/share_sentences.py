"""What events of shares, escrow and income say. See sentences."""

from typing import Final

SHARES: Final = {
    "split_agreed": (
        "The money of {payment_id} is shared; the shares are fixed.",
        "付款 {payment_id} 设有分账,份额已确定。",
    ),
    "shares_paid": ("Shares of the sale: {shares}.", "分账:{shares}。"),
    "share_paid": (
        "{amount} to {payee_id} for {purpose}[, held in escrow {escrow_id}]",
        "{payee_id} 得 {amount}({purpose})[,入托管 {escrow_id}]",
    ),
    "shares_ready": ("To be paid out: {payable}.", "待出款:{payable}。"),
    "payable": ("{amount} to {payee_id}", "{payee_id} {amount}"),
    "escrow_released": (
        "Released from escrow ({why}): {released}.",
        "托管释放({why}):{released}。",
    ),
    "escrow_moved": (
        "{amount} of {payee_id}[, {left} stay]",
        "{payee_id} 的 {amount}[,余 {left}]",
    ),
    "escrow_agreed": (
        "{party_id} agreed to the release of escrow {escrow_id}.",
        "{party_id} 同意释放托管 {escrow_id}。",
    ),
    "escrow_disputed": (
        "Escrow {escrow_id} of {held} is disputed: {reason}.",
        "托管 {escrow_id}({held})发生争议:{reason}。",
    ),
    "escrow_returned": ("Went back from escrow: {returned}.", "托管退回:{returned}。"),
    "escrow_resolved": (
        "Two people decided the dispute about escrow {escrow_id}: {reason}.",
        "托管 {escrow_id} 的争议经两人裁定:{reason}。",
    ),
    "delivery_confirmed": ("Delivery is confirmed: {evidence}.", "已确认交付:{evidence}。"),
    "share_reversed": (
        "{payee_id} gave {amount} of its share back to the seller: {reason}.",
        "{payee_id} 向卖家退回份额 {amount}:{reason}。",
    ),
    "income_swept": (
        "Moved {amount} of income to our own account[, {left} are left]: {reason}.",
        "收入 {amount} 划转自有账户[,余 {left}]:{reason}。",
    ),
}
