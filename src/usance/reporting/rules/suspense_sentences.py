"""What events of receipts, suspense and reconciliation say. See sentences."""

from typing import Final

SUSPENSE: Final = {
    "receiving_account_opened": (
        "Transfers to …{number} ({currency}, {country}) are money of {seller_id}.",
        "转入账户 …{number}({currency},{country})的款项归 {seller_id}。",
    ),
    "receipt_recorded": (
        (
            "A bank credited {amount} (booking {booking}): {outcome}[, found by {found_by}]"
            "[, less our fee of {fee}]."
        ),
        "银行入账 {amount}(记账号 {booking}):{outcome}[,依据 {found_by}][,扣手续费 {fee}]。",
    ),
    "suspense_opened": (
        "{amount} waits on {account} for people to decide ({reason}).",
        "{amount} 暂挂于 {account},待人工处理({reason})。",
    ),
    "suspense_attributed": (
        (
            "Two people attributed {amount} that had waited[ to {seller_id}][ for {payment_id}]"
            "[, less our fee of {fee}][; the seller owes us {owed}]."
        ),
        (
            "双人确认待查款 {amount} 的归属[,归 {seller_id}][,用于 {payment_id}]"
            "[,扣手续费 {fee}][;卖家欠款 {owed}]。"
        ),
    ),
    "suspense_returning": (
        "Sending {amount} back to where it came from; reserved until the rail answers.",
        "将 {amount} 退回付款人,通道答复前预留。",
    ),
    "suspense_returned": ("The sender has {amount} back.", "付款人已收到退回的 {amount}。"),
    "suspense_return_refused": (
        "{amount} could not be sent back ({code}); it waits again.",
        "{amount} 未能退回({code}),继续待查。",
    ),
    "suspense_assigned": (
        "{assignee} looks after {suspense_id}.",
        "{suspense_id} 由 {assignee} 负责。",
    ),
    "statements_matched": (
        (
            "Matched a message of a bank: {matched} entries known, {suggested} suggested,"
            " {unmatched} unknown; {breaks} breaks opened."
        ),
        (
            "银行报文对账:已匹配 {matched} 笔,建议 {suggested} 笔,未知 {unmatched} 笔;"
            "新增差异 {breaks} 笔。"
        ),
    ),
    "match_accepted": (
        "{break_id}: the entry is the movement that was expected[; {difference} differ].",
        "{break_id}:该分录即为预期款项[;差额 {difference}]。",
    ),
    "match_rejected": (
        "{break_id}: the entry is not that movement.",
        "{break_id}:该分录并非该款项。",
    ),
    "break_assigned": ("{assignee} looks after {break_id}.", "{break_id} 由 {assignee} 负责。"),
    "break_closed": ("{break_id} is closed: {note}.", "{break_id} 已关闭:{note}。"),
}
