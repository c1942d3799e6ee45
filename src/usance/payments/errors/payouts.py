"""How payouts, single and in batches, say no."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_PAYOUT: Final = Code(
    "unknown_payout",
    404,
    "{field}: there is no payout {value}.",
    "{field}:不存在出款 {value}。",
    "Compare the id with the list of payouts.",
    "请与出款列表核对标识。",
)
PAYEE_COOLING: Final = Code(
    "payee_cooling",
    409,
    "{field}: the payee is new or was changed, and is not paid more before: {value}.",
    "{field}:收款人为新增或有变更,在此之前不得超额出款:{value}。",
    "Wait until then; meanwhile it is paid no more than that in all (policy payments.payee,"
    " free_up_to).",
    "请等待至该时间;在此期间累计出款不得超过该限额(政策 payments.payee,free_up_to)。",
)
PAYEE_NAME_DIFFERS: Final = Code(
    "payee_name_differs",
    409,
    "{field}: the bank does not know the account under the name of {value}.",
    "{field}:开户行核验户名不符,收款人 {value}。",
    "Compare the name and account with the payee's own papers, and change what is wrong.",
    "请与收款人的证明文件核对户名与账号,并更正。",
)
PAYOUT_NEEDS_APPROVAL: Final = Code(
    "payout_needs_approval",
    409,
    "{field}: not paid out by one person alone: {value}.",
    "{field}:须经双人复核方可出款:{value}。",
    "Propose it and let another person approve it (policies payments.payout and"
    " payments.payout_batch, four_eyes_above): over HTTP with POST /v1/payouts/proposals or"
    " /v1/payout_batches/{id}/proposals, on the command line with --by and --reason.",
    "请提交提案并由另一人批准(政策 payments.payout 与 payments.payout_batch,four_eyes_above):"
    "HTTP 用 POST /v1/payouts/proposals 或 /v1/payout_batches/{id}/proposals,"
    "命令行用 --by 与 --reason。",
)
NOTHING_TO_RESEND: Final = Code(
    "nothing_to_resend",
    409,
    "{field}: of that payout no more than {value} has come back and was not sent again.",
    "{field}:该出款可重发金额为 {value}。",
    "Send at most that much; what is still on its way cannot be replaced.",
    "请勿超过该金额;在途出款不能重发。",
)
RETURN_EXCEEDS_PAYOUT: Final = Code(
    "return_exceeds_payout",
    409,
    "{field}: no more than {value} of that payout can come back.",
    "{field}:该出款最多可退回 {value}。",
    "Compare it with the bank's statement; the rest belongs to something else.",
    "请与银行对账单核对;其余款项另有来源。",
)
UNKNOWN_PAYOUT_BATCH: Final = Code(
    "unknown_payout_batch",
    404,
    "{field}: there is no batch of payouts {value}.",
    "{field}:不存在出款批次 {value}。",
    "Compare the id with the list of batches.",
    "请与批次列表核对标识。",
)
PAYOUT_BATCH_EXISTS: Final = Code(
    "payout_batch_exists",
    409,
    "{field}: the batch {value} has this reference already; nothing new was made.",
    "{field}:该编号已用于批次 {value},未新建任何内容。",
    "Read that batch. Other lines need a batch with another reference.",
    "请查询该批次;其他明细请使用新的批次编号。",
)
BATCH_SIZE: Final = Code(
    "payout_batch_size",
    422,
    "{field}: a batch has from 1 to {value} lines.",
    "{field}:每批笔数须为 1 至 {value}。",
    "Divide it (policy payments.payout_batch, lines_max).",
    "请拆分(政策 payments.payout_batch,lines_max)。",
)
BATCH_COUNT_DIFFERS: Final = Code(
    "payout_batch_count_differs",
    422,
    "{field}: the batch has {value} lines, not as many as stated.",
    "{field}:批次实际为 {value} 笔,与申报笔数不符。",
    "Lines are missing, or the count is wrong: compare both and send it again.",
    "明细不完整或笔数有误,请核对后重新提交。",
)
BATCH_SUM_DIFFERS: Final = Code(
    "payout_batch_sum_differs",
    422,
    "{field}: the lines add up to {value}, not to what is stated.",
    "{field}:明细合计 {value},与申报总额不符。",
    "Lines are missing, or the sum is wrong: compare both and send it again.",
    "明细不完整或总额有误,请核对后重新提交。",
)
REFERENCE_MISSING: Final = Code(
    "payout_reference_missing",
    422,
    "{field}: {value} is not a reference of 1 to 80 printable characters.",
    "{field}:{value} 不是 1 至 80 个可见字符的编号。",
    "Give each line a reference of its own, such as the number of the invoice.",
    "请为每笔填写唯一编号,例如发票号。",
)
PAYEE_MISSING: Final = Code(
    "payout_payee_missing",
    422,
    "{field}: line {value} names neither a beneficiary nor an account.",
    "{field}:第 {value} 笔既未注明收款人,也未注明账号。",
    "Give the line the id of a beneficiary, or the account as the beneficiary has it.",
    "请填写收款人标识,或与已登记收款人一致的账号。",
)
REFERENCE_PAID: Final = Code(
    "payout_reference_paid",
    409,
    "{field}: the reference was paid already, by {value}.",
    "{field}:该编号已由 {value} 出款。",
    "Nothing to do. To send a returned payout again, name it in `replaces`.",
    "无需操作;如需重发退回的出款,请在 `replaces` 中注明。",
)
REFERENCE_REPEATED: Final = Code(
    "payout_reference_repeated",
    409,
    "{field}: line {value} of the same batch has this reference.",
    "{field}:同批第 {value} 笔使用了相同编号。",
    "Two payouts need two references; of one meant once, leave this line out.",
    "两笔出款须使用不同编号;若为同一笔,请删除此行。",
)
TOO_MANY_REFUSED: Final = Code(
    "too_many_lines_refused",
    409,
    "{field}: more lines are refused than may be: {value}.",
    "{field}:被拒绝的笔数超出上限:{value}。",
    "Mend or leave out these lines, and send the batch under another reference (policy"
    " payments.payout_batch, refused_bps_max).",
    "请更正或删除这些明细,以新的批次编号重新提交(政策 payments.payout_batch,refused_bps_max)。",
)
CODES: Final = (
    UNKNOWN_PAYOUT,
    PAYEE_COOLING,
    PAYEE_NAME_DIFFERS,
    PAYOUT_NEEDS_APPROVAL,
    NOTHING_TO_RESEND,
    RETURN_EXCEEDS_PAYOUT,
    UNKNOWN_PAYOUT_BATCH,
    PAYOUT_BATCH_EXISTS,
    BATCH_SIZE,
    BATCH_COUNT_DIFFERS,
    BATCH_SUM_DIFFERS,
    REFERENCE_MISSING,
    PAYEE_MISSING,
    REFERENCE_PAID,
    REFERENCE_REPEATED,
    TOO_MANY_REFUSED,
)
