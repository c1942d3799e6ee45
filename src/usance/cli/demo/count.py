"""Count what came of the play twice: from the facts, and by SQL from the tables.

The two ways share nothing but the database: one adds up what the facts told as they happened,
the other asks the tables how things stand. They must agree.
"""

from collections import Counter
from typing import Final

from usance.evidence.service import prove, written
from usance.financing.events import AdvanceDrawn, AdvanceRecalled, AdvanceRepaid
from usance.kernel.ids import AdvanceId, Id, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, decode
from usance.payments.events import PayoutPaid
from usance.runtime.facts import Fact
from usance.trade.model import ImportReport
from usance.worker.session import Session
from usance_verify import parse_json, verify

_AT_ONCE: Final = 5000
_SUBJECTS: Final[dict[str, type[Id]]] = {"release": PaymentId, "drawdown": AdvanceId}


class Stopped(Record, frozen=True):
    """Something the gates stopped. subject: the payment or advance; reasons: their codes."""

    kind: str
    subject: str
    verdict: str
    reasons: tuple[str, ...]
    en: str
    zh: str


class Counted(Record, frozen=True):
    """What came of the play. Amounts are in the seller's settlement currency."""

    orders: int
    lines: int
    lines_rejected: int
    payments: int
    settled: int
    refunded: int
    offers: int
    advances: int
    repaid: int
    outstanding: str
    paid_out: str
    stopped: list[Stopped]
    books_balanced: bool
    facts: int
    proofs_verified: int


class Disagreement(Exception):
    """Two counts of the same thing differ: a bug in the books or in the counting."""


async def count(session: Session, reports: list[ImportReport]) -> Counted:
    """Return the figures of the play. Raises Disagreement where they do not agree."""
    told = await _from_facts(session)
    asked = await _from_tables(session)
    for figure in sorted(set(told) | set(asked)):
        if told[figure] != asked[figure]:
            raise Disagreement(f"{figure}: the facts say {told[figure]}, SQL {asked[figure]}")
    lines = sum(report.lines for report in reports)
    rejected = sum(sum(report.rejected.values()) for report in reports)
    return Counted(
        orders=asked["orders"],
        lines=lines,
        lines_rejected=rejected,
        payments=asked["payments"],
        settled=asked["settled"],
        refunded=asked["refunded"],
        offers=asked["offers"],
        advances=asked["advances"],
        repaid=asked["repaid"],
        outstanding=_cny(asked["outstanding"]),
        paid_out=_cny(asked["paid_out"]),
        stopped=await _stopped(session),
        books_balanced=await _books_balance(session),
        facts=asked["facts"],
        proofs_verified=await verify_everything(session),
    )


def _cny(minor: int) -> str:
    return str(Money(minor, Currency("CNY")))


async def _from_facts(session: Session) -> Counter[str]:
    """Add up what the facts told."""
    names = {
        "order_placed": "orders",
        "payment_settled": "settled",
        "refund_confirmed": "refunded",
        "offer_made": "offers",
        "advance_drawn": "advances",
        "payment_initiated": "payments",
        "payment_stopped": "payments",
    }
    counted: Counter[str] = Counter()
    for row in await session.pool.fetch("select payload from engine.outbox order by position"):
        fact = decode(row["payload"], Fact)
        counted["facts"] += 1
        for part, figure in names.items():
            counted[figure] += part in fact.parts
        _add_money(counted, fact)
    return counted


def _add_money(counted: Counter[str], fact: Fact) -> None:
    paid, drawn = fact.part(PayoutPaid), fact.part(AdvanceDrawn)
    counted["paid_out"] += paid.amount.minor if paid is not None else 0
    counted["outstanding"] += drawn.principal.minor if drawn is not None else 0
    repaid, recalled = fact.part(AdvanceRepaid), fact.part(AdvanceRecalled)
    for line in repaid.lines if repaid is not None else ():
        counted["outstanding"] -= line.principal.minor
        counted["repaid"] += line.outstanding.minor == 0
    for recall in recalled.lines if recalled is not None else ():
        counted["outstanding"] -= recall.from_available.minor + recall.from_reserve.minor
        counted["repaid"] += recall.outstanding.minor == 0 and not recall.first_claim


async def _from_tables(session: Session) -> Counter[str]:
    """Ask the tables."""
    questions = {
        "orders": "select count(*) from trade.orders",
        "payments": "select count(*) from payments.payments",
        "settled": "select count(*) from payments.payments where settled_at is not null",
        "refunded": "select count(*) from payments.refunds where status = 'confirmed'",
        "offers": "select count(*) from financing.offers",
        "advances": "select count(*) from financing.advances",
        "repaid": "select count(*) from financing.advances where status = 'repaid'",
        "outstanding": "select coalesce(sum(b.debits_posted - b.credits_posted), 0)::bigint"
        " from ledger.accounts a join ledger.balances b using (number)"
        " where a.kind = 'advance_principal'",
        "paid_out": "select coalesce(sum(amount_minor), 0)::bigint from payments.payouts"
        " where status = 'paid'",
        "facts": "select count(*) from engine.outbox",
    }
    return Counter({name: await session.pool.fetchval(sql) for name, sql in questions.items()})


async def _stopped(session: Session) -> list[Stopped]:
    rows = await session.pool.fetch(
        "select kind, subject, verdict, reasons from risk.decisions"
        " where verdict <> 'allow' order by decided_at, id"
    )
    stopped = []
    for row in rows:
        reasons: list[dict[str, str]] = decode(row["reasons"], list[dict[str, str]])
        stopped.append(
            Stopped(
                row["kind"],
                str(_SUBJECTS[row["kind"]](row["subject"])),
                row["verdict"],
                tuple(reason["code"] for reason in reasons),
                " ".join(reason["en"] for reason in reasons),
                " ".join(reason["zh"] for reason in reasons),
            )
        )
    return stopped


async def _books_balance(session: Session) -> bool:
    """Whether balances, transfers and holds agree, and the engine's memory with all tables."""
    return not (await session.book.reconcile()).differences


async def verify_everything(session: Session) -> int:
    """Prove every fact and let the strangers' verifier check each; return how many fitted."""
    facts = await session.pool.fetchval("select max(position) from engine.outbox")
    verified = 0
    for first in range(1, facts + 1, _AT_ONCE):
        positions = range(first, min(first + _AT_ONCE, facts + 1))
        async with session.pool.acquire() as connection:
            bundle = await prove(connection, positions)
        verify(parse_json(written(bundle)), session.log.policy())
        verified += len(positions)
    return verified
