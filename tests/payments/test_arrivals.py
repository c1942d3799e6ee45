"""Which credits of our bank are a remittance, and what would explain one that is short."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports.subjects import asked

from usance.adapters.rails import cash_on_delivery
from usance.kernel.ids import BankEntryId, BankStatementId, InstructionId, PaymentId
from usance.kernel.money import Currency, parse
from usance.kernel.records import replace
from usance.payments.model import (
    EntryStatus,
    References,
    Remittance,
    RemittanceLine,
    RemittanceStatus,
    StatementEntry,
    StatementKind,
    remittance_id_of,
)
from usance.payments.ports import NoticeKind, RailNotice
from usance.payments.rules import announced
from usance.payments.rules.announced import Announced, names
from usance.payments.rules.messages import entry_row
from usance.payments.service.arrivals import why
from usance.payments.service.notices import fits, reports_of

ON = date(2026, 9, 15)
NETS = ("10.00", "20.00", "30.00", "47.00")
REMITTANCE = Remittance(
    remittance_id_of("carrier", "RMT-12", "PLN"),
    "carrier",
    "RMT-12",
    Currency("PLN"),
    tuple(
        RemittanceLine(
            f"RMT-12/{number}",
            InstructionId.derived(0, number),
            PaymentId.derived(0, number),
            parse(net, "PLN"),
            parse("0.00", "PLN"),
        )
        for number, net in enumerate(NETS)
    ),
    RemittanceStatus.ANNOUNCED,
    datetime(2026, 9, 14, tzinfo=UTC),
)


def entry(amount="107.00", currency="PLN", information="", **names_):
    said = StatementEntry(
        1, "", parse(amount, currency), True, EntryStatus.BOOKED, ON, ON, References(**names_),
        information=information,
    )  # fmt: skip
    kind = StatementKind.STATEMENT
    return entry_row(
        BankEntryId.derived(0, "e"), BankStatementId.derived(0, "s"), kind, "PL1", said
    )


@pytest.mark.parametrize(
    ("case", "shown", "expected"),
    [
        ("its end-to-end id, spelt otherwise", entry(end_to_end_id="rmt 12"), True),
        ("a word of the text", entry(remittance="COD payout RMT-12, 4 parcels"), True),
        ("in the bank's own words", entry(information="KURIER/RMT-12"), True),
        ("another number that begins alike", entry(remittance="payout RMT-123"), False),
        ("another that ends alike", entry(remittance="payout XRMT-12"), False),
        ("another currency", entry(currency="EUR", end_to_end_id="RMT-12"), False),
        ("nothing", entry(), False),
    ],
)
def test_a_credit_is_a_remittance_where_it_bears_its_reference(case, shown, expected):
    assert names(shown, REMITTANCE) is expected, case


def test_a_short_reference_is_looked_for_among_names_alone():
    short = replace(REMITTANCE, reference="R1")

    assert names(entry(end_to_end_id="R1"), short)
    assert not names(entry(remittance="R1 of something"), short)


@pytest.mark.parametrize(
    ("case", "amount", "explained"),
    [
        ("one is missing", "60.00", "it adds up without RMT-12/3"),
        ("two are, in one way only", "50.00", "it adds up without RMT-12/0, RMT-12/3"),
        ("one, though two would do as well", "77.00", "it adds up without RMT-12/2"),
        ("none explains it", "99.00", ""),
        ("more than was announced", "110.00", ""),
    ],
)
def test_what_would_explain_a_difference_is_said_and_never_guessed(case, amount, explained):
    said = why(entry(amount), REMITTANCE)

    assert "announced 107.00 PLN for 4 payments under RMT-12" in said
    assert (explained in said) if explained else ("without" not in said), case


def test_money_that_a_rail_remits_under_no_reference_is_not_settled():
    rail = cash_on_delivery.simulated()
    one, pound = asked(rail, 1), parse("1.00", "GBP")

    assert (
        reports_of(rail, [(RailNotice(NoticeKind.SETTLED, "1", one.id, pound, pound, ON), one)])
        == []
    )


@pytest.mark.parametrize("field", ["reference", "dispute", "reason", "code", "batch"])
def test_what_cannot_be_written_down_is_about_nothing(field):
    one, pound = asked(cash_on_delivery.simulated(), 1), parse("1.00", "GBP")
    notice = RailNotice(NoticeKind.SETTLED, "1", one.id, pound, pound, ON)

    assert fits(notice, one)
    assert not fits(replace(notice, **{field: "a\0b"}), one)


def test_a_line_in_another_currency_holds_no_other_up():
    rail = cash_on_delivery.simulated()
    one, other = asked(rail, 1), asked(rail, 2)
    pound, euro = parse("1.00", "GBP"), parse("1.00", "EUR")
    told = [
        (RailNotice(NoticeKind.SETTLED, "B/1", one.id, pound, pound, ON, batch="B"), one),
        (RailNotice(NoticeKind.SETTLED, "B/2", other.id, euro, euro, ON, batch="B"), other),
    ]
    verbs = [report.verb for report in reports_of(rail, told)]

    assert verbs == ["record_settlement", "record_remittance"]


@given(
    references=st.lists(
        st.text("AB1-/ 款", min_size=1, max_size=8).filter(str.strip), max_size=12, unique=True
    ),
    text=st.text("AB1-/ 款", max_size=24),
    name=st.text("AB1-/ ", max_size=8),
)
def test_the_index_finds_what_comparing_all_with_all_finds(references, text, name):
    known = [replace(REMITTANCE, reference=each) for each in references]
    shown = entry(remittance=text, end_to_end_id=name)

    compared = next((each for each in known if names(shown, each)), None)

    assert Announced(known).of(shown) == compared


def test_many_credits_are_looked_up_and_not_compared_with_every_advice(monkeypatch):
    compared = []
    monkeypatch.setattr(announced, "names", lambda *pair: compared.append(pair) or names(*pair))
    known = [replace(REMITTANCE, reference=f"RMT-2026-{number:05}") for number in range(500)]
    index = Announced(known)

    found = [index.of(entry(remittance=f"COD RMT-2026-{number:05}")) for number in range(500)]

    assert found == known
    assert len(compared) == 500
