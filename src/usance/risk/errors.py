"""How risk says no."""

from typing import Final

from usance.kernel.errors import Code

UNREADABLE_LIST: Final = Code(
    "unreadable_list",
    422,
    "{field}: the list cannot be read: {value}.",
    "{field}:名单无法读取:{value}。",
    "Download the file again from its publisher and load it unchanged.",
    "请从发布机构重新下载该文件,并原样载入。",
)
UNKNOWN_LIST_VERSION: Final = Code(
    "unknown_list_version",
    422,
    "{field}: no entries are stored under version {value}.",
    "{field}:版本 {value} 下没有已存储的名单条目。",
    "Stage the list first; its version is the hash of its entries.",
    "请先存入名单条目;版本号是条目的哈希值。",
)
LIST_NOT_ITS_VERSION: Final = Code(
    "list_not_its_version",
    422,
    "{field}: the stored entries do not hash to {value}.",
    "{field}:已存储条目的哈希值与 {value} 不符。",
    "Stage the list again from its publisher's file; the stored one was changed.",
    "请用发布机构的文件重新存入;已存储的内容被改动过。",
)
UNKNOWN_CASE: Final = Code(
    "unknown_case",
    404,
    "{field}: there is no case {value}.",
    "{field}:不存在案件 {value}。",
    "Send the id of a case as the list of cases shows it.",
    "请使用案件列表中显示的标识。",
)
CASE_CLOSED: Final = Code(
    "case_closed",
    409,
    "{field}: the case {value} is closed.",
    "{field}:案件 {value} 已结案。",
    "A closed case stays as it is; a new judgement opens a new one.",
    "已结案件不再更改;新的判定会另立案件。",
)
CASE_NOT_ASSESSED: Final = Code(
    "case_not_assessed",
    409,
    "{field}: nobody has assessed the case {value} yet.",
    "{field}:案件 {value} 尚未有人评估。",
    "One person assesses the case, another one closes it.",
    "须由一人评估,再由另一人结案。",
)
SAME_PERSON: Final = Code(
    "same_person_on_case",
    409,
    "{field}: {value} assessed this case and cannot close it.",
    "{field}:{value} 评估了该案件,不能由其结案。",
    "Ask somebody else to close it.",
    "请由另一人结案。",
)
CODES: Final = (
    UNREADABLE_LIST,
    UNKNOWN_LIST_VERSION,
    LIST_NOT_ITS_VERSION,
    UNKNOWN_CASE,
    CASE_CLOSED,
    CASE_NOT_ASSESSED,
    SAME_PERSON,
)
