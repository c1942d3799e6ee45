"""How what is done with remittances is refused."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_REMITTANCE: Final = Code(
    "unknown_remittance",
    404,
    "There is no remittance {value}.",
    "代收汇款 {value} 不存在。",
    "Check the id in the list of remittances.",
    "请在代收汇款列表中核对标识。",
)

NOT_IN_REMITTANCE: Final = Code(
    "not_in_remittance",
    422,
    "{field}: {value} is no line of this remittance, or is named twice.",
    "{field}:{value} 不在该汇款清单中,或重复列出。",
    "Name instructions that the remittance lists, each once.",
    "请列出清单内的指令,每项一次。",
)

SUM_DIFFERS: Final = Code(
    "sum_differs",
    409,
    "{field}: without these lines it is {value} off what the bank shows.",
    "{field}:扣除这些明细后与银行到账仍差 {value}。",
    "Leave out the lines that were not paid, until the others come to what the bank shows; if"
    " no choice does, dismiss the remittance and attribute the money from suspense.",
    "请剔除未付的明细,使其余合计与到账一致;无法一致时请作废清单,并从待查款项中归属。",
)

MALFORMED_ADVICE: Final = Code(
    "malformed_advice",
    422,
    "{field}: {value} cannot be read in a remittance advice.",
    "{field}:{value} 无法作为汇款清单读取。",
    "Send the carrier's file as it came: JSON, or CSV with a heading line.",
    "请原样提交承运商文件:JSON,或带表头的 CSV。",
)

NO_ADVICE_TAKEN: Final = Code(
    "no_advice_taken",
    422,
    "{field}: the rail {value} remits by no file.",
    "{field}:通道 {value} 不以文件汇款。",
    "Name a rail that collects for us and remits in bulk, such as cash_on_delivery.",
    "请指定批量汇款的代收通道,例如 cash_on_delivery。",
)

CODES: Final = (
    UNKNOWN_REMITTANCE,
    NOT_IN_REMITTANCE,
    SUM_DIFFERS,
    MALFORMED_ADVICE,
    NO_ADVICE_TAKEN,
)
