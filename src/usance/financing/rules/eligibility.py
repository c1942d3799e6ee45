"""Which sales may be financed: a list of rules, each with its reason."""

from collections.abc import Callable
from typing import Final

from usance.financing.model import AssetState, Technique
from usance.financing.rules.techniques import TECHNIQUES
from usance.kernel.decisions import Reason
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.parties.model import Party, PartyStatus
from usance.policy.model import PolicyRow


class Candidate(Record, frozen=True):
    """An asset to be financed. receivable: what it will bring, in the settlement currency.

    state: how far it has come. is_whole: nothing of it goes back to the buyer.
    """

    technique: Technique
    state: AssetState
    is_whole: bool
    seller: Party
    obligor: Party
    receivable: Money
    invoice_age_days: int
    tenor_days: int


# A row of financing.eligibility is what the second argument is.
Test = Callable[[Candidate, PolicyRow], bool]

ELIGIBILITY: Final[list[tuple[Test, Reason]]] = [
    (
        lambda sale, _row: sale.is_whole,
        Reason(
            "sale_not_whole", "Part of the sale goes back to the buyer.", "该笔销售已部分退款。"
        ),
    ),
    (
        lambda sale, _row: sale.seller.status is PartyStatus.ACTIVE,
        Reason("seller_not_active", "The seller may not act now.", "卖家状态异常。"),
    ),
    (
        lambda sale, _row: sale.obligor.status is PartyStatus.ACTIVE,
        Reason("obligor_not_active", "The buyer may not act now.", "买家状态异常。"),
    ),
    (
        lambda sale, row: sale.seller.risk_grade in row.words("grades"),
        Reason("seller_grade", "The seller's risk grade is too low.", "卖家风险等级过低。"),
    ),
    (
        lambda sale, row: sale.obligor.risk_grade in row.words("grades"),
        Reason("obligor_grade", "The buyer's risk grade is too low.", "买家风险等级过低。"),
    ),
    (
        lambda sale, row: sale.obligor.country not in row.words("countries_excluded"),
        Reason(
            "country_excluded", "The buyer's country is excluded.", "买家所在国家不在融资范围。"
        ),
    ),
    (
        lambda sale, row: sale.invoice_age_days <= row.integer("invoice_age_days_max"),
        Reason("invoice_too_old", "The invoice is too old.", "发票账龄过长。"),
    ),
    (
        lambda sale, row: sale.tenor_days <= row.integer("tenor_days_max"),
        Reason("tenor_too_long", "The money would be out too long.", "融资期限过长。"),
    ),
    (
        lambda sale, row: sale.receivable.minor >= row.integer("amount_min_minor"),
        Reason("receivable_too_small", "The receivable is too small.", "应收金额过小。"),
    ),
    (
        lambda sale, row: sale.receivable.minor <= row.integer("amount_max_minor"),
        Reason("receivable_too_large", "The receivable is too large.", "应收金额过大。"),
    ),
]

NOT_WANTED: Final = Reason(
    "not_wanted",
    "The funder does not want buyers of this country or grade.",
    "资金方不接受该国家或等级的买家。",
)
NO_FUNDS: Final = Reason(
    "no_funds", "The funder has not paid in enough for this advance.", "资金方可投放资金不足。"
)
NO_ROOM: Final = Reason(
    "no_room",
    "No facility of the seller has room and money for this advance.",
    "卖家名下没有足够额度与资金的融资安排。",
)
FINANCED_IN_PART: Final = Reason(
    "financed_in_part",
    "What was captured of the sale before has an advance already.",
    "该笔销售先前请款部分已有融资。",
)
SALE_GREW: Final = Reason(
    "sale_grew",
    "More of the sale was captured: there is a new offer.",
    "该笔销售追加请款,另行报价。",
)
SALE_PAID: Final = Reason(
    "sale_paid", "The order is paid for: it is a receivable now.", "订单已付款,转为应收款。"
)
REPLACES_MORE: Final = Reason(
    "replaces_more",
    "The advance would not repay what was drawn on the order before.",
    "该融资不足以偿还此前的订单融资。",
)
SALE_SETTLED: Final = Reason(
    "sale_settled", "The sale has been settled: nothing is left to advance.", "该笔销售已结算。"
)
SALE_SHRUNK: Final = Reason(
    "sale_shrunk", "Money of the sale goes back to the buyer.", "该笔销售发生退款。"
)


def why_not(candidate: Candidate, row: PolicyRow) -> tuple[Reason, ...]:
    """Return every reason against financing an asset; none means it is eligible."""
    rule = TECHNIQUES[candidate.technique]
    found = tuple(reason for test, reason in ELIGIBILITY if not test(candidate, row))
    return found if candidate.state in rule.states else (rule.otherwise, *found)
