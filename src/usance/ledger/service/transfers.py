"""Somebody – creates – transfers in bulk: the raw door of the ledger.

One command carries many transfers; each has its own id, which is its idempotency key, and gets
its own result. Linked transfers succeed or fail together.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.ledger.errors import TransferResult
from usance.ledger.events import TransfersCreated
from usance.ledger.model import Flags, Hold, HoldState, Transfer
from usance.ledger.rules import account_error, form_error, hold_error
from usance.ledger.service.post import move, record, release, sealed_bytes
from usance.ledger.state import CREATED, Sheet
from usance.ledger.tables import ACCOUNTS, BALANCES, HOLDS, TRANSFERS
from usance.runtime.commands import Command, Loader


class TransferRequest(Record, frozen=True):
    """One transfer asked for, accounts by number, amount in minor units.

    flags: see ledger.model.Flags. To post or void a hold, accounts and amount may be 0: the
    hold's own are meant.
    """

    id: UUID
    debit: int
    credit: int
    amount: int
    code: str = "manual"
    flags: int = 0
    pending_id: UUID | None = None


class CreateTransfers(Record, frozen=True):
    """Create these transfers in their order."""

    transfers: tuple[TransferRequest, ...]
    value_date: date


class TransferStage:
    """Applies `create_transfers`. Ids above the highest in the book need no look-up."""

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> set[int]:
        """Make transfers visible whose ids may be in use, and the holds to be resolved.

        Returns the ids that may be in use, as integers: old ones, and those asked for twice.
        """
        # Asked of the table each time: other verbs write transfers too.
        top = await loader.fetch("select id from ledger.transfers order by id desc limit 1")
        highest = top[0]["id"].int if top else 0
        requests = [
            request
            for command in commands
            if isinstance(command.body, CreateTransfers)
            for request in command.body.transfers
        ]
        ids = [request.id.int for request in requests]
        doubtful = {number for number in ids if number <= highest}
        if doubtful:
            await loader.rows(TRANSFERS, [UUID(int=number) for number in doubtful])
        holds = [request.pending_id for request in requests if request.pending_id is not None]
        if holds:
            await loader.rows(HOLDS, holds)
        if len(set(ids)) < len(ids):
            doubtful.update(number for number, times in Counter(ids).items() if times > 1)
        return doubtful

    def apply(self, draft: Draft, body: CreateTransfers, doubtful: set[int]) -> Refusal | None:
        """Create what can be created; tell one result for each."""
        results: list[str] = []
        plain = _Plain(draft, body.value_date)
        chain_start: int | None = None
        mark = 0
        failed = False
        for index, request in enumerate(body.transfers):
            if chain_start is None and not request.flags and request.id.int not in doubtful:
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
                result = _create(draft, request, body.value_date)
            results.append(result)
            if chain_start is None:
                continue
            if not failed and result != TransferResult.CREATED:
                failed = True
                draft.undo(mark)
                for earlier in range(chain_start, index):
                    results[earlier] = TransferResult.LINKED_EVENT_FAILED
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

    def create(self, asked: TransferRequest) -> str:
        """Create one transfer and return its result."""
        if asked.pending_id is not None:
            return TransferResult.PENDING_ID_MUST_BE_ZERO
        result = self._sheet.move(asked.debit, asked.credit, asked.amount)
        if result is CREATED:
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
        made, self._made = self._made, []
        if made:
            self._draft.add(TRANSFERS, made)
            self._draft.seal(*map(sealed_bytes, made))
        for balance in self._sheet.take_balances():
            self._draft.put(BALANCES, balance)


def _create(draft: Draft, request: TransferRequest, value_date: date) -> TransferResult:
    if request.flags & ~Flags.ALL:
        return TransferResult.RESERVED_FLAG
    asked = Transfer(
        request.id,
        draft.position,
        request.debit,
        request.credit,
        request.amount,
        request.code,
        request.flags,
        request.pending_id,
        value_date,
        draft.now,
    )
    existing = draft.get(TRANSFERS, request.id)
    if existing is not None:
        return _compare(existing, asked)
    malformed = form_error(asked)
    if malformed is not None:
        return malformed
    if request.flags & (Flags.POST_PENDING | Flags.VOID_PENDING):
        return _resolve(draft, asked)
    return _move(draft, asked)


def _compare(existing: Transfer, asked: Transfer) -> TransferResult:
    resolving = asked.flags & (Flags.POST_PENDING | Flags.VOID_PENDING)
    same = (
        existing.flags == asked.flags
        and existing.pending_id == asked.pending_id
        and existing.code == asked.code
        and (existing.debit == asked.debit or (resolving and not asked.debit))
        and (existing.credit == asked.credit or (resolving and not asked.credit))
        and (existing.amount == asked.amount or (resolving and not asked.amount))
    )
    return TransferResult.EXISTS if same else TransferResult.EXISTS_WITH_DIFFERENT_FIELDS


def _move(draft: Draft, asked: Transfer) -> TransferResult:
    if asked.debit == asked.credit:
        return TransferResult.ACCOUNTS_MUST_BE_DIFFERENT
    if asked.amount <= 0:
        return TransferResult.AMOUNT_MUST_BE_POSITIVE
    debit, credit = draft.get(ACCOUNTS, asked.debit), draft.get(ACCOUNTS, asked.credit)
    wrong = account_error(debit, credit)
    if wrong is not None or debit is None or credit is None:
        assert wrong is not None
        return wrong
    pending = bool(asked.flags & Flags.PENDING)
    failed = move(draft, debit, credit, asked.amount, pending=pending)
    if failed is not None:
        return failed
    if pending:
        hold = Hold(asked.id, asked.debit, asked.credit, asked.amount, HoldState.OPEN, None)
        draft.put(HOLDS, hold)
    _record(draft, asked)
    return TransferResult.CREATED


def _resolve(draft: Draft, asked: Transfer) -> TransferResult:
    assert asked.pending_id is not None
    hold = draft.get(HOLDS, asked.pending_id)
    wrong = hold_error(hold, asked)
    if wrong is not None or hold is None:
        assert wrong is not None
        return wrong
    posting = bool(asked.flags & Flags.POST_PENDING)
    amount = (asked.amount or hold.amount) if posting else hold.amount
    release(draft, hold)
    if posting:
        debit, credit = draft.get(ACCOUNTS, hold.debit), draft.get(ACCOUNTS, hold.credit)
        assert debit is not None
        assert credit is not None
        failed = move(draft, debit, credit, amount, pending=False)
        assert failed is None, f"a hold that fitted no longer fits: {failed}"
    state = HoldState.POSTED if posting else HoldState.VOIDED
    draft.put(HOLDS, Hold(hold.id, hold.debit, hold.credit, hold.amount, state, hold.expires_at))
    resolved = Transfer(
        asked.id,
        asked.position,
        hold.debit,
        hold.credit,
        amount,
        asked.code,
        asked.flags,
        asked.pending_id,
        asked.value_date,
        asked.recorded_at,
    )
    _record(draft, resolved)
    return TransferResult.CREATED


def _record(draft: Draft, t: Transfer) -> None:
    record(
        draft,
        t.debit,
        t.credit,
        t.amount,
        t.code,
        t.value_date,
        t.flags,
        t.pending_id,
        t.id,
    )
