"""Who bears what goes back after settlement: the seller, as far as the money reaches."""

from usance.kernel.money import Money


def bearers(cost: Money, available: int, reserve: int) -> dict[str, Money]:
    """Split a cost: the seller's available money first, then the reserve, the rest is owed."""
    from_available = max(0, min(cost.minor, available))
    from_reserve = max(0, min(cost.minor - from_available, reserve))
    owed = cost.minor - from_available - from_reserve
    return {
        "from_available": Money(from_available, cost.currency),
        "from_reserve": Money(from_reserve, cost.currency),
        "owed": Money(owed, cost.currency),
    }
