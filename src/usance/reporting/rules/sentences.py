"""What each event says, as one sentence in each language.

A field stands in braces: `{gross}`. `{x:bps}` prints ten-thousandths as per cent, `{x:percent}`
a decimal share, `{x:minutes}` a moment. What stands in square brackets is said only where each of
its fields says something: money that is zero, None and "" say nothing. A list of reasons is
joined; a list of records is said record by record. A test asks that every event has its sentence.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any, Final

from usance.kernel.decisions import Reason
from usance.kernel.errors import Language
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.reporting.model import Words
from usance.reporting.rules.payment_sentences import PAYMENTS
from usance.reporting.rules.payout_sentences import BENEFICIARIES, PAYOUTS
from usance.reporting.rules.rate_sentences import RATES
from usance.reporting.rules.rendering import grouped
from usance.reporting.rules.share_sentences import SHARES
from usance.reporting.rules.suspense_sentences import SUSPENSE
from usance.reporting.rules.trade_sentences import CUSTOMS, PAPERS

_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_JOINT: Final = {"en": "; ", "zh": ";"}

_PARTIES: Final = {
    "party_registered": (
        "Registered {party_id}: {kind}, {country}, risk grade {risk_grade}.",
        "登记主体 {party_id}:{kind},{country},风险等级 {risk_grade}。",
    ),
    "party_status_changed": (
        "{party_id} went from {before} to {after}: {reason}.",
        "主体 {party_id} 状态由 {before} 变为 {after}:{reason}。",
    ),
    "party_address_changed": ("A party's address was given anew.", "主体地址已更新。"),
    "party_graded": (
        "Risk grade of {party_id} went from {before} to {after}: {reason}.",
        "主体 {party_id} 风险等级由 {before} 调整为 {after}:{reason}。",
    ),
    "bank_account_registered": (
        "Registered bank account {bank_account_id} of {party_id}: {country}, {currency}.",
        "登记 {party_id} 的银行账户 {bank_account_id}:{country},{currency}。",
    ),
    "user_registered": (
        "{user_id} may act for {party_id} as {roles}.",
        "用户 {user_id} 可代表 {party_id},角色:{roles}。",
    ),
    "key_issued": (
        "Issued key {prefix} to {user_id} for {scopes}.",
        "向 {user_id} 签发密钥 {prefix},权限:{scopes}。",
    ),
    "key_revoked": (
        "Revoked key {key_id} of {user_id}: {reason}.",
        "吊销 {user_id} 的密钥 {key_id}:{reason}。",
    ),
    "proposed": (
        "{maker} proposed {verb}; a second person must approve it.",
        "{maker} 提议 {verb},待第二人复核。",
    ),
    "proposal_approved": (
        "{checker} approved {verb}, which {maker} had proposed.",
        "{checker} 批准了 {maker} 提议的 {verb}。",
    ),
    "proposal_failed": (
        "{verb} could not be carried out, and nothing was done: {code}[, {field}][: {value}].",
        "{verb} 无法执行,未做任何变更:{code}[,{field}][:{value}]。",
    ),
    "proposal_rejected": (
        "{checker} rejected {verb}, which {maker} had proposed: {reason}.",
        "{checker} 否决了 {maker} 提议的 {verb}:{reason}。",
    ),
    "webhook_endpoint_created": (
        "{party_id} is told {types} at {endpoint_id} from now on.",
        "{party_id} 新增回调地址 {endpoint_id},订阅 {types}。",
    ),
    "webhook_endpoint_changed": (
        "Endpoint {endpoint_id} of {party_id} is told {types}; switched on: {enabled}.",
        "{party_id} 的回调地址 {endpoint_id} 已变更,订阅 {types},启用:{enabled}。",
    ),
    "webhook_secret_rotated": (
        "Endpoint {endpoint_id} of {party_id} has another secret, its version {version}.",
        "{party_id} 的回调地址 {endpoint_id} 已更换密钥,版本 {version}。",
    ),
    "webhook_endpoint_pinged": (
        "Endpoint {endpoint_id} of {party_id} was pinged.",
        "测试 {party_id} 的回调地址 {endpoint_id}。",
    ),
    "webhook_endpoint_disabled": (
        "Endpoint {endpoint_id} of {party_id} is told nothing more: {why}.",
        "{party_id} 的回调地址 {endpoint_id} 已停用:{why}。",
    ),
    "webhook_endpoint_deleted": (
        "Endpoint {endpoint_id} of {party_id} was deleted.",
        "{party_id} 的回调地址 {endpoint_id} 已删除。",
    ),
}
_POLICY: Final = {
    "policy_adopted": ("Adopted policy: {reason}.", "采纳规则:{reason}。"),
}
_LEDGER: Final = {
    "accounts_opened": ("Opened accounts {numbers}.", "开立账户 {numbers}。"),
    "accounts_created": (
        "Opened accounts {numbers} under their callers' ids: {results}.",
        "按调用方标识开立账户 {numbers}:{results}。",
    ),
    "hold_expired": (
        "The reservation of {amount} minor units ran out (transfer {hold}).",
        "预留的 {amount} 个最小单位已到期释放(转账 {hold})。",
    ),
    "transfers_created": ("Recorded {created} transfers.", "记录转账 {created} 笔。"),
    "period_closed": (
        (
            "Closed all value dates up to {day}: {accounts} accounts, transfers up to fact"
            " {position}, trial balance {digest}."
        ),
        "关账至 {day}:账户 {accounts} 个,计入截至事实 {position} 的转账,试算表摘要 {digest}。",
    ),
    "value_date_moved": (
        "{asked} lies in a closed period; booked under {booked}.",
        "{asked} 位于已关账期间,以 {booked} 入账。",
    ),
    "transfers_reversed": (
        (
            "Reversed by hand with value date {value_date}: {transfers}[; posted instead:"
            " {reposted}]. {reason}"
        ),
        "人工冲正,起息日 {value_date}:{transfers}[;改记:{reposted}]。{reason}",
    ),
}
_TRADE: Final = {
    "order_placed": (
        (
            "Order for {amount}, invoice {invoice_no}, {line_count} lines, buyer in {country}"
            " (in the shop's file: {source_date})."
        ),
        (
            "订单 {amount},发票 {invoice_no},共 {line_count} 行,买家所在国 {country}"
            "(原始数据日期 {source_date})。"
        ),
    ),
    "goods_returned": (
        "Goods for {amount} came back under {invoice_no}.",
        "退货 {amount},单号 {invoice_no}。",
    ),
}
_FINANCING: Final = {
    "facility_opened": (
        "{funder_id} granted {limit} on the sales of {seller_id} (programme {programme}).",
        "资金方 {funder_id} 向 {seller_id} 授信 {limit}(方案 {programme})。",
    ),
    "facility_status_changed": (
        "Facility {facility_id} is {status}: {reason}.",
        "额度 {facility_id} 状态变为 {status}:{reason}。",
    ),
    "funds_received": (
        "{funder_id} paid in {amount} to lend (reference {reference}).",
        "资金方 {funder_id} 注入资金 {amount}(参考号 {reference})。",
    ),
    "mandate_granted": (
        "{seller_id} accepts in advance offers up to {per_offer_max}.",
        "卖家 {seller_id} 预先同意单笔不超过 {per_offer_max} 的融资。",
    ),
    "mandate_revoked": (
        "{seller_id} wants to be asked again.",
        "卖家 {seller_id} 撤销预先同意。",
    ),
    "offer_made": (
        (
            "Offered an advance of {principal} ({advance_rate_bps:bps} of {receivable}) for"
            " {tenor_days} days until {due_date}: fee {fee} ({fee_rule}), {apr:percent} a year;"
            " open until {expires_at:minutes}; room before it {room_before}."
        ),
        (
            "提供融资 {principal}(应收 {receivable} 的 {advance_rate_bps:bps}),期限 {tenor_days}"
            " 天,{due_date} 到期:费用 {fee}({fee_rule}),年化 {apr:percent};"
            "有效至 {expires_at:minutes};此前可用额度 {room_before}。"
        ),
    ),
    "offer_not_made": (
        "No finance was offered[: {reasons}].",
        "未提供融资[:{reasons}]。",
    ),
    "offer_expired": ("Nobody took the offer in time.", "融资要约逾期未接受。"),
    "offer_withdrawn": (
        "Took back the offer: {reason.en}",
        "撤回融资要约:{reason.zh}",
    ),
    "offer_declined": (
        "The advance of {principal} was not drawn[: {reasons}].",
        "融资 {principal} 未放款[:{reasons}]。",
    ),
    "earned": ("{amount}", "{amount}"),
    "fees_accrued": (
        "Fees on {advances} advances were earned to the end of {on}[: {earned}].",
        "截至 {on} 计提 {advances} 笔融资费[:{earned}]。",
    ),
    "drawn_part": (
        "{principal} as {advance_id}, fee {fee}",
        "{principal}({advance_id}),费用 {fee}",
    ),
    "appetite_set": (
        "A funder said what it takes of this facility: {share_bps:bps} of an advance at most.",
        "资金方设定投放偏好:单笔最多 {share_bps:bps}。",
    ),
    "advance_drawn": (
        (
            "Advanced {principal} to the seller, due on {due_date}, fee {fee};"
            " the facility may still advance {headroom}[; other funders: {joined}]."
        ),
        (
            "向卖家放款 {principal},到期日 {due_date},费用 {fee};额度剩余 {headroom}"
            "[;其他资金方:{joined}]。"
        ),
    ),
    "repayment": (
        (
            "{advance_id} got[ fee {fee},][ charge {charge},][ principal {principal},]"
            " outstanding {outstanding}"
        ),
        "{advance_id} 收回[ 费用 {fee},][ 逾期费 {charge},][ 本金 {principal},] 未偿 {outstanding}",
    ),
    "advance_repaid": (
        "The settlement repaid advances: {lines}.",
        "结算款归还融资:{lines}。",
    ),
    "recall": (
        (
            "{advance_id}[ {from_available} from what the seller may draw,]"
            "[ {from_reserve} from the reserve,] outstanding {outstanding}"
        ),
        "{advance_id}[ 自可用款 {from_available},][ 自保证金 {from_reserve},] 未偿 {outstanding}",
    ),
    "advance_recalled": (
        "Asked back advances whose sale has shrunk or brought too little: {lines}.",
        "销售缩减或结算不足,收回融资:{lines}。",
    ),
    "advance_overdue": (
        (
            "The advance {advance_id} was due on {due_date}; {outstanding} is outstanding"
            "[, late charge {charge}]."
        ),
        "融资 {advance_id} 已于 {due_date} 到期,未偿 {outstanding}[,逾期费 {charge}]。",
    ),
}
_RISK: Final = {
    "release_judged": (
        (
            "Decision {decision_id} on the payment: {verdict}[ ({codes})][; case {case_id}]."
            " Rules {rules_version}[, lists {list_version}]."
        ),
        (
            "付款决策 {decision_id}:{verdict}[({codes})][;案件 {case_id}]。"
            "规则版本 {rules_version}[,名单版本 {list_version}]。"
        ),
    ),
    "drawdown_judged": (
        (
            "Decision {decision_id} on the advance: {verdict}[ ({codes})][; case {case_id}]."
            " Rules {rules_version}[, lists {list_version}]."
        ),
        (
            "放款决策 {decision_id}:{verdict}[({codes})][;案件 {case_id}]。"
            "规则版本 {rules_version}[,名单版本 {list_version}]。"
        ),
    ),
    "payout_judged": (
        (
            "Decision {decision_id} on the payout: {verdict}[ ({codes})][; case {case_id}]."
            " Rules {rules_version}[, lists {list_version}]."
        ),
        (
            "出款决策 {decision_id}:{verdict}[({codes})][;案件 {case_id}]。"
            "规则版本 {rules_version}[,名单版本 {list_version}]。"
        ),
    ),
    "watchlist_adopted": (
        "Adopted list {list} of {published_on}: {entries} entries ({source}).",
        "采纳名单 {list}({published_on} 发布):{entries} 条({source})。",
    ),
    "case_opened": (
        "Opened the case {case_id}: somebody has to look at {codes}.",
        "开立案件 {case_id}:须人工核实 {codes}。",
    ),
    "case_assessed": (
        "Case {case_id} assessed: {disposition}. {note}",
        "案件 {case_id} 初审:{disposition}。{note}",
    ),
    "case_closed": (
        "Case {case_id} closed by a second person: {disposition}[ ({codes})].",
        "案件 {case_id} 经第二人结案:{disposition}[({codes})]。",
    ),
}
SENTENCES: Final[dict[str, Words]] = {
    f"{chapter}.{event}": Words(en, zh)
    for chapter, events in (
        ("parties", _PARTIES | BENEFICIARIES),
        ("policy", _POLICY),
        ("ledger", _LEDGER),
        ("trade", _TRADE | PAPERS),
        ("payments", PAYMENTS | RATES | SHARES | SUSPENSE),
        ("payments", PAYMENTS | SHARES | PAYOUTS),
        ("customs", CUSTOMS),
        ("financing", _FINANCING),
        ("risk", _RISK),
    )
    for event, (en, zh) in events.items()
}


_JUDGED_FIRST: Final = ("release_judged", "drawdown_judged")
_PAID_LAST: Final = ("payout_initiated", "payout_judged", "payout_held")
_PLACE: Final = {key.partition(".")[2]: place for place, key in enumerate(SENTENCES)}


def part_place(name: str) -> tuple[int, int]:
    """Return where a part stands in its fact: the judgement first, what is paid out last.

    A fact is stored with its parts in alphabetical order, so that its bytes are always the same.
    """
    turn = 0 if name in _JUDGED_FIRST else 2 if name in _PAID_LAST else 1
    return turn, _PLACE.get(name, len(_PLACE))


def sentence_key(kind: type[Record]) -> str:
    """Return the key of an event's sentence: `payments.payment_captured`."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return f"{kind.__module__.split('.')[1]}.{name}"


