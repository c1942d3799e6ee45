"""Who plays in a demonstration: invented parties, as the verbs that register them."""

from collections.abc import Sequence
from typing import Final

from usance.kernel.ids import BankAccountId, PartyId, UserId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.parties.model import (
    COUNTRY_UNKNOWN,
    HOUSE,
    OPERATOR,
    Identifier,
    PartyKind,
    Role,
    Scheme,
)
from usance.parties.rules.invented import invented_buyer
from usance.parties.service.register import RegisterBankAccount, RegisterParty, RegisterUser

# 2026-01-01T00:00:00Z: the ids of the cast follow from this moment and their names.
_EPOCH_MS: Final = 1_767_225_600_000


def cast_party(name: str) -> PartyId:
    """Return the id of a party of the cast: operator, seller, funder_one, funder_two, regulator."""
    if name == "operator":
        return OPERATOR
    return PartyId.derived(_EPOCH_MS, "cast", name)


def cast_user(name: str) -> UserId:
    """Return the id of a user of the cast, by the names that `_USERS` lists."""
    if name == "house":
        return HOUSE
    return UserId.derived(_EPOCH_MS, "cast", name)


def cast_bank_account(party: str, currency: str) -> BankAccountId:
    """Return the id of the bank account that a party of the cast has in a currency."""
    return BankAccountId.derived(_EPOCH_MS, "cast", party, currency)


_PARTIES: Final = (
    RegisterParty(
        cast_party("operator"),
        PartyKind.OPERATOR,
        "Usance Demonstration Payments Ltd",
        "GB",
        risk_grade="A",
        identifiers=(Identifier(Scheme.LEI, "99990000USANCEDEMO42"),),
        reference="cast:operator",
    ),
    RegisterParty(
        cast_party("seller"),
        PartyKind.SELLER,
        "Hangzhou Qingfeng Home Gifts Co., Ltd.",
        "CN",
        local_name="杭州清风家居礼品有限公司",
        risk_grade="B",
        identifiers=(Identifier(Scheme.USCC, "91330106MA9000001X"),),
        reference="cast:seller",
    ),
    RegisterParty(
        cast_party("funder_one"),
        PartyKind.FUNDER,
        "Harbour Bridge Factoring Ltd",
        "HK",
        local_name="港桥保理有限公司",
        risk_grade="A",
        identifiers=(Identifier(Scheme.LEI, "99990000HARBRIDGE094"),),
        reference="cast:funder_one",
    ),
    RegisterParty(
        cast_party("funder_two"),
        PartyKind.FUNDER,
        "Northgate Trade Finance plc",
        "GB",
        risk_grade="A",
        identifiers=(Identifier(Scheme.LEI, "99990000NORTHGATE015"),),
        reference="cast:funder_two",
    ),
    RegisterParty(
        cast_party("regulator"),
        PartyKind.REGULATOR,
        "Demonstration Trade Zone Authority",
        "CN",
        local_name="示范贸易区管理局",
        risk_grade="A",
        reference="cast:regulator",
    ),
)
# Name, party, how people read it, roles. Two of each who decide, so that four eyes exist.
_USERS: Final = (
    ("house", "operator", "The house itself", (Role.OPERATIONS,)),
    ("admin", "operator", "Ada Admin", (Role.OPERATOR_ADMIN,)),
    ("admin_two", "operator", "Ben Admin", (Role.OPERATOR_ADMIN,)),
    ("operations", "operator", "Olive Operations", (Role.OPERATIONS,)),
    ("ledger", "operator", "A program that keeps accounts", (Role.LEDGER,)),
    ("risk", "operator", "Ralph Risk", (Role.RISK,)),
    ("risk_two", "operator", "Rita Risk", (Role.RISK,)),
    ("seller", "seller", "林经理", (Role.SELLER,)),
    ("seller_two", "seller", "周会计", (Role.SELLER,)),
    ("developer", "seller", "Dev Developer", (Role.DEVELOPER,)),
    ("funder_one", "funder_one", "Fay Funder", (Role.FUNDER,)),
    ("funder_two", "funder_two", "Finn Funder", (Role.FUNDER,)),
    ("regulator", "regulator", "Reg Regulator", (Role.REGULATOR,)),
)
# Party, country, currency, IBAN, number. Bank codes are made up.
_BANK_ACCOUNTS: Final = (
    ("operator", "GB", "GBP", "GB12USAN99999900000017", None),
    ("operator", "CN", "CNY", None, "9999000000000000017"),
    ("seller", "CN", "CNY", None, "9999000000000000025"),
    ("funder_one", "HK", "CNY", None, "999000000033"),
    ("funder_two", "GB", "CNY", "GB43USAN99999900000041", None),
)


def cast() -> tuple[tuple[str, Record], ...]:
    """Return the verbs, in order, that register the whole cast: (verb, body) pairs."""
    names = {party.id: party.local_name or party.legal_name for party in _PARTIES}
    users = (
        RegisterUser(cast_user(name), cast_party(party), person, roles)
        for name, party, person, roles in _USERS
    )
    accounts = (
        RegisterBankAccount(
            id=cast_bank_account(party, currency),
            party_id=cast_party(party),
            holder=names[cast_party(party)],
            country=country,
            currency=Currency(currency),
            iban=iban,
            number=number,
        )
        for party, country, currency, iban, number in _BANK_ACCOUNTS
    )
    return (
        *(("register_party", party) for party in _PARTIES),
        *(("register_user", user) for user in users),
        *(("register_bank_account", account) for account in accounts),
    )


def buyer_id(shop: str, customer_number: str) -> PartyId:
    """Return the id under which `register_invented` registers a shop's customer."""
    return PartyId.derived(_EPOCH_MS, "buyer", shop, customer_number)


def buyer_bank_account_id(shop: str, customer_number: str) -> BankAccountId:
    """Return the id of the bank account that `register_invented` gives a shop's customer."""
    return BankAccountId.derived(_EPOCH_MS, "buyer", shop, customer_number)


def register_invented(
    seed: int, shop: str, customer_number: str, country: str, currency: str
) -> Sequence[tuple[str, Record]]:
    """Return the verbs that register a made-up buyer for a shop's customer number.

    shop: names the shop in the reference, `uci` gives `uci:17850`. currency: of the bank
    account, where the buyer has one; a buyer without pays by the card of `invented_buyer`.
    """
    buyer = invented_buyer(seed, customer_number, country)
    party = RegisterParty(
        id=buyer_id(shop, customer_number),
        kind=PartyKind.BUYER,
        legal_name=buyer.legal_name,
        country=country,
        risk_grade="E" if country == COUNTRY_UNKNOWN else "B",
        reference=f"{shop}:{customer_number}",
    )
    if buyer.iban is None:
        return (("register_party", party),)
    account = RegisterBankAccount(
        id=buyer_bank_account_id(shop, customer_number),
        party_id=party.id,
        holder=buyer.legal_name,
        country=country,
        currency=Currency(currency),
        iban=buyer.iban,
    )
    return (("register_party", party), ("register_bank_account", account))
