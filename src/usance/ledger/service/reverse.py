"""Somebody – reverses – transfers, and may post what is right in their stead: one chain.

Nothing is edited: each transfer gets another one the other way round, linked to it. Whether every
account still has what it must is asked of the chain as a whole, because nobody sees what lies
between its legs: a correction from 100 to 90 needs 10, not 100.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import TransferId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.errors import (
    ALREADY_REVERSED,
    HOLD_NOT_REVERSIBLE,
    INSUFFICIENT_BALANCE,
    PERIOD_CLOSED,
    REVERSAL_MALFORMED,
    TRANSFER_REFUSED,
    UNKNOWN_TRANSFER,
    TransferResult,
)
from usance.ledger.events import TransfersReversed
from usance.ledger.model import Account, Balance, Correction, Flags, Transfer
from usance.ledger.rules import account_error, credited, debited, move_error
from usance.ledger.service.calendar import is_closed_day
from usance.ledger.service.post import closed_error, record
from usance.ledger.store import TRANSFERS_AT
from usance.ledger.tables import ACCOUNTS, BALANCES, CORRECTIONS, TRANSFERS
from usance.runtime.commands import Command, Loader

CODE: Final = "reversal"
_HOLDS: Final = Flags.PENDING | Flags.VOID_PENDING


class ReverseTransfers(Record, frozen=True):
    """Reverse all transfers of the fact at `position`, or those named; all of them or none."""

    value_date: date
    reason: str
    position: int | None = None
    transfers: tuple[UUID, ...] = ()


class Repost(Record, frozen=True):
    """One transfer to be posted in the stead of what is reversed, accounts by number.

    currency: where given, the accounts must have it.
    """

    debit: int
    credit: int
    amount: int
    code: str = "correction"
    currency: str | None = None


class CorrectTransfers(Record, frozen=True):
    """Reverse as ReverseTransfers does, and post what is right; all of it or nothing."""

    value_date: date
    reason: str
    repost: tuple[Repost, ...]
    position: int | None = None
    transfers: tuple[UUID, ...] = ()


Reversing = ReverseTransfers | CorrectTransfers


class ReversalStage:
    """Applies `reverse_transfers` and `correct_transfers`, each a batch of its own."""

    async def prepare(
        self, loader: Loader, commands: Sequence[Command]
    ) -> Mapping[int, tuple[UUID, ...]]:
        """Make transfers visible with their reversals; return those of each position named."""
        bodies = [command.body for command in commands]
        asked = [body for body in bodies if isinstance(body, ReverseTransfers | CorrectTransfers)]
        positions = {body.position for body in asked if body.position is not None}
        found: defaultdict[int, tuple[UUID, ...]] = defaultdict(tuple)
        if positions:
            for row in await loader.fetch(TRANSFERS_AT, sorted(positions)):
                found[row["position"]] += (row["id"],)
        ids = [each for body in asked for each in body.transfers]
        ids += [each for several in found.values() for each in several]
        await loader.rows(TRANSFERS, ids)
        await loader.rows(CORRECTIONS, ids)
        return found

    def apply(
        self, draft: Draft, body: Reversing, found: Mapping[int, tuple[UUID, ...]]
    ) -> Refusal | None:
        """Reverse, and post what is right.

        Refuses, in this order: period_closed, unknown_transfer, already_reversed,
        hold_not_reversible, transfer_refused, insufficient_balance. Raises
        Invalid(reversal_malformed).
        """
        repost = body.repost if isinstance(body, CorrectTransfers) else ()
        _require_form(body, repost)
        if is_closed_day(draft, body.value_date):
            return PERIOD_CLOSED.refuse("value_date", body.value_date)
        ids = body.transfers if body.position is None else found.get(body.position, ())
        if not ids:
            return UNKNOWN_TRANSFER.refuse("position", body.position)
        originals = _reversible(draft, ids)
        if isinstance(originals, Refusal):
            return originals
        chain = _Chain(draft, body.value_date)
        reversals = []
        for original in originals:
            made = chain.post(original.credit, original.debit, original.amount, CODE)
            if isinstance(made, Refusal):
                return made
            reversals.append(made.id)
            link = Correction(original.id, made.id, draft.position, body.reason)
            draft.put(CORRECTIONS, link)
        reposted = []
        for each in repost:
            made = chain.post(each.debit, each.credit, each.amount, each.code, each.currency)
            if isinstance(made, Refusal):
                return made
            reposted.append(made.id)
        refusal = chain.refusal()
        if refusal is not None:
            return refusal
        draft.tell(
            TransfersReversed(
                tuple(map(TransferId, ids)),
                tuple(map(TransferId, reversals)),
                tuple(map(TransferId, reposted)),
                body.value_date,
                body.reason,
            )
        )
        return None


def require_named(position: int | None, transfers: Sequence[UUID]) -> None:
    """Raise Invalid(reversal_malformed) unless one fact or some transfers are named."""
    if position is not None and transfers:
        raise REVERSAL_MALFORMED.invalid("transfers", "(together with a position)")
    if position is None and not transfers:
        raise REVERSAL_MALFORMED.invalid("transfers", "(none, and no position)")
    if len(set(transfers)) < len(transfers):
        raise REVERSAL_MALFORMED.invalid("transfers", "(one of them twice)")


def _require_form(body: Reversing, repost: Sequence[Repost]) -> None:
    if not body.reason.strip():
        raise REVERSAL_MALFORMED.invalid("reason", "(blank)")
    require_named(body.position, body.transfers)
    if isinstance(body, CorrectTransfers) and not repost:
        raise REVERSAL_MALFORMED.invalid("repost", "(empty)")
    for index, each in enumerate(repost):
        if each.amount <= 0:
            raise REVERSAL_MALFORMED.invalid(f"repost[{index}].amount", str(each.amount))
        if not each.code:
            raise REVERSAL_MALFORMED.invalid(f"repost[{index}].code", "(blank)")


def _reversible(draft: Draft, ids: Sequence[UUID]) -> list[Transfer] | Refusal:
    """Return the transfers of these ids, or why they cannot be reversed."""
    found = [draft.get(TRANSFERS, each) for each in ids]
    for transfer_id, transfer in zip(ids, found, strict=True):
        if transfer is None:
            return UNKNOWN_TRANSFER.refuse("transfers", TransferId(transfer_id))
    originals = [transfer for transfer in found if transfer is not None]
    for original in originals:
        if draft.get(CORRECTIONS, original.id) is not None:
            return ALREADY_REVERSED.refuse("transfers", TransferId(original.id))
    for original in originals:
        if original.flags & _HOLDS:
            return HOLD_NOT_REVERSIBLE.refuse("transfers", TransferId(original.id))
    return originals


class _Chain:
    """Legs whose accounts are asked for their limits when all of them are posted."""

    def __init__(self, draft: Draft, value_date: date) -> None:
        self._draft = draft
        self._value_date = value_date
        self._debited: dict[int, int] = {}

    def post(
        self, debit: int, credit: int, amount: int, code: str, currency: str | None = None
    ) -> Transfer | Refusal:
        """Post one leg, whatever the limits say; refuse where the accounts cannot take it."""
        draft = self._draft
        left, right = draft.get(ACCOUNTS, debit), draft.get(ACCOUNTS, credit)
        wrong = account_error(left, right)
        if wrong is None and debit == credit:
            wrong = TransferResult.ACCOUNTS_MUST_BE_DIFFERENT
        if wrong is None and left is not None and currency not in {None, left.currency}:
            wrong = TransferResult.TRANSFER_MUST_HAVE_THE_SAME_CURRENCY_AS_ACCOUNTS
        wrong = wrong or closed_error(draft, debit, credit)
        if wrong is not None:
            return TRANSFER_REFUSED.refuse(f"{debit} to {credit}", wrong)
        draft.put(BALANCES, debited(self._balance(debit), amount, pending=False))
        draft.put(BALANCES, credited(self._balance(credit), amount, pending=False))
        self._debited[debit] = self._debited.get(debit, 0) + amount
        self._debited.setdefault(credit, 0)
        return record(draft, debit, credit, amount, code, self._value_date, Flags.NONE)

    def refusal(self) -> Refusal | None:
        """Return which account's limit the chain as a whole would break."""
        for number, amount in self._debited.items():
            account, balance = self._draft.get(ACCOUNTS, number), self._balance(number)
            assert account is not None
            failed = move_error(account, balance, account, balance)
            if failed is not None:
                return _refusal(failed, account, amount)
        return None

    def _balance(self, number: int) -> Balance:
        balance = self._draft.get(BALANCES, number)
        assert balance is not None, f"account {number} has no balance"
        return balance


def _refusal(failed: TransferResult, account: Account, debited_amount: int) -> Refusal:
    if failed is TransferResult.EXCEEDS_CREDITS:
        asked = Money(debited_amount, account.currency)
        return INSUFFICIENT_BALANCE.refuse(f"{account.kind} {account.currency}", asked)
    return TRANSFER_REFUSED.refuse(f"{account.kind} {account.currency}", failed)
