"""A program – creates – accounts under ids of its own: the raw door of the ledger.

Such an account stands beside the house's, as a memorandum; it is for programs that keep a ledger
here, and for books that replay what another ledger was asked. Each program is a user, and an id
names something only to the one that gave it. Linked accounts are opened together or not at all.
"""

import hashlib
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import fresh, milliseconds_of
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.ledger.errors import AccountResult
from usance.ledger.events import AccountsCreated
from usance.ledger.model import Account, AccountFlags, Balance, Counter, Flags, Limit, NamedAccount
from usance.ledger.service.post import close
from usance.ledger.tables import ACCOUNTS, BALANCES, COUNTERS, NAMED_ACCOUNTS


class AccountRequest(Record, frozen=True):
    """One account asked for. flags: see ledger.model.AccountFlags."""

    id: UUID
    currency: str
    code: int
    flags: int = 0


class CreateAccounts(Record, frozen=True):
    """Create these accounts in their order."""

    accounts: tuple[AccountRequest, ...]


def apply_create_accounts(draft: Draft, body: CreateAccounts, _facts: None) -> Refusal | None:
    """Create what can be created; tell one result and one number for each."""
    results: list[AccountResult] = []
    start: int | None = None
    mark = 0
    failed = False
    for index, asked in enumerate(body.accounts):
        linked = bool(asked.flags & AccountFlags.LINKED)
        if start is None and linked:
            start, mark, failed = index, draft.mark(), False
        if linked and index == len(body.accounts) - 1:
            result = AccountResult.LINKED_EVENT_CHAIN_OPEN
        elif start is not None and failed:
            result = AccountResult.LINKED_EVENT_FAILED
        else:
            result = _create(draft, asked)
        results.append(result)
        if start is not None and not failed and result is not AccountResult.CREATED:
            failed = True
            draft.undo(mark)
            results[start:index] = [AccountResult.LINKED_EVENT_FAILED] * (index - start)
        if not linked:
            start = None
    numbers = (named_account(draft, asked.id) for asked in body.accounts)
    told = tuple(0 if named is None else named.number for named in numbers)
    draft.tell(AccountsCreated(told, tuple(results)))
    return None


def named_account(draft: Draft, name: UUID) -> NamedAccount | None:
    """Return the account that an id names to whoever asks."""
    return draft.get(NAMED_ACCOUNTS, (draft.actor, name))


def id_in_book(program: UUID, name: UUID, kind: bytes) -> UUID:
    """Return the id in the book of what a program calls `name`; its time stays.

    Nobody can find the name that leads to an id of the house or of another program.
    """
    digest = hashlib.sha256(kind + program.bytes + name.bytes).digest()
    return fresh(milliseconds_of(name), int.from_bytes(digest[:10], "big"))


def _create(draft: Draft, asked: AccountRequest) -> AccountResult:
    if asked.flags & ~AccountFlags.ALL:
        return AccountResult.RESERVED_FLAG
    if not asked.id.int:
        return AccountResult.ID_MUST_NOT_BE_ZERO
    if asked.id.int == 2**128 - 1:
        return AccountResult.ID_MUST_NOT_BE_INT_MAX
    known = named_account(draft, asked.id)
    if known is not None:
        return _compare(known, asked)
    both = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS
    if asked.flags & both == both:
        return AccountResult.FLAGS_ARE_MUTUALLY_EXCLUSIVE
    if not asked.currency:
        return AccountResult.CURRENCY_MUST_NOT_BE_EMPTY
    if not asked.code:
        return AccountResult.CODE_MUST_NOT_BE_ZERO
    _open(draft, asked)
    return AccountResult.CREATED


def _compare(known: NamedAccount, asked: AccountRequest) -> AccountResult:
    if known.flags != asked.flags:
        return AccountResult.EXISTS_WITH_DIFFERENT_FLAGS
    if known.currency != asked.currency:
        return AccountResult.EXISTS_WITH_DIFFERENT_CURRENCY
    if known.code != asked.code:
        return AccountResult.EXISTS_WITH_DIFFERENT_CODE
    return AccountResult.EXISTS


def _open(draft: Draft, asked: AccountRequest) -> None:
    counter = draft.get(COUNTERS, "accounts") or Counter("accounts", 1)
    number, currency = counter.value, Currency(asked.currency)
    limit = Limit.NONE
    if asked.flags & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS:
        limit = Limit.DEBITS_MUST_NOT_EXCEED_CREDITS
    elif asked.flags & AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS:
        limit = Limit.CREDITS_MUST_NOT_EXCEED_DEBITS
    draft.put(COUNTERS, Counter("accounts", number + 1))
    owner = id_in_book(draft.actor, asked.id, b"account\x1f")
    draft.put(ACCOUNTS, Account(number, "raw", currency, owner, None, None, limit, draft.now))
    draft.put(BALANCES, Balance(number))
    if asked.flags & AccountFlags.CLOSED:
        close(draft, Flags.CLOSING_DEBIT, number, 0, closed=True)
    draft.put(
        NAMED_ACCOUNTS,
        NamedAccount(draft.actor, asked.id, number, currency, asked.code, asked.flags),
    )
