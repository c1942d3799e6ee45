"""What can be wrong with a message, or with one element or line of it.

The first group concerns the whole file: nothing of it is read. The second concerns one element:
what it belongs to is left out, the rest is read. The third are reservations: what they are about
is read all the same.
"""

from typing import Final

from usance.kernel.errors import Code

EMPTY_MESSAGE: Final = Code(
    "empty_message",
    422,
    "The file is empty.",
    "文件为空。",
    "Fetch the file again.",
    "请重新获取文件。",
)
MESSAGE_TOO_LARGE: Final = Code(
    "message_too_large",
    422,
    "The file is larger than {value} bytes.",
    "文件超过 {value} 字节。",
    "Split it into several messages.",
    "请拆分为多个报文。",
)
NOT_A_MESSAGE: Final = Code(
    "not_a_message",
    422,
    "This is no message that can be read: {value}.",
    "这不是可读取的报文:{value}。",
    "Send ISO 20022 XML, MT940 or MT942. CSV is read on the command line, where --mapping FILE says"
    " what its columns are called.",
    "请发送 ISO 20022 XML、MT940 或 MT942;CSV 文件请在命令行用 --mapping FILE 说明列名。",
)
UNSUPPORTED_MESSAGE: Final = Code(
    "unsupported_message",
    422,
    "A message of type {value} is not read here.",
    "此处不读取 {value} 类型的报文。",
    "Send pain.001, pain.002, pacs.002, pacs.004, pacs.008, pacs.009, camt.052, camt.053,"
    " camt.054, MT940 or MT942.",
    "请发送 pain.001、pain.002、pacs.002、pacs.004、pacs.008、pacs.009、camt.052、camt.053、"
    "camt.054、MT940 或 MT942。",
)
DOCTYPE_FORBIDDEN: Final = Code(
    "doctype_forbidden",
    422,
    "The file declares a document type; entities are never read.",
    "文件声明了文档类型;实体一律不予读取。",
    "Remove the DOCTYPE: no message of ISO 20022 has one.",
    "请删除 DOCTYPE:ISO 20022 报文没有该声明。",
)
MALFORMED_XML: Final = Code(
    "malformed_xml",
    422,
    "The file is not well-formed XML: {value}.",
    "文件不是格式良好的 XML:{value}。",
    "Fetch the file again; it may have been cut off.",
    "请重新获取文件;文件可能被截断。",
)
WRONG_ENCODING: Final = Code(
    "wrong_encoding",
    422,
    "The bytes are not in the encoding that the file declares: {value}.",
    "字节与文件声明的编码不符:{value}。",
    "Save the file in the encoding that it declares, best UTF-8.",
    "请按文件声明的编码保存,建议使用 UTF-8。",
)
UNPACKED_BADLY: Final = Code(
    "unpacked_badly",
    422,
    "The archive cannot be unpacked: {value}.",
    "压缩文件无法解压:{value}。",
    "Pack the files again, without a password.",
    "请重新打包,不要设置密码。",
)
BROKEN_STATEMENT_MAPPING: Final = Code(
    "broken_statement_mapping",
    422,
    "The mapping file {field} does not fit: {value}.",
    "映射文件 {field} 不符合要求:{value}。",
    "Compare it with plain_statement.toml, which ships with Usance, and name it with --mapping.",
    "请对照随 Usance 提供的 plain_statement.toml,并用 --mapping 指定。",
)

