"""How disputes say no."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_DISPUTE: Final = Code(
    "unknown_dispute",
    404,
    "There is no dispute {value}.",
    "争议 {value} 不存在。",
    "Check the id.",
    "请检查标识。",
)

DISPUTE_NOT_OPEN: Final = Code(
    "dispute_not_open",
    409,
    "The dispute is {value}: nothing can be answered there.",
    "争议处于 {value} 阶段,无法答复。",
    "Wait for the bank, or read how it ended.",
    "请等待银行处理,或查询结果。",
)

EVIDENCE_EMPTY: Final = Code(
    "evidence_empty",
    422,
    "{field}: evidence needs a text or a document.",
    "{field}:须提供说明或文件。",
    "Say what happened, or name the papers that show it.",
    "请填写说明或列出证明文件。",
)

MALFORMED_DIGEST: Final = Code(
    "malformed_digest",
    422,
    "{field}: {value} is not a SHA-256 hash in hexadecimal.",
    "{field}:{value} 不是十六进制 SHA-256 哈希值。",
    "Send the 64 digits that sha256sum prints.",
    "请提供 sha256sum 输出的 64 位十六进制数。",
)

EVIDENCE_UNDER_WAY: Final = Code(
    "evidence_under_way",
    409,
    "The rail has not confirmed the evidence {value} yet.",
    "通道尚未确认抗辩材料 {value}。",
    "Wait for its answer before sending more.",
    "请等待答复后再提交。",
)

CODES: Final = (
    UNKNOWN_DISPUTE,
    DISPUTE_NOT_OPEN,
    EVIDENCE_EMPTY,
    MALFORMED_DIGEST,
    EVIDENCE_UNDER_WAY,
)
