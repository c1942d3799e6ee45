"""Shares of payments, and money in escrow."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks, proposes
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import EscrowId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.model import Escrow, EscrowStatus, EscrowTerms, Payment, ShareAsked, Split
from usance.payments.service import find_payments as find

router = APIRouter(tags=["payments"])
_SHARES_IN_ONE_REQUEST: Final = 100


class EscrowTermsAsked(Asked):
    """What frees the money: any one of the conditions that are named."""

    days: int | None = Field(None, ge=1, description="So many days after the rail has settled.")
    delivery: bool = Field(False, description="Once delivery is confirmed.")
    both_agree: bool = Field(False, description="Once the payee and the buyer have agreed.")


class SplitShareAsked(Asked):
    """One share: exactly one of bps, amount and rest."""

    payee_id: shapes.Party
    purpose: shapes.Word = ""
    bps: int = Field(0, ge=0, le=10_000, description="Ten-thousandths of the payment at mid.")
    amount: shapes.Amount | None = Field(
        None, description="In the currency in which the seller settles."
    )
    rest: bool = Field(False, description="What fees and the other shares leave.")
    escrow: EscrowTermsAsked | None = None

    def told(self) -> ShareAsked:
        """Return it as the book is asked."""
        terms = None if self.escrow is None else EscrowTerms(**self.escrow.model_dump())
        return ShareAsked(self.payee_id, self.purpose, self.bps, self.amount, self.rest, terms)


SplitAsked = Annotated[
    list[SplitShareAsked],
    Field(
        max_length=_SHARES_IN_ONE_REQUEST,
        description="Who else has a share in it, in the order in which they are served.",
    ),
]


class DeliveryAsked(Asked):
    """The goods have arrived."""

    evidence: shapes.Reason


class AgreementAsked(Asked):
    """One side agrees that the money be released."""

    party_id: shapes.Party


class ObjectionAsked(Asked):
    """Somebody objects to a release."""

    reason: shapes.Reason


class ReleaseAsked(Asked):
    """Propose to release money before its condition is met."""

    amount: shapes.Amount
    reason: shapes.Reason


class ResolutionAsked(Asked):
    """Propose how a dispute ends; what is in neither amount stays held."""

    to_payee: shapes.AnyAmount
    to_seller: shapes.AnyAmount
    reason: shapes.Reason


class ReversalAsked(Asked):
    """Propose to take back part of a share that was paid."""

    payee_id: shapes.Party
    purpose: shapes.Word = ""
    amount: shapes.Amount
    reason: shapes.Reason


class SweepAsked(Asked):
    """Propose to move what was earned to our own account."""

    amount: shapes.Amount
    reason: shapes.Reason


class ShareShown(Record, frozen=True):
    """A share as it was fixed, what of it has been paid, and what was taken back."""

    payee_id: PartyId
    purpose: str
    amount: Money
    is_rest: bool
    escrow: EscrowTerms | None
    paid: Money
    reversed: Money


def shares_of(split: Split) -> list[ShareShown]:
    """Return the shares of a payment with their amounts as money."""

    def money(minor: int) -> Money:
        return Money(minor, split.currency)

    return [
        ShareShown(
            each.payee_id,
            each.purpose,
            money(each.amount),
            each.is_rest,
            each.escrow,
            money(each.paid),
            money(each.reversed),
        )
        for each in split.shares
    ]


SPLIT: Final = shape(
    Split,
    "split",
    without=("shares", "settled", "is_over", "currency"),
    more={"shares": (list[ShareShown], shares_of)},
)
ESCROW: Final = shape(
    Escrow,
    "escrow",
    without=("currency",),
    more={
        "amount": (Money, lambda escrow: Money(escrow.amount, escrow.currency)),
        "released": (Money, lambda escrow: Money(escrow.released, escrow.currency)),
        "returned": (Money, lambda escrow: Money(escrow.returned, escrow.currency)),
        "held": (Money, lambda escrow: escrow.held),
    },
)
Reader = Annotated[Asker, Depends(reads("payments:read"))]


@router.get("/payments/{payment_id}/split", response_model=SPLIT)
async def get_split(payment_id: shapes.Payment, asker: Reader) -> Record:
    """Show how a payment is divided."""
    await _payment(asker, payment_id)
    async with asker.reading() as connection:
        found = await find.split(connection, payment_id)
    if found is None:
        raise NotFound("split of payment", str(payment_id))
    return found


@router.post("/payments/{payment_id}/split/reversals", status_code=201, response_model=PROPOSAL)
async def propose_share_reversal(
    payment_id: shapes.Payment,
    asked: ReversalAsked,
    order: Annotated[Order, Depends(proposes("reverse_share"))],
) -> Record:
    """Propose that a payee give back part of a share; another person approves it."""
    await _payment(order, payment_id)
    body = service.ReverseShare(
        payment_id, asked.payee_id, asked.purpose, asked.amount, asked.reason
    )
    return await propose(order, "reverse_share", body, asked.reason)


@router.post("/payments/{payment_id}/delivery", response_model=SPLIT)
async def confirm_delivery(
    payment_id: shapes.Payment,
    asked: DeliveryAsked,
    order: Annotated[Order, Depends(asks("confirm_delivery"))],
) -> Record:
    """Confirm that the goods of a payment have arrived: what waits for it is released."""
    await _payment(order, payment_id)
    await order.do(service.ConfirmDelivery(payment_id, asked.evidence))
    return await get_split(payment_id, order)


@router.get("/escrows", response_model=page_of(ESCROW))
async def list_escrows(
    asker: Reader,
    payment_id: shapes.Payment | None = None,
    status: EscrowStatus | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List money in escrow, that of the newest payments first."""
    before = after_id("escrows", cursor, EscrowId)
    async with asker.reading() as connection:
        rows = await find.escrows(
            connection,
            asker.bound_to,
            payment_id=payment_id,
            status=status,
            before=before,
            limit=limit + 1,
        )
    return page("escrows", rows, limit, lambda row: row.id)


