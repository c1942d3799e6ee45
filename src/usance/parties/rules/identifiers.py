"""Names, countries, identifiers and account numbers: what can be right and what cannot.

Each function returns the value in its one spelling, or the refusal that names what is wrong.
The arithmetic is that of python-stdnum (LEI ISO 17442, USCC GB 32100, VAT) and schwifty (IBAN
ISO 13616, BIC ISO 9362).
"""

import re
import warnings
from collections.abc import Callable
from typing import Any, Final

import pycountry
import schwifty
import stdnum.ch.vat
import stdnum.cn.uscc
import stdnum.eu.vat
import stdnum.gb.vat
import stdnum.lei
import stdnum.no.mva
from schwifty import exceptions as iban_faults
from stdnum import exceptions as stdnum_faults

from usance.kernel.errors import Code, Refusal
from usance.parties.errors import (
    MALFORMED_IDENTIFIER,
    MALFORMED_NAME,
    ONE_ACCOUNT_NUMBER,
    OTHER_COUNTRY,
    UNKNOWN_COUNTRY,
    UNKNOWN_GRADE,
    UNKNOWN_SCHEME,
    WRONG_CHECK_DIGIT,
    WRONG_LENGTH,
)
from usance.parties.model import (
    COUNTRY_UNKNOWN,
    GRADES,
    Identifier,
    KeyKind,
    Scheme,
    kind_of,
    spelt,
)

_NAME_LENGTH_MAX: Final = 140  # ISO 20022 Max140Text
_NUMBER_LENGTH_MAX: Final = 34  # ISO 20022 Max34Text
# EU is reserved by ISO 3166 for those who are placed in the Union and no further.
_COUNTRIES: Final = frozenset(
    {country.alpha_2 for country in pycountry.countries} | {"EU", "XK", COUNTRY_UNKNOWN}
)
_LEI_LENGTH: Final = 20
# As an IBAN begins, and as long as one may be said to be meant.
_LIKE_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,36}")
# Greece and Northern Ireland have VAT prefixes of their own.
_EU_VAT: Final = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()  # noqa: SIM905 - reads better
)
_VAT_ELSEWHERE: Final[dict[str, Any]] = {
    "CH": stdnum.ch.vat,
    "GB": stdnum.gb.vat,
    "NO": stdnum.no.mva,
}


def checked_name(name: str, field: str) -> str | Refusal:
    """Return a name without blanks around it, or malformed_name."""
    trimmed = name.strip()
    if not trimmed or len(trimmed) > _NAME_LENGTH_MAX or not trimmed.isprintable():
        return MALFORMED_NAME.refuse(field, ascii(name[:60]))
    return trimmed


def checked_country(code: str, field: str) -> str | Refusal:
    """Return a country of ISO 3166-1, or unknown_country."""
    return code if code in _COUNTRIES else UNKNOWN_COUNTRY.refuse(field, code[:12])


def checked_grade(grade: str, field: str) -> str | Refusal:
    """Return a risk grade, or unknown_grade."""
    return grade if grade in GRADES else UNKNOWN_GRADE.refuse(field, grade[:12])


def checked_identifier(identifier: Identifier, field: str) -> Identifier | Refusal:
    """Return an identifier in its one spelling.

    Refuses, in this order: unknown_scheme, wrong_length, malformed_identifier,
    wrong_check_digit.
    """
    check = _SCHEMES.get(identifier.scheme)
    if check is None:
        return UNKNOWN_SCHEME.refuse(f"{field}.scheme", identifier.scheme[:12])
    value = check(identifier.value, f"{field}.value")
    return value if isinstance(value, Refusal) else Identifier(identifier.scheme, value)


def checked_identifiers(
    identifiers: tuple[Identifier, ...], field: str
) -> tuple[Identifier, ...] | Refusal:
    """Return all of them in their one spelling, or the refusal of the first that is wrong."""
    good = []
    for index, identifier in enumerate(identifiers):
        checked = checked_identifier(identifier, f"{field}[{index}]")
        if isinstance(checked, Refusal):
            return checked
        good.append(checked)
    return tuple(good)


def checked_iban(text: str, field: str) -> str | Refusal:
    """Return an IBAN without blanks.

    Refuses: malformed_identifier, wrong_length, wrong_check_digit, unknown_country.
    """
    return _judged(lambda: str(schwifty.IBAN(text)), text, field)


def iban_fault(account: str, field: str) -> Refusal | None:
    """Return what is wrong with an account that is written as an IBAN; None of any other number.

    Refuses: malformed_identifier, wrong_length, wrong_check_digit.
    """
    compact = "".join(account.split()).upper()
    if _LIKE_IBAN.fullmatch(compact) is None:
        return None
    checked = checked_iban(compact, field)
    is_fault = isinstance(checked, Refusal) and checked.code != UNKNOWN_COUNTRY.code
    return checked if is_fault and isinstance(checked, Refusal) else None


def checked_bic(text: str, field: str) -> str | Refusal:
    """Return a BIC of 8 or 11 characters. Whether a bank answers to it is not asked."""
    return _judged(lambda: str(schwifty.BIC(text)), text, field)


