"""How shares and escrow say no."""

from typing import Final

from usance.kernel.errors import Code

SPLIT_UNCLEAR: Final = Code(
    "split_unclear",
    422,
    "{field}: {value} does not say how much this share is.",
    "{field}:{value} 未明确该份额的大小。",
    "Give exactly one of bps (1 to 10000), amount (above zero) and rest.",
    "请在 bps(1 至 10000)、amount(大于零)与 rest 中只填一项。",
)
SPLIT_REPEATED: Final = Code(
    "split_repeated",
    422,
    "{field}: {value} stands in the split twice.",
    "{field}:{value} 在分账中重复出现。",
    "Give each payee one share for one purpose, and one share the rest.",
    "每个收款方每个用途只设一个份额,且只有一个份额可取剩余部分。",
)
TOO_MANY_SHARES: Final = Code(
    "too_many_shares",
    422,
    "{field}: a payment is divided into at most {value} shares.",
    "{field}:一笔付款最多分为 {value} 个份额。",
    "Put shares of one payee together (policy payments.split, shares_max).",
    "请合并同一收款方的份额(政策 payments.split,shares_max)。",
)
ESCROW_WITHOUT_END: Final = Code(
    "escrow_without_end",
    422,
    "{field}: nothing would release the money within {value} days.",
    "{field}:{value} 天内没有条件可释放资金。",
    "Name a condition: delivery, both_agree, or days from 1 to that (policy payments.split,"
    " escrow_days_max).",
    "请设定条件:delivery、both_agree,或 days(1 至该天数;政策 payments.split,escrow_days_max)。",
)
SHARES_EXCEED_PROCEEDS: Final = Code(
    "shares_exceed_proceeds",
    409,
    "{field}: the shares come to more than the payment will bring after fees: {value}.",
    "{field}:份额合计超过该付款扣除费用后的可得金额:{value}。",
    "Lower the shares; fees and the spread are taken first.",
    "请降低份额;手续费与汇差优先扣除。",
)
NOT_SPLIT: Final = Code(
    "not_split",
    409,
    "The payment {value} has no such share.",
    "付款 {value} 没有该份额。",
    "Read the payment's split.",
    "请查询该付款的分账。",
)
UNKNOWN_ESCROW: Final = Code(
    "unknown_escrow",
    404,
    "There is no escrow {value}.",
    "托管 {value} 不存在。",
    "Check the id.",
    "请检查标识。",
)
EXCEEDS_ESCROW: Final = Code(
    "exceeds_escrow",
    409,
    "{field}: {value} is all that is held.",
    "{field}:托管金额仅为 {value}。",
    "Release at most that.",
    "释放金额不得超过该金额。",
)
NOT_A_SIDE: Final = Code(
    "not_a_side",
    409,
    "{field}: {value} has no say in this escrow, or has agreed already.",
    "{field}:{value} 不是该托管的当事方,或已同意。",
    "The payee and the buyer agree, each once, where the terms say so.",
    "仅在条款规定时,由收款方与买家各同意一次。",
)
EXCEEDS_SHARE: Final = Code(
    "exceeds_share",
    409,
    "{field}: {value} is all that the payee was paid of this share and still has.",
    "{field}:收款方在该份额中已收且未收回的金额仅为 {value}。",
    "Take back at most that; what is in escrow is released first.",
    "收回金额不得超过该值;托管中的款项须先释放。",
)
CODES: Final = (
    SPLIT_UNCLEAR,
    SPLIT_REPEATED,
    TOO_MANY_SHARES,
    ESCROW_WITHOUT_END,
    SHARES_EXCEED_PROCEEDS,
    NOT_SPLIT,
    UNKNOWN_ESCROW,
    EXCEEDS_ESCROW,
    NOT_A_SIDE,
    EXCEEDS_SHARE,
)
