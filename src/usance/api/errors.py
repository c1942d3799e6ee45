"""How the API itself says no, before any chapter is asked: codes in both languages.

What a chapter refuses stands in the chapter's own `errors`. A remedy may use {allowed}, which says
what would have been right: the choices, the bound, the form, the names there are.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from usance.bootstrap import catalogue
from usance.kernel.errors import Code, Language

NOT_FOUND: Final = Code(
    "not_found",
    404,
    "There is no {field} {value}.",
    "{field} {value} 不存在。",
    "Check the id; what another party owns is not shown to you.",
    "请检查标识;其他主体的数据对您不可见。",
)
NOT_ALLOWED: Final = Code(
    "not_allowed",
    403,
    "This needs the scope {value}.",
    "此操作需要权限 {value}。",
    "Use a key that carries it; these roles give it: {allowed}. What two people must agree to needs"
    " it of both, and of the second proposals:approve too.",
    "请使用具有该权限的密钥;具有该权限的角色:{allowed}。须双人复核的事项,两人均须具有该权限,"
    "审批人另须具有 proposals:approve。",
)
NOT_AUTHENTICATED: Final = Code(
    "not_authenticated",
    401,
    "Who is asking is not known.",
    "无法确认请求者身份。",
    "Send a key that is in force: Authorization: Bearer uk_test_…",
    "请发送有效密钥:Authorization: Bearer uk_test_…",
)
UNAVAILABLE: Final = Code(
    "unavailable",
    503,
    "The book does not answer now. {value}",
    "账簿暂时无法响应。{value}",
    "Try again in a moment with the same Idempotency-Key: that is harmless.",
    "请稍后使用相同的 Idempotency-Key 重试,不会重复执行。",
)
INTERNAL: Final = Code(
    "internal_error",
    500,
    "Something is wrong with us, not with the request.",
    "服务内部错误,与请求内容无关。",
    "Tell the operator the request_id; repeat with the same Idempotency-Key.",
    "请将 request_id 告知运营方,并可使用相同的 Idempotency-Key 重试。",
)
KEY_MISSING: Final = Code(
    "idempotency_key_missing",
    422,
    "The header Idempotency-Key is missing, empty or longer than 255 characters.",
    "缺少 Idempotency-Key 请求头,或其为空、超过 255 个字符。",
    "Send a fresh UUID for each new request, and the same one to repeat it.",
    "每个新请求使用新的 UUID;重试时使用同一个。",
)
TOO_LARGE: Final = Code(
    "body_too_large",
    413,
    "The body is larger than {value} bytes.",
    "请求体超过 {value} 字节。",
    "Split the request.",
    "请拆分请求。",
)
NOT_JSON: Final = Code(
    "not_json",
    400,
    "The body is not a JSON document in UTF-8: {value}.",
    "请求体不是 UTF-8 编码的 JSON 文档:{value}。",
    "Mend it at the place named.",
    "请在所指位置更正。",
)
CONTENT_TYPE: Final = Code(
    "content_type_not_json",
    415,
    "The header Content-Type is {value}, so the body is not read.",
    "Content-Type 请求头为 {value},因此未读取请求体。",
    "Send Content-Type: application/json and a JSON object.",
    "请发送 Content-Type: application/json 及 JSON 对象。",
)
METHOD_NOT_ALLOWED: Final = Code(
    "method_not_allowed",
    405,
    "This address does not know the method {value}.",
    "该地址不支持方法 {value}。",
    "It knows {allowed}.",
    "该地址支持:{allowed}。",
)
UNKNOWN_FIELD: Final = Code(
    "unknown_field",
    422,
    "{field} is not a field of this request.",
    "{field} 不是该请求的字段。",
    "Leave it out, or mend its spelling. There is: {allowed}.",
    "请删除该字段或更正拼写。可用字段:{allowed}。",
)
GIVEN_TWICE: Final = Code(
    "given_twice",
    422,
    "{field} is given more than once.",
    "{field} 重复出现。",
    "Give it once.",
    "每个参数只能出现一次。",
)
MISSING_FIELD: Final = Code(
    "missing_field",
    422,
    "{field} is missing.",
    "缺少 {field}。",
    "Send it; openapi.json says what it holds.",
    "请补充该字段,内容见 openapi.json。",
)
WRONG_TYPE: Final = Code(
    "wrong_type",
    422,
    "{field}: {value} has the wrong type.",
    "{field}:{value} 类型不正确。",
    "Send {allowed}.",
    "请发送{allowed}。",
)
WRONG_FORMAT: Final = Code(
    "wrong_format",
    422,
    "{field}: {value} cannot be read.",
    "{field}:无法识别 {value}。",
    "Send {allowed}.",
    "请发送{allowed}。",
)
OUT_OF_RANGE: Final = Code(
    "out_of_range",
    422,
    "{field}: {value} is out of range.",
    "{field}:{value} 超出允许范围。",
    "Send {allowed}.",
    "请发送{allowed}。",
)
NOT_A_CHOICE: Final = Code(
    "not_a_choice",
    422,
    "{field}: {value} is none of the choices.",
    "{field}:{value} 不在可选值中。",
    "Choose one of: {allowed}.",
    "可选值:{allowed}。",
)
UNREADABLE_TEXT: Final = Code(
    "unreadable_text",
    422,
    "{field} holds characters that no text has.",
    "{field} 含有不允许的字符。",
    "Leave out control characters and lone surrogates.",
    "请去除控制字符和不成对的代理字符。",
)
MALFORMED_CURSOR: Final = Code(
    "malformed_cursor",
    422,
    "{field}: {value} is not a cursor of this list.",
    "{field}:{value} 不是该列表的游标。",
    "Send next_cursor of the page before, unchanged, or leave it out to begin.",
    "请原样发送上一页的 next_cursor,或省略以从头开始。",
)
CARD_NUMBER: Final = Code(
    "card_number_not_taken",
    422,
    "{field} looks like the number of a card.",
    "{field} 疑似银行卡号。",
    "Send the acquirer's token; never send us a card number.",
    "请发送收单机构的令牌,切勿发送卡号。",
)
CLOCK_RANGE: Final = Code(
    "clock_range",
    422,
    "{field}: the clock cannot be set to {value}.",
    "{field}:时钟不能设置为 {value}。",
    "Name a moment after the book's time, at most 400 days ahead.",
    "请选择晚于账簿当前时间且不超过 400 天的时刻。",
)
CURRENCY_DIFFERS: Final = Code(
    "currency_differs",
    422,
    "{field}: {value} is not the currency of both accounts.",
    "{field}:{value} 与两个账户的币种不一致。",
    "Name two accounts of one currency, and the amount in it.",
    "请使用同一币种的两个账户,并以该币种填写金额。",
)
UNKNOWN_EVENT_TYPE: Final = Code(
    "unknown_event_type",
    422,
    "{field}: {value} is no type of event.",
    "{field}:{value} 不是事件类型。",
    "Name types of docs/reference/events.md, or * alone for all.",
    "请使用 docs/reference/events.md 中的事件类型,或单独使用 *。",
)
HOOK_TOO_LARGE: Final = Code(
    "hook_too_large",
    413,
    "What was posted is larger than {value} bytes.",
    "回调内容超过 {value} 字节。",
    "Have the rail send references in place of whole documents.",
    "请让通道发送引用,而非完整文件。",
)
NO_SUCH_RAIL: Final = Code(
    "no_such_simulated_rail",
    422,
    "{field}: {value} is no simulated rail of this book.",
    "{field}:{value} 不是本账簿的模拟通道。",
    "Name a simulated one, such as card; a real rail cannot be told how to behave.",
    "请使用模拟通道,例如 card;真实通道无法被控制。",
)
CODES: Final = (
    NO_SUCH_RAIL,
    HOOK_TOO_LARGE,
    UNKNOWN_EVENT_TYPE,
    CLOCK_RANGE,
    CURRENCY_DIFFERS,
    NOT_FOUND,
    NOT_ALLOWED,
    NOT_AUTHENTICATED,
    UNAVAILABLE,
    INTERNAL,
    KEY_MISSING,
    TOO_LARGE,
    NOT_JSON,
    CONTENT_TYPE,
    METHOD_NOT_ALLOWED,
    UNKNOWN_FIELD,
    GIVEN_TWICE,
    MISSING_FIELD,
    WRONG_TYPE,
    WRONG_FORMAT,
    OUT_OF_RANGE,
    NOT_A_CHOICE,
    UNREADABLE_TEXT,
    MALFORMED_CURSOR,
    CARD_NUMBER,
)
# What is not found, in the other language; a noun that is missing stays as it is.
_NOUNS_ZH: Final[Mapping[str, str]] = {
    "account": "账户",
    "address": "地址",
    "advance": "融资款",
    "beneficiary": "收款人",
    "book": "账簿",
    "buyer": "买家",
    "break": "差异",
    "case": "案件",
    "checkpoint": "检查点",
    "decision": "判定",
    "facility": "授信额度",
    "event": "事件",
    "fact": "事实",
    "funder": "资金方",
    "goods return": "退货",
    "hook": "回调",
    "list": "列表",
    "mandate of": "授权:主体",
    "message": "报文",
    "named account": "自管账户",
    "named transfer": "自管转账",
    "offer": "融资报价",
    "order": "订单",
    "party": "主体",
    "payment": "付款",
    "payment link": "付款链接",
    "payout": "出款",
    "payout batch": "批量出款",
    "receipt": "收款",
    "receiving account": "收款账户",
    "suspense": "暂收款",
    "proposal": "提案",
    "refund": "退款",
    "capture": "请款",
    "escrow": "托管",
    "quote": "汇率报价",
    "seller with a bank account": "有银行账户的卖家",
    "split of payment": "分账:付款",
    "authorisation": "授权",
    "buyer action": "买家操作",
    "dispute": "争议",
    "report": "报表",
    "seller": "卖家",
    "trade": "交易",
    "webhook endpoint": "回调地址",
    "transfer": "转账",
    "party address": "主体地址",
    "remittance": "代收汇款",
    "invoice": "发票",
    "warehouse receipt": "仓单",
    "shipment": "货运",
    "tax refund": "退税申报",
}


def noun(what: str, language: Language) -> str:
    """Return what was looked for, in the language of the caller."""
    return _NOUNS_ZH.get(what, what) if language == "zh" else what


@lru_cache(maxsize=1)
def all_codes() -> Mapping[str, Code]:
    """Return every code that a problem may carry, by its name."""
    return {**catalogue(), **{code.code: code for code in CODES}}
