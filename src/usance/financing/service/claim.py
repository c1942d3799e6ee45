"""A settlement – repays – advances; a sale that shrinks – recalls – them. The claim of funders.

Payments posts the legs within its own chain, right after they are returned.
"""

from collections.abc import Sequence
from typing import Final

from usance.financing.events import AdvanceRecalled, AdvanceRepaid, Recall, Repayment
from usance.financing.model import ENDS, Advance, AdvanceStatus, Asset, AssetState
from usance.financing.rules.eligibility import SALE_SETTLED, SALE_SHRUNK
from usance.financing.rules.postings import RECALL, REPAYMENT
from usance.financing.rules.waterfall import (
    Paid,
    after,
    charged,
    excess,
    groups,
    in_turn,
    pro_rata,
    serve_claims,
    serve_group,
)
from usance.financing.service.filing import (
    advances_on,
    asset_of_sale,
    file_advance,
    move_asset,
    recalled_advances,
    where_of,
    withdraw_offers,
)
from usance.financing.service.overdue import terms_of
from usance.financing.service.repaying import repayment_line, repayment_words
from usance.kernel.draft import Draft
from usance.kernel.ids import PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.ledger.model import Leg
from usance.ledger.service import balance_at, expand, ref_of
from usance.payments.ports import Loss, Proceeds
from usance.payments.service import payment_of

_TAKEN_FROM: Final = ("seller_available", "seller_reserve")


class Waterfall:
    """Implements `payments.ports.Claim`."""

    def __init__(self, operator_id: PartyId) -> None:
        self._operator_id = operator_id

    def repay(self, draft: Draft, proceeds: Proceeds) -> list[Leg]:
        """Repay what is first claim on the seller, oldest first, then the advances of this sale.

        Never takes more than is available. What a settled sale leaves unpaid of its own
        advances is recalled: first claim on the next settlement.
        """
        asset = asset_of_sale(draft, proceeds.order_id)
        own: list[Advance] = []
        if asset is not None:
            asset = withdraw_offers(draft, asset, proceeds.payment_id, SALE_SETTLED)
            own = advances_on(draft, asset)
            _ended(draft, asset, proceeds.payment_id, AssetState.COLLECTED)
        available, currency = proceeds.available.minor, proceeds.available.currency
        legs: list[Leg] = []
        repaid: list[Repayment] = []
        recalled: list[Recall] = []
        for group in groups(in_turn(recalled_advances(draft, proceeds.seller_id), own)):
            if group[0].currency != currency:
                continue
            dues = [charged(each, terms_of(draft, each), proceeds.on) for each in group]
            is_own = group[0].asset_id == proceeds.order_id
            shares = (serve_group if is_own else serve_claims)(dues, max(available, 0))
            for advance, due, paid in zip(group, dues, shares, strict=True):
                available -= paid.total
                legs += self._repayment(due, paid)
                rest = after(due, paid)
                if is_own and rest.status is AdvanceStatus.DRAWN:
                    rest = replace(rest, status=AdvanceStatus.RECALLED)
                    recalled.append(_recall(rest, 0, 0))
                if paid.total:
                    repaid.append(repayment_line(rest, paid))
                if rest != advance:
                    file_advance(draft, rest)
        if repaid:
            draft.tell(AdvanceRepaid(proceeds.payment_id, tuple(repaid)))
        if recalled:
            draft.tell(AdvanceRecalled(proceeds.payment_id, tuple(recalled)))
        return legs

    def shrink(self, draft: Draft, loss: Loss) -> list[Leg]:
        """Take back what exceeds the advance rate of what is left of the sale.

        From the seller's available money first, then the reserve; what is not there is first
        claim on the seller's next settlement. What the sale still carries waits for its own.
        Offers not yet accepted are withdrawn.
        """
        asset = asset_of_sale(draft, loss.order_id)
        if asset is None:
            return []
        asset = withdraw_offers(draft, asset, loss.payment_id, SALE_SHRUNK)
        gone = loss.left.minor == 0
        if gone:
            _ended(draft, asset, loss.payment_id, AssetState.RETURNED)
        legs: list[Leg] = []
        recalled: list[Recall] = []
        taken = dict.fromkeys(_TAKEN_FROM, 0)
        for group in groups(advances_on(draft, asset)):
            dues = [charged(each, terms_of(draft, each), loss.on) for each in group]
            asked = [excess(each, loss.left, loss.gross) for each in dues]
            shares = self._at_hand(draft, dues[0], asked, taken)
            for advance, due, wanted, parts in zip(group, dues, asked, shares, strict=True):
                legs += self._recall(due, *parts)
                rest = after(due, Paid(principal=sum(parts)))
                if rest.outstanding and gone:
                    rest = replace(rest, status=AdvanceStatus.RECALLED)
                elif rest.outstanding:
                    rest = replace(rest, claimed=wanted - sum(parts))
                if rest == advance:
                    continue
                recalled.append(_recall(rest, *parts))
                file_advance(draft, rest)
        if recalled:
            draft.tell(AdvanceRecalled(loss.payment_id, tuple(recalled)))
        return legs

    def _at_hand(
        self, draft: Draft, advance: Advance, asked: Sequence[int], taken: dict[str, int]
    ) -> list[tuple[int, int]]:
        """Return what the seller's available money and reserve give to each of a group.

        taken: what earlier advances of the same sale were given and is not posted yet.
        """
        wanted, given = list(asked), []
        for kind in _TAKEN_FROM:
            ref = ref_of(kind, where_of(advance, self._operator_id), advance.principal)
            parts = pro_rata(wanted, max(0, balance_at(draft, ref) - taken[kind]))
            taken[kind] += sum(parts)
            wanted = [each - part for each, part in zip(wanted, parts, strict=True)]
            given.append(parts)
        return list(zip(*given, strict=True))

    def _repayment(self, advance: Advance, paid: Paid) -> list[Leg]:
        words = repayment_words(advance, paid)
        return expand(REPAYMENT, words, where_of(advance, self._operator_id))

    def _recall(self, advance: Advance, from_available: int, from_reserve: int) -> list[Leg]:
        amounts = {
            "from_available": from_available,
            "from_reserve": from_reserve,
            "principal": from_available + from_reserve,
        }
        money = {name: Money(minor, advance.currency) for name, minor in amounts.items()}
        return expand(RECALL, money, where_of(advance, self._operator_id))


def _ended(draft: Draft, asset: Asset, payment_id: PaymentId, state: AssetState) -> None:
    """Let a sale end, unless more of it may be captured: then it goes on as it is."""
    if asset.state in ENDS:
        return
    payment = payment_of(draft, payment_id)
    assert payment is not None, f"{payment_id} is being settled or returned"
    if payment.captured >= payment.gross.minor:
        move_asset(draft, asset, state)


def _recall(rest: Advance, from_available: int, from_reserve: int) -> Recall:
    return Recall(
        advance_id=rest.id,
        payment_id=rest.payment_id,
        facility_id=rest.facility_id,
        funder_id=rest.funder_id,
        from_available=Money(from_available, rest.currency),
        from_reserve=Money(from_reserve, rest.currency),
        outstanding=Money(rest.outstanding, rest.currency),
        first_claim=rest.is_first_claim,
    )
