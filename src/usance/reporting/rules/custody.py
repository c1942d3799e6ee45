"""Whose is the client money at our bank? Every account of the house is in exactly one part.

Safeguarding in the sense of PSD2 art. 10 and of the Chinese rules on clients' reserve funds means
that this can be shown every day: what lies at the bank is what we owe clients, plus payouts on
their way, plus what we earned and have not yet swept, plus or minus the open position.
"""

from collections.abc import Iterable
from typing import Final

from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.reporting.model import AsOf, BalanceLine, Custody, CustodyLine, Words
from usance.reporting.rules.balances import by_kind


class Part(Record, frozen=True):
    """A line of the proof. kinds: the accounts it adds up, credits less debits."""

    name: str
    words: Words
    kinds: tuple[str, ...]


PARTS: Final = (
    Part(
        "sellers", Words("Sellers and payees may draw", "卖家及收款方可用"), ("seller_available",)
    ),
    Part("payouts", Words("Payouts on their way", "在途出款"), ()),
    Part("settling", Words("Within a settlement", "结算中"), ("seller_settling",)),
    Part("reserves", Words("Held back from sellers", "保证金"), ("seller_reserve",)),
    Part("escrow", Words("In escrow", "托管"), ("escrow",)),
    Part(
        "sales",
        Words("Sales less what rails owe of them", "待结算销售减通道应付"),
        ("seller_pending", "rail_receivable"),
    ),
    Part(
        "funders",
        Words("Funders' money less what is lent of it", "资金方款项减已放款"),
        ("funder_available", "funder_deployed", "advance_principal"),
    ),
    Part(
        "advance_fees",
        Words("Fees on advances not yet paid, less those owed", "未收融资费减应收"),
        ("fee_unearned", "fee_accrued", "advance_fee"),
    ),
    Part(
        "suspense",
        Words("Received, and waiting for its owner or for release", "待查及冻结暂收"),
        ("suspense_unmatched", "suspense_blocked"),
    ),
    Part("fx_position", Words("Open position", "外汇敞口"), ("fx_position",)),
    Part(
        "income",
        Words("Earned and not yet swept", "未划转收入"),
        # What covering lost, banks took and sellers owe we have paid in already, of our own.
        (
            "fee_income",
            "fx_spread_income",
            "fx_result",
            "bank_losses",
            "owed_by_seller",
            "nostro_own",
        ),
    ),
)
NOSTRO: Final = Words("Client money at our bank", "客户备付金存款")


def custody(as_of: AsOf, lines: Iterable[BalanceLine]) -> Custody:
    """Return the proof that a trial balance gives."""
    sums = {(line.currency, line.kind): line for line in by_kind(lines)}
    currencies = sorted({currency for currency, _ in sums})
    found: list[CustodyLine] = []
    for currency in currencies:
        amounts = {part.name: _credit(sums, currency, part.kinds) for part in PARTS}
        held = sums.get((currency, "seller_available"))
        amounts["payouts"] = 0 if held is None else held.debits_held
        amounts["sellers"] -= amounts["payouts"]
        nostro = -_credit(sums, currency, ("nostro",))
        if nostro or any(amounts.values()):
            found.append(CustodyLine("nostro", currency, nostro))
            found += [CustodyLine(name, currency, amount) for name, amount in amounts.items()]
    return Custody(as_of, tuple(found))


def _credit(
    sums: dict[tuple[Currency, str], BalanceLine], currency: Currency, kinds: tuple[str, ...]
) -> int:
    lines = [sums.get((currency, kind)) for kind in kinds]
    return sum(line.credits - line.debits for line in lines if line is not None)
