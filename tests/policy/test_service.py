"""Adopting policy and looking it up, on a draft."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from currency_converter import CurrencyConverter

from usance.kernel.errors import Refusal
from usance.kernel.money import Currency
from usance.parties.tables import PARTIES
from usance.policy import service
from usance.policy.errors import NoPolicy
from usance.policy.events import PolicyAdopted
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, 8, tzinfo=UTC)
TODAY = NOW.date()


def adopt(draft: Overlay, *rows: PolicyRow) -> Refusal | None:
    draft.begin(UUID(int=1), UUID(int=2))
    refusal = service.apply_adopt_policy(draft, AdoptPolicy(rows, "because"), None)
    if refusal is not None:
        draft.undo()
    return refusal


@pytest.fixture
def draft() -> Overlay:
    draft = Overlay(State(), NOW)
    assert adopt(draft, *service.shipped_rows()) is None
    return draft


def fee(bps: str, on: date, scope: str = "card") -> PolicyRow:
    return PolicyRow("payments.fee", scope, on, {"bps": bps, "fixed_minor": "20"}, "x", False)


def test_a_scope_of_its_own_else_the_general_one(draft):
    assert service.look_up(draft, "payments.fee", "bank_transfer", TODAY).integer("bps") == 60
    assert service.look_up(draft, "payments.fee", "pigeon", TODAY).scope == "*"
    assert service.find_row(draft, "payments.fee", "card", date(2025, 12, 31)) is None
    with pytest.raises(NoPolicy, match=r"payments\.toll/card"):
        service.look_up(draft, "payments.toll", "card", TODAY)


def test_adopting_what_stands_changes_nothing(draft):
    assert adopt(draft, *service.shipped_rows()) is None
    assert draft.told(PolicyAdopted) == PolicyAdopted((), "because")


def test_all_rows_or_none(draft):
    later = date(2026, 10, 1)
    refusal = adopt(draft, fee("1", later), fee("1", date(2026, 1, 1), "bank_transfer"))

    assert refusal is not None
    assert refusal.code == "policy_already_dated"
    assert service.look_up(draft, "payments.fee", "card", later).integer("bps") == 150


def test_a_new_scope_must_look_like_the_general_row(draft):
    odd = PolicyRow("payments.fee", "cash", TODAY, {"bps": "1"}, "x", verified=False)

    refusal = adopt(draft, odd)

    assert refusal is not None
    assert (refusal.code, refusal.field) == ("policy_shape", "values.fixed_minor")


def test_one_row_on_one_day(draft):
    same_day = date(2026, 10, 1)

    refusal = adopt(draft, fee("1", same_day, "cash"), fee("2", same_day, "cash"))

    assert refusal is not None
    assert refusal.code == "policy_already_dated"


@pytest.mark.parametrize(
    ("name", "day", "open_"),
    [
        ("TARGET", date(2026, 4, 3), False),
        ("GB", date(2026, 8, 31), False),
        ("TARGET", date(2026, 8, 31), True),
        ("CN", date(2026, 10, 1), False),
        ("GB", date(2027, 12, 27), False),
    ],
)
def test_calendars_rest_on_their_holidays(draft, name, day, open_):
    assert service.calendar(draft, name).is_business_day(day) is open_


def test_no_calendar_no_guess(draft):
    with pytest.raises(NoPolicy, match="holidays/ATLANTIS"):
        service.calendar(draft, "ATLANTIS")


# ---- the shipped rows ----

# Every country of the UCI Online Retail data.
SHOP_COUNTRIES = """
    GB DE IE FR ES NL CH BE PT AU NO GG JE FI IT CY SE AT JP IL DK HK PL US SG IS CA GR MT AE EU
    ZA LB LT BR CZ BH SA
"""


def test_every_buyer_pays_in_a_currency_that_is_fixed_today(draft):
    fixed = {
        code for code, bounds in CurrencyConverter().bounds.items() if bounds.last_date >= TODAY
    }
    paid_in = {
        country: Currency(
            service.look_up(draft, "payments.currency", country, TODAY).text("currency")
        )
        for country in SHOP_COUNTRIES.split()
    }

    assert set(paid_in.values()) <= fixed | {"EUR"}
    assert {paid_in[c] for c in ("AE", "SA", "BH", "LB", "US")} == {"USD"}
    assert {paid_in[c] for c in ("GB", "JE", "GG")} == {"GBP"}


_READ_AS: dict[str, Callable[[PolicyRow, str], object]] = {
    "minor": PolicyRow.integer,
    "bps": PolicyRow.integer,
    "days": PolicyRow.integer,
    "hours": PolicyRow.integer,
}


def test_a_shipped_row_says_where_it_comes_from_and_reads_as_its_unit():
    for shipped in service.shipped_rows():
        assert shipped.source, shipped
        for name in shipped.values:
            read = _READ_AS.get(name.removesuffix("_max").rpartition("_")[2])
            assert read is None or read(shipped, name) is not None


def test_amounts_of_risk_are_in_the_currency_they_are_for(draft):
    for shipped in service.shipped_rows():
        if shipped.rule == "risk.amount":
            review, block = shipped.money("review_from"), shipped.money("block_from")
            assert review.currency == block.currency == shipped.scope
            assert review.minor < block.minor


def test_a_threshold_exists_for_every_currency_a_buyer_may_pay_in(draft):
    for shipped in service.shipped_rows():
        if shipped.rule == "payments.currency":
            service.look_up(draft, "risk.amount", shipped.text("currency"), TODAY)
            service.look_up(draft, "payments.spread", shipped.text("currency"), TODAY)


def test_no_invented_figure_calls_itself_verified():
    for shipped in service.shipped_rows():
        assumed = "assum" in shipped.source.lower() or "illustrative" in shipped.source
        assert not (assumed and shipped.verified)


def bps(book, rail: str) -> int:
    return service.look_up(book, "payments.fee", rail, TODAY).integer("bps")


def test_what_is_recalled_is_read_once_and_anew_after_a_row_was_adopted(draft):
    read = []

    def reading(book, rail: str) -> int:
        read.append(rail)
        return bps(book, rail)

    before = [draft.recall(reading, "bank_transfer") for _ in range(3)]
    adopt(draft, fee("7", TODAY, "bank_transfer"))
    after = draft.recall(reading, "bank_transfer")
    draft.undo()

    assert (before, after) == ([60, 60, 60], 7)
    assert draft.recall(reading, "bank_transfer") == 60
    assert len(read) == 2


def test_a_reading_sees_standing_rows_only(draft):
    with pytest.raises(AssertionError, match="written all the time"):
        draft.recall(lambda book, key: book.get(PARTIES, key), UUID(int=1))
