"""Somebody – opens – accounts, and asks what is on them."""

from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.ledger.errors import ACCOUNT_OF_PROGRAMS, UNKNOWN_ACCOUNT_KIND
from usance.ledger.events import AccountsOpened
from usance.ledger.model import CHART, Account, Balance, Counter, Ref
from usance.ledger.tables import ACCOUNT_BY_REF, ACCOUNTS, BALANCES, COUNTERS

_FOUND_MAX: Final = 65_536
# The account a reference was found to name, by the identity of the reference (which it keeps
# alive). Only a hint: the account may be of another book, or of a command that was refused. It
# counts where the draft has that very row.
_found: Final[dict[int, tuple[Ref, Account]]] = {}


class OpenAccounts(Record, frozen=True):
    """Open these accounts; one that is open already stays as it is."""

    refs: tuple[Ref, ...]


def apply_open_accounts(draft: Draft, body: OpenAccounts, _facts: None) -> Refusal | None:
    """Open accounts and tell their numbers.

    Refuses: unknown_account_kind, account_of_programs.
    """
    for index, ref in enumerate(body.refs):
        if ref.kind not in CHART:
            return UNKNOWN_ACCOUNT_KIND.refuse(f"accounts[{index}].kind", ref.kind)
        if CHART[ref.kind].owner == "program":
            return ACCOUNT_OF_PROGRAMS.refuse(f"accounts[{index}].kind", ref.kind)
    draft.tell(AccountsOpened(tuple(account_of(draft, ref).number for ref in body.refs)))
    return None


def known_account(draft: Draft, ref: Ref) -> Account | None:
    """Return the account a reference names, None where it was never opened."""
    last = _found.get(id(ref))
    if last is not None and draft.get(ACCOUNTS, last[1].number) is last[1]:
        return last[1]
    account = draft.find(
        ACCOUNT_BY_REF, (ref.kind, ref.currency, ref.owner, ref.obligor, ref.facility)
    )
    if account is not None:
        if len(_found) >= _FOUND_MAX:
            _found.clear()
        _found[id(ref)] = (ref, account)
    return account


def account_of(draft: Draft, ref: Ref) -> Account:
    """Return the account a reference names, opened when it is first needed."""
    found = known_account(draft, ref)
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
    found = known_account(draft, ref)
    if found is None:
        return Balance(0)
    return draft.get(BALANCES, found.number) or Balance(found.number)
