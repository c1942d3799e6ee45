"""What callers ask of a ledger when they are honest, hasty, wrong or malicious.

`Pen` draws from Hypothesis (which shrinks) or from a seeded generator (which is fast); the
requests are the same kind for both.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Protocol, TypeVar
from uuid import UUID

from tests.model.reference import LARGEST, LINKED, PENDING, POST, VOID, Book, Request

from usance.kernel.ids import fresh

T = TypeVar("T")
CURRENCIES = ("GBP", "GBP", "GBP", "CNY")
RULES = ("", "debits", "debits", "credits")
AMOUNTS = (1, 2, 3, 5, 8, 20, 20, 100)
ODD_AMOUNTS = (0, -1, -20, LARGEST, LARGEST - 7, 2**62, LARGEST + 1)


class Pen(Protocol):
    def choice(self, sequence: Sequence[T]) -> T: ...
    def randint(self, a: int, b: int) -> int: ...


class Author:
    """Writes requests against what the book holds. ids rise with time, as UUIDv7 do."""

    def __init__(self, pen: Pen | Random, book: Book, milliseconds: int = 1_000) -> None:
        self.pen = pen
        self.book = book
        self.milliseconds = milliseconds
        self.asked: list[Request] = []
        self._made = 0

    def command(self, largest: int = 6) -> list[Request]:
        """Return the requests of one command: most of them sensible."""
        requests = [self.request() for _ in range(self.pen.randint(1, largest))]
        if self.pen.randint(1, 3) == 1:
            requests = [
                replace(each, flags=each.flags | LINKED) if self.pen.randint(1, 4) > 1 else each
                for each in requests
            ]
        self.asked += requests
        return requests

    def request(self) -> Request:
        roll = self.pen.randint(1, 20)
        if roll == 1 and self.asked:
            return self.pen.choice(self.asked)
        if roll == 2 and self.asked:
            return self.changed(self.pen.choice(self.asked))
        if roll <= 8:
            return self.resolution()
        return self.move()

    def move(self) -> Request:
        debit, credit = self.pair()
        flags = PENDING if self.pen.randint(1, 3) == 1 else 0
        if self.pen.randint(1, 40) == 1:
            flags = self.pen.choice((POST | VOID, PENDING | POST, 256, -1, POST, 64, 16 | POST))
        roll = self.pen.randint(1, 24)
        if roll <= 3:
            flags |= self.pen.choice((16, 32, 48))
        if roll == 4 and self.pen.randint(1, 3) == 1:
            flags |= PENDING | self.pen.choice((64, 128, 192))
        amount = self.pen.choice(AMOUNTS)
        if self.pen.randint(1, 12) == 1:
            amount = self.pen.choice(ODD_AMOUNTS)
        pending_id = self.new_id() if self.pen.randint(1, 60) == 1 else None
        return Request(self.new_id(), debit, credit, amount, flags, pending_id)

    def pair(self) -> tuple[int, int]:
        """Two accounts: of one currency as a rule, any two now and then, or one that is not."""
        numbers = [*self.book.accounts]
        debit = self.pen.choice(numbers)
        own = self.book.accounts[debit][0]
        fitting = [n for n in numbers if n != debit and self.book.accounts[n][0] == own]
        roll = self.pen.randint(1, 20)
        if roll == 1 or not fitting:
            return debit, self.pen.choice(numbers)
        if roll == 2:
            missing = len(numbers) + 1
            return self.pen.choice(((debit, missing), (missing, debit), (0, debit)))
        return debit, self.pen.choice(fitting)

    def resolution(self) -> Request:
        holds = self.book.holds()
        if self.pen.randint(1, 4) == 1:
            # Perhaps one that an earlier command of the same batch is about to make.
            holds = [each for each in self.asked[-6:] if each.flags & PENDING] or holds
        if not holds:
            return self.move()
        ended = self.book.ends()
        still_open = [hold for hold in holds if hold.id not in ended]
        hold = self.pen.choice(still_open if still_open and self.pen.randint(1, 4) > 1 else holds)
        flags = self.pen.choice((POST, POST, VOID))
        amount = 0
        if flags == POST and self.pen.randint(1, 2) == 1:
            amount = self.pen.randint(1, max(1, min(hold.amount, 1_000)))
        resolved = Request(self.new_id(), 0, 0, amount, flags, hold.id)
        odd = self.pen.randint(1, 12)
        if odd == 1:
            return replace(
                resolved, amount=self.pen.choice((hold.amount + 1, -1, hold.amount, 1, LARGEST))
            )
        if odd == 2:
            return replace(resolved, debit=self.pen.randint(1, 5), credit=hold.credit)
        if odd == 3:
            return replace(resolved, pending_id=self.pen.choice((None, self.new_id(), UUID(int=0))))
        return resolved

    def changed(self, request: Request) -> Request:
        what = self.pen.randint(1, 4)
        if what == 1:
            return replace(request, amount=request.amount + 1)
        if what == 2:
            return replace(request, code="other")
        if what == 3:
            return replace(request, debit=request.credit, credit=request.debit)
        return replace(request, flags=request.flags ^ PENDING)

    def new_id(self) -> UUID:
        """Mostly rising, sometimes from the past, rarely zero."""
        self._made += 1
        roll = self.pen.randint(1, 50)
        if roll == 1:
            return UUID(int=0)
        back = 500 if roll < 5 else 0
        return fresh(self.milliseconds + self._made - back, self._made)
