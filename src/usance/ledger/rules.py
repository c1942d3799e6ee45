"""The arithmetic of the ledger: what a transfer does to two balances, and when it may not.

Pure and total: given the accounts, their balances and the transfer, the answer is always the
same. The engine, the reference model's tests and the audit all stand on these functions.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from usance.kernel.money import MINOR_MAX, Money
from usance.ledger.errors import TransferResult
from usance.ledger.model import (
    CHART,
    Account,
    AccountStatement,
    Balance,
    ClosingBalance,
    Entry,
    Flags,
    Hold,
    HoldState,
    Leg,
    Limit,
    Movement,
    Ref,
    TransferRequest,
    Where,
)

_ID_MAX: Final = UUID(int=2**128 - 1)
# Asked for every leg, and an enumeration is slow to find its members.
_DEBITS_COVERED: Final = Limit.DEBITS_MUST_NOT_EXCEED_CREDITS
_CREDITS_COVERED: Final = Limit.CREDITS_MUST_NOT_EXCEED_DEBITS


def form_error(asked: TransferRequest) -> TransferResult | None:
    """Return what is wrong with a request by itself, whatever the book's state, its id apart."""
    flags = asked.flags
    if _excluding(flags):
        return TransferResult.FLAGS_ARE_MUTUALLY_EXCLUSIVE
    if flags & Flags.RESOLVING:
        return _resolving_form_error(asked)
    if not asked.debit:
        return TransferResult.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
    if asked.debit == MINOR_MAX:
        return TransferResult.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
    if not asked.credit:
        return TransferResult.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
    if asked.credit == MINOR_MAX:
        return TransferResult.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
    if asked.debit == asked.credit:
        return TransferResult.ACCOUNTS_MUST_BE_DIFFERENT
    if asked.pending_id is not None:
        return TransferResult.PENDING_ID_MUST_BE_ZERO
    if asked.timeout and not flags & Flags.PENDING:
        return TransferResult.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
    if flags & Flags.CLOSING and not flags & Flags.PENDING:
        return TransferResult.CLOSING_TRANSFER_MUST_BE_PENDING
    if asked.amount < 0 or (asked.amount == 0 and not flags & Flags.CLOSING):
        return TransferResult.AMOUNT_MUST_BE_POSITIVE
    if asked.currency == "":
        return TransferResult.CURRENCY_MUST_NOT_BE_EMPTY
    if not asked.code:
        return TransferResult.CODE_MUST_NOT_BE_EMPTY
    return None


def _excluding(flags: int) -> bool:
    two_phase = flags & (Flags.PENDING | Flags.RESOLVING)
    return bool(
        two_phase & (two_phase - 1)
        or (flags & Flags.RESOLVING and flags & (Flags.BALANCING | Flags.CLOSING))
    )


def _resolving_form_error(asked: TransferRequest) -> TransferResult | None:
    if asked.pending_id is None or not asked.pending_id.int:
        return TransferResult.PENDING_ID_MUST_NOT_BE_ZERO
    if asked.pending_id == _ID_MAX:
        return TransferResult.PENDING_ID_MUST_NOT_BE_INT_MAX
    if asked.pending_id == asked.id:
        return TransferResult.PENDING_ID_MUST_BE_DIFFERENT
    if asked.timeout:
        return TransferResult.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
    if asked.amount < 0:
        return TransferResult.AMOUNT_MUST_BE_POSITIVE
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


def hold_error(
    hold: Hold | None, asked: TransferRequest, now: datetime, differs: TransferResult | None = None
) -> TransferResult | None:
    """Return why a hold cannot be posted or voided by this request.

    Accounts and amount that the request leaves at 0 are the hold's own; a void frees it whole.
    differs: what else of the request is not as the hold has it. A hold has run out at its very
    moment, whether or not what it reserved is free yet.
    """
    if hold is None:
        return TransferResult.PENDING_TRANSFER_NOT_FOUND
    if asked.debit not in {0, hold.debit}:
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
    if asked.credit not in {0, hold.credit}:
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID
    if differs is not None:
        return differs
    posting = asked.flags & Flags.POST_PENDING
    if asked.amount > hold.amount and not (posting and asked.amount == MINOR_MAX):
        return TransferResult.EXCEEDS_PENDING_TRANSFER_AMOUNT
    if not posting and asked.amount not in {0, hold.amount}:
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
    ended = {
        HoldState.POSTED: TransferResult.PENDING_TRANSFER_ALREADY_POSTED,
        HoldState.VOIDED: TransferResult.PENDING_TRANSFER_ALREADY_VOIDED,
        HoldState.EXPIRED: TransferResult.PENDING_TRANSFER_EXPIRED,
    }.get(hold.state)
    if ended is None and hold.expires_at is not None and hold.expires_at <= now:
        return TransferResult.PENDING_TRANSFER_EXPIRED
    return ended


def posted_amount(hold: Hold, asked: int) -> int:
    """Return how much of a hold is posted: 0 and the largest amount both mean all of it."""
    return hold.amount if asked in {0, MINOR_MAX} else asked


def balancing_amount(flags: int, amount: int, debit: Balance, credit: Balance) -> int:
    """Return as much of an amount as is there on the side or sides that it must balance."""
    if flags & Flags.BALANCING_DEBIT:
        amount = min(amount, available(debit))
    if flags & Flags.BALANCING_CREDIT:
        there = credit.debits_posted - credit.credits_posted - credit.credits_pending
        amount = min(amount, there)
    return amount


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


def moved(
    debit: Account, left: Balance, credit: Account, right: Balance, amount: int, *, pending: bool
) -> tuple[Balance, Balance] | TransferResult:
    """Return the balances of a debited and a credited account after a move, or what forbids it.

    pending: the amount is only reserved. Neither account is closed, and they are two.
    """
    after_left = debited(left, amount, pending=pending)
    after_right = credited(right, amount, pending=pending)
    failed = move_error(debit, after_left, credit, after_right, amount if pending else 0)
    return (after_left, after_right) if failed is None else failed


