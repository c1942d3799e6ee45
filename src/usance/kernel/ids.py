"""Ids: UUIDv7 (RFC 9562), one type for each noun, printed with a prefix.

Time-ordered, so that indexes stay warm. A `PaymentId` is not an `OrderId`: mypy refuses the
mix-up, and so does `parse`, because the printed prefix is checked. Printed in Crockford's
base32, 26 characters: `pay_01k4n3…`.
"""

import hashlib
from datetime import datetime
from typing import ClassVar, Final, Self, TypeVar
from uuid import UUID, SafeUUID

from usance.kernel.errors import MALFORMED_ID, Invalid

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
# Ten bits at a time: an id is thirteen pairs of digits.
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_PAIR_SHIFTS: Final = tuple(range(120, -1, -10))
_DIGIT: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH: Final = 26
_MASK_62: Final = (1 << 62) - 1
_VERSION: Final = 0x7 << 76
_VARIANT_BITS: Final = 0b10 << 62
_MASK_48: Final = (1 << 48) - 1
# A series: 32 bits of its place, 28 of entropy, 14 to count with.
_COUNT_BITS: Final = 14
_MASK_28: Final = (1 << 28) - 1
_MASK_32: Final = (1 << 32) - 1
SERIES_MAX: Final = (1 << _COUNT_BITS) - 1
# An id is made every few microseconds: what its constructor would look up stands here ready.
_UNKNOWN: Final = SafeUUID.unknown
_set_number: Final = UUID.__dict__["int"].__set__
_set_safety: Final = UUID.__dict__["is_safe"].__set__
_new: Final = object.__new__
U = TypeVar("U", bound=UUID)


class Id(UUID):
    """Base of all ids. Takes a UUID, its hexadecimal text or the printed form."""

    __slots__ = ()
    prefix: ClassVar[str] = "id"

    def __init__(self, value: UUID | str) -> None:
        """Raise Invalid(malformed_id) when `value` is not an id of this kind."""
        if isinstance(value, UUID):
            _set_number(self, value.int)
            _set_safety(self, _UNKNOWN)
        elif value.startswith(f"{self.prefix}_"):
            super().__init__(int=_decode(value.removeprefix(f"{self.prefix}_"), value))
        else:
            try:
                super().__init__(value)
            except ValueError as broken:
                raise malformed(self.prefix, value) from broken

    def __str__(self) -> str:
        """Return the printed form: prefix, underscore, 26 characters."""
        value = self.int
        digits = "".join([_PAIRS[value >> shift & 1023] for shift in _PAIR_SHIFTS])
        return f"{self.prefix}_{digits}"

    @classmethod
    def derived(cls, milliseconds: int, *parts: object) -> Self:
        """Return the id that the same time and parts always give.

        milliseconds: since the Unix epoch, so that the id keeps its place in time.
        """
        return made(cls, _derived(milliseconds, parts))


def derive(milliseconds: int, *parts: object) -> UUID:
    """Return the UUIDv7 that `milliseconds` and `parts` determine."""
    return made(UUID, _derived(milliseconds, parts))


def fresh(milliseconds: int, entropy: int) -> UUID:
    """Return the UUIDv7 of a time in milliseconds and 74 bits of entropy."""
    return made(UUID, _number(milliseconds, entropy))


def _derived(milliseconds: int, parts: tuple[object, ...]) -> int:
    seed = "\x1f".join(map(str, parts)).encode()
    return _number(milliseconds, int.from_bytes(hashlib.sha256(seed).digest()[:10], "big"))


def _number(milliseconds: int, entropy: int) -> int:
    high = (milliseconds & _MASK_48) << 80
    return high | _VERSION | ((entropy >> 62) & 0xFFF) << 64 | _VARIANT_BITS | (entropy & _MASK_62)


