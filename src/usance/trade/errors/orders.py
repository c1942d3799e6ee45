"""That an order is not known, and why an order line stays out of the book.

Each of the latter is a line's own matter: the line is written to the rejects file with its reason
and the import goes on. Where a line has several faults, the first in the order of `CODES` is told.
"""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_ORDER: Final = Code(
    "unknown_order",
    404,
    "There is no order {value}.",
    "订单 {value} 不存在。",
    "Import the order first, or check its id.",
    "请先导入订单,或检查标识。",
)

NOT_GOODS: Final = Code(
    "not_goods",
    422,
    "{value} is postage, a fee, a voucher or a manual entry, not goods.",
    "{value} 是邮费、手续费、礼券或手工条目,不是货物。",
    "Nothing to do; where it is goods, take the code out of the list in the file's mapping.",
    "无需处理;若确为货物,请从文件的映射清单中删除该代码。",
)
ADJUSTMENT: Final = Code(
    "adjustment",
    422,
    "{field}: {value} corrects stock or accounts; nothing was sold or sent back.",
    "{field}:{value} 是库存或账目调整,并无销售或退货。",
    "Nothing to do; a return of goods needs a cancellation invoice.",
    "无需处理;货物退回须使用取消发票。",
)
ZERO_QUANTITY: Final = Code(
    "zero_quantity",
    422,
    "The quantity is zero.",
    "数量为零。",
    "Correct the quantity in the shop and export the line again.",
    "请在店铺中更正数量后重新导出。",
)
ZERO_PRICE: Final = Code(
    "zero_price",
    422,
    "The line comes to no money: unit price {value}.",
    "该行金额为零:单价 {value}。",
    "Nothing to pay, so nothing to do; correct the price where it is wrong.",
    "无需付款,无需处理;若单价有误请更正。",
)
NO_CUSTOMER: Final = Code(
    "no_customer",
    422,
    "The line does not say who bought.",
    "该行未注明买家。",
    "Add the customer's number; a payment needs a payer we can name.",
    "请补充客户编号;付款必须有可识别的付款人。",
)
UNKNOWN_CUSTOMER: Final = Code(
    "unknown_customer",
    409,
    "{field}: of the customer {value} nothing is known but the number.",
    "{field}:客户 {value} 仅有编号,无其他信息。",
    "A live book names and screens every payer: place the customer's first order over HTTP with"
    " POST /v1/orders, which names the buyer; then import the file again. Only in test books are"
    " names invented.",
    "正式账簿须知悉并筛查每位付款人:请先以 HTTP 的 POST /v1/orders 提交该客户的首个订单并注明买家,"
    "再重新导入文件。仅测试账簿会虚构姓名。",
)
UNKNOWN_COUNTRY: Final = Code(
    "country_not_named",
    422,
    "{field}: {value} names no country.",
    "{field}:{value} 不是国家或地区名称。",
    "Send an ISO 3166-1 code such as GB; a name in a file gets its code from `countries` in the"
    " file's mapping.",
    "请使用 ISO 3166-1 代码,例如 GB;文件中的名称由其映射的 countries 对应。",
)
LINE_TOO_LARGE: Final = Code(
    "line_too_large",
    422,
    "The amount is larger than 10^14 minor units, the most that a line takes: {value}.",
    "金额超过单行上限 10^14 个最小单位:{value}。",
    "Check quantity and price; split the order where they are right.",
    "请核对数量和单价;若无误请拆分订单。",
)
TWO_BUYERS: Final = Code(
    "two_buyers",
    422,
    "{field}: {value} is not what the invoice's first line says.",
    "{field}:{value} 与该发票首行不一致。",
    "One invoice has one buyer in one country; correct it in the shop.",
    "一张发票只能有一个买家和一个国家;请在店铺中更正。",
)
DIFFERS_FROM_KNOWN: Final = Code(
    "differs_from_known",
    409,
    "{field}: {value} is not what this invoice said when it was imported before.",
    "{field}:{value} 与此前导入的同一发票不一致。",
    "What was imported stays as it is; send the change as a cancellation and a new invoice.",
    "已导入的内容保持不变;请以取消发票和新发票提交变更。",
)
BUYER_DIFFERS: Final = Code(
    "buyer_differs",
    409,
    "{field}: {value} is not what is known of this customer.",
    "{field}:{value} 与该客户的已知信息不一致。",
    "Repeat what was said first, or give another person a number of their own.",
    "请填写首次提交的信息;若为另一人,请使用其自己的客户编号。",
)
ORDER_AHEAD: Final = Code(
    "order_ahead_of_time",
    409,
    "{field}: an order is placed no later than {value}.",
    "{field}:订单时间不得晚于 {value}。",
    "Send the time at which it was bought, by the book's clock; a test book's clock is set forward"
    " (policy trade.order, ahead_hours_max).",
    "请按账簿时间填写购买时间;测试账簿可将时钟调快(政策 trade.order,ahead_hours_max)。",
)
SHIFT_TOO_FAR: Final = Code(
    "shift_too_far",
    422,
    "{field}: {value} weeks lead out of the years the book covers.",
    "{field}:{value} 周超出账簿覆盖的年份。",
    "Shift by at most 5200 weeks either way.",
    "前后平移最多 5200 周。",
)
FILE_CHANGED: Final = Code(
    "file_changed",
    409,
    "The file changed while it was read: {field} {value} has other lines than before.",
    "文件在读取过程中发生变化:{field} {value} 的行与之前不同。",
    "Wait until the file is complete, then import it again; nothing is taken twice.",
    "请等待文件写完后重新导入;不会重复记录。",
)
CODES: Final = (
    UNKNOWN_ORDER,
    NOT_GOODS,
    ADJUSTMENT,
    ZERO_QUANTITY,
    ZERO_PRICE,
    NO_CUSTOMER,
    UNKNOWN_CUSTOMER,
    UNKNOWN_COUNTRY,
    LINE_TOO_LARGE,
    TWO_BUYERS,
    DIFFERS_FROM_KNOWN,
    BUYER_DIFFERS,
    ORDER_AHEAD,
    SHIFT_TOO_FAR,
    FILE_CHANGED,
)
