"""The book – accrues – fees to the end of a day, some advances at a time."""

from collections import defaultdict
from datetime import date

from usance.financing.events import Earned, FeesAccrued
from usance.financing.rules.accrual import accrue
from usance.financing.rules.postings import ACCRUAL
from usance.financing.tables import ADVANCES
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import AdvanceId, PartyId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.ledger.model import Leg, where_among
from usance.ledger.service import expand, post
from usance.payments.errors import NOTHING_DUE


class AccrueAdvances(Record, frozen=True):
    """Let these advances earn their fees to the end of a day. Asked by the house itself."""

    on: date
    advances: tuple[AdvanceId, ...]


class AccrueStage:
    """Applies `accrue_advances`: one leg for each funder and currency, however many advances."""

    def __init__(self, operator_id: PartyId) -> None:
        self._operator_id = operator_id

    def apply(self, draft: Draft, body: AccrueAdvances, _facts: object) -> Refusal | None:
        """What is repaid has left memory and earns nothing more. The same day twice is once.

        Refuses: nothing_due (the day has not begun, or all of it was accrued before).
        """
        if body.on > draft.now.date():
            return NOTHING_DUE.refuse("on", body.on.isoformat())
        earned: defaultdict[tuple[PartyId, Currency], int] = defaultdict(int)
        count = 0
        for advance_id in body.advances:
            known = draft.get(ADVANCES, advance_id)
            if known is None:
                continue
            advance, moved = accrue(known, body.on)
            if advance is known:
                continue
            count += 1
            draft.put(ADVANCES, advance)
            earned[advance.funder_id, advance.currency] += moved
        if not count:
            return NOTHING_DUE.refuse("on", body.on.isoformat())
        told = [Earned(funder, Money(sum_, of)) for (funder, of), sum_ in sorted(earned.items())]
        posted = post(draft, self._legs(told), draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        draft.tell(FeesAccrued(body.on, count, tuple(each for each in told if each.amount.minor)))
        return None

    def _legs(self, earned: list[Earned]) -> list[Leg]:
        legs: list[Leg] = []
        for each in earned:
            where = where_among(self._operator_id, None, each.funder_id)
            legs += expand(ACCRUAL, {"earned": each.amount}, where)
        return legs
