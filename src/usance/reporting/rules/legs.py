"""What each leg of an entry is called on a statement.

The dictionary stands in the order of the story, which is the order in which legs of one fact
are read. A test compares it with the entries of all chapters.
"""

from typing import Final

from usance.reporting.model import Words

LEGS: Final[dict[str, Words]] = {
    code: Words(en, zh)
    for code, en, zh in (
        ("capture", "Sale paid by the buyer", "买家付款"),
        ("draw_headroom", "Room of the facility used", "占用额度"),
        ("draw_deployed", "Funder's money lent", "资金方投放"),
        ("draw_principal", "Advance on a sale", "融资放款"),
        ("draw_fee", "Fee on the advance owed", "应付融资费"),
        ("settlement_net", "Settled by the rail", "通道结算入账"),
        ("settlement_excess", "Settled too much, nobody's yet", "通道多付,暂挂待查"),
        ("rail_fee", "Fee of the rail", "通道费"),
        ("our_fee", "Our fee", "平台手续费"),
        ("unconverted", "Settled in the seller's currency", "按结算币种入账"),
        ("conversion_sold", "Converted: sold", "换汇卖出"),
        ("conversion_bought", "Converted: bought at the mid rate", "换汇买入(中间价)"),
        ("spread", "Our spread on the conversion", "汇差"),
        ("share", "Share of a sale", "分账份额"),
        ("share_in_escrow", "Share of a sale, put in escrow", "分账份额入托管"),
        ("share_of_platform", "Our share of a sale", "平台分账份额"),
        ("escrow_released", "Released from escrow", "托管款释放"),
        ("escrow_settled", "Released from escrow into settlement", "托管款释放转结算"),
        ("escrow_of_platform", "Our share released from escrow", "平台托管份额释放"),
        ("escrow_returned", "Escrow denied to the payee, back to the seller", "托管款退回卖家"),
        ("share_reversed", "Share taken back from the payee", "收回分账份额"),
        ("fx_holding", "Holding the locked rate", "锁汇持有费"),
        ("cover_sold", "Cover deal: sold", "平盘卖出"),
        ("cover_bought", "Cover deal: bought", "平盘买入"),
        ("fx_drift", "Rate moved between lock and cover", "锁汇与平盘之间的汇率变动"),
        ("fx_drift_own", "Gain or loss from covering to our own money", "平盘损益归自有资金"),
        ("owed_repaid", "Debt to us repaid", "偿还欠款"),
        ("owed_swept", "Repaid debt moved to our own money", "欠款回收转自有资金"),
        ("fee_repaid", "Fee on an advance paid", "偿还融资费"),
        ("fee_earned_funder", "Funder's part of the fee earned", "资金方实现融资费"),
        ("fee_earned_operator", "Our part of the fee earned", "平台实现融资服务费"),
        ("charge_repaid", "Late charge on an advance paid", "偿还逾期费"),
        ("principal_repaid", "Advance repaid", "偿还融资本金"),
        ("principal_returned", "Principal back with the funder", "本金归还资金方"),
        ("headroom_restored", "Room of the facility restored", "额度恢复"),
        ("reserve", "Held back as reserve", "扣留保证金"),
        ("rest", "Rest of the settlement", "结算余款"),
        ("reserve_release", "Reserve released", "保证金释放"),
        ("payout", "Payout on its way", "出款在途"),
        ("payout_paid", "Payout made", "出款成功"),
        ("payout_refused", "Payout refused, money back", "出款失败,款项退回"),
        ("refund", "Refund on its way to the buyer", "退款在途"),
        ("refund_confirmed", "Refunded to the buyer", "退款成功"),
        ("refund_refused", "Refund refused, money back", "退款失败,款项退回"),
        ("chargeback", "Charged back by the buyer's bank", "买家银行拒付"),
        ("unwind_due", "Owed back to the rail", "应退通道款"),
        ("unwind_escrow", "Returned money from the sale's escrow", "退回款自该笔托管扣取"),
        ("unwind_available", "Money back: from what may be drawn", "退回:自可用款扣取"),
        ("unwind_reserve", "Money back: from the reserve", "退回:自保证金扣取"),
        ("unwind_owed", "Money back: owed by the seller", "退回:记为卖家欠款"),
        ("unwind_own_money", "Owed part paid in with our own money", "欠款部分由自有资金垫付"),
        ("unwind_cover_bought", "Money back: bought again", "退回:回购"),
        ("unwind_cover_sold", "Money back: paid for what was bought", "退回:回购成本"),
        ("unwind_netted", "Netted by the rail", "通道轧差"),
        ("refund_netted", "Refund taken back by the rail", "通道扣回退款"),
        ("receipt", "Received by transfer", "转账收款"),
        ("receipt_fee", "Our fee on what was received", "收款手续费"),
        ("receipt_unmatched", "Received, whose is unknown", "收款待查"),
        ("receipt_blocked", "Received and blocked", "收款冻结"),
        ("attributed", "Received earlier, now attributed", "待查款归属"),
        ("released", "Received earlier, now released", "冻结款放行"),
        ("attributed_fee", "Our fee on what was attributed", "归属款手续费"),
        ("attributed_to_sale", "Received earlier, pays a sale", "待查款抵付销售"),
        ("released_to_sale", "Released, pays a sale", "放行款抵付销售"),
        ("borne_available", "Taken by a bank: from what may be drawn", "银行扣款:自可用款扣取"),
        ("borne_reserve", "Taken by a bank: from the reserve", "银行扣款:自保证金扣取"),
        ("borne_owed", "Taken by a bank: owed by the seller", "银行扣款:记为卖家欠款"),
        ("borne_by_us", "Taken by a bank: borne by us", "银行扣款:由平台承担"),
        ("borne_own_money", "Paid in with our own money", "由自有资金垫付"),
        ("return", "Going back to the sender", "退回付款人途中"),
        ("return_blocked", "Released, going back to the sender", "放行后退回付款人途中"),
        ("returned", "Back with the sender", "已退回付款人"),
        ("return_refused", "Return refused, money waits again", "退回失败,继续待查"),
        ("late_return", "Returned although first refused", "先拒后成的退回"),
        (
            "late_return_blocked",
            "Released, returned although refused",
            "先拒后成的放行退回",
        ),
        ("bank_debit", "Taken by a bank, not expected", "银行扣款,无预期"),
        ("late_refund", "Refunded although first refused", "先拒后成的退款"),
        ("chargeback_unmatched", "Charged back by the buyer's bank, no sale", "不成立付款的拒付"),
        ("chargeback_unmatched_paid", "Taken back by the rail, no sale", "不成立付款的通道扣回"),
        ("reinstated_early", "Given back before settlement", "结算前拒付返还"),
        ("reinstated_received", "Given back by the buyer's bank", "拒付返还到账"),
        ("reinstated_sold", "Given back: sold", "拒付返还:卖出"),
        ("reinstated_bought", "Given back: bought", "拒付返还:买入"),
        ("reinstated_due", "Given back to the seller", "拒付返还归卖家"),
        ("late_collection", "Collected although first refused", "先拒后成的收款,暂挂"),
        ("excess_returned", "Collected too much: returned to the buyer", "多收款项退回买家"),
        ("excess_settled", "Collected too much: paid to us", "多收款项已结算"),
        ("late_payout_available", "Paid although first refused", "先拒后成的出款:自可用款"),
        ("late_payout_reserve", "Paid although first refused: reserve", "先拒后成的出款:自保证金"),
        ("late_payout_owed", "Paid although first refused: owed", "先拒后成的出款:记为欠款"),
        ("late_payout_own_money", "Owed part paid in with our own money", "欠款部分由自有资金垫付"),
        ("payout_returned", "Payout sent back by the seller's bank", "出款被退回"),
        ("unmatched_net", "Settled for a payment that is no sale", "不成立付款的结算款"),
        ("unmatched_fee", "Fee of the rail, no sale", "不成立付款的通道费"),
        ("unmatched_excess", "Settled, nobody's yet", "结算款暂挂待查"),
        ("recall_available", "Advance asked back: from what may be drawn", "收回融资:自可用款扣取"),
        ("recall_reserve", "Advance asked back: from the reserve", "收回融资:自保证金扣取"),
        ("recall_returned", "Principal back with the funder", "本金归还资金方"),
        ("recall_headroom", "Room of the facility restored", "额度恢复"),
        ("funding", "Paid in by the funder", "资金方转入"),
        ("limit", "Limit granted", "授予额度"),
        ("fx_locked", "Rate locked: may be sold", "锁汇:可卖出额"),
        ("fx_promised", "Rate locked: promised for it", "锁汇:承诺支付额"),
        ("manual", "Posted by hand", "人工记账"),
        ("reversal", "Reversed by hand", "人工冲正"),
        ("correction", "Posted by hand in its stead", "人工更正"),
        ("income_swept", "Income moved to our own money", "收入划转自有资金"),
    )
}
_PLACE: Final = {code: place for place, code in enumerate(LEGS)}


def leg_words(code: str) -> Words:
    """Return what a leg is called; a code of somebody's own is its own name."""
    return LEGS.get(code) or Words(code, code)


def leg_place(code: str) -> int:
    """Return a leg's place in the story; codes nobody knows come last."""
    return _PLACE.get(code, len(_PLACE))
