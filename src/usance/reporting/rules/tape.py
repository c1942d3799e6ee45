"""What a funder asks of every advance."""

from datetime import date


def days_past_due(due_date: date, on: date, status: str) -> int:
    """Return for how many days an advance has been late on a day; 0 once it is repaid."""
    return 0 if status == "repaid" else max(0, (on - due_date).days)
