"""A warehouse keeper – receipts – goods, lets them go, adds to them; somebody – revalues – them."""

from collections.abc import Sequence
from datetime import date

from usance.kernel.draft import Draft
from usance.kernel.errors import AMOUNT_TOO_LARGE, Refusal
from usance.kernel.forms import (
    malformed_number,
    malformed_text,
    no_quantity,
    not_positive,
    not_yet,
)
from usance.kernel.ids import PartyId, WarehouseReceiptId
from usance.kernel.money import MINOR_MAX, Money
from usance.kernel.records import Record, replace
from usance.parties.model import PartyKind
from usance.parties.service import party_of_kind
from usance.runtime.commands import Command, Loader
from usance.trade.errors import (
    EXCEEDS_STOCK,
    NUMBER_TAKEN,
    OTHER_CURRENCY,
    STOCK_IS_RELEASED,
    UNKNOWN_WAREHOUSE_RECEIPT,
)
from usance.trade.events import StockMoved, StockRevalued, WarehouseReceiptIssued
from usance.trade.model import (
    STOCK_MAY_BECOME,
    DocumentNumber,
    StockMove,
    StockStatus,
    WarehouseReceipt,
    numbered,
)
from usance.trade.service.papers import prepare_warehouse_receipts, warehouse_receipt_of
from usance.trade.tables import NUMBERS, WAREHOUSE_RECEIPTS


class IssueWarehouseReceipt(Record, frozen=True):
    """Say that a keeper holds goods of an owner. See `model.WarehouseReceipt`."""

    receipt_no: str
    keeper_id: PartyId
    owner_id: PartyId
    goods: str
    unit: str
    quantity: int
    unit_value: Money
    stored_on: date


class MoveStock(Record, frozen=True):
    """Goods come to a receipt or leave it. reference: of the paper that says so."""

    warehouse_receipt_id: WarehouseReceiptId
    move: StockMove
    quantity: int
    reference: str


class RevalueStock(Record, frozen=True):
    """One unit of the goods is worth something else. source: who says so."""

    warehouse_receipt_id: WarehouseReceiptId
    unit_value: Money
    source: str


async def prepare_issue_receipt(loader: Loader, commands: Sequence[Command]) -> None:
    """Load whether the keepers have given the numbers before."""
    bodies = [each.body for each in commands if isinstance(each.body, IssueWarehouseReceipt)]
    await loader.rows(
        NUMBERS, [numbered("receipt", body.keeper_id, body.receipt_no) for body in bodies]
    )


def apply_issue_receipt(
    draft: Draft, body: IssueWarehouseReceipt, _facts: object
) -> Refusal | None:
    """Take a keeper's word that it holds goods.

    Refuses: malformed_text, quantity_not_positive, negative_amount, in_the_future,
    amount_too_large, unknown_party, party_of_another_kind, number_taken.
    """
    refusal = malformed_number(receipt_no=body.receipt_no)
    refusal = refusal or malformed_text(goods=body.goods, unit=body.unit)
    refusal = (
        refusal or no_quantity(quantity=body.quantity) or not_positive(unit_value=body.unit_value)
    )
    refusal = refusal or not_yet(draft.now, stored_on=body.stored_on)
    refusal = refusal or _too_large("quantity", body.quantity, body.unit_value)
    if refusal is not None:
        return refusal
    for field, party_id, kind in (
        ("keeper_id", body.keeper_id, PartyKind.WAREHOUSE_KEEPER),
        ("owner_id", body.owner_id, PartyKind.SELLER),
    ):
        party = party_of_kind(draft, field, party_id, kind)
        if isinstance(party, Refusal):
            return party
    number = numbered("receipt", body.keeper_id, body.receipt_no)
    if draft.get(NUMBERS, number) is not None:
        return NUMBER_TAKEN.refuse("receipt_no", body.receipt_no)
    receipt = WarehouseReceipt(
        id=draft.new_id(WarehouseReceiptId),
        receipt_no=body.receipt_no,
        keeper_id=body.keeper_id,
        owner_id=body.owner_id,
        goods=body.goods,
        unit=body.unit,
        quantity=body.quantity,
        unit_value=body.unit_value,
        stored_on=body.stored_on,
        status=StockStatus.HELD,
        recorded_at=draft.now,
        changed_at=draft.now,
    )
    draft.put(WAREHOUSE_RECEIPTS, receipt)
    draft.put(NUMBERS, DocumentNumber(number, receipt.id))
    draft.tell(
        WarehouseReceiptIssued(
            receipt.id,
            receipt.receipt_no,
            receipt.keeper_id,
            receipt.owner_id,
            receipt.goods,
            receipt.unit,
            receipt.quantity,
            receipt.unit_value,
            receipt.value,
            receipt.stored_on,
        )
    )
    return None


