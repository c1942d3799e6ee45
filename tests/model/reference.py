"""A second ledger, as plain as can be, written from the description alone.

It shares nothing with the real one: a list of what was created, every balance added up anew
from that list, chains tried on a copy. Slow and obvious; what the two disagree on is a bug.
"""

import hashlib
from dataclasses import dataclass, field, replace
from uuid import UUID

LARGEST = 2**63 - 1
LINKED, PENDING, POST, VOID = 1, 2, 4, 8
BALANCE_DEBIT, BALANCE_CREDIT, CLOSE_DEBIT, CLOSE_CREDIT = 16, 32, 64, 128
PASSING = (
    "debit_account_not_found",
    "credit_account_not_found",
    "pending_transfer_not_found",
    "debit_account_already_closed",
    "credit_account_already_closed",
    "exceeds_credits",
    "exceeds_debits",
)


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
    spent: set[UUID] = field(default_factory=set)

    def open(self, currency: str, rule: str) -> int:
        number = len(self.accounts) + 1
        self.accounts[number] = (currency, rule)
        return number

    # ---- what the list of transfers says ----

    def by_id(self, wanted: UUID | None) -> Request | None:
        return next((each for each in self.created if each.id == wanted), None)

    def ends(self) -> dict[UUID | None, str]:
        """How holds ended, by their ids: "posted" or "voided"."""
        return {
            each.pending_id: "posted" if each.flags & POST else "voided"
            for each in self.created
            if each.flags & (POST | VOID)
        }

    def end_of(self, hold: Request) -> str:
        """How a hold ended: "open", "posted" or "voided"."""
        return self.ends().get(hold.id, "open")

    def holds(self) -> list[Request]:
        return [each for each in self.created if each.flags & PENDING]

    def open_holds(self) -> list[Request]:
        ended = self.ends()
        return [each for each in self.holds() if each.id not in ended]

    def sums(self, number: int) -> Sums:
        parts = dict.fromkeys(Sums.__dataclass_fields__, 0)
        ended = self.ends()
        for each in self.created:
            if each.flags & VOID or (each.flags & PENDING and each.id in ended):
                continue
            when = "pending" if each.flags & PENDING else "posted"
            if each.debit == number:
                parts[f"debits_{when}"] += each.amount
            if each.credit == number:
                parts[f"credits_{when}"] += each.amount
        return Sums(**parts)

    def digest(self, created: list[Request]) -> str:
        """SHA-256 over what one command created, by id, "" for nothing."""
        if not created:
            return ""
        text = b""
        for each in sorted(created, key=lambda request: request.id.bytes):
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
                if said in PASSING:
                    self.spent.add(request.id)
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

    def closed(self, number: int) -> bool:
        """Whether an open hold keeps an account closed."""
        return any(
            (each.flags & CLOSE_DEBIT and each.debit == number)
            or (each.flags & CLOSE_CREDIT and each.credit == number)
            for each in self.open_holds()
        )

    def _one(self, asked: Request) -> str:
        """All the ways to say no, the earliest in the public list first."""
        known = self.by_id(asked.id)
        if asked.flags < 0 or asked.flags > 255:
            return "reserved_flag"
        if asked.id.int == 0:
            return "id_must_not_be_zero"
        if asked.id.int == 2**128 - 1:
            return "id_must_not_be_int_max"
        if known is not None:
            return self._known(known, asked)
        if asked.id in self.spent:
            return "id_already_failed"
        resolves = bool(asked.flags & (POST | VOID))
        exclusive = (asked.flags & (PENDING | POST | VOID)).bit_count() > 1
        if exclusive or (resolves and asked.flags >= BALANCE_DEBIT):
            return "flags_are_mutually_exclusive"
        said = self._resolving(asked) if resolves else self._moving(asked)
        if said:
            return said
        hold = self.by_id(asked.pending_id)
        if hold is not None:
            whole = asked.amount in (0, LARGEST)
            amount = hold.amount if whole else asked.amount
            asked = replace(asked, debit=hold.debit, credit=hold.credit, amount=amount)
        else:
            asked = replace(asked, amount=self._there(asked))
        self.created = [*self.created, asked]
        return "created"

    def _known(self, known: Request, asked: Request) -> str:
        hold = self.by_id(known.pending_id)
        for name in ("flags", "pending_id", "debit", "credit", "amount", "code"):
            was, now = getattr(known, name), getattr(asked, name)
            if hold is not None:
                if name == "amount" and (now == 0 or (now == LARGEST and known.flags & POST)):
                    now = hold.amount
                elif name in ("debit", "credit", "code"):
                    now = now or was
            if name == "amount" and asked.flags & (BALANCE_DEBIT | BALANCE_CREDIT) and now > was:
                continue
            if was != now:
                called = f"{name}_account_id" if name in ("debit", "credit") else name
                return f"exists_with_different_{called}"
        return "exists"

    def _there(self, asked: Request) -> int:
        """The amount asked for, or as much of it as a balancing transfer finds."""
        debit, credit = self.sums(asked.debit), self.sums(asked.credit)
        found = [asked.amount]
        if asked.flags & BALANCE_DEBIT:
            found.append(debit.credits_posted - debit.debits_posted - debit.debits_pending)
        if asked.flags & BALANCE_CREDIT:
            found.append(credit.debits_posted - credit.credits_posted - credit.credits_pending)
        return min(found)

    def _resolving(self, asked: Request) -> str:
        hold = self.by_id(asked.pending_id)
        if asked.pending_id is None or asked.pending_id.int == 0:
            return "pending_id_must_not_be_zero"
        if asked.pending_id == asked.id:
            return "pending_id_must_be_different"
        if asked.amount < 0:
            return "amount_must_be_positive"
        if hold is None:
            return "pending_transfer_not_found"
        if not hold.flags & PENDING:
            return "pending_transfer_not_pending"
        if asked.debit and asked.debit != hold.debit:
            return "pending_transfer_has_different_debit_account_id"
        if asked.credit and asked.credit != hold.credit:
            return "pending_transfer_has_different_credit_account_id"
        if asked.code and asked.code != hold.code:
            return "pending_transfer_has_different_code"
        if asked.amount > hold.amount and (asked.flags & VOID or asked.amount != LARGEST):
            return "exceeds_pending_transfer_amount"
        if asked.flags & VOID and asked.amount and asked.amount != hold.amount:
            return "pending_transfer_has_different_amount"
        if self.end_of(hold) != "open":
            return f"pending_transfer_already_{self.end_of(hold)}"
        return self._shut(hold) if asked.flags & POST else ""

    def _shut(self, asked: Request) -> str:
        if self.closed(asked.debit):
            return "debit_account_already_closed"
        return "credit_account_already_closed" if self.closed(asked.credit) else ""

    def _moving(self, asked: Request) -> str:
        if asked.debit == 0:
            return "debit_account_id_must_not_be_zero"
        if asked.credit == 0:
            return "credit_account_id_must_not_be_zero"
        if asked.debit == asked.credit:
            return "accounts_must_be_different"
        if asked.pending_id is not None:
            return "pending_id_must_be_zero"
        closing = asked.flags & (CLOSE_DEBIT | CLOSE_CREDIT)
        if closing and not asked.flags & PENDING:
            return "closing_transfer_must_be_pending"
        if asked.amount < (0 if closing else 1):
            return "amount_must_be_positive"
        if asked.debit not in self.accounts:
            return "debit_account_not_found"
        if asked.credit not in self.accounts:
            return "credit_account_not_found"
        if self.accounts[asked.debit][0] != self.accounts[asked.credit][0]:
            return "accounts_must_have_the_same_currency"
        return self._shut(asked) or self._full(asked)

    def _full(self, asked: Request) -> str:
        debit, credit = self.sums(asked.debit), self.sums(asked.credit)
        amount = self._there(asked)
        if amount < 1 and asked.flags & (BALANCE_DEBIT | BALANCE_CREDIT):
            nothing = debit.credits_posted - debit.debits_posted - debit.debits_pending < 1
            if asked.flags & BALANCE_DEBIT and nothing:
                return "exceeds_credits"
            return "exceeds_debits"
        # A hold must fit where it is now and where it will be once it is posted.
        for when in ("pending", "posted") if asked.flags & PENDING else ("posted",):
            if getattr(debit, f"debits_{when}") + amount > LARGEST:
                return f"overflows_debits_{when}"
            if getattr(credit, f"credits_{when}") + amount > LARGEST:
                return f"overflows_credits_{when}"
        debits = debit.debits_pending + debit.debits_posted + amount
        credits_ = credit.credits_pending + credit.credits_posted + amount
        if debits > LARGEST:
            return "overflows_debits"
        if credits_ > LARGEST:
            return "overflows_credits"
        if self.accounts[asked.debit][1] == "debits" and debits > debit.credits_posted:
            return "exceeds_credits"
        if self.accounts[asked.credit][1] == "credits" and credits_ > credit.debits_posted:
            return "exceeds_debits"
        return ""
