"""What is counted while a file of messages is taken in, and what is said of it in the end."""

from collections.abc import Mapping
from typing import Final

from usance.kernel.ids import BankStatementId, MessageId
from usance.kernel.records import Record
from usance.payments.model import (
    EntryState,
    FileReport,
    FileStatus,
    Message,
    MessageHead,
    MessageItem,
    Remark,
)
from usance.payments.rules.messages import entries_in, head_of

# A file that is wrong throughout says so a few hundred times; the rest is counted nowhere else.
REMARKS_MAX: Final = 1_000


class Ended(Record, frozen=True):
    """What became of a statement. known: under which id it is there; refused: why it is not.

    note: what was added to a known one. completed: the message that had brought that one.
    """

    entries: int
    known: BankStatementId | None = None
    refused: Remark | None = None
    note: Remark | None = None
    completed: MessageId | None = None


class Report:
    """What is counted on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.first: MessageHead | None = None
        self.validated = True
        self.entries = 0
        self.remarks: list[Remark] = []
        self.left_out = 0
        self.news = 0
        self.known = 0
        self.denied = 0

    def see(self, item: MessageItem) -> None:
        """Count an item of a message that is new."""
        if isinstance(item, MessageHead):
            self._see_head(item)
        elif isinstance(item, Remark):
            self.remark(item)
        else:
            self.entries += entries_in(item)
            self.news += 1

    def see_statement(self, ended: "Ended") -> None:
        """Count a statement whose end was read. A known one is counted as it was taken in."""
        if ended.refused is not None:
            self.deny(ended.refused)
            return
        self.entries += ended.entries
        is_new = ended.known is None or ended.completed is not None
        self.known += not is_new
        self.news += is_new
        if ended.note is not None:
            self.remark(ended.note)

    def deny(self, remark: Remark) -> None:
        """Count a whole message or statement that was not taken in."""
        self.denied += 1
        self.remark(remark)

    def remark(self, remark: Remark) -> None:
        self.left_out += remark.left_out
        if len(self.remarks) < REMARKS_MAX:
            self.remarks.append(remark)

    def see_known(self, message: Message) -> None:
        """Count a message that was taken in before, in this very file."""
        self._see_known(message, head_of(message))
        for remark in message.remarks:
            self.remark(remark)

    def see_known_again(self, message: Message, head: MessageHead) -> None:
        """Count a message that was taken in before from another file.

        head: what it says of itself this time. What was left out of it then is so still; the
        reservations were about that file.
        """
        self._see_known(message, head)
        for remark in message.remarks:
            if remark.left_out:
                self.remark(remark)

    def _see_known(self, message: Message, head: MessageHead) -> None:
        self.known += 1
        self._see_head(head)
        self.entries += message.entries

    def _see_head(self, head: MessageHead) -> None:
        self.first = self.first or head
        self.validated = self.validated and head.validated

    def made(self, states: Mapping[EntryState, int]) -> FileReport:
        first = self.first
        return FileReport(
            self.file,
            first.type if first else "",
            first.version if first else "",
            first is not None and self.validated,
            self._status(),
            self.entries,
            states.get(EntryState.MATCHED, 0),
            states.get(EntryState.SUGGESTED, 0),
            states.get(EntryState.UNMATCHED, 0),
            tuple(each for each in self.remarks if each.left_out),
            tuple(each for each in self.remarks if not each.left_out),
        )

    def _status(self) -> FileStatus:
        if self.known and not self.news and not self.denied:
            return FileStatus.KNOWN
        if not self.left_out:
            return FileStatus.READ
        return FileStatus.PARTLY_READ if self.news or self.known else FileStatus.REFUSED