def series(milliseconds: int, place: int, entropy: int) -> int:
    """Return the number from which a series of ids counts: `made(kind, series + 1)` is its first.

    A series has up to SERIES_MAX ids. They stand together and in the order of their places, so
    that an index of them grows at its end. entropy: its last 28 bits tell two series of the same
    time and place apart.
    """
    place_and_entropy = (place & _MASK_32) << 28 | entropy & _MASK_28
    return _number(milliseconds, place_and_entropy << _COUNT_BITS)


def made(kind: type[U], number: int) -> U:
    """Return the id of a number that certainly is one; every row of the book has several."""
    identifier: U = _new(kind)
    _set_number(identifier, number)
    _set_safety(identifier, _UNKNOWN)
    return identifier


def milliseconds_at(moment: datetime) -> int:
    """Return a moment as ids carry it: whole milliseconds since the Unix epoch."""
    return int(moment.timestamp() * 1000)


def milliseconds_of(identifier: UUID) -> int:
    """Return the time a UUIDv7 carries, in milliseconds since the Unix epoch."""
    return identifier.int >> 80


def entropy_of(identifier: UUID) -> int:
    """Return the 74 bits that a UUIDv7 carries besides its time: what `fresh` was given."""
    return (identifier.int >> 64 & 0xFFF) << 62 | identifier.int & _MASK_62


def malformed(prefix: str, text: str) -> Invalid:
    """Return the error of a text that is no id of the kind with this prefix."""
    return MALFORMED_ID.invalid(prefix, f"{ascii(text)[1:-1][:60]} ≠ {prefix}_")


def _decode(text: str, whole: str) -> int:
    value = 0
    if len(text) != _LENGTH:
        raise malformed(whole.partition("_")[0], whole)
    for letter in text:
        digit = _DIGIT.get(letter)
        if digit is None:
            raise malformed(whole.partition("_")[0], whole)
        value = value * 32 + digit
    if value >> 128:
        raise malformed(whole.partition("_")[0], whole)
    return value


class PartyId(Id):
    """A legal entity or a person we deal with."""

    __slots__ = ()
    prefix = "pty"


class UserId(Id):
    """A person or a machine that acts for a party."""

    __slots__ = ()
    prefix = "usr"


class BankAccountId(Id):
    """An account at a bank, ours or somebody's."""

    __slots__ = ()
    prefix = "bac"


class BeneficiaryId(Id):
    """Somebody whom a party pays, at one account."""

    __slots__ = ()
    prefix = "bnf"


class OrderId(Id):
    """A trade order."""

    __slots__ = ()
    prefix = "ord"


class GoodsReturnId(Id):
    """Goods that come back."""

    __slots__ = ()
    prefix = "grt"


class ShipmentId(Id):
    """Goods of an order on their way."""

    __slots__ = ()
    prefix = "shp"


class InvoiceId(Id):
    """What a seller asks of a buyer by a day."""

    __slots__ = ()
    prefix = "inv"


class CreditNoteId(Id):
    """What a seller takes off an invoice."""

    __slots__ = ()
    prefix = "crn"


class WarehouseReceiptId(Id):
    """Goods that a warehouse keeper holds for their owner."""

    __slots__ = ()
    prefix = "whr"


class PaymentId(Id):
    """A buyer's payment for an order."""

    __slots__ = ()
    prefix = "pay"


class RefundId(Id):
    """Money paid back to a buyer."""

    __slots__ = ()
    prefix = "rfd"


class CaptureId(Id):
    """What is taken of an authorised payment."""

    __slots__ = ()
    prefix = "cap"


class DisputeId(Id):
    """A chargeback and what became of it."""

    __slots__ = ()
    prefix = "dsp"


class EvidenceId(Id):
    """What was said and shown in a dispute."""

    __slots__ = ()
    prefix = "evd"


class PayoutId(Id):
    """Money paid out to a seller."""

    __slots__ = ()
    prefix = "pyt"