@router.get("/escrows/{escrow_id}", response_model=ESCROW)
async def get_escrow(escrow_id: shapes.Escrow, asker: Reader) -> Record:
    """Show what is held, for whom and until when."""
    return await _escrow(asker, escrow_id)


@router.post("/escrows/{escrow_id}/agreements", response_model=ESCROW)
async def agree_to_release(
    escrow_id: shapes.Escrow,
    asked: AgreementAsked,
    order: Annotated[Order, Depends(asks("agree_to_release"))],
) -> Record:
    """Agree that money be released: the payee and the buyer, each once.

    A party agrees for itself; the operator records what a buyer, who has no key, has said.
    """
    await _escrow(order, escrow_id)
    order.require_own("party", asked.party_id, asked.party_id)
    await order.do(service.AgreeToRelease(escrow_id, asked.party_id))
    return await _escrow(order, escrow_id)


@router.post("/escrows/{escrow_id}/dispute", response_model=ESCROW)
async def dispute_escrow(
    escrow_id: shapes.Escrow,
    asked: ObjectionAsked,
    order: Annotated[Order, Depends(asks("dispute_escrow"))],
) -> Record:
    """Object to a release: nothing moves until two people have decided."""
    await _escrow(order, escrow_id)
    await order.do(service.DisputeEscrow(escrow_id, asked.reason))
    return await _escrow(order, escrow_id)


@router.post("/escrows/{escrow_id}/releases", status_code=201, response_model=PROPOSAL)
async def propose_release(
    escrow_id: shapes.Escrow,
    asked: ReleaseAsked,
    order: Annotated[Order, Depends(proposes("release_escrow"))],
) -> Record:
    """Propose to release part or all of what is held; another person approves it."""
    await _escrow(order, escrow_id)
    body = service.ReleaseEscrow(escrow_id, asked.amount)
    return await propose(order, "release_escrow", body, asked.reason)


@router.post("/escrows/{escrow_id}/resolutions", status_code=201, response_model=PROPOSAL)
async def propose_resolution(
    escrow_id: shapes.Escrow,
    asked: ResolutionAsked,
    order: Annotated[Order, Depends(proposes("resolve_escrow"))],
) -> Record:
    """Propose how a dispute ends; another person approves it."""
    await _escrow(order, escrow_id)
    body = service.ResolveEscrow(escrow_id, asked.to_payee, asked.to_seller, asked.reason)
    return await propose(order, "resolve_escrow", body, asked.reason)


@router.post("/income_sweeps", status_code=201, response_model=PROPOSAL)
async def propose_income_sweep(
    asked: SweepAsked, order: Annotated[Order, Depends(proposes("sweep_income"))]
) -> Record:
    """Propose to move what was earned from the clients' account to our own.

    Another person approves it. What may be swept stands in the custody report under `income`.
    """
    body = service.SweepIncome(asked.amount, asked.reason)
    return await propose(order, "sweep_income", body, asked.reason)


async def _payment(asker: Asker, payment_id: PaymentId) -> Payment:
    async with asker.reading() as connection:
        found = await find.payment(connection, payment_id)
    if found is None or not asker.sees(found.seller_id):
        raise NotFound("payment", str(payment_id))
    return found


async def _escrow(asker: Asker, escrow_id: EscrowId) -> Escrow:
    async with asker.reading() as connection:
        found = await find.escrow(connection, escrow_id)
    if found is None or not (asker.sees(found.seller_id) or asker.sees(found.payee_id)):
        raise NotFound("escrow", str(escrow_id))
    return found
