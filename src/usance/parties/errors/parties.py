"""How parties say no."""

from typing import Final

from usance.kernel.errors import Code

# ---- form: what was sent cannot be right ----

MALFORMED_NAME: Final = Code(
    "malformed_name",
    422,
    "{field}: {value} is not a name of 1 to 140 printable characters.",
    "{field}:{value} 不是 1 至 140 个可见字符的名称。",
    "Send the name as registered, without line breaks; ISO 20022 carries 140 characters.",
    "请使用登记名称,不含换行;ISO 20022 报文最多 140 个字符。",
)
MALFORMED_ADDRESS: Final = Code(
    "malformed_address",
    422,
    "{field}: {value} is no part of an address as banks take it, or the town is missing.",
    "{field}:{value} 不符合银行地址要求,或缺少城市。",
    "Street and number apart, at most 70 and 16 characters; town and subdivision 35, post code 16."
    " Whoever gives a part gives the town.",
    "街道与门牌号分开填写,分别不超过 70 和 16 个字符;城市、省州 35 个,邮编 16 个。"
    "填写任何一项时须填写城市。",
)
UNKNOWN_COUNTRY: Final = Code(
    "unknown_country",
    422,
    "{field}: {value} is not a country of ISO 3166-1.",
    "{field}:{value} 不是 ISO 3166-1 国家或地区代码。",
    "Send two capital letters such as GB; ZZ where the country is not known.",
    "请使用两位大写字母,例如 GB;国家未知时用 ZZ。",
)
UNKNOWN_SCHEME: Final = Code(
    "unknown_scheme",
    422,
    "{field}: {value} is not a kind of identifier we can check.",
    "{field}:{value} 不是可校验的标识类型。",
    "Use lei, uscc or vat; a VAT number begins with its country, such as GB or DE.",
    "请使用 lei、uscc 或 vat;增值税号须以国家代码开头,例如 GB 或 DE。",
)
WRONG_LENGTH: Final = Code(
    "wrong_length",
    422,
    "{field}: {value} does not have the length of its kind.",
    "{field}:{value} 的长度不符合其类型。",
    "Copy it again in full: LEI 20 characters, USCC 18, BIC 8 or 11, IBAN as its country says.",
    "请完整复制:LEI 20 位,统一社会信用代码 18 位,BIC 8 或 11 位,IBAN 依国家规定。",
)
WRONG_CHECK_DIGIT: Final = Code(
    "wrong_check_digit",
    422,
    "{field}: the check digits of {value} do not fit.",
    "{field}:{value} 的校验位不正确。",
    "A character is wrong or two have changed places: compare it with the original.",
    "可能有字符错误或两位互换:请与原件核对。",
)
MALFORMED_IDENTIFIER: Final = Code(
    "malformed_identifier",
    422,
    "{field}: {value} has characters where its kind does not allow them.",
    "{field}:{value} 含有其类型不允许的字符。",
    "Copy it again from the original document.",
    "请从原件重新复制。",
)
ONE_ACCOUNT_NUMBER: Final = Code(
    "one_account_number",
    422,
    "{field}: a bank account has either an IBAN or an account number.",
    "{field}:银行账户须填写 IBAN 或账号,二者择一。",
    "Send one of the two.",
    "请只填写其中一项。",
)
OTHER_COUNTRY: Final = Code(
    "other_country",
    422,
    "{field}: {value} belongs to another country than the bank account.",
    "{field}:{value} 与银行账户所在国家不符。",
    "Mend the country or the number.",
    "请更正国家或号码。",
)
UNKNOWN_GRADE: Final = Code(
    "unknown_grade",
    422,
    "{field}: {value} is not a risk grade.",
    "{field}:{value} 不是风险等级。",
    "Send a letter from A (best) to E.",
    "请使用 A(最佳)至 E 之间的字母。",
)
MALFORMED_KEY: Final = Code(
    "malformed_key",
    422,
    "{field}: {value} is not what a key is registered by.",
    "{field}:{value} 不符合密钥登记格式。",
    "Register the prefix uk_test_… or uk_live_… and the SHA-256 of the secret as 64 hex digits.",
    "请登记 uk_test_… 或 uk_live_… 前缀及密钥的 SHA-256(64 位十六进制)。",
)
MALFORMED_PROPOSAL: Final = Code(
    "malformed_proposal",
    422,
    "{field}: {value} cannot be proposed.",
    "{field}:{value} 无法作为提案。",
    "Name the verb, give its body as a JSON object, and say why.",
    "请写明指令、以 JSON 对象给出内容并说明理由。",
)

