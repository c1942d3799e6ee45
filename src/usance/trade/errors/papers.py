"""How papers of trade are refused: shipments, invoices on terms, warehouse receipts."""

from typing import Final

from usance.kernel.errors import Code

DUE_BEFORE_ISSUE: Final = Code(
    "due_before_issue",
    422,
    "{field}: {value} lies before the invoice was issued.",
    "{field}:{value} 早于发票开具日期。",
    "Compare both days with the invoice.",
    "请与发票核对两个日期。",
)
UNKNOWN_SHIPMENT: Final = Code(
    "unknown_shipment",
    404,
    "{field}: there is no shipment {value}.",
    "{field}:不存在发货 {value}。",
    "Check the id.",
    "请检查标识。",
)
UNKNOWN_INVOICE: Final = Code(
    "unknown_invoice",
    404,
    "{field}: there is no invoice {value}.",
    "{field}:不存在发票 {value}。",
    "Check the id; over HTTP an invoice on terms is presented by POST /v1/invoices.",
    "请检查标识;通过 HTTP 提交账期发票为 POST /v1/invoices。",
)
UNKNOWN_WAREHOUSE_RECEIPT: Final = Code(
    "unknown_warehouse_receipt",
    404,
    "{field}: there is no warehouse receipt {value}.",
    "{field}:不存在仓单 {value}。",
    "Check the id.",
    "请检查标识。",
)
TOO_EARLY: Final = Code(
    "too_early",
    409,
    "{field}: {value} lies before what must have come first.",
    "{field}:{value} 早于应先发生的事项。",
    "An order is placed, then shipped, then delivered; compare with the carrier's papers.",
    "订单先下单、后发货、再送达;请与承运单据核对。",
)
ORDER_ALREADY_SHIPPED: Final = Code(
    "order_already_shipped",
    409,
    "{field}: the order is {value}.",
    "{field}:该订单状态为 {value}。",
    "An order is shipped once; look at its shipment.",
    "订单只发货一次;请查看其发货记录。",
)
ALREADY_DELIVERED: Final = Code(
    "already_delivered",
    409,
    "{field}: the goods arrived on {value}.",
    "{field}:货物已于 {value} 送达。",
    "Nothing to do.",
    "无需处理。",
)
ORDER_ALREADY_INVOICED: Final = Code(
    "order_already_invoiced",
    409,
    "{field}: the order was invoiced by {value}.",
    "{field}:该订单已由发票 {value} 开票。",
    "An order has one invoice on terms; reduce it by a credit note.",
    "一个订单只有一张账期发票;如需减少请开具贷项通知单。",
)
NUMBER_TAKEN: Final = Code(
    "number_taken",
    409,
    "{field}: {value} stands on another paper of the same issuer.",
    "{field}:{value} 已用于同一出具人的另一单据。",
    "Compare the number with the paper; signs, blanks and leading zeros make no other number.",
    "请与单据核对编号;符号、空格与前导零不构成不同编号。",
)
OTHER_CURRENCY: Final = Code(
    "other_currency",
    409,
    "{field}: {value} is not in the currency of what it is about.",
    "{field}:{value} 的币种与所涉对象不一致。",
    "Send it in the currency of the order, invoice, receipt or claim that it is about.",
    "请使用所涉订单、发票、仓单或申请的币种。",
)
EXCEEDS_ORDER: Final = Code(
    "exceeds_order",
    409,
    "{field}: {value} is more than the order comes to.",
    "{field}:{value} 超出订单金额。",
    "Invoice at most what was ordered; postage and taxes are not invoiced here.",
    "开票金额不得超过订单金额;运费与税费不在此开票。",
)
EXCEEDS_INVOICE: Final = Code(
    "exceeds_invoice",
    409,
    "{field}: {value} is more than the invoice comes to.",
    "{field}:{value} 超出发票金额。",
    "Send at most what is still payable by the invoice.",
    "金额不得超过发票的应付余额。",
)
INVOICE_NOT_OPEN: Final = Code(
    "invoice_not_open",
    409,
    "{field}: the invoice is {value}.",
    "{field}:该发票状态为 {value}。",
    "An approval stands; what is taken off afterwards is a credit note. What is credited is over.",
    "批准不可撤回,之后的减少以贷项通知单处理;已全额贷记的发票已结束。",
)
STOCK_IS_RELEASED: Final = Code(
    "stock_is_released",
    409,
    "{field}: all goods of the receipt are {value}.",
    "{field}:该仓单货物状态为 {value}。",
    "Goods that come in again want a receipt of their own.",
    "再次入库的货物须另开仓单。",
)
EXCEEDS_STOCK: Final = Code(
    "exceeds_stock",
    409,
    "{field}: {value} is more than the keeper holds.",
    "{field}:{value} 超出仓储方持有数量。",
    "Release at most what is there.",
    "放货数量不得超过库存。",
)
# In order of precedence: the form, what is not there, what it does not fit.
CODES: Final = (
    DUE_BEFORE_ISSUE,
    UNKNOWN_SHIPMENT,
    UNKNOWN_INVOICE,
    UNKNOWN_WAREHOUSE_RECEIPT,
    TOO_EARLY,
    ORDER_ALREADY_SHIPPED,
    ALREADY_DELIVERED,
    ORDER_ALREADY_INVOICED,
    NUMBER_TAKEN,
    OTHER_CURRENCY,
    EXCEEDS_ORDER,
    EXCEEDS_INVOICE,
    INVOICE_NOT_OPEN,
    STOCK_IS_RELEASED,
    EXCEEDS_STOCK,
)
