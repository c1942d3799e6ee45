"""How things go wrong, drawn once.

    UsanceError                 something the caller did or met; its message is for people
    ├── Invalid                 the form is wrong: names field, value and remedy. Mend and resend.
    ├── NotFound                there is no such thing, or you may not know of it. Do not retry.
    ├── NotAllowed              who you are is known and does not suffice. Do not retry.
    ├── NotAuthenticated        who you are is not known. Send a key.
    ├── KeyReused               same idempotency key, other inputs. Do not retry with this key.
    └── Unavailable             nothing was done, or its outcome is not known yet. Try again
                                later with the same key.

    Refusal (a value, not an exception): the form was right and the state of the book said no.
    Anything else that is raised is a bug.

Every refusal and every `Invalid` names a `Code`. Codes are listed in the `errors` room of the
chapter that owns them and collected by the bootstrap into one catalogue; the API turns them
into RFC 9457 problems in one place.
"""

from typing import Final, Literal

from usance.kernel.records import Record

Language = Literal["en", "zh"]


class Refusal(Record, frozen=True):
    """The state of the book says no.

    code: stable name of the reason, from a chapter's `errors` room.
    field: which input it is about, as a path (`amount.currency`), or "" for the whole.
    value: what was found there, as text; never a secret or a card number.
    """

    code: str
    field: str = ""
    value: str = ""


class Code(Record, frozen=True):
    """One way to say no: its stable name, its HTTP status, its words in both languages.

    `en` and `zh` may use {field} and {value}. The remedy tells the reader what to do; it may use
    {allowed}, what would have been right.
    """

    code: str
    status: int
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str

    def refuse(self, field: str = "", value: object = "") -> Refusal:
        """Return the refusal of this code about one input."""
        return Refusal(self.code, field, str(value))

    def invalid(self, field: str = "", value: object = "") -> "Invalid":
        """Return the exception to raise where the form, not the state, is wrong."""
        return Invalid(self, field, str(value))

    def title(self, language: Language, field: str = "", value: str = "") -> str:
        """Return the sentence for people."""
        words = self.zh if language == "zh" else self.en
        return words.replace("{field}", field).replace("{value}", value)

    def remedy(self, language: Language, allowed: str = "") -> str:
        """Return what to do about it."""
        words = self.remedy_zh if language == "zh" else self.remedy_en
        return words.replace("{allowed}", allowed)


class UsanceError(Exception):
    """Base of everything the house raises on purpose."""


class Invalid(UsanceError):
    """The form of an input is wrong. Mend the named field and send again."""

    def __init__(self, code: Code, field: str, value: str) -> None:
        super().__init__(f"{code.title('en', field, value)} {code.remedy('en')}")
        self.code = code
        self.field = field
        self.value = value


class NotFound(UsanceError):
    """There is no such thing, or the caller may not know of it. Do not retry."""

    def __init__(self, what: str, value: str) -> None:
        super().__init__(f"There is no {what} {value}.")
        self.what = what
        self.value = value


class NotAllowed(UsanceError):
    """The caller is known and lacks the scope or the role. Do not retry."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs the scope {scope}.")
        self.scope = scope


class NotAuthenticated(UsanceError):
    """The caller did not say who they are, or the key is not good."""


class KeyReused(UsanceError):
    """An idempotency key came back with other inputs. Nothing was done."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The idempotency key {key} was used before with other inputs.")
        self.key = key


class Unavailable(UsanceError):
    """The book does not answer now. Try again later with the same key: that is harmless."""


UNKNOWN_CURRENCY: Final = Code(
    "unknown_currency",
    422,
    "{field}: {value} is not a currency of ISO 4217.",
    "{field}:{value} 不是 ISO 4217 货币代码。",
    "Send a three-letter code such as GBP or CNY.",
    "请使用三位字母代码,例如 GBP 或 CNY。",
)
CURRENCY_WITHDRAWN: Final = Code(
    "currency_withdrawn",
    422,
    "{field}: {value} is no currency any more; only statements of its time are read in it.",
    "{field}:{value} 已停止流通,仅可读取其流通期间的对账单。",
    "Name the currency that took its place, such as EUR for DEM.",
    "请改用其后继货币,例如以 EUR 代替 DEM。",
)
MALFORMED_AMOUNT: Final = Code(
    "malformed_amount",
    422,
    "{field}: {value} is not an amount.",
    "{field}:{value} 不是有效金额。",
    'Send a plain decimal as a string, with its currency: {"amount": "12.50", "currency": "GBP"}.',
    '请以字符串形式发送十进制金额并注明币种:{"amount": "12.50", "currency": "GBP"}。',
)
TOO_MANY_DECIMALS: Final = Code(
    "too_many_decimals",
    422,
    "{field}: more decimals than the currency has: {value}.",
    "{field}:小数位数超过该货币允许的位数:{value}。",
    "Round to the currency's minor unit before sending.",
    "请先按货币最小单位取整。",
)
NEGATIVE_AMOUNT: Final = Code(
    "negative_amount",
    422,
    "{field}: {value} is not above zero.",
    "{field}:{value} 必须大于零。",
    "Send an amount above zero. What goes the other way is not a negative amount.",
    "请发送大于零的金额;反向资金不以负数表示。",
)
AMOUNT_TOO_LARGE: Final = Code(
    "amount_too_large",
    422,
    "{field}: {value} is larger than the book can hold.",
    "{field}:{value} 超出账簿可记录的范围。",
    "Send at most 9223372036854775807 minor units.",
    "请发送不超过 9223372036854775807 个最小单位的金额。",
)
MALFORMED_ID: Final = Code(
    "malformed_id",
    422,
    "{field}: this is not an id of the kind that belongs here: {value}.",
    "{field}:标识类型不符:{value}。",
    "Send the id as it was given. After ≠ stands the prefix that belongs here; 26 characters follow"
    " it.",
    "请原样发送标识;≠ 之后为此处应有的前缀,其后为 26 个字符。",
)
MALFORMED_INPUT: Final = Code(
    "malformed_input",
    422,
    "{field}: {value}",
    "{field}:{value}",
    "Compare the input with the description in openapi.json.",
    "请对照 openapi.json 中的说明检查输入。",
)
MALFORMED_TEXT: Final = Code(
    "malformed_text",
    422,
    "{field}: {value} is not a text of 1 to 500 readable characters.",
    "{field}:{value} 不是 1 至 500 个可读字符的文本。",
    "Say in words or figures what the field asks for.",
    "请以文字或数字填写该字段。",
)
QUANTITY_NOT_POSITIVE: Final = Code(
    "quantity_not_positive",
    422,
    "{field}: {value} is not a quantity above zero.",
    "{field}:{value} 不是大于零的数量。",
    "Send how many it is about; which way they go is said by the kind of the move.",
    "请填写数量;方向由变动类型表示。",
)
IN_THE_FUTURE: Final = Code(
    "in_the_future",
    422,
    "{field}: {value} has not come yet.",
    "{field}:{value} 尚未到来。",
    "Say it when it has happened.",
    "请在发生之后再提交。",
)
CODES: Final = (
    UNKNOWN_CURRENCY,
    CURRENCY_WITHDRAWN,
    MALFORMED_AMOUNT,
    TOO_MANY_DECIMALS,
    NEGATIVE_AMOUNT,
    AMOUNT_TOO_LARGE,
    MALFORMED_ID,
    MALFORMED_INPUT,
    MALFORMED_TEXT,
    QUANTITY_NOT_POSITIVE,
    IN_THE_FUTURE,
)