MISSING_ELEMENT: Final = Code(
    "missing_element",
    422,
    "{field}: {value} is missing.",
    "{field}:缺少 {value}。",
    "Add it; the format requires it.",
    "请补充;该格式要求填写。",
)
MALFORMED_INDICATOR: Final = Code(
    "malformed_indicator",
    422,
    "{field}: {value} is neither CRDT nor DBIT.",
    "{field}:{value} 既不是 CRDT 也不是 DBIT。",
    "Say whether the amount is a credit or a debit.",
    "请注明金额是贷记还是借记。",
)
MALFORMED_DAY: Final = Code(
    "malformed_day",
    422,
    "{field}: {value} is not a day.",
    "{field}:{value} 不是有效日期。",
    "Write a day that exists as YYYY-MM-DD, or YYMMDD in MT.",
    "请填写存在的日期,格式为 YYYY-MM-DD(MT 为 YYMMDD)。",
)
MALFORMED_COUNT: Final = Code(
    "malformed_count",
    422,
    "{field}: {value} is not a number.",
    "{field}:{value} 不是数字。",
    "Write it in digits.",
    "请以数字填写。",
)
MALFORMED_IBAN: Final = Code(
    "malformed_iban",
    422,
    "{field}: {value} is not an IBAN: its length or check digits are wrong.",
    "{field}:{value} 不是有效 IBAN:长度或校验位错误。",
    "Ask the account's owner for the IBAN again.",
    "请向账户持有人重新确认 IBAN。",
)
MALFORMED_BIC: Final = Code(
    "malformed_bic",
    422,
    "{field}: {value} does not have the form of a BIC (ISO 9362).",
    "{field}:{value} 不符合 BIC 格式(ISO 9362)。",
    "Write eight or eleven letters and digits, such as DEUTDEFF.",
    "请填写 8 位或 11 位字母数字,例如 DEUTDEFF。",
)
MALFORMED_UETR: Final = Code(
    "malformed_uetr",
    422,
    "{field}: {value} is not a UETR.",
    "{field}:{value} 不是有效 UETR。",
    "Write a UUID of version 4 in small letters.",
    "请填写小写的 UUID 第 4 版。",
)
NUMBER_DIFFERS: Final = Code(
    "number_differs",
    422,
    "{field}: the message says {value}.",
    "{field}:报文所述为 {value}。",
    "Correct the number of transactions, or find the ones that are missing.",
    "请更正交易笔数,或查找缺失的交易。",
)
CONTROL_SUM_DIFFERS: Final = Code(
    "control_sum_differs",
    422,
    "{field}: the message says {value}.",
    "{field}:报文所述为 {value}。",
    "Correct the control sum, or find the amount that was changed.",
    "请更正控制总额,或查找被更改的金额。",
)
MALFORMED_LINE: Final = Code(
    "malformed_line",
    422,
    "{field}: {value} cannot be read.",
    "{field}:{value} 无法读取。",
    "Correct the line; SWIFT's user handbook describes each tag.",
    "请更正该行;各标签格式见 SWIFT 用户手册。",
)
NO_CURRENCY: Final = Code(
    "no_currency",
    422,
    "{field}: nothing says in which currency it is.",
    "{field}:未注明货币。",
    "Name the currency in the file, its balances or the mapping.",
    "请在文件、余额或映射中注明货币。",
)

SCHEMA_VIOLATED: Final = Code(
    "schema_violated",
    422,
    "{value}",
    "{value}",
    "Ask the sender to keep to the schema of this version.",
    "请发送方遵守该版本的报文规范。",
)
NO_SCHEMA: Final = Code(
    "no_schema",
    422,
    "There is no schema for {value} here: it was read without being validated.",
    "此处没有 {value} 的报文规范:已读取但未校验。",
    "Nothing; or send a version whose schema ships.",
    "无需处理;或改用附带规范的版本。",
)
ENTRY_SUM_DIFFERS: Final = Code(
    "entry_sum_differs",
    422,
    "{field}: its transactions add up to {value}.",
    "{field}:其明细合计为 {value}。",
    "Ask the bank which of the two is right; the entry's amount was taken.",
    "请向银行确认;系统采用条目金额。",
)
BALANCE_DIFFERS: Final = Code(
    "balance_differs",
    422,
    "{field}: opening balance and booked entries give {value}.",
    "{field}:期初余额加已入账条目为 {value}。",
    "Look for a missing page or an entry that was refused.",
    "请检查是否缺页或有条目被拒绝。",
)
SUMMARY_DIFFERS: Final = Code(
    "summary_differs",
    422,
    "{field}: the entries give {value}.",
    "{field}:条目合计为 {value}。",
    "Look for a missing page or an entry that was refused.",
    "请检查是否缺页或有条目被拒绝。",
)
UNKNOWN_TAG: Final = Code(
    "unknown_tag",
    422,
    "{field}: the tag {value} is not one of MT940 or MT942.",
    "{field}:标签 {value} 不属于 MT940 或 MT942。",
    "Nothing, if the bank adds tags of its own; it was passed over.",
    "若为银行自定义标签则无需处理;已忽略。",
)

CODES: Final = (
    EMPTY_MESSAGE,
    MESSAGE_TOO_LARGE,
    NOT_A_MESSAGE,
    UNSUPPORTED_MESSAGE,
    DOCTYPE_FORBIDDEN,
    MALFORMED_XML,
    WRONG_ENCODING,
    UNPACKED_BADLY,
    BROKEN_STATEMENT_MAPPING,
    MISSING_ELEMENT,
    MALFORMED_INDICATOR,
    MALFORMED_DAY,
    MALFORMED_COUNT,
    MALFORMED_IBAN,
    MALFORMED_BIC,
    MALFORMED_UETR,
    NUMBER_DIFFERS,
    CONTROL_SUM_DIFFERS,
    MALFORMED_LINE,
    NO_CURRENCY,
    SCHEMA_VIOLATED,
    NO_SCHEMA,
    ENTRY_SUM_DIFFERS,
    BALANCE_DIFFERS,
    SUMMARY_DIFFERS,
    UNKNOWN_TAG,
)