def move_error(
    debit: Account, after_debit: Balance, credit: Account, after_credit: Balance, held: int = 0
) -> TransferResult | None:
    """Return which limit the two balances after a transfer would break, the first in order.

    Holds against an account count in full. held: the amount of a transfer that only reserves;
    it must fit once it is posted too.
    """
    debits = after_debit.debits_pending + after_debit.debits_posted
    credits_ = after_credit.credits_pending + after_credit.credits_posted
    if debits > MINOR_MAX or credits_ > MINOR_MAX:
        return overflow_error(after_debit, after_credit, held)
    if debit.balance_limit is _DEBITS_COVERED and debits > after_debit.credits_posted:
        return TransferResult.EXCEEDS_CREDITS
    if credit.balance_limit is _CREDITS_COVERED and credits_ > after_credit.debits_posted:
        return TransferResult.EXCEEDS_DEBITS
    return None


def overflow_error(debit: Balance, credit: Balance, held: int) -> TransferResult | None:
    """Return which sum of two balances is larger than the book can write down."""
    if debit.debits_pending > MINOR_MAX:
        return TransferResult.OVERFLOWS_DEBITS_PENDING
    if credit.credits_pending > MINOR_MAX:
        return TransferResult.OVERFLOWS_CREDITS_PENDING
    if debit.debits_posted + held > MINOR_MAX:
        return TransferResult.OVERFLOWS_DEBITS_POSTED
    if credit.credits_posted + held > MINOR_MAX:
        return TransferResult.OVERFLOWS_CREDITS_POSTED
    if debit.debits_pending + debit.debits_posted > MINOR_MAX:
        return TransferResult.OVERFLOWS_DEBITS
    if credit.credits_pending + credit.credits_posted > MINOR_MAX:
        return TransferResult.OVERFLOWS_CREDITS
    return None


def available(balance: Balance) -> int:
    """Return what may still be debited from a credit account: posted less holds."""
    return balance.credits_posted - balance.debits_posted - balance.debits_pending


def net_debit(balance: Balance) -> int:
    """Return the posted balance seen from the debit side."""
    return balance.debits_posted - balance.credits_posted


def ref_of(kind: str, where: Where, money: Money) -> Ref:
    """Return the account of this kind that an entry about `where` moves."""
    made = where.refs.get((kind, money.currency))
    if made is not None:
        return made
    line = CHART[kind]
    owner = getattr(where, line.owner)
    assert isinstance(owner, UUID), f"{kind} needs a {line.owner}"
    assert not line.by_obligor or where.obligor is not None, f"{kind} needs an obligor"
    assert not line.by_facility or where.facility is not None, f"{kind} needs a facility"
    ref = where.refs[kind, money.currency] = Ref(
        kind,
        money.currency,
        owner,
        where.obligor if line.by_obligor else None,
        where.facility if line.by_facility else None,
    )
    return ref


def expand(
    entry: Entry, amounts: Mapping[str, Money], where: Where, to: Where | None = None
) -> list[Leg]:
    """Return the legs of an entry: its rules filled with amounts and accounts.

    A negative amount is posted the other way round; a zero or missing one is left out. to: whose
    accounts stand on the credit side, where that is somebody else.
    """
    to = to or where
    unknown = set(amounts) - {rule.amount for rule in entry.legs}
    assert not unknown, f"{entry.name} has no leg for {unknown}"
    legs = []
    for rule in entry.legs:
        money = amounts.get(rule.amount)
        if money is None or money.minor == 0:
            continue
        currency = money.currency
        debit = where.refs.get((rule.debit, currency)) or ref_of(rule.debit, where, money)
        credit = to.refs.get((rule.credit, currency)) or ref_of(rule.credit, to, money)
        if money.minor < 0:
            debit, credit = credit, debit
        legs.append(Leg(rule.code, debit, credit, abs(money.minor), rule.pending))
    return legs


def trial_balance_bytes(day: date, position: int, lines: Iterable[ClosingBalance]) -> bytes:
    """Return the bytes that a period's digest is over: a head, and a line for each account.

    Decimal numbers between single spaces, each line ended by a line feed; accounts in the order
    of their numbers:

        usance-trial-balance/1 2026-09-30 4711
        <account> <debits pending> <debits posted> <credits pending> <credits posted>
    """
    text = [f"usance-trial-balance/1 {day.isoformat()} {position}\n"]
    text += [
        f"{x.account} {x.debits_pending} {x.debits_posted} {x.credits_pending} {x.credits_posted}\n"
        for x in sorted(lines, key=lambda line: line.account)
    ]
    return "".join(text).encode("ascii")


def after_movement(balance: Balance, movement: Movement) -> Balance:
    """Return a balance after a movement."""
    return Balance(
        balance.number,
        balance.debits_pending + movement.debits_pending,
        balance.debits_posted + movement.debits_posted,
        balance.credits_pending + movement.credits_pending,
        balance.credits_posted + movement.credits_posted,
    )


def statement(
    account: Account,
    days: tuple[date, date],
    position: int,
    opening: Balance,
    lines: Sequence[Movement],
) -> AccountStatement:
    """Return an account's statement: lines in the order of value dates, then as recorded."""
    ordered = sorted(lines, key=lambda x: (x.value_date, x.position, x.transfer.int))
    balances = []
    balance = opening
    for line in ordered:
        balance = after_movement(balance, line)
        balances.append(balance)
    first, last = days
    return AccountStatement(
        account, first, last, position, opening, tuple(ordered), tuple(balances), balance
    )
