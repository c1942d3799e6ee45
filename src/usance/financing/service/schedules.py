"""Schedules for whoever asks: reckoned from what is given, without a book and without a trace."""

from usance.financing.rules.schedules import (
    DueDates,
    Instalment,
    LoanSchedule,
    Share,
    ShareSchedule,
    loan_at_fee,
    loan_at_rate,
    share_of_sales,
)

__all__ = [
    "DueDates",
    "Instalment",
    "LoanSchedule",
    "Share",
    "ShareSchedule",
    "loan_at_fee",
    "loan_at_rate",
    "share_of_sales",
]