async def prepare_stock(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the receipts whose goods move or are revalued."""
    bodies = [command.body for command in commands]
    await prepare_warehouse_receipts(
        loader,
        [
            body.warehouse_receipt_id
            for body in bodies
            if isinstance(body, MoveStock | RevalueStock)
        ],
    )


def apply_move_stock(draft: Draft, body: MoveStock, _facts: object) -> Refusal | None:
    """Add goods, or let them go.

    Refuses: malformed_text, quantity_not_positive, unknown_warehouse_receipt,
    stock_is_released, exceeds_stock, amount_too_large.
    """
    refusal = malformed_text(reference=body.reference) or no_quantity(quantity=body.quantity)
    if refusal is not None:
        return refusal
    receipt = _held(draft, body.warehouse_receipt_id)
    if isinstance(receipt, Refusal):
        return receipt
    is_added = body.move is StockMove.ADDED
    left = receipt.quantity + body.quantity if is_added else receipt.quantity - body.quantity
    if left < 0:
        return EXCEEDS_STOCK.refuse("quantity", body.quantity)
    refusal = _too_large("quantity", left, receipt.unit_value)
    if refusal is not None:
        return refusal
    moved = replace(
        receipt,
        quantity=left,
        status=receipt.status if left else StockStatus.RELEASED,
        changed_at=draft.now,
    )
    draft.put(WAREHOUSE_RECEIPTS, moved)
    draft.tell(
        StockMoved(
            moved.id,
            moved.keeper_id,
            moved.owner_id,
            body.move,
            body.quantity,
            left,
            moved.value,
            moved.status,
            body.reference,
        )
    )
    return None


def apply_revalue_stock(draft: Draft, body: RevalueStock, _facts: object) -> Refusal | None:
    """Value the goods anew.

    Refuses: malformed_text, negative_amount, unknown_warehouse_receipt, stock_is_released,
    other_currency, amount_too_large.
    """
    refusal = malformed_text(source=body.source) or not_positive(unit_value=body.unit_value)
    if refusal is not None:
        return refusal
    receipt = _held(draft, body.warehouse_receipt_id)
    if isinstance(receipt, Refusal):
        return receipt
    if body.unit_value.currency != receipt.unit_value.currency:
        return OTHER_CURRENCY.refuse("unit_value", body.unit_value)
    refusal = _too_large("unit_value", receipt.quantity, body.unit_value)
    if refusal is not None:
        return refusal
    revalued = replace(receipt, unit_value=body.unit_value, changed_at=draft.now)
    draft.put(WAREHOUSE_RECEIPTS, revalued)
    draft.tell(
        StockRevalued(
            revalued.id,
            revalued.keeper_id,
            revalued.owner_id,
            receipt.unit_value,
            revalued.unit_value,
            revalued.value,
            body.source,
        )
    )
    return None


def _held(draft: Draft, receipt_id: WarehouseReceiptId) -> WarehouseReceipt | Refusal:
    """Refuses: unknown_warehouse_receipt, stock_is_released."""
    receipt = warehouse_receipt_of(draft, receipt_id)
    if receipt is None:
        return UNKNOWN_WAREHOUSE_RECEIPT.refuse("warehouse_receipt_id", receipt_id)
    if StockStatus.RELEASED not in STOCK_MAY_BECOME[receipt.status]:
        return STOCK_IS_RELEASED.refuse("warehouse_receipt_id", receipt.status)
    return receipt


def _too_large(field: str, quantity: int, unit_value: Money) -> Refusal | None:
    if quantity * unit_value.minor > MINOR_MAX:
        return AMOUNT_TOO_LARGE.refuse(field, quantity if field == "quantity" else unit_value)
    return None
