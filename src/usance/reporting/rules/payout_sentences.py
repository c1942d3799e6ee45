"""What the events of payees and of batches of payouts say. See `sentences`."""

from typing import Final

BENEFICIARIES: Final = {
    "beneficiary_registered": (
        "{party_id} named the payee {beneficiary_id}: {country}, {currency}.",
        "{party_id} 新增收款人 {beneficiary_id}:{country},{currency}。",
    ),
    "beneficiary_changed": (
        "The payee {beneficiary_id} was changed: {fields}.",
        "收款人 {beneficiary_id} 已变更:{fields}。",
    ),
    "beneficiary_closed": (
        "The payee {beneficiary_id} is paid no more: {reason}.",
        "收款人 {beneficiary_id} 已关闭:{reason}。",
    ),
    "payee_checked": (
        "The bank of the payee {beneficiary_id} says of the name: {result}.",
        "收款人 {beneficiary_id} 户名核验结果:{result}。",
    ),
}
PAYOUTS: Final = {
    "payout_batch_received": (
        "{lines} payouts of {total} in all came as {source} ({reference}), {refused} are wrong.",
        "收到批量出款({source},{reference}):{lines} 笔,合计 {total},其中 {refused} 笔无效。",
    ),
    "payout_lines_checked": (
        "Looked at the payouts {first} to {last}; {refused} refused.",
        "已检查第 {first} 至 {last} 笔,拒绝 {refused} 笔。",
    ),
    "payout_batch_waits": (
        "Payouts of {passed} wait for approval.",
        "批量出款 {passed} 等待审批。",
    ),
    "payout_batch_started": (
        "The batch {batch_id} is being paid.",
        "批次 {batch_id} 开始出款。",
    ),
    "payout_line_refused": (
        "Line {number} of {amount} was not paid: {code}.",
        "第 {number} 笔 {amount} 未出款:{code}。",
    ),
    "payout_batch_refused": (
        "Nothing of the batch {batch_id} is paid: {code}.",
        "批次 {batch_id} 整批拒绝:{code}。",
    ),
    "payout_batch_cancelled": (
        "The batch {batch_id} was taken back: {reason}.",
        "批次 {batch_id} 已撤回:{reason}。",
    ),
    "payout_batch_done": (
        "The batch {batch_id} is done: {accepted} payouts of {reserved}, {refused} refused.",
        "批次 {batch_id} 处理完毕:出款 {accepted} 笔,合计 {reserved},拒绝 {refused} 笔。",
    ),
}
