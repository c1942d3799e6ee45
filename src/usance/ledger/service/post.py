"""The house – posts – entries: chains of legs, all of them or none, and what resolves holds."""

import struct
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import TransferId
from usance.kernel.money import Money
from usance.ledger.errors import INSUFFICIENT_BALANCE, TRANSFER_REFUSED, TransferResult
from usance.ledger.model import (
    Account,
    Balance,
    Closure,
    Counter,
    Flags,
    Hold,
    HoldState,
    Leg,
    Ref,
    Transfer,
    TransferRequest,
)
from usance.ledger.rules import available, credited, debited, hold_error, moved
from usance.ledger.service.accounts import account_of, balance_of
from usance.ledger.service.calendar import open_day
from usance.ledger.tables import ACCOUNTS, BALANCES, CLOSURES, COUNTERS, HOLDS, TRANSFERS

CLOSED_ACCOUNTS: Final = "closed_accounts"
"""The counter that is there as soon as one account was ever closed."""
_SEALED: Final = struct.Struct("!16sQQQH")


def post(draft: Draft, legs: Sequence[Leg], value_date: date) -> Refusal | list[UUID]:
    """Post legs in their order, all or none. Returns the ids of their transfers.

    A refusal names the account that lacks the money; nothing of the chain stays. A value date in
    a closed period is moved to the first open day.
    """
    mark = draft.mark()
    value_date = open_day(draft, value_date)
    sheet = _Sheet(draft)
    made: list[Transfer] = []
    for leg in legs:
        debit, credit = sheet.account(leg.debit), sheet.account(leg.credit)
        assert leg.amount > 0, f"{leg.code}: a leg of {leg.amount}"
        assert debit.number != credit.number, f"{leg.code}: from {debit.kind} to itself"
        assert debit.currency == credit.currency, f"{leg.code}: {leg.debit} to {leg.credit}"
        failed = sheet.move(debit, credit, leg)
        if failed is not None:
            draft.undo(mark)
            return _refusal(failed, leg, debit)
        made.append(
            Transfer(
                draft.new_id(TransferId),
                draft.position,
                debit.number,
                credit.number,
                leg.amount,
                leg.code,
                Flags.PENDING if leg.pending else Flags.NONE,
                None,
                value_date,
                draft.now,
            )
        )
    for changed in sheet.balances.values():
        draft.put(BALANCES, changed)
    _write(draft, made)
    return [transfer.id for transfer in made]


class _Sheet:
    """The accounts of one chain and their balances, changed here and written once at the end."""

    def __init__(self, draft: Draft) -> None:
        self.balances: dict[int, Balance] = {}
        self._draft = draft
        # By the identity of what refers to them: `where_among` makes each reference once.
        self._accounts: dict[int, Account] = {}
        self._some_closed = draft.get(COUNTERS, CLOSED_ACCOUNTS) is not None

    def account(self, ref: Ref) -> Account:
        """Return the account of a reference, opened when it is first needed."""
        found = self._accounts.get(id(ref))
        if found is None:
            found = self._accounts[id(ref)] = account_of(self._draft, ref)
            if found.number not in self.balances:
                self.balances[found.number] = _balance(self._draft, found.number)
        return found

    def move(self, debit: Account, credit: Account, leg: Leg) -> TransferResult | None:
        """Change two balances; return why not where a limit forbids it."""
        if self._some_closed:
            shut = closed_error(self._draft, debit.number, credit.number)
            if shut is not None:
                return shut
        balances = self.balances
        left, right = balances[debit.number], balances[credit.number]
        after = moved(debit, left, credit, right, leg.amount, pending=leg.pending)
        if not isinstance(after, tuple):
            return after
        balances[debit.number], balances[credit.number] = after
        return None


def _write(draft: Draft, transfers: Sequence[Transfer]) -> None:
    """Write the transfers of a chain, and the holds that some of them begin."""
    for each in transfers:
        if each.flags:
            draft.put(TRANSFERS, each)
            hold = Hold(each.id, each.debit, each.credit, each.amount, HoldState.OPEN, None)
            draft.put(HOLDS, hold)
    # Nobody asks for the others before they are in the book.
    draft.add(TRANSFERS, [each for each in transfers if not each.flags])
    draft.seal(*map(sealed_bytes, transfers))


def post_hold(draft: Draft, hold_id: UUID, code: str, value_date: date) -> Refusal | None:
    """Post a hold whole: what was reserved now counts."""
    return _resolve(draft, hold_id, code, value_date, Flags.POST_PENDING)


def void_hold(draft: Draft, hold_id: UUID, code: str, value_date: date) -> Refusal | None:
    """Void a hold: what was reserved is free again."""
    return _resolve(draft, hold_id, code, value_date, Flags.VOID_PENDING)


def balance_at(draft: Draft, ref: Ref) -> int:
    """Return what may still be debited from the account a reference names, in minor units."""
    return available(balance_of(draft, ref))


