"""How nouns look in JSON: money as decimal strings, ids with their prefixes.

What goes out is derived from the records of the chapters, as rows of tables are: `shape(Payment)`
is a pydantic model with the same fields. What comes in is written out in each file, from the
types below.
"""

import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from usance.api.errors import UNREADABLE_TEXT
from usance.kernel import ids, money
from usance.kernel.errors import MALFORMED_AMOUNT, NEGATIVE_AMOUNT, Invalid
from usance.kernel.ids import Id
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record

T = TypeVar("T")
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CURRENCY: Final = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["GBP", "CNY"]}
MONEY: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Money",
    "description": "An amount as a plain decimal and its ISO 4217 code.",
    "properties": {
        "amount": {
            "type": "string",
            "pattern": r"^-?[0-9]{1,19}(\.[0-9]{1,4})?$",
            "examples": ["12.50"],
        },
        "currency": _CURRENCY,
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}


def _fault(why: Invalid, part: str = "") -> PydanticCustomError:
    context = {"value": why.value, "part": part}
    # pydantic wants a literal so that nobody builds templates from input; the code is ours.
    return PydanticCustomError(why.code.code, "is not accepted", context)


class _IdSchema:
    """Reads and writes an id of one kind in its printed form."""

    def __init__(self, kind: type[Id]) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._read, serialization=core_schema.to_string_ser_schema()
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        example = str(self.kind.derived(1_788_912_000_000, "example"))
        pattern = f"^{self.kind.prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"
        return {"type": "string", "pattern": pattern, "examples": [example]}

    def _read(self, value: object) -> Id:
        if isinstance(value, UUID):
            return self.kind(value)
        try:
            if not isinstance(value, str) or not value.startswith(f"{self.kind.prefix}_"):
                raise ids.malformed(self.kind.prefix, f"{value}")
            return self.kind(value)
        except Invalid as why:
            raise _fault(why) from why


class _MoneySchema:
    """Reads and writes money as {"amount": "12.50", "currency": "GBP"}."""

    def __init__(self, *, positive: bool) -> None:
        self.positive = positive

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._read,
            serialization=core_schema.plain_serializer_function_ser_schema(money_shown),
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return MONEY

    def _read(self, value: object) -> Money:
        if isinstance(value, Money):
            return value
        try:
            return self._parsed(value)
        except Invalid as why:
            # Which of the two it is about, where both are there.
            both = isinstance(value, dict) and value.keys() == {"amount", "currency"}
            raise _fault(why, why.field.rpartition(".")[2] if both else "") from why

    def _parsed(self, value: object) -> Money:
        if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
            raise MALFORMED_AMOUNT.invalid("amount", "(not an amount with a currency)")
        amount, currency = value["amount"], value["currency"]
        if not isinstance(amount, str) or not isinstance(currency, str):
            raise MALFORMED_AMOUNT.invalid("amount", ascii(amount)[:40])
        if len(amount) > 40 or not amount.removeprefix("-"):
            raise MALFORMED_AMOUNT.invalid("amount", amount[:40])
        parsed = money.parse(amount, currency)
        if self.positive and parsed.minor <= 0:
            raise NEGATIVE_AMOUNT.invalid("amount", amount)
        return parsed


def readable(text: str) -> str:
    """Return a text that has no control characters; for validators."""
    if _UNREADABLE.search(text):
        raise PydanticCustomError(UNREADABLE_TEXT.code, "is not accepted", {"value": ""})
    return text


def _currency(text: object) -> Currency:
    try:
        return Currency(text if isinstance(text, str) else ascii(text))
    except Invalid as why:
        raise _fault(why) from why


def money_shown(amount: Money) -> dict[str, str]:
    """Return money as it stands in JSON."""
    return {"amount": money.decimal_text(amount), "currency": str(amount.currency)}


class _CurrencySchema:
    """Reads and writes an ISO 4217 code."""

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _currency, serialization=core_schema.to_string_ser_schema()
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return _CURRENCY


# ---- what comes in ----

