"""How a payment is divided: what is asked, made exact; what a settlement gives to whom. Pure."""

from collections.abc import Sequence

from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId
from usance.kernel.money import Currency, Money, Rounding
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    ESCROW_WITHOUT_END,
    SHARES_EXCEED_PROCEEDS,
    SPLIT_REPEATED,
    SPLIT_UNCLEAR,
    TOO_MANY_SHARES,
)
from usance.payments.model.splits import EscrowTerms, Share, ShareAsked, Split

_WHOLE_BPS = 10_000


class Allotment(Record, frozen=True):
    """What one settlement gives.

    parts: of each share, in the split's order. own: the seller's free part, its own free shares
    included. split: as it stands afterwards.
    """

    parts: tuple[int, ...]
    own: int
    split: Split


def unclear(
    asked: Sequence[ShareAsked], currency: Currency, shares_max: int, days_max: int
) -> Refusal | None:
    """Return what is wrong with a split by itself.

    In this order: too_many_shares; then share by share split_unclear, currency_mismatch,
    escrow_without_end, split_repeated.
    """
    if len(asked) > shares_max:
        return TOO_MANY_SHARES.refuse("split", shares_max)
    seen: set[tuple[object, ...]] = set()
    for number, share in enumerate(asked):
        where = f"split[{number}]"
        given = [share.bps != 0, share.amount is not None, share.rest]
        fits = sum(given) == 1 and 0 <= share.bps <= _WHOLE_BPS
        if not fits or (share.amount is not None and share.amount.minor <= 0):
            return SPLIT_UNCLEAR.refuse(where, share.amount or share.bps)
        if share.amount is not None and share.amount.currency != currency:
            return CURRENCY_MISMATCH.refuse(f"{where}.amount.currency", currency)
        if share.escrow is not None and not _ends(share.escrow, days_max):
            return ESCROW_WITHOUT_END.refuse(f"{where}.escrow", days_max)
        for key in ((share.payee_id, share.purpose), ("rest",) if share.rest else ()):
            if key in seen:
                return SPLIT_REPEATED.refuse(where, share.purpose or share.payee_id)
            if key:
                seen.add(key)
    return None


def _ends(terms: EscrowTerms, days_max: int) -> bool:
    if terms.days is not None and not 1 <= terms.days <= days_max:
        return False
    return terms.days is not None or terms.delivery or terms.both_agree


def fixed(asked: Sequence[ShareAsked], book: Money, expected: Money) -> tuple[Share, ...] | Refusal:
    """Return the shares in money of S. Refuses: shares_exceed_proceeds.

    book: gross at the locked mid. expected: what the payment will bring after fees and spread.
    Shares by bps are rounded down; the rest has what is left.
    """
    amounts = [
        each.amount.minor if each.amount else book.share(each.bps, Rounding.DOWN).minor
        for each in asked
    ]
    left = expected.minor - sum(amounts)
    if left < 0:
        return SHARES_EXCEED_PROCEEDS.refuse(
            "split", f"{Money(sum(amounts), expected.currency)} > {expected}"
        )
    return tuple(
        Share(
            each.payee_id,
            each.purpose,
            left if each.rest else amount,
            each.rest,
            each.escrow,
        )
        for each, amount in zip(asked, amounts, strict=True)
    )


def free_part(shares: Sequence[Share], seller_id: PartyId, expected: Money) -> Money:
    """Return what of the expected proceeds is the seller's and held back by nothing."""
    own = sum(each.amount for each in shares if is_free(each, seller_id))
    if not any(each.is_rest for each in shares):
        own += expected.minor - sum(each.amount for each in shares)
    return Money(own, expected.currency)


def is_free(share: Share, seller_id: PartyId) -> bool:
    """Whether a share is the seller's own to dispose of."""
    return share.payee_id == seller_id and share.escrow is None


def allot(split: Split, settled: int, proceeds: int) -> Allotment:
    """Divide what a settlement brings.

    settled: of the payment's gross, in its minor units; proceeds: what that brings in S. Of each
    share so much is due as of gross has been settled in all, rounded down, in the split's order
    and as far as the money reaches; what is left is the rest.
    """
    reached = split.settled + settled
    left, own = proceeds, 0
    parts: list[int] = []
    for share in split.shares:
        due = 0 if share.is_rest else share.amount * reached // split.gross.minor - share.paid
        part = max(0, min(due, left))
        left -= part
        parts.append(part)
    for number, share in enumerate(split.shares):
        if share.is_rest:
            parts[number], left = left, 0
    for share, part in zip(split.shares, parts, strict=True):
        own += part if is_free(share, split.seller_id) else 0
    shares = tuple(
        replace(share, paid=share.paid + part)
        for share, part in zip(split.shares, parts, strict=True)
    )
    return Allotment(tuple(parts), own + left, replace(split, shares=shares, settled=reached))