class PayoutBatchId(Id):
    """Many payouts that were handed over together."""

    __slots__ = ()
    prefix = "pbt"


class EscrowId(Id):
    """Money held back until a condition is met."""

    __slots__ = ()
    prefix = "esc"


class FxQuoteId(Id):
    """A rate of exchange that is locked for a seller."""

    __slots__ = ()
    prefix = "fxq"


class InstructionId(Id):
    """What we ask a rail to do."""

    __slots__ = ()
    prefix = "ins"


class MessageId(Id):
    """A message of a bank or a customer that was taken in."""

    __slots__ = ()
    prefix = "msg"


class BankStatementId(Id):
    """What a bank said of an account for a while."""

    __slots__ = ()
    prefix = "bst"


class BankEntryId(Id):
    """A line of a bank's statement."""

    __slots__ = ()
    prefix = "ben"


class TaxRefundId(Id):
    """What a seller asks back of a tax office for goods that left the country."""

    __slots__ = ()
    prefix = "txr"


class FacilityId(Id):
    """An agreement under which a funder advances money."""

    __slots__ = ()
    prefix = "fac"


class AssetId(Id):
    """What stands behind an advance: the UUID of its source, such as an order."""

    __slots__ = ()
    prefix = "ast"


class OfferId(Id):
    """An offer of finance."""

    __slots__ = ()
    prefix = "off"


class AdvanceId(Id):
    """Money paid against a receivable."""

    __slots__ = ()
    prefix = "adv"


class DecisionId(Id):
    """What risk decided, and why."""

    __slots__ = ()
    prefix = "dec"


class CaseId(Id):
    """Something a person has to look at."""

    __slots__ = ()
    prefix = "cas"


class ProposalId(Id):
    """A command that waits for a second pair of eyes."""

    __slots__ = ()
    prefix = "ppl"


class TransferId(Id):
    """One debit and one credit of one amount."""

    __slots__ = ()
    prefix = "trf"


class CommandId(Id):
    """What somebody asked the book to do."""

    __slots__ = ()
    prefix = "cmd"


class KeyId(Id):
    """What a person or a machine shows to be let in."""

    __slots__ = ()
    prefix = "key"


class EventId(Id):
    """Something that has happened, as it is told outside: a place among the facts and a part."""

    __slots__ = ()
    prefix = "evt"


class WebhookEndpointId(Id):
    """An address at which a party wants to be told what happens."""

    __slots__ = ()
    prefix = "whe"


class PaymentLinkId(Id):
    """A page at which a buyer pays an order."""

    __slots__ = ()
    prefix = "pln"


class SteeringId(Id):
    """What a test book tells a simulated rail to do."""

    __slots__ = ()
    prefix = "ste"


class HookId(Id):
    """What somebody outside has posted to us, as it came."""

    __slots__ = ()
    prefix = "hok"


class ReceivingAccountId(Id):
    """An account number under which transfers to a seller come in."""

    __slots__ = ()
    prefix = "rac"


class ReceiptId(Id):
    """Money that came in on one of our accounts at a bank."""

    __slots__ = ()
    prefix = "rcp"


class SuspenseId(Id):
    """Money whose owner is not known, or not allowed to have it."""

    __slots__ = ()
    prefix = "sus"


class BreakId(Id):
    """Something that a bank's statement and our book say differently."""

    __slots__ = ()
    prefix = "brk"


class RemittanceId(Id):
    """What a rail says it pays to us in one sum for many payments."""

    __slots__ = ()
    prefix = "rmt"


KINDS: Final[dict[str, type[Id]]] = {kind.prefix: kind for kind in Id.__subclasses__()}


def parse_any(text: str) -> Id:
    """Return the id that a printed form names, of whatever kind its prefix says.

    Raises Invalid(malformed_id).
    """
    kind = KINDS.get(text.partition("_")[0])
    if kind is None:
        raise malformed("…", text)
    return kind(text)
