"""What every state is called, in both languages: one place for the command line and all reports.

In English a state is called what it is, with blanks. Where the same word means two things in
Chinese, the words stand with the kind of state; a test asks for the words of every state there is.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from usance.customs.model import TaxRefundStatus
from usance.financing.model import AdvanceStatus, AssetState, FacilityStatus, OfferStatus
from usance.kernel.fx import Side
from usance.ledger.model import HoldState
from usance.parties.model import (
    BeneficiaryStatus,
    DeliveryState,
    NameMatch,
    PartyKind,
    PartyStatus,
    ProposalState,
)
from usance.payments import model as payments
from usance.reporting.model import Words
from usance.risk.model import CaseKind, CaseStatus, DecisionKind, Disposition
from usance.trade.model import InvoiceStatus, OrderStage, StockStatus

_PAYMENT: Final = {
    "blocked": "已拦截",
    "in_review": "审核中",
    "pending": "处理中",
    "requires_action": "待买家操作",
    "authorised": "已授权",
    "failed": "失败",
    "voided": "已撤销",
    "captured": "已收款",
    "settled": "已结算",
    "refunded": "已退款",
    "charged_back": "已拒付",
}
_ANSWERED: Final = {"pending": "处理中", "confirmed": "已完成", "refused": "已拒绝"}
_CHINESE: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {
    AdvanceStatus: {"drawn": "未结清", "recalled": "收回中", "repaid": "已结清"},
    FacilityStatus: {"active": "有效", "suspended": "已暂停"},
    OfferStatus: {
        "made": "已报价",
        "accepted": "已接受",
        "declined": "已谢绝",
        "withdrawn": "已撤回",
        "expired": "已过期",
    },
    HoldState: {"open": "预留", "posted": "已入账", "voided": "已撤销", "expired": "已过期"},
    Side: {"mid": "中间价", "bid": "买入价", "ask": "卖出价"},
    PartyKind: {
        "operator": "运营方",
        "seller": "卖家",
        "funder": "资金方",
        "buyer": "买家",
        "regulator": "监管方",
        "payee": "收款方",
        "insurer": "保险方",
        "guarantor": "担保方",
        "warehouse_keeper": "仓储方",
    },
    OrderStage: {"placed": "已下单", "shipped": "已发货", "delivered": "已妥投"},
    InvoiceStatus: {
        "presented": "待确认",
        "disputed": "有争议",
        "approved": "已确认",
        "credited": "已全额冲减",
    },
    StockStatus: {"held": "在库", "released": "已出库"},
    TaxRefundStatus: {
        "claimed": "已申报",
        "approved": "已核准",
        "paid": "已退税",
        "refused": "不予退税",
    },
    AssetState: {
        "order": "订单",
        "receivable": "应收",
        "collected": "已回款",
        "returned": "已全额退回",
    },
    PartyStatus: {"active": "有效", "frozen": "已冻结", "closed": "已关闭"},
    BeneficiaryStatus: {"active": "有效", "closed": "已关闭"},
    NameMatch: {
        "pending": "待核对",
        "match": "一致",
        "close_match": "接近",
        "no_match": "不一致",
        "not_available": "无法核对",
    },
    DeliveryState: {
        "pending": "待送达",
        "delivered": "已送达",
        "failed": "失败待重试",
        "given_up": "已放弃",
    },
    ProposalState: {"proposed": "待批准", "approved": "已批准", "rejected": "已否决"},
    payments.PaymentStatus: _PAYMENT,
    payments.AuthorisationStatus: {
        "requested": "申请中",
        "open": "有效",
        "voiding": "撤销中",
        "refused": "已拒绝",
        "captured": "已请款",
        "voided": "已撤销",
        "expired": "已过期",
    },
    payments.CaptureStatus: {
        "pending": "处理中",
        "captured": "已请款",
        "refused": "已拒绝",
        "settled": "已结算",
    },
    payments.RefundStatus: {**_ANSWERED, "confirmed": "已退款"},
    payments.PayoutStatus: {
        "held": "待审核",
        "pending": "处理中",
        "paid": "已付",
        "refused": "已拒绝",
    },
    payments.BatchStatus: {
        "received": "已接收",
        "checking": "检查中",
        "needs_approval": "待批准",
        "running": "出款中",
        "done": "已完成",
        "done_with_refusals": "已完成,有拒绝",
        "refused": "已拒绝",
        "cancelled": "已取消",
    },
    payments.LineStatus: {
        "waiting": "待检查",
        "ready": "待出款",
        "accepted": "已接受",
        "refused": "已拒绝",
    },
    payments.DisputeStage: {
        "inquiry": "调单",
        "chargeback": "拒付",
        "representment": "再请款",
        "pre_arbitration": "预仲裁",
        "arbitration": "仲裁",
        "won": "胜诉",
        "lost": "败诉",
        "accepted": "已接受",
        "expired": "已逾期",
    },
    payments.EscrowStatus: {"held": "托管中", "disputed": "有异议", "closed": "已结束"},
    payments.LinkStatus: {
        "open": "待付款",
        "in_progress": "付款中",
        "stopped": "已拦截",
        "paid": "已付",
        "cancelled": "已取消",
        "expired": "已过期",
    },
    payments.LockStatus: {"open": "可用", "used": "已使用", "expired": "已过期"},
    payments.LockUse: {"single": "单次", "multi": "多次"},
    payments.RemittanceStatus: {
        "announced": "已预告",
        "differs": "有差异",
        "received": "已到账",
        "dismissed": "已作废",
    },
    payments.BreakState: {
        "open": "未处理",
        "booked": "已入账",
        "matched": "已匹配",
        "closed": "已关闭",
    },
    payments.BreakKind: {
        "not_expected": "意外入账",
        "not_shown": "未见到账",
        "amount_differs": "金额不符",
        "found_twice": "重复出现",
        "balance_jumps": "余额不连续",
        "statement_missing": "缺对账单",
        "sum_differs": "合计不符",
    },
    payments.MatchState: {
        "matched": "已匹配",
        "suggested": "建议匹配",
        "accepted": "已确认",
        "rejected": "已否决",
    },
    payments.MovementState: {"in_flight": "在途", "booked": "已入账"},
    payments.EntryState: {"unmatched": "未匹配", "suggested": "建议匹配", "matched": "已匹配"},
    payments.FileStatus: {
        "read": "已读取",
        "partly_read": "部分读取",
        "refused": "已拒绝",
        "known": "已收录",
    },
    payments.HookState: {"waiting": "待处理", "taken": "已处理", "refused": "已拒绝"},
    payments.InstructionState: {
        "held": "待审核",
        "open": "处理中",
        "confirmed": "已完成",
        "refused": "已拒绝",
    },
    payments.ReceiptOutcome: {
        "available": "已入账",
        "settled": "已结算",
        "blocked": "已拦截",
        "unmatched": "待认领",
    },
    payments.SuspenseAccount: {
        "suspense_unmatched": "待认领",
        "suspense_blocked": "已拦截",
    },
    payments.SuspenseReason: {
        "unknown_owner": "归属不明",
        "not_awaited": "非预期款项",
        "not_released": "未获放行",
        "settlement_unmatched": "结算无对应付款",
        "settlement_excess": "结算多付",
        "late_collection": "迟到的收款",
        "collected_twice": "重复收款",
        "chargeback_unmatched": "拒付无对应付款",
        "bank_debit": "银行扣款",
    },
    payments.BreakerState: {"closed": "正常", "open": "已熔断", "half_open": "试探中"},
    payments.RecallState: {"asked": "已申请", "accepted": "已同意", "refused": "已拒绝"},
    payments.Direction: {"out": "付出", "in": "收入", "both": "双向"},
    # ISO 20022's own codes, said in words.
    payments.TransferStatus: {
        "SENT": "已发出",
        "RCVD": "已收到",
        "ACTC": "格式已校验",
        "ACCP": "客户已校验",
        "ACSP": "处理中",
        "PDNG": "待处理",
        "ACSC": "已清算",
        "ACCC": "已入收款账户",
        "RJCT": "已拒绝",
        "CANC": "已取消",
        "RTND": "已退回",
    },
    payments.StatementKind: {"statement": "对账单", "report": "日间报告", "notification": "通知"},
    payments.EntryStatus: {"BOOK": "已入账", "PDNG": "待入账", "INFO": "仅供参考", "FUTR": "未来"},
    CaseStatus: {"open": "待评估", "assessed": "已评估", "closed": "已关闭"},
    CaseKind: {"release": "付款放行", "drawdown": "融资放款", "payout": "出款", "alarm": "告警"},
    DecisionKind: {"release": "付款放行", "drawdown": "融资放款", "payout": "出款"},
    Disposition: {"cleared": "已排除", "confirmed": "已确认"},
}
_ENGLISH: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {
    payments.TransferStatus: {
        "SENT": "sent",
        "RCVD": "received",
        "ACTC": "form checked",
        "ACCP": "customer checked",
        "ACSP": "under way",
        "PDNG": "pending",
        "ACSC": "settled",
        "ACCC": "on the payee's account",
        "RJCT": "rejected",
        "CANC": "cancelled",
        "RTND": "returned",
    },
    payments.EntryStatus: {
        "BOOK": "booked",
        "PDNG": "pending",
        "INFO": "information",
        "FUTR": "to come",
    },
    payments.BreakerState: {"closed": "well", "open": "left out", "half_open": "on trial"},
}
STATES: Final[Mapping[type[StrEnum], Mapping[StrEnum, Words]]] = {
    kind: {
        state: Words(_ENGLISH.get(kind, {}).get(state, state.replace("_", " ")), chinese[state])
        for state in kind
    }
    for kind, chinese in _CHINESE.items()
}


def state_words(state: StrEnum) -> Words:
    """Return what a state is called; one of a kind that has no words, what it is."""
    known = STATES.get(type(state), {})
    return known.get(state) or Words(str(state), str(state))
