"""Amounts at which a simulated rail of a test book does something in particular.

They are exact, in the currency in which the buyer pays and in its smallest units: 777.01 GBP, or
77701 JPY. docs/guides/testing.md lists them; a test compares.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from usance.kernel.records import Record


class Magic(Record, frozen=True):
    """What happens to a collection of this amount.

    refused: with which code; "" where it is not. silent_for: how long nobody knows.
    charged_back: the buyer's bank takes it back after it was settled.
    """

    refused: str = ""
    silent_for: timedelta = timedelta(0)
    charged_back: bool = False


MAGIC: Final[Mapping[int, Magic]] = {
    777_01: Magic(refused="insufficient_funds"),
    777_02: Magic(refused="declined"),
    777_03: Magic(refused="expired_instrument"),
    777_04: Magic(refused="account_closed"),
    777_05: Magic(refused="suspected_fraud"),
    777_11: Magic(silent_for=timedelta(minutes=10)),
    777_12: Magic(silent_for=timedelta(days=2)),
    777_13: Magic(silent_for=timedelta(minutes=10), refused="insufficient_funds"),
    777_21: Magic(charged_back=True),
}
NOTHING: Final = Magic()
