"""What is told outside: the stable names of events, each with the part of a fact it stands for.

A name is never taken away and never means something else; new ones are added. What stays inside
is listed too, with the reason, so that nothing is left out by accident.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from usance.financing import events as financing
from usance.kernel.records import Record
from usance.ledger import events as ledger
from usance.parties import events as parties
from usance.payments import events as payments
from usance.policy import events as policy
from usance.reporting.rules import payment_events as beside
from usance.reporting.rules import trade_events as papers
from usance.risk import events as risk
from usance.trade import events as trade


class PublicEvent(Record, frozen=True):
    """A name under which a part of facts is told outside.

    noun: what `data` is, the word under its `object`. ids: of which objects a part tells.
    en, zh: when it happens.
    """

    name: str
    part: type[Record]
    noun: str
    ids: Callable[[Any], Sequence[UUID]]
    en: str
    zh: str


def _one(field: str) -> Callable[[Any], Sequence[UUID]]:
    def found(part: Any) -> Sequence[UUID]:  # noqa: ANN401 - any part
        identifier = getattr(part, field)
        return () if identifier is None else (identifier,)

    return found


def _lines(part: Any) -> Sequence[UUID]:  # noqa: ANN401 - a part with lines
    return [line.advance_id for line in part.lines]


def _moved(field: str) -> Callable[[Any], Sequence[UUID]]:
    return lambda part: [line.escrow_id for line in getattr(part, field)]


def _several(
    noun: str,
    ids: Callable[[Any], Sequence[UUID]],
    *told: tuple[str, type[Record], str, str],
) -> tuple[PublicEvent, ...]:
    return tuple(
        PublicEvent(f"{noun}.{verb}", part, noun, ids, *words) for verb, part, *words in told
    )


def _of(
    noun: str, *told: tuple[str, type[Record], str, str], field: str = ""
) -> tuple[PublicEvent, ...]:
    return _several(noun, _one(field or f"{noun}_id"), *told)


PUBLIC: Final[tuple[PublicEvent, ...]] = (
    *_of(
        "party",
        ("registered", parties.PartyRegistered, "There is a new party.", "新增主体。"),
        (
            "status_changed",
            parties.PartyStatusChanged,
            "A party was frozen, made active again, or closed.",
            "主体被冻结、恢复或关闭。",
        ),
    ),
    *_of(
        "bank_account",
        (
            "registered",
            parties.BankAccountRegistered,
            "A party has another bank account.",
            "主体新增银行账户。",
        ),
    ),
    *_of(
        "beneficiary",
        (
            "registered",
            parties.BeneficiaryRegistered,
            "A party has named a payee; its cooling period begins.",
            "新增收款人,冷静期开始。",
        ),
        (
            "changed",
            parties.BeneficiaryChanged,
            "A payee has another name, account or address.",
            "收款人资料变更。",
        ),
        ("closed", parties.BeneficiaryClosed, "A payee is paid no more.", "收款人已关闭。"),
        (
            "checked",
            parties.PayeeChecked,
            "A payee's bank was asked about the name; see its name_check.",
            "收款人户名已核验,见 name_check。",
        ),
    ),
    *_of(
        "webhook_endpoint",
        (
            "pinged",
            parties.WebhookEndpointPinged,
            "You pinged the endpoint; told there alone.",
            "测试回调地址;仅发送至该地址。",
        ),
        (
            "disabled",
            parties.WebhookEndpointDisabled,
            "We tell an endpoint nothing more; your others hear of it.",
            "某回调地址已被停用;通知发往您的其他地址。",
        ),
        field="endpoint_id",
    ),
    *_of(
        "order",
        ("placed", trade.OrderPlaced, "A buyer has ordered goods.", "买家下单。"),
    ),
    *_of(
        "goods_return",
        ("received", trade.GoodsReturned, "Goods have come back.", "货物退回。"),
        field="return_id",
    ),
    *_of("shipment", *papers.SHIPMENT),
    *_of("invoice", *papers.INVOICE),
    *_of("warehouse_receipt", *papers.WAREHOUSE_RECEIPT),
    *_of(
        "payment",
        (
            "initiated",
            payments.PaymentInitiated,
            "A rail was asked to collect a payment.",
            "已请求通道收款。",
        ),
        (
            "stopped",
            payments.PaymentStopped,
            "A payment was blocked or waits for a person; see its status.",
            "付款被拦截或等待人工审核,见其状态。",
        ),
        (
            "captured",
            payments.PaymentCaptured,
            "The rail has the buyer's money for us.",
            "通道已收到买家款项。",
        ),
        ("failed", payments.PaymentFailed, "The rail said no for good.", "通道最终拒绝。"),
        ("settled", payments.PaymentSettled, "The rail has paid us.", "通道已结算。"),
        *beside.PAYMENT,
        (
            "settlement_late",
            payments.SettlementLate,
            "A rail has not settled in time.",
            "通道未按时结算。",
        ),
        (
            "settlement_differs",
            payments.SettlementDiffers,
            "A rail settled another amount than expected.",
            "结算金额与预期不符。",
        ),
        (
            "settlement_unmatched",
            payments.SettlementUnmatched,
            "A rail settled a payment that never became a sale.",
            "通道结算了未成交的付款。",
        ),
        (
            "reserve_released",
            payments.ReserveReleased,
            "What was held back is the seller's to draw.",
            "保留款已释放给卖家。",
        ),
        (
            "payout_withheld",
            payments.PayoutWithheld,
            "What a settlement left could not be paid out now.",
            "结算余款暂无法出款。",
        ),
    ),
    *_of(
        "refund",
        ("initiated", payments.RefundInitiated, "A rail was asked to pay back.", "已请求退款。"),
        ("confirmed", payments.RefundConfirmed, "The buyer has the money back.", "退款成功。"),
        ("refused", payments.RefundRefused, "The rail did not pay back.", "通道拒绝退款。"),
    ),
    *_of(
        "dispute",
        (
            "opened",
            payments.ChargedBack,
            "The buyer's bank took money back.",
            "买家银行发起拒付并扣回款项。",
        ),
        *beside.DISPUTE,
    ),
    *_of("capture", *beside.CAPTURE),
    *_of("escrow", *beside.ESCROW),
    *_several(
        "escrow",
        _moved("released"),
        ("released", payments.EscrowReleased, "Money is the payee's.", "托管款已释放。"),
    ),
    *_several(
        "escrow",
        _moved("returned"),
        ("returned", payments.EscrowReturned, "Money went back.", "托管款已退回。"),
    ),
    *_of("receiving_account", *beside.RECEIVING_ACCOUNT),
    *_of("receipt", *beside.RECEIPT),
    *_of("fx_quote", *beside.FX_QUOTE, field="quote_id"),
    *_of(
        "payout",
        (
            "initiated",
            payments.PayoutInitiated,
            "A rail was asked to pay a seller.",
            "已请求出款。",
        ),
        (
            "held",
            payments.PayoutHeld,
            "It waits for a person; its money is reserved.",
            "等待人工处理,资金已预留。",
        ),
        ("rerouted", payments.PayoutRerouted, "Another rail was asked.", "已改用其他通道。"),
        ("released", payments.PayoutReleased, "It goes on after that.", "已放行。"),
        ("paid", payments.PayoutPaid, "The seller has the money.", "出款成功。"),
        ("refused", payments.PayoutRefused, "The rail did not pay.", "通道拒绝出款。"),
        (
            "returned",
            payments.PayoutReturned,
            "The payee's bank sent the money back, or part of it; see its `returned`.",
            "收款行退回全部或部分出款,见 returned。",
        ),
    ),
    *_of(
        "payout_batch",
        (
            "received",
            payments.PayoutBatchReceived,
            "Many payouts were handed over together.",
            "收到批量出款。",
        ),
        (
            "needs_approval",
            payments.PayoutBatchWaits,
            "A batch waits for a person, or for two.",
            "批次等待审批。",
        ),
        ("started", payments.PayoutBatchStarted, "A batch is being paid.", "批次开始出款。"),
        (
            "refused",
            payments.PayoutBatchRefused,
            "Nothing of a batch is paid; see its refusal.",
            "整批拒绝,见 refusal。",
        ),
        (
            "cancelled",
            payments.PayoutBatchCancelled,
            "Somebody took a batch back.",
            "批次已撤回。",
        ),
        (
            "done",
            payments.PayoutBatchDone,
            "The last line is done; see which were refused.",
            "批次处理完毕,拒绝明细见各行。",
        ),
        field="batch_id",
    ),
    *_of("tax_refund", *papers.TAX_REFUND),
    *_of(
        "facility",
        ("opened", financing.FacilityOpened, "A funder granted a limit.", "资金方授予额度。"),
        (
            "status_changed",
            financing.FacilityStatusChanged,
            "A facility was suspended or made active again.",
            "授信额度被暂停或恢复。",
        ),
    ),
    *_of(
        "offer",
        ("made", financing.OfferMade, "A sale can be financed.", "可为一笔销售提供融资。"),
        ("expired", financing.OfferExpired, "Nobody answered in time.", "融资报价已过期。"),
        (
            "declined",
            financing.OfferDeclined,
            "An accepted offer was not drawn.",
            "已接受的报价未能提款。",
        ),
    ),
    PublicEvent(
        "offer.withdrawn",
        financing.OfferWithdrawn,
        "offer",
        lambda part: part.offers,
        "An offer was taken back: its sale has changed.",
        "因销售变化撤回融资报价。",
    ),
    PublicEvent(
        "advance.drawn",
        financing.AdvanceDrawn,
        "advance",
        lambda part: (part.advance_id, *(each.advance_id for each in part.joined)),
        "The seller has the advance.",
        "融资款已发放。",
    ),
    *_of(
        "advance",
        (
            "overdue",
            financing.AdvanceOverdue,
            "An advance was not repaid when due.",
            "融资款逾期。",
        ),
    ),
    PublicEvent(
        "advance.repaid",
        financing.AdvanceRepaid,
        "advance",
        _lines,
        "A settlement repaid an advance, in whole or in part.",
        "结算款偿还了全部或部分融资。",
    ),
    PublicEvent(
        "advance.recalled",
        financing.AdvanceRecalled,
        "advance",
        _lines,
        "Part of an advance was asked back: its sale has shrunk.",
        "因销售减少收回部分融资。",
    ),
)

_PEOPLE: Final = "who may act for a party is for its people to see, with their keys"
_LEDGER: Final = "told by what moved the money; accounts can be read"
_RISK: Final = "what risk saw is not for outside; what follows from it is told"
_PROPOSAL: Final = "what waits for a second person is in the list of proposals"
INSIDE: Final[dict[type[Record], str]] = {
    **beside.INSIDE,
    policy.PolicyAdopted: "rules are the operator's",
    parties.PartyAddressChanged: "its maker has the answer",
    parties.PartyGraded: _RISK,
    parties.UserRegistered: _PEOPLE,
    parties.KeyIssued: _PEOPLE,
    parties.KeyRevoked: _PEOPLE,
    parties.Proposed: _PROPOSAL,
    parties.ProposalApproved: _PROPOSAL,
    parties.ProposalFailed: _PROPOSAL,
    parties.ProposalRejected: _PROPOSAL,
    parties.WebhookEndpointCreated: "its maker has the answer",
    parties.WebhookEndpointChanged: "its maker has the answer",
    parties.WebhookSecretRotated: "its maker has the answer",
    parties.WebhookEndpointDeleted: "its maker has the answer",
    ledger.AccountsOpened: _LEDGER,
    ledger.AccountsCreated: _LEDGER,
    ledger.HoldExpired: _LEDGER,
    ledger.TransfersCreated: _LEDGER,
    ledger.PeriodClosed: _LEDGER,
    ledger.ValueDateMoved: _LEDGER,
    ledger.TransfersReversed: _LEDGER,
    payments.AnswerAwaited: "the payment is pending, as before",
    payments.LateSuccess: "an alarm for the operator's people; what is booked is told",
    payments.PayoutLinesChecked: "told when all were looked at; the lines can be read",
    payments.PayoutLineRefused: "told when the batch is done; the lines can be read",
    payments.FixingsRecorded: "published rates can be read",
    payments.RecallRequested: "its maker has the answer; `GET /v1/transfers/{uetr}` shows it",
    payments.RecallAnswered: "`GET /v1/transfers/{uetr}` shows it; money that comes is told",
    financing.FundsReceived: "the funder's account can be read",
    financing.MandateGranted: "its maker has the answer",
    financing.MandateRevoked: "its maker has the answer",
    financing.OfferNotMade: _RISK,
    financing.FeesAccrued: "a day's accounting; what an advance has earned can be read",
    financing.Earned: "a line of `fees_accrued`",
    financing.AppetiteSet: "the funder has the answer; what it offers is told",
    financing.DrawnPart: "a part of `advance_drawn`",
    financing.Repayment: "a line of `advance_repaid`",
    financing.Recall: "a line of `advance_recalled`",
    risk.ReleaseJudged: _RISK,
    risk.DrawdownJudged: _RISK,
    risk.PayoutJudged: _RISK,
    risk.WatchlistAdopted: _RISK,
    risk.CaseAssessed: _RISK,
    risk.CaseClosed: _RISK,
    risk.CaseOpened: _RISK,
}
TYPES: Final = tuple(event.name for event in PUBLIC)

_HEAD: Final = """\
# Events

Printed by `make docs` from the code; do not edit it here.
由 `make docs` 根据代码生成,请勿在此修改。

What has happened in the book, as it is told outside: to webhook endpoints, and by `GET /v1/events`.
A type is never taken away and never means something else; new ones are added, so pass over what you
do not know. How to receive, verify and order them: [webhooks](../guides/webhooks.md).

每种事件类型长期有效,含义不变;今后可能新增类型,请忽略未知类型。
接收、验签与排序方法见上述指南。

An event is `{id, object, type, position, timestamp, data}`. `data` is the object that
`GET` shows, as it stood when the event was taken up. A seller or a funder is told of its own
objects alone.

| type | data | when |
| --- | --- | --- |
"""
_INSIDE_HEAD: Final = """
## What is not told

| fact | why |
| --- | --- |
"""


def events_page(part_name: Callable[[type[Record]], str]) -> str:
    """Return the page of event types. part_name: how a part is called in facts."""
    rows = [f"| `{event.name}` | {event.noun} | {event.en}<br>{event.zh} |\n" for event in PUBLIC]
    inside = [f"| `{part_name(part)}` | {why} |\n" for part, why in INSIDE.items()]
    return _HEAD + "".join(rows) + _INSIDE_HEAD + "".join(inside)
