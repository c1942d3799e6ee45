"""Why something that was posted to us in a rail's name is not in the book."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_RAIL: Final = Code(
    "unknown_rail",
    404,
    "{value} is no rail that posts to us.",
    "{value} 不是会向我们回调的通道。",
    "Compare the address that was given to the provider with the rails that are plugged in.",
    "请核对提供给服务商的地址与已接入的通道。",
)
NO_HOOK_SECRET: Final = Code(
    "no_hook_secret",
    409,
    "No secret of {value} was given, so nothing of it can be verified.",
    "未配置 {value} 的密钥,无法验证其回调。",
    "Give it to usance hooks secret, then work the hook again.",
    "请使用 usance hooks secret 配置密钥,然后重新处理该回调。",
)
FORGED_SIGNATURE: Final = Code(
    "forged_signature",
    401,
    "The signature of the hook is not the rail's.",
    "回调签名与通道不符。",
    "If it is the rail's own after all, its secret has changed: give the new one, work it again.",
    "若确为通道所发,则其密钥已更换:请配置新密钥后重新处理。",
)
REPLAYED_WEBHOOK: Final = Code(
    "replayed_webhook",
    409,
    "The hook was signed at another time than it came: {value}.",
    "回调的签名时间与到达时间不符:{value}。",
    "Somebody may have sent it again; ask the rail. If clocks differ, set them right.",
    "可能被他人重放;请向通道核实。若为时钟偏差,请校准。",
)
MALFORMED_HOOK: Final = Code(
    "malformed_hook",
    422,
    "The hook cannot be read.",
    "无法识别该回调。",
    "Compare its body with what the rail says of its form.",
    "请与通道的格式说明核对。",
)
REPEATED_HOOK: Final = Code(
    "repeated_hook",
    409,
    "The event {value} was taken before.",
    "事件 {value} 此前已处理。",
    "Nothing to do: rails repeat themselves.",
    "无需处理:通道会重复发送。",
)
OVERTAKEN_HOOK: Final = Code(
    "overtaken_hook",
    409,
    "A later answer of the rail was taken before: {value}.",
    "通道较晚的答复已先行处理:{value}。",
    "Nothing to do: hooks may arrive in any order.",
    "无需处理:回调到达顺序不定。",
)
FOREIGN_INSTRUCTION: Final = Code(
    "foreign_instruction",
    409,
    "The rail answers for an instruction of another rail: {value}.",
    "通道答复了其他通道的指令:{value}。",
    "Ask the rail; whoever holds its secret may try to settle what is not its own.",
    "请向通道核实;持有其密钥者可能试图处理不属于它的指令。",
)
CODES: Final = (
    UNKNOWN_RAIL,
    NO_HOOK_SECRET,
    FORGED_SIGNATURE,
    REPLAYED_WEBHOOK,
    MALFORMED_HOOK,
    REPEATED_HOOK,
    OVERTAKEN_HOOK,
    FOREIGN_INSTRUCTION,
)
