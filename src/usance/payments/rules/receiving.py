"""How money that came in says whose it is: numbers, references and names in one spelling."""

import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from stdnum.iso7064 import mod_97_10

from usance.kernel.errors import Invalid
from usance.kernel.ids import InstructionId, PaymentId, parse_any
from usance.payments.model import Counterparty, References

COUNTRY_UNKNOWN: Final = "ZZ"
_NOT_SHOWN: Final = re.compile(r"[\s\-./]")
# What may be the number of an invoice in free text: it has a digit.
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-/_.]{1,34}")
_REFERENCE: Final = re.compile(r"\bRF\d{2}[A-Z0-9]{1,21}\b")
_WORDS_MAX: Final = 20
_UUID: Final = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
# So much of an id is random that two never share it; a reference has room for 21 characters.
_TAIL: Final = 16


def compact(number: str) -> str:
    """Return an account number or a reference without blanks and marks, in capitals."""
    return _NOT_SHOWN.sub("", number).upper()


def creditor_reference(of: str) -> str:
    """Return the creditor reference (ISO 11649) that stands for a printed id."""
    tail = of[-_TAIL:].upper()
    return f"RF{mod_97_10.calc_check_digits(tail + 'RF')}{tail}"


def creditor_references(names: References) -> list[str]:
    """Return the creditor references that a transfer names, in any field a payer may fill."""
    given = [compact(names.structured)]
    for text in (names.end_to_end_id, names.remittance):
        given += _REFERENCE.findall(text.upper())
    return [each for each in given if each.startswith("RF")]


def ids_named(names: References) -> list[UUID]:
    """Return the ids of ours that a transfer carries: instructions and payments, as UUIDs."""
    given = (names.uetr, names.end_to_end_id, names.instruction_id, names.structured)
    found = [each for each in map(_id_of, given) if each is not None]
    return list(dict.fromkeys(found))


def _id_of(text: str) -> UUID | None:
    if _UUID.fullmatch(text):
        return UUID(text)
    try:
        named = parse_any(text.lower())
    except Invalid:
        return None
    return UUID(int=named.int) if isinstance(named, InstructionId | PaymentId) else None


def invoice_numbers(names: References) -> list[str]:
    """Return what may be an invoice's number: whole fields first, then words with a digit."""
    whole = [names.structured, names.end_to_end_id, names.remittance.strip()]
    words = _WORD.findall(names.remittance)
    with_digit: Iterable[str] = (word for word in words if any(map(str.isdigit, word)))
    found = dict.fromkeys(each for each in (*whole, *with_digit) if 0 < len(each) <= 35)
    return list(found)[:_WORDS_MAX]


def country_of(payer: Counterparty) -> str:
    """Return where money comes from: the payer's country, else its bank's, else ZZ."""
    if payer.country:
        return payer.country
    if re.match(r"[A-Z]{2}\d{2}", payer.account):
        return payer.account[:2]
    if len(payer.agent) in {8, 11}:
        return payer.agent[4:6]
    return COUNTRY_UNKNOWN
