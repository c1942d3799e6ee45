"""Somebody – asks – which ways there are to a country in a currency.

The rows are policy: dated, with their source. A corridor of the country itself stands before the
one that goes anywhere, and the methods stand in the order of `payments.method`, the fastest first.
"""

from datetime import date
from typing import Final

from usance.kernel.dates import Calendar
from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.money import Currency, Money
from usance.parties.model import BankAccount, Beneficiary, key_among
from usance.payments.model import BeneficiaryField, Corridor, Direction
from usance.payments.rules.corridors import (
    ANYWHERE,
    corridor_of,
    field_of,
    payable_by,
    scope_of,
)
from usance.policy.model import ANY_SCOPE, PolicyRow
from usance.policy.service import all_series, calendar, find_row, look_up, row_in_force
from usance.runtime.database import Connection

CORRIDOR: Final = "payments.corridor"
FIELD: Final = "payments.beneficiary_field"
METHOD: Final = "payments.method"
_PAGE: Final = 1000
# The national code of a bank, and the key of a payee, go by another name in each country.
_KEYS: Final = {"BR": "pix_key", "TH": "promptpay_id", "HK": "fps_proxy"}
_BANK_CODES: Final = {"GB": "sort_code", "US": "aba", "IN": "ifsc", "AU": "bsb"}


def corridors_to(book: Standing, to: tuple[str, Currency]) -> tuple[Corridor, ...]:
    """Return today's ways to a country in a currency, for `draft.recall`."""
    on = book.now.date()
    methods = find_row(book, METHOD, ANY_SCOPE, on)
    if methods is None:
        return ()
    found = []
    for method in methods.words("methods"):
        for country in (to[0], ANYWHERE):
            row = _exactly(find_row(book, CORRIDOR, scope_of(country, to[1], method), on))
            if row is not None:
                found.append(corridor_of(row, lambda name: _field(book, name, on)))
                break
    return tuple(found)


def corridor_from(book: Standing, country: str, currency: Currency, method: str) -> Corridor | None:
    """Return how a method collects from a country in a currency, None where nobody says."""
    on = book.now.date()
    for place in (country, ANYWHERE):
        row = _exactly(find_row(book, CORRIDOR, scope_of(place, currency, method), on))
        if row is not None:
            found = corridor_of(row, lambda name: _field(book, name, on))
            return None if found.direction is Direction.OUT else found
    return None


def _exactly(row: PolicyRow | None) -> PolicyRow | None:
    """Return a row of its own scope: what policy says of all other scopes is no corridor."""
    return None if row is None or row.scope == ANY_SCOPE else row


def _field(book: Standing, name: str, on: date) -> BeneficiaryField:
    return field_of(look_up(book, FIELD, name, on))


def unpayable(draft: Draft, account: BankAccount | Beneficiary, amount: Money) -> Refusal | None:
    """Return why no method can pay an account, None where one can or the catalogue is silent.

    Refuses: outside_corridor, beneficiary_incomplete, beneficiary_malformed.
    """
    ways = draft.recall(corridors_to, (account.country, amount.currency))
    taken = payable_by(ways, amount, fields_of(account))
    return taken if isinstance(taken, Refusal) else None


def fields_of(account: BankAccount | Beneficiary) -> dict[str, str]:
    """Return what an account gives of the fields that corridors ask for."""
    return {
        "name": account.name if isinstance(account, Beneficiary) else account.holder,
        "iban": account.iban or "",
        "account_number": account.number or account.iban or "",
        "bic": account.bic or "",
        _BANK_CODES.get(account.country, "bank_code"): account.bank_code or "",
        _KEYS.get(account.country, "alias"): key_among(
            account.country, account.number, account.bank_code or account.bic
        ),
    }


async def list_corridors(
    connection: Connection, on: date, country: str = "", currency: str = ""
) -> list[Corridor]:
    """Return the ways in force on a day, of a country and currency where they are named.

    Those that go anywhere are among the ways to a country, except where it has its own.
    """
    fields = {row.scope: field_of(row) for row in await _rows(connection, FIELD, on)}
    methods = await row_in_force(connection, METHOD, ANY_SCOPE, on)
    order = () if methods is None else methods.words("methods")
    rows = [row for row in await _rows(connection, CORRIDOR, on) if row.scope != ANY_SCOPE]
    every = [corridor_of(row, fields.__getitem__) for row in rows]
    own = {(each.currency, each.method) for each in every if each.country == country}
    found = [each for each in every if _asked_for(each, country, currency, own)]
    known = {method: place for place, method in enumerate(order)}
    return sorted(
        found,
        key=lambda each: (
            each.country,
            each.currency,
            known.get(each.method, len(known)),
            each.method,
        ),
    )


def _asked_for(
    corridor: Corridor, country: str, currency: str, own: set[tuple[Currency, str]]
) -> bool:
    if currency and corridor.currency != currency:
        return False
    if not country or corridor.country == country:
        return True
    return corridor.country == ANYWHERE and (corridor.currency, corridor.method) not in own


async def _rows(connection: Connection, rule: str, on: date) -> list[PolicyRow]:
    """Return the rows of a rule that are in force on a day, one for each scope."""
    found = []
    after = ""
    while page := await all_series(connection, rule, after, _PAGE):
        for series in page:
            begun = [row for row in series.rows if row.effective_from <= on]
            if begun:
                found.append(begun[-1])
        after = page[-1].id
    return found


def business_days(book: Standing, currency: Currency) -> Calendar:
    """Return the business days of a currency, for `draft.recall`."""
    row = look_up(book, "payments.calendar", currency, book.now.date())
    return calendar(book, row.text("calendar"))
