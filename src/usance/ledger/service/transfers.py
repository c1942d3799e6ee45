"""Somebody – creates – transfers in bulk: the raw door of the ledger.

One command carries many transfers; each has its own id, which is its idempotency key, and gets
its own result. Linked transfers succeed or fail together.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.money import MINOR_MAX
from usance.kernel.records import Record
from usance.ledger.errors import PASSING, TransferResult
from usance.ledger.events import TransfersCreated
from usance.ledger.model import (
    Balance,
    FailedTransfer,
    Flags,
    Hold,
    HoldState,
    Transfer,
    TransferRequest,
)
from usance.ledger.rules import (
    account_error,
    available,
    balancing_amount,
    form_error,
    hold_error,
    posted_amount,
)
from usance.ledger.service.at_once import create_at_once
from usance.ledger.service.calendar import is_closed_day
from usance.ledger.service.expire import ExpireHold
from usance.ledger.service.post import (
    CLOSED_ACCOUNTS,
    close,
    closed_error,
    end_hold,
    is_closed,
    move,
    record,
    sealed_bytes,
)
from usance.ledger.state import CREATED, Sheet
from usance.ledger.tables import (
    ACCOUNTS,
    BALANCES,
    COUNTERS,
    FAILED_TRANSFERS,
    HOLDS,
    TRANSFERS,
)
from usance.runtime.commands import Command, Loader

_INT_MAX: Final = 2**128 - 1
_EXCEEDS: Final = {TransferResult.EXCEEDS_CREDITS, TransferResult.EXCEEDS_DEBITS}


class CreateTransfers(Record, frozen=True):
    """Create these transfers in their order."""

    transfers: tuple[TransferRequest, ...]
    value_date: date


class TransferStage:
    """Applies `create_transfers`. Ids above all that were used so far need no look-up."""

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> set[int]:
        """Make transfers visible whose ids may be in use, and the holds to be resolved.

        Returns the ids that may be in use, as integers: old ones, and those asked for twice.
        """
        # Asked each time: other verbs write transfers too.
        unused = [await loader.unused(table) for table in (TRANSFERS, FAILED_TRANSFERS)]
        above, below = max(a.int for a, _ in unused), min(b.int for _, b in unused)
        requests = [
            request
            for command in commands
            if isinstance(command.body, CreateTransfers)
            for request in command.body.transfers
        ]
        ids = [request.id.int for request in requests]
        doubtful = {number for number in ids if not above < number < below}
        holds = [request.pending_id for request in requests if request.pending_id is not None]
        if holds or doubtful:
            old = [UUID(int=number) for number in doubtful]
            await loader.rows(TRANSFERS, [*old, *holds])
            await loader.rows(HOLDS, [*old, *holds])
            await loader.rows(FAILED_TRANSFERS, old)
            # A plain transfer that somebody takes for a hold must be found within the batch.
            doubtful.update(hold.int for hold in holds)
        if len(set(ids)) < len(ids):
            doubtful.update(number for number, times in Counter(ids).items() if times > 1)
        return doubtful

    def apply(self, draft: Draft, body: CreateTransfers, doubtful: set[int]) -> Refusal | None:
        """Create what can be created; tell one result for each."""
        value_date: date | None = body.value_date
        if is_closed_day(draft, body.value_date):
            # All are refused, for this or an earlier reason: none of them takes the short way.
            value_date, doubtful = None, {request.id.int for request in body.transfers}
        elif create_at_once(draft, body.transfers, body.value_date, doubtful):
            count = len(body.transfers)
            draft.tell(TransfersCreated(count, (CREATED,) * count))
            return None
        results: list[str] = []
        plain = _Plain(draft, body.value_date)
        chain_start: int | None = None
        mark = 0
        failed = False
        for index, request in enumerate(body.transfers):
            if (
                chain_start is None
                and not request.flags
                and request.id.int not in doubtful
                and not request.timeout
                and request.currency is None
            ):
                results.append(plain.create(request))
                continue
            plain.write()
            linked = bool(request.flags & Flags.LINKED)
            if chain_start is None and linked:
                chain_start, mark, failed = index, draft.mark(), False
            if chain_start is not None and linked and index == len(body.transfers) - 1:
                result: str = TransferResult.LINKED_EVENT_CHAIN_OPEN
            elif chain_start is not None and failed:
                result = TransferResult.LINKED_EVENT_FAILED
            else:
                result = _create(draft, request, value_date)
            results.append(result)
            if chain_start is None:
                _remember(draft, request, result)
                continue
            if not failed and result != TransferResult.CREATED:
                failed = True
                draft.undo(mark)
                for earlier in range(chain_start, index):
                    results[earlier] = TransferResult.LINKED_EVENT_FAILED
                _remember(draft, request, result)
            if not linked:
                chain_start = None
        plain.write()
        created = results.count(CREATED)
        draft.tell(TransfersCreated(created, tuple(results)))
        return None


class _Plain:
    """Transfers that move money at once, under new ids, in no chain: most of them.

    They are added up on a sheet and written when another kind of transfer comes, or at the end.
    """

    def __init__(self, draft: Draft, value_date: date) -> None:
        self._draft = draft
        self._value_date = value_date
        self._sheet = Sheet(partial(draft.get, ACCOUNTS), partial(draft.get, BALANCES))
        self._made: list[Transfer] = []
        self._failed: list[FailedTransfer] = []
        self._ready = False

    def create(self, asked: TransferRequest) -> str:
        """Create one transfer and return its result."""
        if not self._ready:
            self._make_ready()
        if asked.pending_id is not None or not asked.code:
            return form_error(asked) or TransferResult.RESERVED_FLAG
        result = self._sheet.move(asked.debit, asked.credit, asked.amount)
        if result is not CREATED:
            return self._fail(asked, result)
        draft = self._draft
        self._made.append(
            Transfer(
                asked.id,
                draft.position,
                asked.debit,
                asked.credit,
                asked.amount,
                asked.code,
                Flags.NONE,
                None,
                self._value_date,
                draft.now,
            )
        )
        return result

    def write(self) -> None:
        """Write what was created, and the balances as they are now."""
        self._ready = False
        made, self._made = self._made, []
        if made:
            self._draft.add(TRANSFERS, made)
            self._draft.seal(*map(sealed_bytes, made))
        failed, self._failed = self._failed, []
        if failed:
            self._draft.add(FAILED_TRANSFERS, failed)
        for balance in self._sheet.take_balances():
            self._draft.put(BALANCES, balance)

    def _make_ready(self) -> None:
        self._ready = True
        ever = self._draft.get(COUNTERS, CLOSED_ACCOUNTS) is not None
        self._sheet.is_closed = partial(is_closed, self._draft) if ever else None

    def _fail(self, asked: TransferRequest, result: str) -> str:
        malformed = form_error(asked)
        if malformed is not None:
            return malformed
        if result in PASSING:
            self._failed.append(FailedTransfer(asked.id, result))
        return result


def _remember(draft: Draft, asked: TransferRequest, result: str) -> None:
    """Spend the id of a transfer that was refused for a reason that passes."""
    if result in PASSING:
        draft.put(FAILED_TRANSFERS, FailedTransfer(asked.id, str(result)))


def _create(draft: Draft, asked: TransferRequest, value_date: date | None) -> TransferResult:
    """Create a transfer. value_date: None where the day lies in a closed period."""
    if asked.flags & ~Flags.ALL:
        return TransferResult.RESERVED_FLAG
    if not asked.id.int:
        return TransferResult.ID_MUST_NOT_BE_ZERO
    if asked.id.int == _INT_MAX:
        return TransferResult.ID_MUST_NOT_BE_INT_MAX
    existing = draft.get(TRANSFERS, asked.id)
    if existing is not None:
        return _compare(draft, existing, asked)
    if draft.get(FAILED_TRANSFERS, asked.id) is not None:
        return TransferResult.ID_ALREADY_FAILED
    malformed = form_error(asked)
    if malformed is not None:
        return malformed
    if value_date is None:
        return TransferResult.VALUE_DATE_IN_CLOSED_PERIOD
    if asked.flags & Flags.RESOLVING:
        return _resolve(draft, asked, value_date)
    return _move(draft, asked, value_date)


def _compare(draft: Draft, existing: Transfer, asked: TransferRequest) -> TransferResult:
    if existing.flags != asked.flags:
        return TransferResult.EXISTS_WITH_DIFFERENT_FLAGS
    if existing.pending_id != asked.pending_id:
        return TransferResult.EXISTS_WITH_DIFFERENT_PENDING_ID
    resolving = bool(asked.flags & Flags.RESOLVING)
    account = draft.get(ACCOUNTS, existing.debit)
    assert account is not None
    if _timeout(draft, existing) != asked.timeout:
        return TransferResult.EXISTS_WITH_DIFFERENT_TIMEOUT
    if existing.debit != asked.debit and not (resolving and not asked.debit):
        return TransferResult.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
    if existing.credit != asked.credit and not (resolving and not asked.credit):
        return TransferResult.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
    if not _same_amount(draft, existing, asked):
        return TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT
    if asked.currency != account.currency and asked.currency not in (
        {None, ""} if resolving else {None}
    ):
        return TransferResult.EXISTS_WITH_DIFFERENT_CURRENCY
    if existing.code != asked.code and not (resolving and not asked.code):
        return TransferResult.EXISTS_WITH_DIFFERENT_CODE
    return TransferResult.EXISTS


def _timeout(draft: Draft, existing: Transfer) -> int:
    hold = draft.get(HOLDS, existing.id)
    if hold is None or hold.expires_at is None:
        return 0
    return int((hold.expires_at - existing.recorded_at).total_seconds())


def _same_amount(draft: Draft, existing: Transfer, asked: TransferRequest) -> bool:
    if asked.flags & Flags.BALANCING:
        return asked.amount >= existing.amount
    if asked.flags & Flags.RESOLVING and asked.pending_id is not None:
        hold = draft.get(HOLDS, asked.pending_id)
        whole = {0, MINOR_MAX} if asked.flags & Flags.POST_PENDING else {0}
        if hold is not None and asked.amount in whole:
            return existing.amount == hold.amount
    return existing.amount == asked.amount


def _move(draft: Draft, asked: TransferRequest, value_date: date) -> TransferResult:
    debit, credit = draft.get(ACCOUNTS, asked.debit), draft.get(ACCOUNTS, asked.credit)
    wrong = account_error(debit, credit)
    if wrong is not None or debit is None or credit is None:
        assert wrong is not None
        return wrong
    if asked.currency is not None and asked.currency != debit.currency:
        return TransferResult.TRANSFER_MUST_HAVE_THE_SAME_CURRENCY_AS_ACCOUNTS
    shut = closed_error(draft, debit.number, credit.number)
    if shut is not None:
        return shut
    amount = asked.amount
    if asked.flags & Flags.BALANCING:
        amount = _balancing(draft, asked)
        if amount <= 0:
            there = available(_balance(draft, asked.debit))
            if asked.flags & Flags.BALANCING_DEBIT and there <= 0:
                return TransferResult.EXCEEDS_CREDITS
            return TransferResult.EXCEEDS_DEBITS
    pending = bool(asked.flags & Flags.PENDING)
    expires_at = _expiry(draft.now, asked.timeout)
    mark = draft.mark()
    failed = move(draft, debit, credit, amount, pending=pending)
    late = asked.timeout and expires_at is None
    if late and (failed is None or failed in _EXCEEDS):
        draft.undo(mark)
        return TransferResult.OVERFLOWS_TIMEOUT
    if failed is not None:
        return failed
    if pending:
        hold = Hold(asked.id, asked.debit, asked.credit, amount, HoldState.OPEN, expires_at)
        draft.put(HOLDS, hold)
        close(draft, asked.flags, asked.debit, asked.credit, closed=True)
    if expires_at is not None:
        draft.schedule(expires_at, "expire_hold", ExpireHold(asked.id, asked.flags))
    _record(draft, asked, asked.debit, asked.credit, amount, asked.code, value_date)
    return TransferResult.CREATED


def _balancing(draft: Draft, asked: TransferRequest) -> int:
    debit, credit = _balance(draft, asked.debit), _balance(draft, asked.credit)
    return balancing_amount(asked.flags, asked.amount, debit, credit)


def _balance(draft: Draft, number: int) -> Balance:
    return draft.get(BALANCES, number) or Balance(number)


def _expiry(now: datetime, timeout: int) -> datetime | None:
    """Return when a hold runs out: None for never, and where no calendar has the day."""
    if not timeout:
        return None
    try:
        return now + timedelta(seconds=timeout) if timeout > 0 else None
    except OverflowError:
        return None


def _resolve(draft: Draft, asked: TransferRequest, value_date: date) -> TransferResult:
    assert asked.pending_id is not None
    hold, begun = draft.get(HOLDS, asked.pending_id), draft.get(TRANSFERS, asked.pending_id)
    if hold is None and begun is not None:
        return TransferResult.PENDING_TRANSFER_NOT_PENDING
    wrong = hold_error(hold, asked, draft.now, _differs(draft, begun, asked))
    if wrong is not None or hold is None:
        assert wrong is not None
        return wrong
    posting = bool(asked.flags & Flags.POST_PENDING)
    if posting:
        shut = closed_error(draft, hold.debit, hold.credit)
        if shut is not None:
            return shut
    amount = posted_amount(hold, asked.amount) if posting else hold.amount
    end_hold(draft, hold, HoldState.POSTED if posting else HoldState.VOIDED, amount)
    if begun is not None and not posting:
        close(draft, begun.flags, hold.debit, hold.credit, closed=False)
    code = asked.code or (begun.code if begun is not None else "")
    _record(draft, asked, hold.debit, hold.credit, amount, code, value_date)
    return TransferResult.CREATED


def _differs(draft: Draft, begun: Transfer | None, asked: TransferRequest) -> TransferResult | None:
    """Return whether the request says another currency or code than the hold has."""
    if begun is None:
        return None
    account = draft.get(ACCOUNTS, begun.debit)
    assert account is not None
    if asked.currency and asked.currency != account.currency:
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_CURRENCY
    if asked.code and asked.code != begun.code:
        return TransferResult.PENDING_TRANSFER_HAS_DIFFERENT_CODE
    return None


def _record(
    draft: Draft,
    asked: TransferRequest,
    debit: int,
    credit: int,
    amount: int,
    code: str,
    value_date: date,
) -> None:
    flags, pending_id = asked.flags, asked.pending_id
    record(draft, debit, credit, amount, code, value_date, flags, pending_id, asked.id)
