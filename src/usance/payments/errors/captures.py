"""How captures and voids say no."""

from typing import Final

from usance.kernel.errors import Code

RAIL_CANNOT: Final = Code(
    "rail_cannot",
    409,
    "The rail {value} cannot do this: {field}.",
    "通道 {value} 不支持:{field}。",
    "Choose a rail that can, such as a card, or collect at once.",
    "请选择支持的通道(如银行卡),或直接收款。",
)

NOT_AUTHORISED: Final = Code(
    "not_authorised",
    409,
    "The payment is {value}: nothing is kept ready that could be captured or voided.",
    "付款状态为 {value},没有可请款或撤销的授权。",
    "Pay with capture `manual`, and wait until the rail has authorised it.",
    "请以 capture=manual 付款,并等待通道授权。",
)

AUTHORISATION_VOIDED: Final = Code(
    "authorisation_voided",
    409,
    "The authorisation is {value}: what was not captured is given back.",
    "授权状态为 {value},未请款部分已释放。",
    "Start a new payment for the rest.",
    "余额请重新发起付款。",
)

AUTHORISATION_EXPIRED: Final = Code(
    "authorisation_expired",
    409,
    "The authorisation ran out at {value}.",
    "授权已于 {value} 到期。",
    "Start a new payment; capture it sooner.",
    "请重新发起付款并尽早请款。",
)

AUTHORISATION_USED_UP: Final = Code(
    "authorisation_used_up",
    409,
    "All that was authorised is captured: {value}.",
    "授权金额已全部请款:{value}。",
    "Nothing is left to do.",
    "无需处理。",
)

EXCEEDS_AUTHORISATION: Final = Code(
    "exceeds_authorisation",
    409,
    "{field}: {value} is all that is left of the authorisation.",
    "{field}:授权余额仅为 {value}。",
    "Capture at most that.",
    "请款不得超过该金额。",
)

CAPTURE_UNANSWERED: Final = Code(
    "capture_unanswered",
    409,
    "The rail has not answered a capture of {value}: nothing is voided behind its back.",
    "{value} 的请款尚无答复,不能撤销。",
    "Wait for the answer, then void what is left.",
    "请等待答复后再撤销余额。",
)

CODES: Final = (
    RAIL_CANNOT,
    NOT_AUTHORISED,
    AUTHORISATION_VOIDED,
    AUTHORISATION_EXPIRED,
    AUTHORISATION_USED_UP,
    EXCEEDS_AUTHORISATION,
    CAPTURE_UNANSWERED,
)
