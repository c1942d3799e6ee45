"""What each event of payments says, as one sentence in each language. See `sentences`."""

from typing import Final

PAYMENTS: Final = {
    "payment_initiated": (
        (
            "Asked {rail} to collect {gross} for an order of {order_amount} ({route_reason}). Rate"
            " {quote.base}/{quote.quote} {quote.mid} less {quote.spread_bps:bps}"
            " ({quote.source}), locked until {quote.expires_at:minutes}; worth {book};"
            " fee {fee} ({fee_rule})."
        ),
        (
            "委托 {rail} 收款 {gross},订单金额 {order_amount}({route_reason})。汇率"
            " {quote.base}/{quote.quote} {quote.mid},点差 {quote.spread_bps:bps}"
            "({quote.source}),锁定至 {quote.expires_at:minutes};折合 {book};"
            "手续费 {fee}({fee_rule})。"
        ),
    ),
    "payment_stopped": (
        "Stopped a payment of {gross}: {status}. No rail was asked.",
        "付款 {gross} 被拦截:{status},未发往任何通道。",
    ),
    "payment_captured": (
        (
            "The buyer paid {gross}; the seller is to get {net} on {settlement_due}"
            "[ (rail's reference {rail_reference})]."
        ),
        "买家已付 {gross};卖家预计于 {settlement_due} 得 {net}[(通道参考号 {rail_reference})]。",
    ),
    "collected_in_part": (
        "The buyer paid {amount} only; {left} was not collected.",
        "买家仅付 {amount},其余 {left} 未收。",
    ),
    "remittance_announced": (
        "{rail} says it pays {amount} for {parcels} payments under {reference}.",
        "{rail} 通知以 {reference} 汇款 {amount},含 {parcels} 笔。",
    ),
    "remittance_received": (
        (
            "The bank shows {amount} that {rail} remitted under {reference}[; {left_out} of the"
            " advice was not paid]."
        ),
        "银行已收到 {rail} 以 {reference} 汇来的 {amount}[;清单中 {left_out} 未付]。",
    ),
    "remittance_differs": (
        "{rail} announced {amount} under {reference}; the bank shows {arrived} ({why}).",
        "{rail} 以 {reference} 通知汇款 {amount},银行显示 {arrived}({why})。",
    ),
    "remittance_dismissed": (
        "The advice {reference} of {rail} over {amount} stands for no money.",
        "{rail} 的清单 {reference}({amount})已作废。",
    ),
    "authorisation_requested": (
        "{amount} is only to be authorised; it is captured when the seller asks.",
        "{amount} 仅作授权,由卖家另行请款。",
    ),
    "payment_authorised": (
        (
            "The buyer's bank keeps {amount} ready until {expires_at:minutes}"
            "[ (rail's reference {rail_reference})]."
        ),
        "买家银行冻结 {amount},有效至 {expires_at:minutes}[(通道参考号 {rail_reference})]。",
    ),
    "capture_initiated": (
        "Asked the rail to take {amount} of what is authorised.",
        "委托通道从授权中请款 {amount}。",
    ),
    "capture_refused": (
        "The rail did not take {amount}: {code}. It is still kept ready.",
        "通道未请款 {amount}:{code},授权仍有效。",
    ),
    "void_initiated": (
        "Asked the rail to give back {amount} of what is authorised ({why}).",
        "委托通道释放授权 {amount}({why})。",
    ),
    "authorisation_ended": (
        "{amount} that was authorised and not captured is free again: {status}.",
        "未请款的授权 {amount} 已释放:{status}。",
    ),
    "void_refused": (
        "The rail did not give back {amount}: {code}. It may still be captured.",
        "通道未释放 {amount}:{code},仍可请款。",
    ),
    "action_required": (
        "The rail waits for the buyer ({action}), until {expires_at:minutes}.",
        "通道等待买家操作({action}),截至 {expires_at:minutes}。",
    ),
    "action_abandoned": (
        "The buyer did nothing in time; the rail is asked to give the payment up.",
        "买家逾期未操作,已请求通道撤销该付款。",
    ),
    "excess_collected": (
        "The rail collected {amount} too much ({why}); it is booked and goes back to the buyer.",
        "通道多收 {amount}({why}),已入账并退回买家。",
    ),
    "excess_returned": (
        "The buyer has back {amount} that was collected too much.",
        "多收的 {amount} 已退回买家。",
    ),
    "excess_kept": (
        "The rail did not return {amount} that it collected too much: {code}.",
        "通道未退回多收的 {amount}:{code}。",
    ),
    "payment_failed": (
        "The rail could not collect: {code}.",
        "通道收款失败:{code}。",
    ),
    "answer_awaited": (
        (
            "No answer from the rail yet[, asked {asks} times][; asking again at"
            " {ask_again_at:minutes}]."
        ),
        "通道尚未答复[,已询问 {asks} 次][;将于 {ask_again_at:minutes} 再次询问]。",
    ),
    "payment_settled": (
        (
            "The rail settled {gross}[ (notice {notice})]. Rail's fee {rail_fee}, our fee {fee};"
            " {converted} converted at {locked_rate}, spread {spread}, covered at {executed_rate}"
            "[ (result for us {fx_result})]. The seller is due {proceeds}[; {owed} repaid a debt]"
            "[; {claimed} repaid advances][; {reserve} held back][; {rest} goes to the seller]."
        ),
        (
            "通道结算 {gross}[(通知号 {notice})]。通道费 {rail_fee},手续费 {fee};"
            "{converted} 按 {locked_rate} 换汇,汇差 {spread},平盘汇率 {executed_rate}"
            "[(我方损益 {fx_result})]。卖家应得 {proceeds}[;偿还欠款 {owed}]"
            "[;归还融资 {claimed}][;扣留保证金 {reserve}][;余款 {rest} 归卖家]。"
        ),
    ),
    "payout_initiated": (
        "Paying {amount} to {seller_id} ({purpose}); reserved until the rail answers.",
        "向 {seller_id} 出款 {amount}({purpose}),通道答复前预留。",
    ),
    "payout_held": (
        "Held {amount} back: no rail is told before its case is closed.",
        "暂缓出款 {amount}:结案前不通知任何通道。",
    ),
    "payout_rerouted": (
        "{refused_by} refused the payout of {amount} ({code}): attempt {attempt}, by {rail}.",
        "{refused_by} 拒绝出款 {amount}({code}),改由 {rail} 办理(第 {attempt} 次)。",
    ),
    "payout_released": (
        "Two people have cleared the payout of {amount}: the rail is asked.",
        "两人排除案件,出款 {amount} 已放行。",
    ),
    "payout_paid": (
        "The payout of {amount} has arrived[ (rail's reference {rail_reference})].",
        "出款 {amount} 已到账[(通道参考号 {rail_reference})]。",
    ),
    "payout_refused": (
        "The payout of {amount} was refused ({code}); its payee may draw it again.",
        "出款 {amount} 被拒({code}),款项退回收款方可用款。",
    ),
    "refund_initiated": (
        "Refunding {amount} to the buyer ({reason}); waiting for the rail.",
        "向买家退款 {amount}({reason}),等待通道答复。",
    ),
    "refund_confirmed": ("The buyer has {amount} back.", "买家已收到退款 {amount}。"),
    "refund_refused": (
        "The rail did not refund {amount}: {code}. Nothing has changed.",
        "通道未退款 {amount}:{code},账务不变。",
    ),
    "charged_back": (
        (
            "The buyer's bank took back {amount}[, with a fee of {fee}]"
            "[; {taken} of it from the unsettled sale][; the seller owes us {owed}]."
        ),
        ("买家银行拒付 {amount}[,拒付费 {fee}][;其中 {taken} 自未结算款扣取][;卖家欠款 {owed}]。"),
    ),
    "dispute_moved": (
        (
            "The dispute {dispute_id} over {amount} is at the stage {stage}[ ({reason})]"
            "[; to be answered until {due_at:minutes}]."
        ),
        "争议 {dispute_id}({amount})进入 {stage} 阶段[({reason})][;须于 {due_at:minutes} 前答复]。",
    ),
    "dispute_reinstated": (
        (
            "The bank gave back {amount}[, and the fee of {fee}][; {early} of it lies with the"
            " rail again][; worth {worth}][; {owed} repaid a debt][; {claimed} repaid advances]"
            "[; {rest} goes to the seller]."
        ),
        (
            "银行返还 {amount}[及费用 {fee}][;其中 {early} 待通道结算][;折合 {worth}]"
            "[;偿还欠款 {owed}][;归还融资 {claimed}][;{rest} 归卖家]。"
        ),
    ),
    "evidence_submitted": (
        "Sent evidence {evidence_id} to the bank[, with {documents} documents].",
        "已提交抗辩材料 {evidence_id}[,文件 {documents} 份]。",
    ),
    "evidence_refused": (
        "The rail did not take the evidence: {code}.",
        "通道未受理抗辩材料:{code}。",
    ),
    "reserve_released": ("Released the reserve of {amount}.", "保证金 {amount} 已释放。"),
    "fixings_recorded": (
        "Recorded {rates} reference rates of {value_date} ({source}).",
        "记录 {value_date} 参考汇率 {rates} 个({source})。",
    ),
    "settlement_late": (
        "The rail {rail} has not settled; it was due on {settlement_due}.",
        "通道 {rail} 逾期未结算,应于 {settlement_due} 结算。",
    ),
    "settlement_differs": (
        (
            "The rail settled {gross}, we expected {expected}[; {short} is still owed]"
            "[; {excess} waits to be claimed][; refunds of {refunds_awaited} are unanswered]."
        ),
        (
            "通道结算 {gross},预期 {expected}[;尚欠 {short}][;多付 {excess} 暂挂待查]"
            "[;未答复退款 {refunds_awaited}]。"
        ),
    ),
    "settlement_unmatched": (
        (
            "The rail settled {gross} (notice {notice}) for a payment that is {status}[, less its"
            " fee of {rail_fee}]; the money waits to be claimed."
        ),
        "通道为状态 {status} 的付款结算 {gross}(通知号 {notice})[,扣费 {rail_fee}];款项暂挂待查。",
    ),
    "payout_withheld": (
        "{amount} stays with us for the seller: it could not be paid out ({code}).",
        "卖家款项 {amount} 暂留:无法出款({code})。",
    ),
    "late_success": (
        (
            "The rail carried out what it had refused ({kind}, {amount}); it is booked and"
            " somebody has to look at it[; the seller owes us {owed}]."
        ),
        "通道先拒后成({kind},{amount}),已入账,须人工核实[;卖家欠款 {owed}]。",
    ),
    "payout_returned": (
        "The seller's bank sent back {amount} ({code}); the seller may draw it again.",
        "出款 {amount} 被收款行退回({code}),款项退回卖家可用款。",
    ),
    "recall_requested": (
        "Asked the bank to bring back {amount} ({reason}), UETR {uetr}.",
        "请求银行撤回 {amount}({reason}),UETR {uetr}。",
    ),
    "recall_answered": (
        "The other bank has answered the recall of {uetr}: {state}[ ({code})].",
        "对方银行答复撤回请求 {uetr}:{state}[({code})]。",
    ),
}
