"""A record with a field of every kind, its table, and what Hypothesis may put into it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as some

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, Whole
from usance.runtime.rows import RowShape

TABLE = """
    create table everything (
        id uuid, number bigint, text text, raw bytea, flag boolean, moment timestamptz, day date,
        exact numeric, nested json, price_minor bigint, price_currency text, whole numeric,
        maybe_id uuid, maybe_number bigint, maybe_text text, maybe_raw bytea, maybe_flag boolean,
        maybe_moment timestamptz, maybe_day date, maybe_exact numeric, maybe_nested json,
        maybe_price_minor bigint, maybe_price_currency text, maybe_whole numeric,
        place bigint generated always as identity)
"""


class Nested(Record, frozen=True):
    words: tuple[str, ...]


class Everything(Record, frozen=True):
    id: UUID
    number: int
    text: str
    raw: bytes
    flag: bool
    moment: datetime
    day: date
    exact: Decimal
    nested: Nested
    price: Money
    whole: Whole
    maybe_id: UUID | None
    maybe_number: int | None
    maybe_text: str | None
    maybe_raw: bytes | None
    maybe_flag: bool | None
    maybe_moment: datetime | None
    maybe_day: date | None
    maybe_exact: Decimal | None
    maybe_nested: Nested | None
    maybe_price: Money | None
    maybe_whole: Whole | None


SHAPE = RowShape(Everything)
COLUMNS = ", ".join(SHAPE.columns)
LONG_AGO, FAR_OFF = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001
numbers = some.integers(-(2**63), 2**63 - 1)
texts = some.text(some.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
moments = some.datetimes(LONG_AGO, FAR_OFF, timezones=some.just(UTC))
exacts = some.decimals(allow_nan=False, allow_infinity=False) | some.decimals(
    -(10**30), 10**30, places=7
)
prices = some.builds(Money, numbers, some.sampled_from([Currency("CNY"), Currency("JPY")]))
nests = some.builds(Nested, some.lists(texts, max_size=3).map(tuple))
exactly = (
    some.uuids(),
    numbers,
    texts,
    some.binary(max_size=20),
    some.booleans(),
    moments,
    some.dates(),
    exacts,
    nests,
    prices,
    some.integers(-(2**70), 2**70).map(Whole),
)
rows = some.builds(Everything, *exactly, *(some.none() | kind for kind in exactly))
ZERO = (
    UUID(int=0),
    0,
    "",
    b"",
    False,
    datetime(2000, 1, 1, tzinfo=UTC),
    date(2000, 1, 1),
    Decimal(0),
    Nested(()),
    Money(0, Currency("GBP")),
    Whole(0),
)
NOTHING = Everything(*ZERO, *(None for _ in ZERO))
