"""The fields of MT940 and MT942: the grammar is the library mt-940's, the judgement ours."""

import calendar
import re
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from mt940 import models, options, processors, tags

from usance.adapters.messages.errors import MALFORMED_DAY, MALFORMED_LINE, NO_CURRENCY
from usance.kernel.errors import MALFORMED_AMOUNT, Invalid
from usance.kernel.money import Currency, Money, parse
from usance.payments.model import Counterparty, References

_LINE: Final = (tags.Statement().re, tags.StatementASNB().re)
_BALANCE: Final = re.compile(r"([DC])(\d{6})([A-Z]{3})?\s*([\d.,]{1,30})\s*", re.IGNORECASE)
_SUM: Final = re.compile(r"(\d{1,9})([A-Z]{3})?([\d.,]{1,30})\s*")
_AMOUNT: Final = re.compile(r"0*(\d{1,15}(?:[.,]\d{0,8})?)")
# Two digits of a year: SWIFT's own turn of the century.
_PIVOT: Final = 80
_HALF_A_YEAR: Final = timedelta(days=183)
_CODED: Final = re.compile(r"(\d{3})([?>~+])(?=\d{2})")
_SLASHED: Final = re.compile(
    r"/(EREF|KREF|IREF|PREF|MARF|NAME|IBAN|ACCT|BIC|REMI|RTRN|TRCD|BENM|ORDP|CNTP|ISDT|CSID|PURP"
    r"|USTD|CDTRREF|TRTP|SVCL|UETR)/"
)
_UETR: Final = re.compile(
    r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}", re.IGNORECASE
)
_NOTHING: Final = frozenset({"NONREF", "NOTPROVIDED", ""})
_LIBRARY: Final = models.Transactions(
    options=options.Options(applicant_iban=True, gvc_leading_text=True)
)


class StatementLine(NamedTuple):
    """Field 61. fixed: the day does not exist and was moved to the end of its month."""

    value_date: date
    booked_on: date
    fixed: bool
    is_credit: bool
    is_reversal: bool
    amount: str
    code: str
    customer_reference: str
    bank_reference: str
    details: str


class Balance(NamedTuple):
    """Fields 60, 62, 64 and 65. currency: "" where the bank left it out."""

    is_credit: bool
    on: date
    currency: str
    amount: str


def statement_line(value: str, field: str) -> StatementLine:
    """Return a statement line (field 61). Raises Invalid: malformed_line, malformed_day."""
    text = value.strip("\n").replace("\r", "")
    hit = next((found for each in _LINE if (found := each.match(text))), None)
    if hit is None:
        raise MALFORMED_LINE.invalid(field, text[:60])
    said: dict[str, Any] = hit.groupdict()
    value_date, fixed = day_of(said["year"] + said["month"] + said["day"], field)
    status = said["status"].upper()
    return StatementLine(
        value_date,
        _entry_day(said, value_date),
        fixed,
        status.endswith("C"),
        status.startswith("R"),
        said["amount"],
        (said["id"] or "").strip(),
        _reference(said["customer_reference"]),
        _reference(said["bank_reference"]),
        " ".join((said["extra_details"] or "").split()),
    )


def _reference(said: str | None) -> str:
    bare = (said or "").strip()
    return "" if bare.upper() in _NOTHING else bare


def _entry_day(said: dict[str, Any], value_date: date) -> date:
    """Return the booking date, of which only month and day are written, beside the value date."""
    month, day = (said["entry_month"] or "").strip(), (said["entry_day"] or "").strip()
    if not (month and day):
        return value_date
    for year in (value_date.year, value_date.year + 1, value_date.year - 1):
        try:
            found = date(year, int(month), int(day))
        except ValueError:
            continue
        if abs(found - value_date) <= _HALF_A_YEAR:
            return found
    return value_date


def day_of(written: str, field: str) -> tuple[date, bool]:
    """Return the day of YYMMDD, and whether it had to be moved.

    Banks that count every month with 30 days write 30 February: that is its last day. Raises
    Invalid(malformed_day) for what no calendar knows.
    """
    if not (len(written) == 6 and written.isascii() and written.isdecimal()):
        raise MALFORMED_DAY.invalid(field, written)
    short, month, day = int(written[:2]), int(written[2:4]), int(written[4:])
    year = short + (1900 if short >= _PIVOT else 2000)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise MALFORMED_DAY.invalid(field, written)
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day, last)), day > last


