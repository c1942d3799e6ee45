"""Do statements follow each other, and do their entries add up?"""

from collections.abc import Iterator

from usance.payments.model import BankStatement, BreakKind, StatementBalance

_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)


def faults_of(
    statement: BankStatement, before: BankStatement | None, total: int | None
) -> Iterator[tuple[BreakKind, int, str]]:
    """Yield what is wrong with a statement: kind, by how many minor units, why.

    before: the account's statement taken in before it. total: of its booked entries, signed, in its
    currency; None where they are in several. Amounts of two currencies are never compared.
    """
    opening, closing = balance(statement, _OPENING), balance(statement, _CLOSING)
    if (
        opening is not None
        and closing is not None
        and total is not None
        and _are_in(statement.currency, opening, closing)
    ):
        off = closing.amount.minor - opening.amount.minor - total
        if off:
            why = f"opening {opening.amount} and the entries do not make closing {closing.amount}"
            yield BreakKind.SUM_DIFFERS, off, why
    if before is None:
        return
    ended = balance(before, _CLOSING)
    if (
        opening is not None
        and ended is not None
        and opening.on >= ended.on
        and opening.amount.currency == ended.amount.currency
    ):
        jump = opening.amount.minor - ended.amount.minor
        if jump:
            why = f"begins at {opening.amount}, the one before ended at {ended.amount}"
            yield BreakKind.BALANCE_JUMPS, jump, why
    if statement.sequence is not None and before.sequence is not None:
        missing = statement.sequence - before.sequence - 1
        if missing > 0:
            yield BreakKind.STATEMENT_MISSING, 0, f"{missing} missing before {statement.sequence}"


def _are_in(currency: str, *balances: StatementBalance) -> bool:
    return all(each.amount.currency == currency for each in balances)


def balance(statement: BankStatement, codes: tuple[str, ...]) -> StatementBalance | None:
    """Return the first balance of a statement by one of these codes, None where it has none."""
    for code in codes:
        for each in statement.balances:
            if each.code == code:
                return each
    return None