def move(
    draft: Draft, debit: Account, credit: Account, amount: int, *, pending: bool
) -> TransferResult | None:
    """Change two balances; return why not where a limit forbids it, and change nothing."""
    shut = closed_error(draft, debit.number, credit.number)
    if shut is not None:
        return shut
    left, right = _balance(draft, debit.number), _balance(draft, credit.number)
    after = moved(debit, left, credit, right, amount, pending=pending)
    if not isinstance(after, tuple):
        return after
    for balance in after:
        draft.put(BALANCES, balance)
    return None


def closed_error(draft: Draft, debit: int, credit: int) -> TransferResult | None:
    """Return which of two accounts is closed, the debited one first."""
    if draft.get(COUNTERS, CLOSED_ACCOUNTS) is None:
        return None
    if is_closed(draft, debit):
        return TransferResult.DEBIT_ACCOUNT_ALREADY_CLOSED
    return TransferResult.CREDIT_ACCOUNT_ALREADY_CLOSED if is_closed(draft, credit) else None


def is_closed(draft: Draft, number: int) -> bool:
    """Return whether an account is closed."""
    closure = draft.get(CLOSURES, number)
    return closure is not None and closure.closed


def close(draft: Draft, flags: int, debit: int, credit: int, *, closed: bool) -> None:
    """Close the accounts that a closing transfer's flags name, or open them again."""
    for flag, number in ((Flags.CLOSING_DEBIT, debit), (Flags.CLOSING_CREDIT, credit)):
        if flags & flag:
            draft.put(CLOSURES, Closure(number, closed))
            draft.put(COUNTERS, Counter(CLOSED_ACCOUNTS, 1))


def end_hold(draft: Draft, hold: Hold, state: HoldState, amount: int) -> None:
    """End a hold: what it reserved is free again, and `amount` of it is posted if it is POSTED.

    Ask `closed_error` before posting; what was held fits.
    """
    debit, credit = _balance(draft, hold.debit), _balance(draft, hold.credit)
    draft.put(BALANCES, debited(debit, -hold.amount, pending=True))
    draft.put(BALANCES, credited(credit, -hold.amount, pending=True))
    if state is HoldState.POSTED:
        left, right = draft.get(ACCOUNTS, hold.debit), draft.get(ACCOUNTS, hold.credit)
        assert left is not None
        assert right is not None
        failed = move(draft, left, right, amount, pending=False)
        assert failed is None, f"a hold that fitted no longer fits: {failed}"
    draft.put(HOLDS, Hold(hold.id, hold.debit, hold.credit, hold.amount, state, hold.expires_at))


def record(
    draft: Draft,
    debit: int,
    credit: int,
    amount: int,
    code: str,
    value_date: date,
    flags: int,
    pending_id: UUID | None = None,
    transfer_id: UUID | None = None,
) -> Transfer:
    """Write a transfer's row and take it into the digest of the fact."""
    transfer = Transfer(
        transfer_id or draft.new_id(TransferId),
        draft.position,
        debit,
        credit,
        amount,
        code,
        flags,
        pending_id,
        value_date,
        draft.now,
    )
    draft.put(TRANSFERS, transfer)
    draft.seal(sealed_bytes(transfer))
    return transfer


def sealed_bytes(transfer: Transfer) -> bytes:
    """Return what a fact's digest covers of a transfer."""
    sealed = _SEALED.pack(
        transfer.id.int.to_bytes(16, "big"),
        transfer.debit,
        transfer.credit,
        transfer.amount,
        transfer.flags,
    )
    return sealed if transfer.pending_id is None else sealed + transfer.pending_id.bytes


def _resolve(draft: Draft, hold_id: UUID, code: str, value_date: date, how: int) -> Refusal | None:
    hold = draft.get(HOLDS, hold_id)
    failed = hold_error(hold, TransferRequest(hold_id, 0, 0, 0, code, how), draft.now)
    if failed is not None or hold is None:
        return TRANSFER_REFUSED.refuse(str(hold_id), failed)
    value_date = open_day(draft, value_date)
    state = HoldState.VOIDED
    if how == Flags.POST_PENDING:
        shut = closed_error(draft, hold.debit, hold.credit)
        if shut is not None:
            return TRANSFER_REFUSED.refuse(str(hold_id), shut)
        state = HoldState.POSTED
    end_hold(draft, hold, state, hold.amount)
    record(draft, hold.debit, hold.credit, hold.amount, code, value_date, how, hold.id)
    return None


def _balance(draft: Draft, number: int) -> Balance:
    balance = draft.get(BALANCES, number)
    assert balance is not None, f"account {number} has no balance"
    return balance


def _refusal(failed: TransferResult, leg: Leg, debit: Account) -> Refusal:
    if failed is TransferResult.EXCEEDS_CREDITS:
        asked = Money(leg.amount, debit.currency)
        return INSUFFICIENT_BALANCE.refuse(f"{debit.kind} {debit.currency}", asked)
    return TRANSFER_REFUSED.refuse(leg.code, failed)
