"""The arithmetic of the ledger: what a transfer does to two balances, and when it may not.

Pure and total: given the accounts, their balances and the transfer, the answer is always the
same. The engine, the reference model's tests and the audit all stand on these functions.
"""

from collections.abc import Mapping
from uuid import UUID

from usance.kernel.money import MINOR_MAX, Money
from usance.ledger.errors import TransferResult
from usance.ledger.model import (
    CHART,
    Account,
    Balance,
    Entry,
    Flags,
    Hold,
    HoldState,
    Leg,
    Limit,
    Ref,
    Transfer,
    Where,
)


def form_error(transfer: Transfer) -> TransferResult | None:
    """Return what is wrong with a transfer by itself, whatever the book's state."""
    flags = transfer.flags
    two_phase = flags & (Flags.PENDING | Flags.POST_PENDING | Flags.VOID_PENDING)
    if not transfer.id.int:
        return TransferResult.ID_MUST_NOT_BE_ZERO
    if two_phase & (two_phase - 1):
        return TransferResult.FLAGS_ARE_MUTUALLY_EXCLUSIVE
    resolves = flags & (Flags.POST_PENDING | Flags.VOID_PENDING)
    if resolves and transfer.pending_id is None:
        return TransferResult.PENDING_ID_MUST_NOT_BE_ZERO
    if not resolves and transfer.pending_id is not None:
        return TransferResult.PENDING_ID_MUST_BE_ZERO
    return None


def account_error(debit: Account | None, credit: Account | None) -> TransferResult | None:
    """Return what is wrong between the two accounts of a transfer."""
    if debit is None:
        return TransferResult.DEBIT_ACCOUNT_NOT_FOUND
    if credit is None:
        return TransferResult.CREDIT_ACCOUNT_NOT_FOUND
    if debit.currency != credit.currency:
        return TransferResult.ACCOUNTS_MUST_HAVE_THE_SAME_CURRENCY
    return None


def hold_error(hold: Hold | None, transfer: Transfer) -> TransferResult | None:
    """Return why a hold cannot be posted or voided by this transfer.

    Accounts and amount that the transfer leaves at 0 are the hold's own; a void frees it whole.
    """
    if hold is None:
        return TransferResult.PENDING_TRANSFER_NOT_FOUND
    if transfer.debit not in {0, hold.debit} or transfer.credit not in {0, hold.credit}:
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS
    ended = {
        HoldState.POSTED: TransferResult.PENDING_TRANSFER_ALREADY_POSTED,
        HoldState.VOIDED: TransferResult.PENDING_TRANSFER_ALREADY_VOIDED,
        HoldState.EXPIRED: TransferResult.PENDING_TRANSFER_EXPIRED,
    }.get(hold.state)
    if ended is not None:
        return ended
    if transfer.amount > hold.amount:
        return TransferResult.EXCEEDS_PENDING_TRANSFER_AMOUNT
    if transfer.flags & Flags.VOID_PENDING and transfer.amount not in {0, hold.amount}:
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
    if transfer.amount < 0:
        return TransferResult.AMOUNT_MUST_BE_POSITIVE
    return None


def debited(balance: Balance, amount: int, *, pending: bool) -> Balance:
    """Return a balance after a debit."""
    if pending:
        return Balance(
            balance.number,
            balance.debits_pending + amount,
            balance.debits_posted,
            balance.credits_pending,
            balance.credits_posted,
        )
    return Balance(
        balance.number,
        balance.debits_pending,
        balance.debits_posted + amount,
        balance.credits_pending,
        balance.credits_posted,
    )


def credited(balance: Balance, amount: int, *, pending: bool) -> Balance:
    """Return a balance after a credit."""
    if pending:
        return Balance(
            balance.number,
            balance.debits_pending,
            balance.debits_posted,
            balance.credits_pending + amount,
            balance.credits_posted,
        )
    return Balance(
        balance.number,
        balance.debits_pending,
        balance.debits_posted,
        balance.credits_pending,
        balance.credits_posted + amount,
    )


def move_error(
    debit: Account, after_debit: Balance, credit: Account, after_credit: Balance
) -> TransferResult | None:
    """Return which limit the two balances after a transfer would break, the first in order."""
    one, other = limit_error(debit, after_debit), limit_error(credit, after_credit)
    overflow = TransferResult.OVERFLOWS_BALANCE
    return overflow if overflow in {one, other} else one or other


def limit_error(account: Account, balance: Balance) -> TransferResult | None:
    """Return which limit a balance would break. Holds against the account count in full."""
    if balance.debits_pending + balance.debits_posted > MINOR_MAX:
        return TransferResult.OVERFLOWS_BALANCE
    if balance.credits_pending + balance.credits_posted > MINOR_MAX:
        return TransferResult.OVERFLOWS_BALANCE
    if (
        account.balance_limit is Limit.DEBITS_MUST_NOT_EXCEED_CREDITS
        and balance.debits_pending + balance.debits_posted > balance.credits_posted
    ):
        return TransferResult.EXCEEDS_CREDITS
    if (
        account.balance_limit is Limit.CREDITS_MUST_NOT_EXCEED_DEBITS
        and balance.credits_pending + balance.credits_posted > balance.debits_posted
    ):
        return TransferResult.EXCEEDS_DEBITS
    return None


def available(balance: Balance) -> int:
    """Return what may still be debited from a credit account: posted less holds."""
    return balance.credits_posted - balance.debits_posted - balance.debits_pending


def net_debit(balance: Balance) -> int:
    """Return the posted balance seen from the debit side."""
    return balance.debits_posted - balance.credits_posted


def ref_of(kind: str, where: Where, money: Money) -> Ref:
    """Return the account of this kind that an entry about `where` moves."""
    line = CHART[kind]
    owner = getattr(where, line.owner)
    assert isinstance(owner, UUID), f"{kind} needs a {line.owner}"
    assert not line.by_obligor or where.obligor is not None, f"{kind} needs an obligor"
    assert not line.by_facility or where.facility is not None, f"{kind} needs a facility"
    return Ref(
        kind,
        money.currency,
        owner,
        where.obligor if line.by_obligor else None,
        where.facility if line.by_facility else None,
    )


def expand(entry: Entry, amounts: Mapping[str, Money], where: Where) -> list[Leg]:
    """Return the legs of an entry: its rules filled with amounts and accounts.

    A negative amount is posted the other way round; a zero or missing one is left out.
    """
    unknown = set(amounts) - {rule.amount for rule in entry.legs}
    assert not unknown, f"{entry.name} has no leg for {unknown}"
    legs = []
    for rule in entry.legs:
        money = amounts.get(rule.amount)
        if money is None or money.minor == 0:
            continue
        debit, credit = ref_of(rule.debit, where, money), ref_of(rule.credit, where, money)
        if money.minor < 0:
            debit, credit = credit, debit
        legs.append(Leg(rule.code, debit, credit, abs(money.minor), rule.pending))
    return legs
