"""What has happened to messages of others."""

from usance.kernel.ids import MessageId
from usance.kernel.records import Record


class MessageTaken(Record, frozen=True):
    """A message of a bank or a customer was taken in. No money has moved.

    entries: what was read of it; left_out: how much was refused.
    """

    message: MessageId
    type: str
    version: str
    message_id: str
    sender: str
    digest: str
    entries: int
    left_out: int