Word = Annotated[str, Field(max_length=80), AfterValidator(readable)]
Text = Annotated[str, Field(max_length=500), AfterValidator(readable)]
Reason = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(readable)]
Amount = Annotated[Money, _MoneySchema(positive=True)]
# What the ledger itself judges by its result codes.
AnyAmount = Annotated[Money, _MoneySchema(positive=False)]
CurrencyCode = Annotated[Currency, _CurrencySchema()]
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2200, 12, 31)
# Business lies between; a day beyond is a slip, and no calendar or rule of ours reaches there.
_SPAN: Final = f"{FIRST_DAY} to {LAST_DAY}; what lies beyond is taken for a slip of the pen."
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY, description=_SPAN)]
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(1990, 1, 1, tzinfo=UTC),
        le=datetime(2200, 12, 31, tzinfo=UTC),
        description=_SPAN,
    ),
]
Party = Annotated[ids.PartyId, _IdSchema(ids.PartyId)]
User = Annotated[ids.UserId, _IdSchema(ids.UserId)]
Order = Annotated[ids.OrderId, _IdSchema(ids.OrderId)]
Payment = Annotated[ids.PaymentId, _IdSchema(ids.PaymentId)]
Capture = Annotated[ids.CaptureId, _IdSchema(ids.CaptureId)]
FxQuote = Annotated[ids.FxQuoteId, _IdSchema(ids.FxQuoteId)]
Refund = Annotated[ids.RefundId, _IdSchema(ids.RefundId)]
Payout = Annotated[ids.PayoutId, _IdSchema(ids.PayoutId)]
PayoutBatch = Annotated[ids.PayoutBatchId, _IdSchema(ids.PayoutBatchId)]
Beneficiary = Annotated[ids.BeneficiaryId, _IdSchema(ids.BeneficiaryId)]
Dispute = Annotated[ids.DisputeId, _IdSchema(ids.DisputeId)]
Escrow = Annotated[ids.EscrowId, _IdSchema(ids.EscrowId)]
Facility = Annotated[ids.FacilityId, _IdSchema(ids.FacilityId)]
Offer = Annotated[ids.OfferId, _IdSchema(ids.OfferId)]
Advance = Annotated[ids.AdvanceId, _IdSchema(ids.AdvanceId)]
Decision = Annotated[ids.DecisionId, _IdSchema(ids.DecisionId)]
Case = Annotated[ids.CaseId, _IdSchema(ids.CaseId)]
Proposal = Annotated[ids.ProposalId, _IdSchema(ids.ProposalId)]
Shipment = Annotated[ids.ShipmentId, _IdSchema(ids.ShipmentId)]
Invoice = Annotated[ids.InvoiceId, _IdSchema(ids.InvoiceId)]
WarehouseReceipt = Annotated[ids.WarehouseReceiptId, _IdSchema(ids.WarehouseReceiptId)]
TaxRefund = Annotated[ids.TaxRefundId, _IdSchema(ids.TaxRefundId)]
GoodsReturn = Annotated[ids.GoodsReturnId, _IdSchema(ids.GoodsReturnId)]
ReceivingAccount = Annotated[ids.ReceivingAccountId, _IdSchema(ids.ReceivingAccountId)]
Receipt = Annotated[ids.ReceiptId, _IdSchema(ids.ReceiptId)]
Suspense = Annotated[ids.SuspenseId, _IdSchema(ids.SuspenseId)]
Message = Annotated[ids.MessageId, _IdSchema(ids.MessageId)]
Instruction = Annotated[ids.InstructionId, _IdSchema(ids.InstructionId)]
Break = Annotated[ids.BreakId, _IdSchema(ids.BreakId)]
Remittance = Annotated[ids.RemittanceId, _IdSchema(ids.RemittanceId)]
Key = Annotated[ids.KeyId, _IdSchema(ids.KeyId)]
Event = Annotated[ids.EventId, _IdSchema(ids.EventId)]
PaymentLink = Annotated[ids.PaymentLinkId, _IdSchema(ids.PaymentLinkId)]
Endpoint = Annotated[ids.WebhookEndpointId, _IdSchema(ids.WebhookEndpointId)]
Hook = Annotated[ids.HookId, _IdSchema(ids.HookId)]
Transfer = Annotated[ids.TransferId, _IdSchema(ids.TransferId)]