def balance(value: str, field: str) -> Balance:
    """Return a balance. Raises Invalid: malformed_line, malformed_day."""
    hit = _BALANCE.fullmatch(value.strip())
    if hit is None:
        raise MALFORMED_LINE.invalid(field, value.strip()[:60])
    on, _ = day_of(hit[2], field)
    return Balance(hit[1].upper() == "C", on, (hit[3] or "").upper(), hit[4])


def sum_of(value: str) -> int | None:
    """Return how many entries field 90 says there are, None where it cannot be read."""
    hit = _SUM.fullmatch(value.strip())
    return int(hit[1]) if hit else None


def floor_currency(value: str) -> str:
    """Return the currency of field 34F (`EURD0,`), "" where it names none."""
    return value.strip()[:3].upper() if value.strip()[:3].isalpha() else ""


def amount(written: str, currency: str, field: str) -> Money:
    """Return an amount as SWIFT writes it: a comma before the decimals.

    Raises Invalid: malformed_amount, no_currency, unknown_currency, too_many_decimals.
    """
    if not currency:
        raise NO_CURRENCY.invalid(field)
    hit = _AMOUNT.fullmatch(written.strip())
    if hit is None:
        raise MALFORMED_AMOUNT.invalid(field, written[:40])
    return parse(hit[1].replace(",", ".").rstrip("."), currency, field, past=True)


def currency_of(code: str) -> Currency | None:
    """Return a currency, None where the code is none."""
    try:
        return Currency.of_the_past(code) if code else None
    except Invalid:
        return None


# ---- field 86 ----


class Details(NamedTuple):
    """What field 86 says of an entry."""

    references: References
    counterparty: Counterparty
    purpose: str
    information: str


def details(value: str, line: StatementLine) -> Details:
    """Return what field 86 says, in whichever of its dialects; `line` has references too."""
    joined = "".join(each.strip("\r") for each in value.split("\n"))
    coded = _CODED.match(joined)
    if coded:
        return _coded(joined.replace(coded[2], "?") if coded[2] != "?" else joined, line)
    if _SLASHED.search(joined):
        return _slashed(joined, line)
    free = " ".join(value.split())
    return Details(_references(line, remittance=free or line.details), Counterparty(), "", "")


def _coded(text: str, line: StatementLine) -> Details:
    """Three digits, then subfields `?20…`: German and Polish banks."""
    said: dict[str, Any] = {"transaction_details": text}
    processors.transaction_details_post_processor(
        _LIBRARY, tags.TransactionDetails(), {"transaction_details": text}, said
    )

    def word(name: str) -> str:
        return " ".join(str(said.get(name) or "").split())

    remittance = (word("purpose"), word("additional_purpose"))
    return Details(
        _references(
            line,
            end_to_end_id=word("end_to_end_reference"),
            remittance=" ".join(each for each in remittance if each),
        ),
        Counterparty(
            word("applicant_name"),
            (word("gvc_applicant_iban") or word("applicant_iban")).replace(" ", ""),
            word("gvc_applicant_bin") or word("applicant_bin"),
        ),
        word("purpose_code"),
        word("posting_text"),
    )


def _slashed(text: str, line: StatementLine) -> Details:
    """Words between slashes, `/EREF/…/NAME/…`: Dutch banks and SWIFT's own structure."""
    pieces = _SLASHED.split(text)
    said: dict[str, str] = {}
    for name, value in zip(pieces[1::2], pieces[2::2], strict=True):
        said.setdefault(name, " ".join(value.strip("/ ").split()))
    word = said.get
    return Details(
        _references(
            line,
            end_to_end_id=word("EREF", ""),
            uetr=word("UETR", ""),
            structured=word("CDTRREF", ""),
            remittance=word("REMI", "") or word("USTD", ""),
        ),
        Counterparty(
            word("NAME", ""),
            (word("IBAN", "") or word("ACCT", "")).replace(" ", ""),
            word("BIC", ""),
        ),
        word("PURP", ""),
        word("TRTP", ""),
    )


def _references(
    line: StatementLine,
    *,
    end_to_end_id: str = "",
    uetr: str = "",
    structured: str = "",
    remittance: str = "",
) -> References:
    own = line.customer_reference
    found = _UETR.search(f"{uetr} {remittance} {line.details}")
    return References(
        uetr=found[0].lower() if found else "",
        end_to_end_id="" if end_to_end_id.upper() in _NOTHING else end_to_end_id,
        # The word says where the reference stands, it is none itself.
        instruction_id="" if own in {"EREF", "PREF", "MARF"} else own,
        servicer=line.bank_reference,
        structured=structured,
        remittance=remittance or line.details,
    )
