"""What the tests of risk share: the shipped lists, questions, and a draft with policy."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from usance.adapters.watchlists.ofac import OfacSdnList
from usance.adapters.watchlists.un import UnConsolidatedList
from usance.financing.ports import DrawdownQuestion
from usance.kernel import money
from usance.kernel.ids import AdvanceId, FacilityId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.payments.ports import ReleaseQuestion
from usance.policy import service as policy
from usance.risk.model import ListedEntity
from usance.risk.rules.screening import Index, Screens, build_index
from usance.risk.tables import ADOPTED_LISTS, CURRENT, AdoptedList, AdoptedListsRow
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, 8, 30, tzinfo=UTC)
BUYER = PartyId.derived(1, "buyer")
SELLER = PartyId.derived(1, "seller")
FUNDER = PartyId.derived(1, "funder")


@cache
def entities() -> tuple[ListedEntity, ...]:
    un, ofac = UnConsolidatedList(), OfacSdnList()
    return un.translate(un.shipped()).entities + ofac.translate(ofac.shipped()).entities


@cache
def indexes() -> tuple[Index, ...]:
    return tuple(
        build_index(entity for entity in entities() if entity.list == code)
        for code in ("ofac", "un")
    )


@cache
def screens() -> Screens:
    ready = Screens()
    for index in indexes():
        ready.ready(index)
    return ready


def draft(*, with_lists: bool = True) -> Overlay:
    """A draft of a book that has adopted the shipped policy and, unless told not to, the lists."""
    overlay = Overlay(State(), NOW)
    assert (
        policy.apply_adopt_policy(
            overlay, policy.AdoptPolicy(policy.shipped_rows(), "a new book"), None
        )
        is None
    )
    if with_lists:
        lists = tuple(
            AdoptedList(index.list, index.version, "sample", date(2026, 2, 27), 1, NOW)
            for index in indexes()
        )
        overlay.put(ADOPTED_LISTS, AdoptedListsRow(CURRENT, lists))
    begin(overlay, 1)
    return overlay


def begin(overlay: Overlay, number: int, actor: int = 1) -> None:
    overlay.begin(UUID(int=number), UUID(int=actor))


def gbp(text: str) -> Money:
    return money.parse(text, "GBP")


def cny(text: str) -> Money:
    return money.parse(text, "CNY")


def payment(number: int = 1, **changes: Any) -> ReleaseQuestion:
    question = ReleaseQuestion(
        PaymentId.derived(1, number),
        BUYER,
        "Margaret Thistlewood",
        "GB",
        False,
        SELLER,
        "Ningbo Lantern Trading Co., Ltd.",
        False,
        "token-1",
        gbp("120.00"),
        cny("1104.00"),
    )
    return replace(question, **changes)


def advance(number: int = 1, **changes: Any) -> DrawdownQuestion:
    question = DrawdownQuestion(
        AdvanceId.derived(1, number),
        FacilityId.derived(1, "facility"),
        FUNDER,
        SELLER,
        "Ningbo Lantern Trading Co., Ltd.",
        BUYER,
        "Margaret Thistlewood",
        f"INV-{number:05d}",
        date(2026, 9, 9),
        gbp("120.00"),
        cny("880.00"),
        cny("100000.00"),
        cny("100000.00"),
        cny("0.00"),
    )
    return replace(question, **changes)