def sentence_of(event: Record) -> Words:
    """Return what an event says. An event without a sentence says its name."""
    template = SENTENCES.get(sentence_key(type(event)))
    if template is None:
        name = sentence_key(type(event)).partition(".")[2].replace("_", " ")
        return Words(name, name)
    return Words(
        _Speaker("en").speak(template.en, event),
        _Speaker("zh").speak(template.zh, event),
    )


class _Speaker(Formatter):
    """Fills a sentence with an event's fields, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def speak(self, template: str, event: Record) -> str:
        """Return the filled sentence, without the clauses that say nothing."""
        fields = {name: getattr(event, name) for name in event.__struct_fields__}
        chosen = _OPTIONAL.sub(lambda clause: self._clause(clause.group(1), fields), template)
        return self.vformat(chosen, (), fields)

    def _clause(self, clause: str, fields: dict[str, Any]) -> str:
        names = [name for _, name, _, _ in self.parse(clause) if name]
        values = [self.get_field(name, (), fields)[0] for name in names]
        return clause if all(_says(value) for value in values) else ""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - any field
        """Return a field as people read it."""
        if format_spec == "bps":
            return f"{Decimal(value).scaleb(-2).normalize():f} %"
        if format_spec == "percent":
            return f"{Decimal(value).scaleb(2):.2f} %"
        if format_spec == "minutes":
            return _minutes(value)
        return self._said(value)

    def _said(self, value: Any) -> str:  # noqa: ANN401 - any field
        if isinstance(value, Money):
            return grouped(value)
        if isinstance(value, Reason):
            return value.zh if self.language == "zh" else value.en
        if isinstance(value, datetime):
            return _minutes(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Record):
            words = sentence_of(value)
            return words.said(self.language)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return _JOINT[self.language].join(self._said(each).rstrip(".。") for each in value)
        return str(value)


def _says(value: object) -> bool:
    return value.minor != 0 if isinstance(value, Money) else value not in {None, "", 0, ()}


def _minutes(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
