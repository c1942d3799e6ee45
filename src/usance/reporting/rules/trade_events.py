"""What is told outside of papers: shipments, invoices, warehouse receipts, tax refunds."""

from typing import Final

from usance.customs import events as customs
from usance.reporting.rules.payment_events import Told
from usance.trade import events as trade

SHIPMENT: Final[tuple[Told, ...]] = (
    ("shipped", trade.OrderShipped, "A carrier has the goods.", "货物已发出。"),
    ("delivered", trade.OrderDelivered, "The goods have arrived.", "货物已送达。"),
)
INVOICE: Final[tuple[Told, ...]] = (
    (
        "presented",
        trade.InvoicePresented,
        "A seller asks to be paid by a day.",
        "卖家提交账期发票。",
    ),
    (
        "approved",
        trade.InvoiceApproved,
        "The buyer accepts to owe it, or part of it; see its `approved`.",
        "买家批准全部或部分发票,见 approved。",
    ),
    ("disputed", trade.InvoiceDisputed, "The buyer does not accept it.", "买家对发票提出异议。"),
    (
        "credited",
        trade.CreditNoted,
        "The seller took something off it; see its `payable`.",
        "卖家开具贷项通知单,见 payable。",
    ),
)
WAREHOUSE_RECEIPT: Final[tuple[Told, ...]] = (
    ("issued", trade.WarehouseReceiptIssued, "A keeper holds goods.", "仓储方出具仓单。"),
    (
        "moved",
        trade.StockMoved,
        "Goods came to it or left it; see its `quantity`.",
        "货物入库或放货,见 quantity。",
    ),
    ("revalued", trade.StockRevalued, "Its goods have another value.", "货物重新估值。"),
)
TAX_REFUND: Final[tuple[Told, ...]] = (
    ("claimed", customs.TaxRefundClaimed, "A seller claims a tax back.", "卖家申请退税。"),
    (
        "approved",
        customs.TaxRefundApproved,
        "The tax office will pay; see its `approved`.",
        "税务机关批准退税,见 approved。",
    ),
    ("paid", customs.TaxRefundPaid, "The tax office has paid.", "税务机关已退付。"),
    (
        "refused",
        customs.TaxRefundRefused,
        "The tax office does not pay, or takes its approval back.",
        "税务机关拒绝退税或撤回批准。",
    ),
)
