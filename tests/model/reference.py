"""A second ledger, as plain as can be, written from the description alone.

It shares nothing with the real one: a list of what was created, every balance added up anew
from that list, chains tried on a copy. Slow and obvious; what the two disagree on is a bug.
"""

import hashlib
from dataclasses import dataclass, field, replace
from uuid import UUID

LARGEST = 2**63 - 1
LINKED, PENDING, POST, VOID = 1, 2, 4, 8


@dataclass(frozen=True)
class Request:
    """What a caller asks for. Flags are the public bits."""

    id: UUID
    debit: int
    credit: int
    amount: int
    flags: int = 0
    pending_id: UUID | None = None
    code: str = "manual"


@dataclass(frozen=True)
class Sums:
    """What one account's transfers add up to."""

    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0


@dataclass
class Book:
    """accounts: number → (currency, what may not exceed what: "", "debits" or "credits")."""

    accounts: dict[int, tuple[str, str]] = field(default_factory=dict)
    created: list[Request] = field(default_factory=list)

    def open(self, currency: str, rule: str) -> int:
        number = len(self.accounts) + 1
        self.accounts[number] = (currency, rule)
        return number

    # ---- what the list of transfers says ----

    def by_id(self, wanted: UUID | None) -> Request | None:
        return next((each for each in self.created if each.id == wanted), None)

    def end_of(self, hold: Request) -> str:
        """How a hold ended: "open", "posted" or "voided"."""
        for each in self.created:
            if each.pending_id == hold.id:
                return "posted" if each.flags & POST else "voided"
        return "open"

    def holds(self) -> list[Request]:
        return [each for each in self.created if each.flags & PENDING]

    def sums(self, number: int) -> Sums:
        parts = dict.fromkeys(Sums.__dataclass_fields__, 0)
        for each in self.created:
            if each.flags & VOID or (each.flags & PENDING and self.end_of(each) != "open"):
                continue
            when = "pending" if each.flags & PENDING else "posted"
            if each.debit == number:
                parts[f"debits_{when}"] += each.amount
            if each.credit == number:
                parts[f"credits_{when}"] += each.amount
        return Sums(**parts)

    def digest(self, created: list[Request]) -> str:
        """SHA-256 over what one command created, in the order of the ids, "" for nothing."""
        if not created:
            return ""
        text = b""
        for each in sorted(created, key=lambda one: one.id):
            text += each.id.bytes
            text += b"".join(n.to_bytes(8, "big") for n in (each.debit, each.credit, each.amount))
            text += each.flags.to_bytes(2, "big")
            text += each.pending_id.bytes if each.pending_id else b""
        return hashlib.sha256(text).hexdigest()

    # ---- asking ----

    def ask(self, requests: list[Request]) -> list[str]:
        """Create what can be created and return a code for each."""
        results: list[str] = []
        chain: list[Request] = []
        for request in requests:
            chain.append(request)
            if not request.flags & LINKED:
                results += self._chain(chain, closed=True)
                chain = []
        if chain:
            results += self._chain(chain, closed=False)
        return results

    def _chain(self, chain: list[Request], *, closed: bool) -> list[str]:
        before = list(self.created)
        tried = chain if closed else chain[:-1]
        for index, request in enumerate(tried):
            said = self._one(request)
            if said != "created":
                self.created = before
                results = ["linked_event_failed"] * len(chain)
                results[index] = said
                break
        else:
            if closed:
                return ["created"] * len(chain)
            self.created = before
            results = ["linked_event_failed"] * len(chain)
        if not closed:
            results[-1] = "linked_event_chain_open"
        return results

    def _one(self, asked: Request) -> str:
        """All the ways to say no, the earliest in the public list first."""
        kinds = (asked.flags & (PENDING | POST | VOID)).bit_count()
        resolves = bool(asked.flags & (POST | VOID))
        known = self.by_id(asked.id)
        if asked.flags < 0 or asked.flags > 15:
            return "reserved_flag"
        if asked.id.int == 0:
            return "id_must_not_be_zero"
        if known is not None:
            return "exists" if self._same(known, asked) else "exists_with_different_fields"
        if kinds > 1:
            return "flags_are_mutually_exclusive"
        if asked.pending_id is not None and not resolves:
            return "pending_id_must_be_zero"
        if asked.pending_id is None and resolves:
            return "pending_id_must_not_be_zero"
        said = self._resolving(asked) if resolves else self._moving(asked)
        if said:
            return said
        hold = self.by_id(asked.pending_id)
        if hold is not None:
            amount = asked.amount or hold.amount
            asked = replace(asked, debit=hold.debit, credit=hold.credit, amount=amount)
        self.created = [*self.created, asked]
        return "created"

    def _same(self, known: Request, asked: Request) -> bool:
        if known.flags & (POST | VOID):
            hold = self.by_id(known.pending_id)
            assert hold is not None
            asked = replace(
                asked,
                debit=asked.debit or hold.debit,
                credit=asked.credit or hold.credit,
                amount=asked.amount or known.amount,
            )
        return known == asked

    def _resolving(self, asked: Request) -> str:
        hold = self.by_id(asked.pending_id)
        if hold is None or not hold.flags & PENDING:
            return "pending_transfer_not_found"
        if asked.debit and asked.debit != hold.debit:
            return "pending_transfer_has_different_accounts"
        if asked.credit and asked.credit != hold.credit:
            return "pending_transfer_has_different_accounts"
        if self.end_of(hold) != "open":
            return f"pending_transfer_already_{self.end_of(hold)}"
        if asked.amount > hold.amount:
            return "exceeds_pending_transfer_amount"
        if asked.flags & VOID and asked.amount and asked.amount != hold.amount:
            return "pending_transfer_has_different_amount"
        return "amount_must_be_positive" if asked.amount < 0 else ""

    def _moving(self, asked: Request) -> str:
        if asked.debit == asked.credit:
            return "accounts_must_be_different"
        if asked.amount < 1:
            return "amount_must_be_positive"
        if asked.debit not in self.accounts:
            return "debit_account_not_found"
        if asked.credit not in self.accounts:
            return "credit_account_not_found"
        if self.accounts[asked.debit][0] != self.accounts[asked.credit][0]:
            return "accounts_must_have_the_same_currency"
        debit, credit = self.sums(asked.debit), self.sums(asked.credit)
        debits = debit.debits_pending + debit.debits_posted + asked.amount
        credits_ = credit.credits_pending + credit.credits_posted + asked.amount
        if debits > LARGEST or credits_ > LARGEST:
            return "overflows_balance"
        if self.accounts[asked.debit][1] == "debits" and debits > debit.credits_posted:
            return "exceeds_credits"
        if self.accounts[asked.credit][1] == "credits" and credits_ > credit.debits_posted:
            return "exceeds_debits"
        return ""
