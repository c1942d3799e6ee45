"""Who bears what goes back after settlement: the seller, as far as the money reaches."""

from usance.kernel.money import Money


def bearers(cost: Money, escrow: int, available: int, reserve: int) -> dict[str, Money]:
    """Split a cost among what the seller has.

    What the sale holds in escrow for the seller bears it first, then the seller's available
    money, then the reserve; the rest is owed.
    """
    from_escrow = max(0, min(cost.minor, escrow))
    left = cost.minor - from_escrow
    from_available = max(0, min(left, available))
    from_reserve = max(0, min(left - from_available, reserve))
    owed = left - from_available - from_reserve
    return {
        "from_escrow": Money(from_escrow, cost.currency),
        "from_available": Money(from_available, cost.currency),
        "from_reserve": Money(from_reserve, cost.currency),
        "owed": Money(owed, cost.currency),
    }
