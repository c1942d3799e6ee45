"""What the ledger makes us expect of a bank: each leg on the account, and how the bank names it.

Whatever touches the account is expected. A leg that is not in the table is expected too, with no
name but its fact's position, so nothing is overlooked because nobody thought of it.
"""

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from usance.kernel.records import Record
from usance.payments.model import uetr_of
from usance.payments.rules.matching.names import name_key


class Expectation(Record, frozen=True):
    """How legs of a code are seen by a bank.

    part, fields: where in the fact their names stand. is_due: late if no statement shows it; what
    is swept or covered in one sum at the day's end is not.
    """

    kind: str
    part: str
    fields: tuple[str, ...]
    is_due: bool = True


_SETTLED: Final = Expectation("settlement", "payment_settled", ("notice", "payment_id", "booking"))
_UNMATCHED: Final = Expectation(
    "settlement", "settlement_unmatched", ("notice", "payment_id", "booking")
)
_PAYOUT: Final = Expectation("payout", "payout_initiated", ("instruction_id", "payout_id"))
_RETURN: Final = Expectation("return", "suspense_returning", ("instruction_id", "suspense_id"))
_LATE: Final = Expectation("late_success", "late_success", ("instruction_id",))
_RECEIPT: Final = Expectation("receipt", "receipt_recorded", ("booking",))
_REFUND: Final = Expectation("refund_netted", "refund_confirmed", ("refund_id", "payment_id"))
_CHARGED: Final = Expectation("chargeback", "charged_back", ("dispute_id", "payment_id"))
_COVER: Final = Expectation("fx_cover", "payment_settled", ("notice",), is_due=False)
_SWEPT: Final = Expectation("income_sweep", "income_swept", ())
_REINSTATED: Final = Expectation("chargeback", "dispute_reinstated", ("dispute_id", "payment_id"))
_OWN: Final = Expectation("own_money", "", (), is_due=False)

EXPECTED: Final[Mapping[str, Expectation]] = {
    "settlement_net": _SETTLED,
    "settlement_excess": _SETTLED,
    "unmatched_net": _UNMATCHED,
    "unmatched_excess": _UNMATCHED,
    "payout": _PAYOUT,
    # Another rail may have made it than the one that was asked first.
    "payout_paid": Expectation("payout", "payout_paid", ("instruction_id",)),
    "payout_returned": Expectation(
        "payout_return", "payout_returned", ("instruction_id", "payout_id")
    ),
    "late_payout_available": _LATE,
    "late_payout_reserve": _LATE,
    "late_payout_owed": _LATE,
    "return": _RETURN,
    "return_blocked": _RETURN,
    "late_return": _LATE,
    "late_return_blocked": _LATE,
    "receipt": _RECEIPT,
    "receipt_unmatched": _RECEIPT,
    "receipt_blocked": _RECEIPT,
    "bank_debit": Expectation("bank_debit", "suspense_opened", ("source",)),
    "refund_netted": _REFUND,
    "unwind_netted": _REFUND,
    "chargeback_unmatched_paid": _CHARGED,
    "funding": Expectation("funds", "funds_received", ("reference",)),
    "income_swept": _SWEPT,
    "reinstated_received": _REINSTATED,
    "reinstated_sold": _COVER,
    "reinstated_bought": _COVER,
    "cover_sold": _COVER,
    "cover_bought": _COVER,
    "unwind_cover_bought": _COVER,
    "unwind_cover_sold": _COVER,
    "fx_drift_own": _OWN,
    "owed_swept": _OWN,
    "unwind_own_money": _OWN,
    "late_payout_own_money": _OWN,
    "borne_own_money": _OWN,
}
_HEX: Final = re.compile(r"[0-9A-F]{32}")
_OTHER: Final = Expectation("other", "", ())


def expectation_of(
    code: str, parts: Mapping[str, Mapping[str, object]]
) -> tuple[str, bool, tuple[str, ...]]:
    """Return kind, whether it is due, and names of a leg, by its code and the parts of its fact.

    A settlement by the bank's own booking bears the name of the booking, too.
    """
    expected = EXPECTED.get(code, _OTHER)
    said = parts.get(expected.part, {})
    names = [
        name
        for field in expected.fields
        if said.get(field)
        for name in _spelt(field, str(said[field]))
    ]
    booking = parts.get("receipt_recorded", {}).get("booking")
    if booking and expected.is_due:
        names.append(booking_key(str(booking)))
    return expected.kind, expected.is_due, tuple(dict.fromkeys(name for name in names if name))


def names_of_instruction(instruction_id: UUID) -> tuple[str, ...]:
    """Return the names under which a bank may show what an instruction has moved."""
    return _spelt("instruction_id", instruction_id.hex)


def _spelt(field: str, text: str) -> tuple[str, ...]:
    """Return the spellings of a name: an instruction's id travels as its UETR, too."""
    if field in {"booking", "source"}:
        return (booking_key(text),)
    key = name_key(text)
    if field == "instruction_id" and _HEX.fullmatch(key):
        return key, name_key(uetr_of(UUID(key)))
    return (key,)


def booking_key(booking: str) -> str:
    """Return the bank's own reference of a booking, without our account before it."""
    return name_key(booking.partition(" ")[2] or booking)
