"""Thousands of plain transfers at once: what they do to balances, column by column.

Whether a transfer is refused hangs on those before it. But where no limit is passed even with
all debits of an account before all its credits, no order of the transfers passes one, and all
of them are created: that is the case decided here. What is not so certain is left to the sheet,
which goes through the transfers in their order; a law in the tests holds the two together.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from usance.ledger.model import Account, Balance, Limit, TransferRequest

Integers = NDArray[np.int64]
# No sum of two figures up to it and of all amounts of a command leaves 64 bits.
_FAR_FROM_FULL: Final = 2**61
# What must be so of a plain transfer: no flags, no timeout, no hold, no currency named.
_PLAIN: Final = (0, 0, None, None)
_BESIDES: Final = attrgetter("flags", "timeout", "pending_id", "currency")


class Columns(msgspec.Struct, frozen=True):
    """Plain transfers by column, of length n.

    ids: 128-bit integers. amount: minor units, all positive. numbers: the accounts, each once, in
    order. left, right: where in `numbers` the account stands that each transfer debits, credits.
    """

    ids: list[int]
    codes: list[str]
    amount: Integers
    numbers: Integers
    left: Integers
    right: Integers

    def debit(self) -> Integers:
        """Return the number of the account that each transfer debits."""
        return self.numbers[self.left]

    def credit(self) -> Integers:
        """Return the number of the account that each transfer credits."""
        return self.numbers[self.right]


def columns_of(transfers: Sequence[TransferRequest]) -> Columns | None:
    """Return transfers by column, None where one is not plain or its form is wrong."""
    if set(map(_BESIDES, transfers)) != {_PLAIN}:
        return None
    codes = [each.code for each in transfers]
    if len(set(codes)) == 1:
        codes = codes[:1] * len(codes)
    try:
        debit = np.array([each.debit for each in transfers], np.int64)
        credit = np.array([each.credit for each in transfers], np.int64)
        amount = np.array([each.amount for each in transfers], np.int64)
    except OverflowError:
        return None
    if amount.min() <= 0 or int(amount.max()) * len(codes) > _FAR_FROM_FULL or "" in codes:
        return None
    if (debit == credit).any():
        return None
    numbers, places = np.unique(np.concatenate((debit, credit)), return_inverse=True)
    ids = [each.id.int for each in transfers]
    return Columns(ids, codes, amount, numbers, places[: len(ids)], places[len(ids) :])


def post_all(
    columns: Columns, accounts: Sequence[Account | None], balances: Sequence[Balance | None]
) -> list[Balance] | None:
    """Return the balances after all transfers, None where one of them might be refused.

    accounts, balances: those of `columns.numbers`, in that order. None of them may be closed.
    """
    known = [account for account in accounts if account is not None]
    before = [balance for balance in balances if balance is not None]
    if not len(known) == len(before) == len(columns.numbers):
        return None
    if not _same_currency(columns, known):
        return None
    debits_pending = _figures([each.debits_pending for each in before])
    debits_posted = _figures([each.debits_posted for each in before])
    credits_pending = _figures([each.credits_pending for each in before])
    credits_posted = _figures([each.credits_posted for each in before])
    figures = (debits_pending, debits_posted, credits_pending, credits_posted)
    # Before anything is added: a sum that has left 64 bits looks small.
    if max(map(np.max, figures)) > _FAR_FROM_FULL:
        return None
    debits, credited = debits_posted.copy(), credits_posted.copy()
    np.add.at(debits, columns.left, columns.amount)
    np.add.at(credited, columns.right, columns.amount)
    limits = [each.balance_limit for each in known]
    if _passed(
        limits, Limit.DEBITS_MUST_NOT_EXCEED_CREDITS, debits_pending + debits, credits_posted
    ):
        return None
    if _passed(
        limits, Limit.CREDITS_MUST_NOT_EXCEED_DEBITS, credits_pending + credited, debits_posted
    ):
        return None
    return [
        Balance(old.number, old.debits_pending, left, old.credits_pending, right)
        for old, left, right in zip(before, debits.tolist(), credited.tolist(), strict=True)
    ]


def _figures(values: list[int]) -> Integers:
    return np.array(values, np.int64)


def _same_currency(columns: Columns, accounts: Sequence[Account]) -> bool:
    codes = [account.currency for account in accounts]
    places = {code: place for place, code in enumerate(set(codes))}
    if len(places) == 1:
        return True
    currency = np.array([places[code] for code in codes])
    return bool((currency[columns.left] == currency[columns.right]).all())


def _passed(limits: Sequence[Limit], limit: Limit, at_most: Integers, covered_by: Integers) -> bool:
    """Return whether an account with this limit may have passed it on the way."""
    if limit not in limits:
        return False
    has_it = np.array([each is limit for each in limits])
    return bool((at_most > covered_by)[has_it].any())
