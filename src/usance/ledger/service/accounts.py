"""Somebody – opens – accounts, and asks what is on them."""

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.ledger.errors import UNKNOWN_ACCOUNT_KIND
from usance.ledger.events import AccountsOpened
from usance.ledger.model import CHART, Account, Balance, Counter, Ref
from usance.ledger.tables import ACCOUNT_BY_REF, ACCOUNTS, BALANCES, COUNTERS


class OpenAccounts(Record, frozen=True):
    """Open these accounts; one that is open already stays as it is."""

    refs: tuple[Ref, ...]


def apply_open_accounts(draft: Draft, body: OpenAccounts, _facts: None) -> Refusal | None:
    """Open accounts and tell their numbers."""
    for index, ref in enumerate(body.refs):
        if ref.kind not in CHART:
            return UNKNOWN_ACCOUNT_KIND.refuse(f"refs[{index}].kind", ref.kind)
    draft.tell(AccountsOpened(tuple(account_of(draft, ref).number for ref in body.refs)))
    return None


def account_of(draft: Draft, ref: Ref) -> Account:
    """Return the account a reference names, opened when it is first needed."""
    found = draft.find(
        ACCOUNT_BY_REF, (ref.kind, ref.currency, ref.owner, ref.obligor, ref.facility)
    )
    if found is not None:
        return found
    counter = draft.get(COUNTERS, "accounts") or Counter("accounts", 1)
    account = Account(
        counter.value,
        ref.kind,
        ref.currency,
        ref.owner,
        ref.obligor,
        ref.facility,
        CHART[ref.kind].balance_limit,
        draft.now,
    )
    draft.put(COUNTERS, Counter("accounts", counter.value + 1))
    draft.put(ACCOUNTS, account)
    draft.put(BALANCES, Balance(account.number))
    return account


def balance_of(draft: Draft, ref: Ref) -> Balance:
    """Return what is on the account a reference names: zero where it was never opened."""
    found = draft.find(
        ACCOUNT_BY_REF, (ref.kind, ref.currency, ref.owner, ref.obligor, ref.facility)
    )
    if found is None:
        return Balance(0)
    return draft.get(BALANCES, found.number) or Balance(found.number)
