"""Each locked rate: what the facts tell of it, what payments hold of it, and what it exposes to."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

from tests.sim.auditor.tables import Tables

# Digits after the point; all others have two.
_EXPONENTS = {"JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "BHD": 3}


@dataclass
class Lock:
    """A lock as the facts tell it."""

    maximum: int
    single: bool
    used: int = 0
    expired: bool = False
    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def status(self) -> str:
        """A lock is used up by one payment that settled, or to its maximum; else it may expire."""
        if self.used_before_expiry:
            return "used"
        return "expired" if self.expired else "open"

    used_before_expiry: bool = False


def locks_of(tables: Tables) -> dict[str, Lock]:
    """Read the lives of all locks from the facts, part by part."""
    locks: dict[str, Lock] = {}
    for fact in tables.facts:
        parts = fact["parts"]
        if (said := parts.get("quote_locked")) is not None:
            lock = Lock(said["maximum"]["minor"], said["uses"] == "single")
            locks[said["quote_id"]] = lock
        if (said := parts.get("quote_reserved")) is not None:
            locks[said["quote_id"]].held[said["payment_id"]] += said["amount"]["minor"]
        for name in ("quote_given_back", "quote_used"):
            if (said := parts.get(name)) is not None:
                lock = locks[said["quote_id"]]
                lock.held[said["payment_id"]] -= said["amount"]["minor"]
                if name == "quote_used":
                    lock.used += said["amount"]["minor"]
                    if not lock.expired and (lock.single or lock.used == lock.maximum):
                        lock.used_before_expiry = True
        if (said := parts.get("quote_expired")) is not None:
            locks[said["quote_id"]].expired = True
    return locks


def locks_are_what_was_told(tables: Tables) -> Iterator[str]:
    """Status, what is held and what was used follow from the facts; never more than promised."""
    told = locks_of(tables)
    held: dict[str, dict[str, int]] = defaultdict(dict)
    for row in tables.quote_reservations:
        held[str(row["quote_id"])][str(row["payment_id"])] = row["held"]
    if {str(row["id"]) for row in tables.quote_locks} != set(told):
        yield "the facts tell of other locks"
    for row in tables.quote_locks:
        lock = told[str(row["id"])]
        kept = (row["status"], row["reserved"], row["used"], row["maximum_minor"])
        reckoned = (lock.status, sum(lock.held.values()), lock.used, lock.maximum)
        if kept != reckoned:
            yield f"lock {row['id']} is {kept}, the facts make {reckoned}"
        if dict(lock.held) != held[str(row["id"])]:
            yield f"lock {row['id']} is held by {held[str(row['id'])]}, the facts say {lock.held}"
        if min(lock.held.values(), default=0) < 0:
            yield f"lock {row['id']}: a payment holds less than nothing"
        if sum(lock.held.values()) + lock.used > lock.maximum:
            yield f"lock {row['id']} serves more than was promised"
        if lock.single and sum(1 for each in lock.held.values() if each) > 1:
            yield f"lock {row['id']} is for one payment and held by several"


def locks_hold_for_their_payments(tables: Tables) -> Iterator[str]:
    """A payment under way holds its lock, at the rate that was locked; a failed one does not."""
    rates = {row["id"]: json.loads(row["quote"]) for row in tables.quote_locks}
    holds = {row["payment_id"]: row["held"] for row in tables.quote_reservations}
    for row in tables.payments:
        quote = json.loads(row["quote"])
        if "lock" not in quote:
            continue
        if quote != rates[UUID(quote["lock"])]:
            yield f"payment {row['id']} has another rate than its lock"
        held = holds.get(row["id"], 0)
        if row["status"] in {"pending", "in_review"} and held != row["gross_minor"]:
            yield f"payment {row['id']} is under way and holds {held} of its lock"
        if row["status"] in {"failed", "blocked"} and held:
            yield f"payment {row['id']} is {row['status']} and holds {held} of its lock"


def exposure_is_what_locks_may_bring(tables: Tables) -> Iterator[str]:
    """The memorandum accounts stand at what open locks and held ones may still have us convert."""
    expected: dict[tuple[str, str, UUID], int] = defaultdict(int)
    for row in tables.quote_locks:
        open_ = row["maximum_minor"] - row["used"] if row["status"] == "open" else row["reserved"]
        quote = json.loads(row["quote"])
        shift = _EXPONENTS.get(quote["quote"], 2) - _EXPONENTS.get(quote["base"], 2)
        bought = open_ * Fraction(quote["mid"]) * Fraction(10) ** shift
        expected["fx_locked", quote["base"], row["seller_id"]] += open_
        expected["fx_promised", quote["quote"], row["seller_id"]] += int(bought)
    balances = {row["number"]: row for row in tables.balances}
    found = {
        (account["kind"], account["currency"], account["owner"]): (
            balances[account["number"]]["credits_posted"]
            - balances[account["number"]]["debits_posted"]
        )
        for account in tables.accounts
        if account["kind"] in {"fx_locked", "fx_promised"}
    }
    for key in expected.keys() | found.keys():
        if expected[key] != found.get(key, 0):
            yield f"{key} stands at {found.get(key, 0)}, the locks make {expected[key]}"


CHECKS = (
    locks_are_what_was_told,
    locks_hold_for_their_payments,
    exposure_is_what_locks_may_bring,
)