def checked_bank_code(text: str, field: str) -> str | Refusal:
    """Return the national code of a bank without blanks and hyphens, or malformed_identifier."""
    compact = text.replace(" ", "").replace("-", "").upper()
    if not (compact.isascii() and compact.isalnum()) or len(compact) > _NUMBER_LENGTH_MAX:
        return MALFORMED_IDENTIFIER.refuse(field, ascii(text[:40]))
    return compact


def checked_account(
    country: str, iban: str | None, number: str | None
) -> tuple[str | None, str | None] | Refusal:
    """Return the IBAN or the account number, in its one spelling, of an account in `country`.

    In place of a number a key of the country's instant scheme may stand: a phone, an e-mail, ….
    Refuses: one_account_number, what `checked_iban` refuses, other_country.
    """
    if (iban is None) == (number is None):
        return ONE_ACCOUNT_NUMBER.refuse("iban")
    if number is not None:
        if kind_of(country, key := spelt(number)) in _NO_NUMBERS:
            return None, key
        compact = number.replace(" ", "").replace("-", "")
        if not (compact.isascii() and compact.isalnum()) or len(compact) > _NUMBER_LENGTH_MAX:
            return MALFORMED_IDENTIFIER.refuse("number", ascii(number[:40]))
        return None, compact
    assert iban is not None, "one of the two is given"
    checked = checked_iban(iban, "iban")
    if isinstance(checked, Refusal):
        return checked
    # Some islands bank under the IBAN of another country: Guernsey, Jersey and Man under GB.
    if checked[:2] not in {country, IBAN_COUNTRY.get(country, country)}:
        return OTHER_COUNTRY.refuse("iban", checked[:2])
    return checked, None


# Keys that could not be taken for the number of an account.
_NO_NUMBERS: Final = frozenset({KeyKind.PHONE, KeyKind.EMAIL, KeyKind.RANDOM})
IBAN_COUNTRY: Final = {
    "AX": "FI", "BL": "FR", "GF": "FR", "GG": "GB", "GP": "FR", "IM": "GB", "JE": "GB",
    "MF": "FR", "MQ": "FR", "NC": "FR", "PF": "FR", "PM": "FR", "RE": "FR", "TF": "FR",
    "WF": "FR", "YT": "FR",
}  # fmt: skip


def _checked_lei(value: str, field: str) -> str | Refusal:
    compact = stdnum.lei.compact(value)
    if len(compact) != _LEI_LENGTH:
        return WRONG_LENGTH.refuse(field, value[:40])
    return _judged(lambda: stdnum.lei.validate(compact), value, field)


def _checked_uscc(value: str, field: str) -> str | Refusal:
    return _judged(lambda: stdnum.cn.uscc.validate(value), value, field)


def _checked_vat(value: str, field: str) -> str | Refusal:
    compact = value.replace(" ", "").replace("-", "").replace(".", "").upper()
    prefix = compact[:2]
    if prefix in _EU_VAT:
        return _judged(lambda: stdnum.eu.vat.validate(compact), value, field)
    if prefix in _VAT_ELSEWHERE:
        rules = _VAT_ELSEWHERE[prefix]
        return _judged(lambda: prefix + rules.validate(compact).removeprefix(prefix), value, field)
    return UNKNOWN_SCHEME.refuse(field, value[:40])


_SCHEMES: Final[dict[str, Callable[[str, str], str | Refusal]]] = {
    Scheme.LEI: _checked_lei,
    Scheme.USCC: _checked_uscc,
    Scheme.VAT: _checked_vat,
}
# What the libraries raise, and what we say; a class stands before its bases.
_FAULTS: Final[tuple[tuple[type[Exception], Code], ...]] = (
    (iban_faults.InvalidLength, WRONG_LENGTH),
    (iban_faults.InvalidChecksumDigits, WRONG_CHECK_DIGIT),
    (iban_faults.InvalidBBANChecksum, WRONG_CHECK_DIGIT),
    (iban_faults.InvalidCountryCode, UNKNOWN_COUNTRY),
    (iban_faults.SchwiftyException, MALFORMED_IDENTIFIER),
    (stdnum_faults.InvalidLength, WRONG_LENGTH),
    (stdnum_faults.InvalidChecksum, WRONG_CHECK_DIGIT),
    (stdnum_faults.ValidationError, MALFORMED_IDENTIFIER),
    (ValueError, MALFORMED_IDENTIFIER),
)


def _judged(check: Callable[[], Any], value: str, field: str) -> str | Refusal:
    """Return what a library's check returns, or the refusal its exception means."""
    try:
        with warnings.catch_warnings():
            # schwifty warns where a country has no national check digits of its own to verify.
            warnings.simplefilter("ignore")
            return str(check())
    except (iban_faults.SchwiftyException, stdnum_faults.ValidationError, ValueError) as fault:
        code = next(code for kind, code in _FAULTS if isinstance(fault, kind))
        return code.refuse(field, value[:40])
