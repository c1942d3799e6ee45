"""Does a credit transfer keep to CBPR+, SWIFT's usage of ISO 20022 across borders?

An XSD check alone is not enough: the schema allows what the guideline forbids. Asked before a
transfer is sent; what others send is read whatever it is.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from usance.kernel.errors import Refusal
from usance.kernel.money import decimal_text
from usance.payments.errors.cbpr import (
    CHARGE_BEARER_NEEDED,
    CHARGES_INCONSISTENT,
    FORBIDDEN_CHARACTER,
    RATE_INCONSISTENT,
    UETR_NEEDED,
    UNSTRUCTURED_ADDRESS,
)
from usance.payments.model import Address, ChargeBearer, CreditTransfer, TransferParty

_UETR: Final = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")
# FIN-X, for references; the extended set, for names, addresses and remittance.
_REFERENCE: Final = re.compile(r"[0-9A-Za-z/\-?:().,'+ ]*")
_TEXT: Final = re.compile(r"[0-9A-Za-z/\-?:().,'+ !#$%&*=^_`{|}~\";<>@\[\]\\\r\n]*")
_BEARERS: Final = frozenset({ChargeBearer.DEBTOR, ChargeBearer.SHARED, ChargeBearer.CREDITOR})
_HYBRID_LINES_MAX: Final = 2
_LINE_MAX: Final = 70


class AddressForm(StrEnum):
    """How far an address is structured (PostalAddress24)."""

    NONE = "none"
    STRUCTURED = "structured"
    HYBRID = "hybrid"
    UNSTRUCTURED = "unstructured"


def address_form(address: Address) -> AddressForm:
    """Return the form of an address.

    Hybrid: town and country stand in their own fields, and at most two lines of 70 characters
    beside them, none of which says one of the two again.
    """
    if address == Address():
        return AddressForm.NONE
    if not (address.town and address.country):
        return AddressForm.UNSTRUCTURED
    if not address.lines:
        return AddressForm.STRUCTURED
    own = {address.town.casefold(), address.country.casefold()}
    fits = len(address.lines) <= _HYBRID_LINES_MAX and all(
        len(line) <= _LINE_MAX and line.strip().casefold() not in own for line in address.lines
    )
    return AddressForm.HYBRID if fits else AddressForm.UNSTRUCTURED


def breaches(transfer: CreditTransfer, *, takes_unstructured: bool) -> list[Refusal]:
    """Return all that speaks against sending a transfer, in order; nothing: it may go.

    takes_unstructured: whether addresses without structure are still taken on the day, of the
    row of `payments.address` for `cbpr`.
    """
    return [
        *_uetr(transfer),
        *_addresses(transfer, takes_unstructured=takes_unstructured),
        *_charges(transfer),
        *_characters(transfer),
    ]


def _uetr(transfer: CreditTransfer) -> Iterator[Refusal]:
    uetr = transfer.references.uetr
    if not _UETR.fullmatch(uetr):
        yield UETR_NEEDED.refuse("references.uetr", uetr)


def _parties(transfer: CreditTransfer) -> tuple[tuple[str, TransferParty], ...]:
    return (
        ("debtor", transfer.debtor),
        ("debtor_agent", transfer.debtor_agent),
        ("creditor", transfer.creditor),
        ("creditor_agent", transfer.creditor_agent),
    )


def _addresses(transfer: CreditTransfer, *, takes_unstructured: bool) -> Iterator[Refusal]:
    if takes_unstructured:
        return
    for name, party in _parties(transfer):
        if address_form(party.address) is AddressForm.UNSTRUCTURED:
            shown = " ".join(party.address.lines) or party.address.town or party.address.country
            yield UNSTRUCTURED_ADDRESS.refuse(f"{name}.address", shown[:140])


def _charges(transfer: CreditTransfer) -> Iterator[Refusal]:
    bearer, settled = transfer.charges, transfer.settled
    if bearer not in _BEARERS:
        yield CHARGE_BEARER_NEEDED.refuse("charges", bearer or "")
    if settled is None:
        return
    differs = settled.currency != transfer.amount.currency
    if differs is not bool(transfer.rate):
        yield RATE_INCONSISTENT.refuse("rate", transfer.rate)
    if differs:
        return
    less = settled.minor < transfer.amount.minor
    more = settled.minor > transfer.amount.minor
    if less if bearer is ChargeBearer.DEBTOR else more and bearer in _BEARERS:
        yield CHARGES_INCONSISTENT.refuse("settled", decimal_text(settled))


def _characters(transfer: CreditTransfer) -> Iterator[Refusal]:
    references = transfer.references
    for name in ("end_to_end_id", "instruction_id", "transaction_id", "message_id"):
        said: str = getattr(references, name)
        slashes = said.startswith("/") or said.endswith("/") or "//" in said
        if slashes or not _REFERENCE.fullmatch(said):
            yield FORBIDDEN_CHARACTER.refuse(f"references.{name}", said[:140])
    if not _TEXT.fullmatch(references.remittance):
        yield FORBIDDEN_CHARACTER.refuse("references.remittance", references.remittance[:140])
    for name, party in _parties(transfer):
        address = party.address
        for said in (party.name, address.street, address.town, *address.lines):
            if not _TEXT.fullmatch(said):
                yield FORBIDDEN_CHARACTER.refuse(name, said[:140])
