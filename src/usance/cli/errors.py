"""What the command line itself says no to, and what it advises where the API would say how by HTTP.

Codes of the book and of its chapters stand in their own `errors` rooms.
"""

from collections.abc import Mapping
from typing import Final

from usance.kernel.errors import Code

UNKNOWN_OPTION: Final = Code(
    "unknown_option",
    422,
    "There is no option {field} here.",
    "此命令没有选项 {field}。",
    "{allowed}",
    "{allowed}",
)
UNKNOWN_COMMAND: Final = Code(
    "unknown_command",
    422,
    "There is no command {value}.",
    "没有命令 {value}。",
    "{allowed}",
    "{allowed}",
)
MISSING_ARGUMENT: Final = Code(
    "missing_argument",
    422,
    "{field} is missing.",
    "缺少 {field}。",
    "{allowed}",
    "{allowed}",
)
ONE_TOO_MANY: Final = Code(
    "one_too_many",
    422,
    "{value} is more than this command takes.",
    "{value} 是多余的参数。",
    "Leave it out, or put what has blanks in quotation marks. {allowed}",
    "请去掉,或用引号括起含空格的内容。{allowed}",
)
NO_VALUE: Final = Code(
    "no_value",
    422,
    "{field} has no value.",
    "{field} 缺少取值。",
    "Write it behind the option. {allowed}",
    "请在选项后写出取值。{allowed}",
)
WRONG_VALUE: Final = Code(
    "wrong_value",
    422,
    "{field}: {value} will not do.",
    "{field}:{value} 不可用。",
    "Write {allowed}.",
    "请填写{allowed}。",
)
WRONG_USAGE: Final = Code(
    "wrong_usage",
    422,
    "The command line is wrong: {value}",
    "命令行有误:{value}",
    "{allowed}",
    "{allowed}",
)
NO_SUCH_FILE: Final = Code(
    "no_such_file",
    422,
    "{field}: there is no file {value}.",
    "{field}:没有文件 {value}。",
    "Check the path.",
    "请检查路径。",
)
FILE_TROUBLE: Final = Code(
    "file_trouble",
    422,
    "{field}: {value}.",
    "{field}:{value}。",
    "Check the path, and who may read or write there.",
    "请检查路径及读写权限。",
)
NOT_UTF_8: Final = Code(
    "not_utf_8",
    422,
    "{field}: the file is not text in UTF-8.",
    "{field}:文件不是 UTF-8 文本。",
    "Save it as UTF-8 and try again.",
    "请将文件另存为 UTF-8 后重试。",
)
AWAY: Final = Code(
    "unavailable",
    503,
    "{value}",
    "账簿暂时无法响应:{value}",
    "Try again in a moment; usance doctor says what is wrong with the machine.",
    "请稍后重试;用 usance doctor 检查运行环境。",
)
ENGINE_ELSEWHERE: Final = Code(
    "engine_elsewhere",
    503,
    "Another engine holds the book {value}.",
    "账簿 {value} 已由另一引擎持有。",
    "End it first, or stand by to take over from it: usance engine --standby --book {allowed}",
    "请先结束该引擎,或待命接管:usance engine --standby --book {allowed}",
)
NOT_OUR_SERVER: Final = Code(
    "not_our_server",
    409,
    "{field} names a server that is not ours to stop.",
    "{field} 指向的服务器不由本程序管理。",
    "Stop it as it was started.",
    "请按其启动方式停止。",
)
SERVER_IN_USE: Final = Code(
    "server_in_use",
    409,
    "{value} connections are open.",
    "尚有 {value} 个连接。",
    "End usance serve, engine, worker and demo first.",
    "请先结束 usance serve、engine、worker 与 demo。",
)
FIXINGS_ROW: Final = Code(
    "malformed_fixings",
    422,
    "{field} names no currency and rate.",
    "{field} 缺少币种或汇率。",
    "Write CSV with the columns currency and rate: USD,1.0842.",
    "请使用含 currency 与 rate 两列的 CSV,例如 USD,1.0842。",
)
LINES_PASSED_OVER: Final = Code(
    "lines_passed_over",
    422,
    "{field}: {value} lines passed over.",
    "{field}:{value} 行被略过。",
    "The format is in {allowed}.",
    "格式见 {allowed}。",
)
NO_LINE: Final = Code(
    "no_line_to_apply",
    422,
    "{field}: no line to apply.",
    "{field}:没有可执行的行。",
    "The format is in {allowed}.",
    "格式见 {allowed}。",
)
NOBODY_ANSWERS: Final = Code(
    "nobody_answers",
    503,
    "{field}: nobody answers at {value}.",
    "{field}:{value} 无应答。",
    "Serve the book, usance serve, or name where it is served with --url.",
    "请运行 usance serve,或用 --url 指定服务地址。",
)
SAYS_NO: Final = Code(
    "book_says_no",
    503,
    "{field}: {value}",
    "{field}:对方答复 {value}",
    "See to it that the key is one of that book and in force: --key or USANCE_KEY.",
    "请确认密钥属于该账簿且有效:--key 或 USANCE_KEY。",
)
PORT_TAKEN: Final = Code(
    "port_taken",
    503,
    "The port {value} cannot be had: {field}.",
    "端口 {value} 不可用:{field}。",
    "Name another with --port.",
    "请用 --port 指定其他端口。",
)
NEEDS_BOTH: Final = Code(
    "proposal_needs_both",
    422,
    "{field}: a proposal needs both.",
    "{field}:提案须同时给出两者。",
    "Say in whose name it is proposed, --by USER, and why, --reason WHY.",
    "请用 --by 指定提案人,并用 --reason 说明原因。",
)
SAY_WHAT: Final = Code(
    "say_what",
    422,
    "{field} is not said, or said twice.",
    "{field} 未填写或重复。",
    "Write {allowed}.",
    "请填写{allowed}。",
)
NO_SUCH_BOOK: Final = Code(
    "no_such_book",
    404,
    "There is no book {value}.",
    "没有账簿 {value}。",
    "{allowed}",
    "{allowed}",
)
SEVERAL_SELLERS: Final = Code(
    "several_sellers",
    422,
    "There are several sellers, and {field} says none.",
    "有多个卖家,而 {field} 未指定。",
    "Name one with --seller, by id or reference.",
    "请用 --seller 指定卖家的标识或参考号。",
)
NO_SELLER: Final = Code(
    "no_seller",
    404,
    "{field}: there is no seller {value}.",
    "{field}:没有卖家 {value}。",
    "Name one by its id (pty_…) or reference; a new one is taken on through the API,"
    " POST /v1/parties.",
    "请使用其标识(pty_…)或参考号;新卖家须通过 API 登记:POST /v1/parties。",
)
CODES: Final = (
    UNKNOWN_OPTION,
    UNKNOWN_COMMAND,
    MISSING_ARGUMENT,
    ONE_TOO_MANY,
    NO_VALUE,
    WRONG_VALUE,
    WRONG_USAGE,
    NO_SUCH_FILE,
    FILE_TROUBLE,
    NOT_UTF_8,
    AWAY,
    ENGINE_ELSEWHERE,
    NOT_OUR_SERVER,
    SERVER_IN_USE,
    FIXINGS_ROW,
    LINES_PASSED_OVER,
    NO_LINE,
    NOBODY_ANSWERS,
    SAYS_NO,
    PORT_TAKEN,
    NEEDS_BOTH,
    SAY_WHAT,
    NO_SUCH_BOOK,
    SEVERAL_SELLERS,
    NO_SELLER,
)
_PROPOSE: Final = (
    "Propose it, --by USER --reason WHY; another person approves it: usance proposals approve ID.",
    "请用 --by 与 --reason 提出提案,再由另一人批准:usance proposals approve ID。",
)
_AMOUNT: Final = (
    "Write a plain decimal such as 12.50, and its currency where the command asks for it.",
    "请填写十进制金额,例如 12.50;命令要求时另写币种。",
)
_CORRIDORS: Final = (
    "usance corridors shows the form, the limits and an example.",
    "用 usance corridors 查看格式、限额与示例。",
)
_HELP: Final = ("--help says what it takes.", "用 --help 查看用法。")
# What to do here, by code, where the code's own remedy says how it is done by HTTP.
REMEDIES: Final[Mapping[str, tuple[str, str]]] = {
    "account_of_programs": (
        "It is kept by a program of its own, with that program's key, through the API.",
        "该账户由其程序使用自己的密钥经 API 维护。",
    ),
    "address_needed": (
        "Say at least the town: usance parties address, or usance beneficiaries address.",
        "请至少登记城市:usance parties address 或 usance beneficiaries address。",
    ),
    "beneficiary_incomplete": _CORRIDORS,
    "beneficiary_malformed": _CORRIDORS,
    "unknown_customer": (
        "Let the customer's first order come by the API, which names the buyer; then import again.",
        "请先由 API 提交该客户的首个订单并注明买家,再重新导入文件。",
    ),
    "seller_has_no_account": (
        "Register a bank account of the seller through the API.",
        "请经 API 为该卖家登记银行账户。",
    ),
    "unknown_invoice": ("usance trade invoices lists them.", "用 usance trade invoices 查看。"),
    "idempotency_key_reused": (
        "Write another word behind --idempotency-key; the old inputs get the old answer.",
        "不同的请求请使用不同的 --idempotency-key;重复原输入将得到原结果。",
    ),
    "internal_error": (
        "This is a mistake of ours: please report it with what was typed.",
        "这是程序错误,请连同所输入的命令一并反馈。",
    ),
    "malformed_amount": _AMOUNT,
    "malformed_cursor": _HELP,
    "malformed_input": _HELP,
    "missing_field": _HELP,
    "not_allowed": (
        "Use a key that carries it; these roles give it: {allowed}.",
        "请使用具有该权限的密钥;具有该权限的角色:{allowed}。",
    ),
    "not_authenticated": (
        "Give a key of this book that is in force: --key or USANCE_KEY.",
        "请用 --key 或 USANCE_KEY 提供本账簿的有效密钥。",
    ),
    "not_found": (
        "Check the id, and --book where there are several.",
        "请检查标识;如有多个账簿,请检查 --book。",
    ),
    "outside_corridor": (
        "Split the payout, or raise it; usance corridors shows the limits.",
        "请拆分或提高出款金额;用 usance corridors 查看限额。",
    ),
    "payout_needs_approval": _PROPOSE,
}
