"""Two people – sweep – what we have earned from the clients' account to our own."""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.model import where_among
from usance.ledger.service import balance_of, expand, net_debit, post, ref_of
from usance.parties.model import OPERATOR
from usance.payments.errors import EXCEEDS_INCOME
from usance.payments.events import IncomeSwept
from usance.payments.rules.postings import INCOME_SWEEP
from usance.payments.store import OWED_BY_SELLERS
from usance.runtime.commands import Command, Loader

_INCOME: Final = ("fee_income", "fx_spread_income")
# Own money has stood in for these already; what it paid is not income that may go out again.
_BORNE: Final = ("fx_result", "bank_losses", "nostro_own")


class SweepIncome(Record, frozen=True):
    """Move what was earned to our own account. reason: why now, for the reader of the log."""

    amount: Money
    reason: str


async def prepare_sweep(loader: Loader, commands: Sequence[Command]) -> dict[str, int]:
    """Return what all sellers owe us by currency: we have paid it into the clients' account."""
    del commands
    return {row["currency"]: int(row["owed"]) for row in await loader.fetch(OWED_BY_SELLERS)}


def apply_sweep(draft: Draft, body: SweepIncome, owed: dict[str, int]) -> Refusal | None:
    """Sweep at most what is earned and not swept. Refuses: negative_amount, exceeds_income."""
    amount = body.amount
    if amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", amount)
    where = where_among(OPERATOR)

    def debit(kind: str) -> int:
        return net_debit(balance_of(draft, ref_of(kind, where, amount)))

    unswept = -sum(map(debit, _INCOME + _BORNE)) - owed.get(amount.currency, 0)
    if amount.minor > unswept:
        return EXCEEDS_INCOME.refuse("amount", Money(unswept, amount.currency))
    posted = post(draft, expand(INCOME_SWEEP, {"amount": amount}, where), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.tell(IncomeSwept(amount, Money(unswept - amount.minor, amount.currency), body.reason))
    return None
