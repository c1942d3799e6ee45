"""What a test book tells its simulated rails to do."""

from datetime import datetime
from enum import StrEnum

from usance.kernel.ids import SteeringId
from usance.kernel.records import Record


class RailMood(StrEnum):
    """How a simulated rail behaves for a while."""

    DOWN = "down"
    SILENT = "silent"
    REFUSING = "refusing"


class Steering(Record, frozen=True):
    """From one moment of the book's time to another a simulated rail behaves so.

    code: with which it refuses, "" for other moods.
    """

    id: SteeringId
    rail: str
    mood: RailMood
    starts_at: datetime
    ends_at: datetime
    code: str
    created_at: datetime

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.starts_at <= at < self.ends_at
