"""What makes a payee another one, and under what its account is known."""

from typing import Final

from usance.kernel.money import Currency
from usance.parties.model import Beneficiary, spelt

# Whoever changes one of these may be sending the money to somebody else.
_WHO_IS_PAID: Final = frozenset(
    {"name", "country", "currency", "iban", "number", "bank_code", "bic"}
)


def account_key(currency: Currency, account: str, bank: str = "") -> str:
    """Return under what an account is known among a party's payees.

    bank: the national code or BIC of its bank; "" of an IBAN, which names the bank itself.
    """
    return f"{bank[:8]}:{account.upper()}/{currency}"


def key_of(payee: Beneficiary) -> str:
    """Return under what a payee's account is known."""
    if payee.iban is not None:
        return account_key(payee.currency, payee.iban)
    return account_key(payee.currency, payee.account, payee.bank_code or payee.bic or "")


def keys_of(currency: Currency, account: str, bank: str = "") -> tuple[str, ...]:
    """Return under what a payee may be known whom somebody names by an account, best first."""
    compact = account.replace(" ", "").replace("-", "").upper()
    bank = bank.replace(" ", "").replace("-", "").upper()
    found = [account_key(currency, compact, each) for each in dict.fromkeys(("", bank))]
    # A key of an instant scheme keeps its hyphens where it is random.
    return tuple(dict.fromkeys([*found, account_key(currency, spelt(account))]))


def changed_fields(before: Beneficiary, after: Beneficiary) -> tuple[str, ...]:
    """Return what a change made different, of who is paid and where they are."""
    fields = sorted(_WHO_IS_PAID | {"address"})
    return tuple(name for name in fields if getattr(before, name) != getattr(after, name))


def cools(fields: tuple[str, ...]) -> bool:
    """Return whether a change begins a cooling period: not one of the address alone."""
    return not _WHO_IS_PAID.isdisjoint(fields)
