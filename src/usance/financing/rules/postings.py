"""What financing posts, entry by entry: debit > credit, all in the settlement currency.

The fee is owed from the draw on, and earned day by day or when it is paid, whichever is first.
Headroom and what a facility has outstanding always add up to its limit.
docs/reference/postings.md is printed from these tables.
"""

from typing import Final

from usance.ledger.model import Entry, LegRule

FUNDING: Final = Entry(
    "funding",
    "FundsReceived",
    "A funder pays in money to lend.",
    "资金方转入可投放资金。",
    (LegRule("funding", "nostro", "funder_available", "amount"),),
)

LIMIT: Final = Entry(
    "limit",
    "FacilityOpened",
    "A funder grants a limit.",
    "资金方授予额度。",
    (LegRule("limit", "limit_granted", "headroom", "limit"),),
)

DRAW: Final = Entry(
    "draw",
    "AdvanceDrawn",
    "An advance is drawn: headroom is used, the funder's money becomes the seller's, the fee is"
    " owed.",
    "提款:占用额度,资金方款项转为卖家可用款,并计应收融资费。",
    (
        LegRule("draw_headroom", "headroom", "limit_granted", "principal"),
        LegRule("draw_deployed", "funder_available", "funder_deployed", "principal"),
        LegRule("draw_principal", "advance_principal", "seller_available", "principal"),
        LegRule("draw_fee", "advance_fee", "fee_unearned", "fee"),
    ),
)

REPLACED_ROOM: Final = Entry(
    "replaced_room",
    "AdvanceDrawn",
    "A draw takes the place of an earlier advance: its funder has the principal and the headroom"
    " back, so that they may serve the same draw.",
    "新提款替换原融资:先恢复原融资的额度与资金,可用于本次提款。",
    (
        LegRule("replaced_returned", "funder_deployed", "funder_available", "principal"),
        LegRule("replaced_headroom", "limit_granted", "headroom", "principal"),
    ),
)

REPLACED: Final = Entry(
    "replaced",
    "AdvanceDrawn",
    "The earlier advance is repaid from the draw; the seller keeps the rest.",
    "以新提款偿还原融资,余额归卖家。",
    (
        LegRule("replaced_fee", "seller_available", "advance_fee", "fee"),
        LegRule("replaced_fee_funder", "fee_unearned", "funder_available", "fee_funder"),
        LegRule("replaced_fee_operator", "fee_unearned", "fee_income", "fee_operator"),
        LegRule("replaced_accrued_funder", "fee_accrued", "funder_available", "accrued_funder"),
        LegRule("replaced_accrued_operator", "fee_accrued", "fee_income", "accrued_operator"),
        LegRule("replaced_charge", "seller_available", "funder_available", "charge"),
        LegRule("replaced_principal", "seller_available", "advance_principal", "principal"),
    ),
)

REPAYMENT: Final = Entry(
    "repayment",
    "AdvanceRepaid",
    "A settlement repays an advance: its fee, the charge for lateness, its principal.",
    "结算款偿还融资:依次为融资费、逾期费、本金。",
    (
        LegRule("fee_repaid", "seller_settling", "advance_fee", "fee"),
        LegRule("fee_earned_funder", "fee_unearned", "funder_available", "fee_funder"),
        LegRule("fee_earned_operator", "fee_unearned", "fee_income", "fee_operator"),
        LegRule("accrued_paid_funder", "fee_accrued", "funder_available", "accrued_funder"),
        LegRule("accrued_paid_operator", "fee_accrued", "fee_income", "accrued_operator"),
        LegRule("charge_repaid", "seller_settling", "funder_available", "charge"),
        LegRule("principal_repaid", "seller_settling", "advance_principal", "principal"),
        LegRule("principal_returned", "funder_deployed", "funder_available", "principal"),
        LegRule("headroom_restored", "limit_granted", "headroom", "principal"),
    ),
)

ACCRUAL: Final = Entry(
    "accrual",
    "FeesAccrued",
    "A day's part of the fees on advances is earned; it is owed since the draw and paid later.",
    "按日确认融资费:已于提款时计收,待偿还时收取。",
    (LegRule("fee_accrued", "fee_unearned", "fee_accrued", "earned"),),
)

RECALL: Final = Entry(
    "recall",
    "AdvanceRecalled",
    "A sale shrinks: principal is taken back from the seller's available money, then the reserve.",
    "销售缩减:依次从卖家可用款、保证金收回融资本金。",
    (
        LegRule("recall_available", "seller_available", "advance_principal", "from_available"),
        LegRule("recall_reserve", "seller_reserve", "advance_principal", "from_reserve"),
        LegRule("recall_returned", "funder_deployed", "funder_available", "principal"),
        LegRule("recall_headroom", "limit_granted", "headroom", "principal"),
    ),
)

ENTRIES: Final = (FUNDING, LIMIT, DRAW, REPLACED_ROOM, REPLACED, REPAYMENT, ACCRUAL, RECALL)
