"""The nouns of trade: what was sold, where the goods are, what is owed for them by when."""

from usance.trade.model.invoices import (
    INVOICE_MAY_BECOME,
    CreditNote,
    DocumentNumber,
    Invoice,
    InvoiceStatus,
    numbered,
)
from usance.trade.model.orders import (
    GoodsReturn,
    GoodsReturnLine,
    ImportReport,
    Order,
    OrderLine,
    Reject,
    ShopLine,
)
from usance.trade.model.shipments import (
    ORDER_MAY_BECOME,
    OrderStage,
    OrderState,
    Shipment,
)
from usance.trade.model.stock import (
    STOCK_MAY_BECOME,
    StockMove,
    StockStatus,
    WarehouseReceipt,
)

__all__ = [
    "INVOICE_MAY_BECOME",
    "ORDER_MAY_BECOME",
    "STOCK_MAY_BECOME",
    "CreditNote",
    "DocumentNumber",
    "GoodsReturn",
    "GoodsReturnLine",
    "ImportReport",
    "Invoice",
    "InvoiceStatus",
    "Order",
    "OrderLine",
    "OrderStage",
    "OrderState",
    "Reject",
    "Shipment",
    "ShopLine",
    "StockMove",
    "StockStatus",
    "WarehouseReceipt",
    "numbered",
]