class Asked(BaseModel):
    """Base of what comes in: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Asked):
    """Nothing more need be said: the address says it all."""


# ---- what goes out ----


class Shown(BaseModel):
    """Base of what goes out. `read` says how a field is made where it is no attribute."""

    model_config = ConfigDict(from_attributes=True)
    read: ClassVar[Mapping[str, Callable[[Any], object]]] = {}

    @model_validator(mode="before")
    @classmethod
    def _from_record(cls, value: object) -> object:
        if not isinstance(value, Record):
            return value
        return {
            name: cls.read[name](value) if name in cls.read else getattr(value, name)
            for name in cls.model_fields
            if name in cls.read or hasattr(value, name)
        }


class Page(Shown, Generic[T]):
    """One page of a list. next_cursor: send it back as `cursor` for the next page."""

    object: Literal["list"] = "list"
    data: list[T]
    has_more: bool
    next_cursor: str | None


_shapes: Final[dict[type, type[Shown]]] = {}


def shape(
    record: type[Record],
    called: str = "",
    *,
    called_model: str = "",
    without: Sequence[str] = (),
    more: Mapping[str, tuple[Any, Callable[[Any], object]]] | None = None,
) -> type[Shown]:
    """Return the model of a record as it goes out.

    called: the word under `object`, where the record is a thing of its own. called_model: the
    model's name, where it is not the record's. more: further fields, or other looks of the same,
    each with its type and how it is made of the record.
    """
    extra = more or {}
    hints = typing.get_type_hints(record)
    fields: dict[str, Any] = {}
    if called:
        fields["object"] = (Literal[called], called)
    for name in record.__struct_fields__:
        if name not in without and name not in extra:
            fields[name] = (_annotation(hints[name]), ...)
    for name, (kind, _) in extra.items():
        fields[name] = (_annotation(kind), ...)
    model: type[Shown] = create_model(
        called_model or record.__name__.removesuffix("Row"),
        __base__=Shown,
        __doc__=(record.__doc__ or "").split("\n\n")[0],
        **fields,
    )
    model.read = {name: make for name, (_, make) in extra.items()}
    return model


def _annotation(kind: Any) -> Any:  # noqa: ANN401 - any annotation
    """Return what pydantic is told of a field of this type."""
    origin = typing.get_origin(kind)
    if origin is not None or isinstance(kind, types.UnionType):
        if origin is Annotated or origin is Literal:
            return kind
        parts = tuple(
            _annotation(part) if part is not Ellipsis else part for part in typing.get_args(kind)
        )
        if isinstance(kind, types.UnionType) or origin is typing.Union:
            return typing.Union[parts]  # noqa: UP007 - made of a tuple
        return (
            list.__class_getitem__(parts[:1])
            if origin is tuple and Ellipsis in parts
            else origin[parts]
        )
    if kind is Money:
        return Annotated[Money, _MoneySchema(positive=False)]
    if kind is Currency:
        return CurrencyCode
    if kind is Decimal:
        return Annotated[Decimal, WithJsonSchema({"type": "string"})]
    if isinstance(kind, type) and issubclass(kind, Id):
        return Annotated[kind, _IdSchema(kind)]
    if isinstance(kind, type) and issubclass(kind, Record):
        if kind not in _shapes:
            _shapes[kind] = shape(kind)
        return _shapes[kind]
    return kind


def plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """Return a record, or what stands in one, as JSON values: for parts of facts."""
    match value:
        case Money():
            return money_shown(value)
        case Record():
            return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        case dict():
            return {str(name): plain(item) for name, item in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
        case UUID() | Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case str():
            return str(value)
        case msgspec.Raw():
            return msgspec.json.decode(value)
        case _:
            return value


def page_of(model: type[Shown]) -> Any:  # noqa: ANN401 - a class made at run time
    """Return the model of one page of a list."""
    return Page.__class_getitem__(model)
