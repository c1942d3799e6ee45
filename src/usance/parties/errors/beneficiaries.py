"""How a party's payees say no."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_BENEFICIARY: Final = Code(
    "unknown_beneficiary",
    404,
    "{field}: there is no beneficiary {value}.",
    "{field}:不存在收款人 {value}。",
    "Register the payee with its account first, or compare the id.",
    "请先登记收款人及其账户,或核对标识。",
)
BENEFICIARY_EXISTS: Final = Code(
    "beneficiary_exists",
    409,
    "{field}: the account belongs to the beneficiary {value} already.",
    "{field}:该账户已属于收款人 {value}。",
    "Use that one, or close it first.",
    "请使用该收款人,或先将其关闭。",
)
BENEFICIARY_CLOSED: Final = Code(
    "beneficiary_closed",
    409,
    "{field}: the beneficiary {value} is closed.",
    "{field}:收款人 {value} 已关闭。",
    "Register the payee anew; it then cools down as a new one does.",
    "请重新登记收款人;新登记的收款人须经过冷静期。",
)
NOTHING_CHANGES: Final = Code(
    "nothing_changes",
    409,
    "{field}: {value} stands so already.",
    "{field}:{value} 未发生变化。",
    "Send what is to be different.",
    "请提交需要变更的内容。",
)
CHECK_OUTDATED: Final = Code(
    "payee_check_outdated",
    409,
    "{field}: the name was asked about version {value}, and is another by now.",
    "{field}:姓名核验针对版本 {value},资料已变更。",
    "Nothing to do: the payee as it stands is checked anew.",
    "无需操作:将按最新资料重新核验。",
)
CODES: Final = (
    UNKNOWN_BENEFICIARY,
    BENEFICIARY_EXISTS,
    BENEFICIARY_CLOSED,
    NOTHING_CHANGES,
    CHECK_OUTDATED,
)