# ---- state: the book says no ----

UNKNOWN_PARTY: Final = Code(
    "unknown_party",
    404,
    "{field}: there is no party {value}.",
    "{field}:不存在主体 {value}。",
    "Register the party first, or compare the id.",
    "请先登记该主体,或核对标识。",
)
UNKNOWN_USER: Final = Code(
    "unknown_user",
    404,
    "{field}: there is no user {value}.",
    "{field}:不存在用户 {value}。",
    "Register the user first, or compare the id.",
    "请先登记该用户,或核对标识。",
)
UNKNOWN_KEY: Final = Code(
    "unknown_key",
    404,
    "{field}: there is no key {value}.",
    "{field}:不存在密钥 {value}。",
    "Compare the id with the list of keys.",
    "请与密钥列表核对标识。",
)
UNKNOWN_PROPOSAL: Final = Code(
    "unknown_proposal",
    404,
    "{field}: there is no proposal {value}.",
    "{field}:不存在提案 {value}。",
    "Compare the id with the list of proposals.",
    "请与提案列表核对标识。",
)
ALREADY_EXISTS: Final = Code(
    "already_exists",
    409,
    "{field}: {value} is registered already.",
    "{field}:{value} 已登记。",
    "Use what is registered, or give the new one an id and a reference of its own.",
    "请使用已登记的记录,或为新记录指定不同的标识与编号。",
)
PARTY_NOT_ACTIVE: Final = Code(
    "party_not_active",
    409,
    "{field}: the party is {value}.",
    "{field}:该主体状态为 {value}。",
    "A frozen party can be made active again by the operator; a closed one cannot.",
    "已冻结的主体可由运营方恢复;已关闭的不可恢复。",
)
ILLEGAL_STATUS: Final = Code(
    "illegal_status",
    409,
    "{field}: the party cannot become {value} from where it stands.",
    "{field}:该主体当前状态不能变为 {value}。",
    "active may become frozen or closed, frozen may become active or closed, closed is final.",
    "active 可变为 frozen 或 closed;frozen 可变为 active 或 closed;closed 为最终状态。",
)
ROLE_NOT_FOR_PARTY: Final = Code(
    "role_not_for_party",
    409,
    "{field}: users of this party cannot be {value}.",
    "{field}:该主体的用户不能担任 {value}。",
    "Choose roles that belong to the kind of the party.",
    "请选择与主体类型相符的角色。",
)
SCOPE_NOT_HELD: Final = Code(
    "scope_not_held",
    409,
    "{field}: the user does not hold the scope {value}.",
    "{field}:该用户没有权限 {value}。",
    "Leave the scope out, or give the user a role that has it.",
    "请去掉该权限,或为用户授予包含该权限的角色。",
)
ISSUER_WOULD_DECIDE: Final = Code(
    "issuer_would_decide",
    409,
    "{field}: a key with {value} is not issued by one person to another.",
    "{field}:含 {value} 权限的密钥不得由他人签发。",
    "Who issues a key has seen its secret and could be both people. Use `usance key`.",
    "签发人知晓密钥内容,可同时充当双人复核的两人。请用 `usance key` 签发。",
)
ALREADY_REVOKED: Final = Code(
    "already_revoked",
    409,
    "{field}: the key {value} is revoked.",
    "{field}:密钥 {value} 已吊销。",
    "Nothing to do: it lets nobody in.",
    "无需操作:该密钥已失效。",
)
ALREADY_DECIDED: Final = Code(
    "already_decided",
    409,
    "{field}: the proposal is {value} already.",
    "{field}:该提案已 {value}。",
    "Make a new proposal.",
    "请新建提案。",
)
SAME_PERSON: Final = Code(
    "same_person",
    409,
    "{field}: {value} made the proposal and cannot decide it.",
    "{field}:{value} 是提案人,不能自行审批。",
    "Ask another person of the same party.",
    "请由同一主体的另一人审批。",
)
OTHER_PARTY: Final = Code(
    "other_party",
    409,
    "{field}: {value} does not act for the party that proposed.",
    "{field}:{value} 不代表提案的主体。",
    "Ask another person of the same party.",
    "请由同一主体的另一人审批。",
)
OTHER_KIND: Final = Code(
    "party_of_another_kind",
    409,
    "{field}: the party is a {value}.",
    "{field}:该主体的类型为 {value}。",
    "Name a party of the kind that the field asks for; a party never changes its kind.",
    "请填写该字段所要求类型的主体;主体类型不可变更。",
)
MALFORMED_URL: Final = Code(
    "malformed_url",
    422,
    "{field}: {value} is no address that we send to.",
    "{field}:{value} 不是可发送的地址。",
    "Send https://host/path of the public network, at most 2000 characters, without user, password"
    " or fragment. http and localhost are for test books, whose operator allows the latter with"
    " USANCE_WEBHOOKS_LOCALHOST=allow.",
    "请使用公网上不超过 2000 个字符的 https://主机/路径,不含用户名、密码与片段。http 与 localhost"
    " 仅限测试账簿,后者须由运营方设置 USANCE_WEBHOOKS_LOCALHOST=allow。",
)
NO_EVENT_TYPES: Final = Code(
    "no_event_types",
    422,
    "{field}: an endpoint is told one to 100 types of events, or * alone.",
    "{field}:回调地址须订阅 1 至 100 种事件,或单独使用 *。",
    "Name types of docs/reference/events.md, each once, or send *.",
    "请列出 docs/reference/events.md 中的事件类型,每种一次,或发送 *。",
)
UNKNOWN_ENDPOINT: Final = Code(
    "unknown_webhook_endpoint",
    404,
    "There is no webhook endpoint {value}.",
    "回调地址 {value} 不存在。",
    "List the endpoints of the party.",
    "请查询该主体的回调地址列表。",
)
TOO_MANY_ENDPOINTS: Final = Code(
    "too_many_webhook_endpoints",
    409,
    "{field}: the party has as many webhook endpoints as it may have: {value}.",
    "{field}:该主体的回调地址数量已达上限:{value}。",
    "Delete one that is not needed (policy parties.webhooks, endpoints_max).",
    "请删除不再需要的回调地址(政策 parties.webhooks,endpoints_max)。",
)
ENDPOINT_DISABLED: Final = Code(
    "webhook_endpoint_disabled",
    409,
    "{field}: {value} is not enabled, so nothing is sent to it.",
    "{field}:{value} 未启用,不会发送任何事件。",
    "Enable the endpoint first.",
    "请先启用该回调地址。",
)
CODES: Final = (
    MALFORMED_URL,
    NO_EVENT_TYPES,
    UNKNOWN_ENDPOINT,
    TOO_MANY_ENDPOINTS,
    ENDPOINT_DISABLED,
    MALFORMED_NAME,
    MALFORMED_ADDRESS,
    UNKNOWN_COUNTRY,
    UNKNOWN_SCHEME,
    WRONG_LENGTH,
    WRONG_CHECK_DIGIT,
    MALFORMED_IDENTIFIER,
    ONE_ACCOUNT_NUMBER,
    OTHER_COUNTRY,
    UNKNOWN_GRADE,
    MALFORMED_KEY,
    MALFORMED_PROPOSAL,
    UNKNOWN_PARTY,
    UNKNOWN_USER,
    UNKNOWN_KEY,
    UNKNOWN_PROPOSAL,
    ALREADY_EXISTS,
    PARTY_NOT_ACTIVE,
    ILLEGAL_STATUS,
    ROLE_NOT_FOR_PARTY,
    SCOPE_NOT_HELD,
    ISSUER_WOULD_DECIDE,
    ALREADY_REVOKED,
    ALREADY_DECIDED,
    SAME_PERSON,
    OTHER_KIND,
    OTHER_PARTY,
)
