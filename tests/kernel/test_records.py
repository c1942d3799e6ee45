"""Records: equal records have equal bytes, and what was written is read back."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from usance.kernel.errors import Invalid
from usance.kernel.fx import Quote, Side
from usance.kernel.ids import PaymentId, fresh
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, decode, encode


class Sample(Record, frozen=True):
    """A bit of everything."""

    id: PaymentId
    money: Money
    quote: Quote
    words: dict[str, str]


_SAMPLE = Sample(
    PaymentId(fresh(1, 2)),
    Money(1250, Currency("GBP")),
    Quote(
        Currency("GBP"),
        Currency("CNY"),
        Decimal("9.1"),
        12,
        Side.MID,
        "test",
        date(2026, 9, 9),
        datetime(2026, 9, 9, tzinfo=UTC),
        datetime(2026, 9, 10, tzinfo=UTC),
    ),
    {"b": "2", "a": "1"},
)


def test_a_record_comes_back_as_it_went():
    back = decode(encode(_SAMPLE), Sample)

    assert back == _SAMPLE
    assert isinstance(back.id, PaymentId)
    assert isinstance(back.money.currency, Currency)


def test_the_order_of_a_dict_does_not_change_its_bytes():
    assert encode({"a": 1, "b": 2}) == encode({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("_case", "raw"),
    [
        ("an unknown field", b'{"minor":1,"currency":"GBP","more":1}'),
        ("a missing field", b'{"minor":1}'),
        ("a fraction of a minor unit", b'{"minor":1.5,"currency":"GBP"}'),
    ],
)
def test_what_is_not_money_is_refused(_case, raw):
    with pytest.raises(msgspec.ValidationError):
        decode(raw, Money)


def test_a_currency_nobody_knows_keeps_its_code():
    with pytest.raises(Invalid) as refused:
        decode(b'{"minor":1,"currency":"ZZZ"}', Money)

    assert refused.value.code.code == "unknown_currency"
