"""A bank's gateway: messages are put into its mailbox, and its own are fetched from there.

`POST /messages` takes one message; the same message id again is the same message. `GET
/messages?uetr=…` and `GET /messages?after=…&until=…` answer with a JSON list of messages as text,
the earliest first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

import msgspec

from usance.adapters.rails.iso20022 import translate, writing
from usance.adapters.rails.iso20022.reading import said_in
from usance.adapters.rails.iso20022.wire import Said, Scheme
from usance.adapters.rails.transport import NoAnswer, Transport
from usance.kernel.errors import UsanceError
from usance.kernel.records import replace
from usance.payments.model import Decline, Dispatch, Instruction
from usance.payments.ports import (
    CBPR,
    PARTIES,
    RECALL,
    RETURNS,
    TAKES_EVERYTHING,
    UETR,
    AnswerKind,
    Limit,
    RailAnswer,
    RailNotice,
)

CAPABILITIES: Final = frozenset({"payout", "refund", PARTIES, RETURNS, RECALL, UETR, CBPR})
_TAKEN: Final = frozenset({200, 201, 202})
_NO_ANSWER: Final = RailAnswer(AnswerKind.UNKNOWN, "no_answer")


class CreditTransferRail:
    """Implements payments.ports.Rail and Recalls."""

    def __init__(
        self,
        transport: Transport,
        name: str = "credit_transfer",
        limits: Mapping[str, Limit] = TAKES_EVERYTHING,
        scheme: Scheme = translate.ANY_BANK,
        capabilities: frozenset[str] = CAPABILITIES,
    ) -> None:
        self.capabilities = capabilities
        self.name = name
        self.limits = limits
        self._transport = transport
        self._scheme = scheme

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail. What no bank would take is refused here."""
        del at
        lacks = translate.lacking(instruction, self._scheme)
        if lacks:
            return RailAnswer(AnswerKind.REFUSED, Decline.INCOMPLETE_DETAILS, "", lacks)
        # Repeated, a message must be the same to the last letter: so it bears the first moment.
        messages = translate.messages_of(instruction, instruction.created_at, self._scheme)
        try:
            for message in messages:
                if not await self._post(message):
                    return RailAnswer(AnswerKind.UNKNOWN, "not_taken")
            return translate.answer_of(instruction, await self._heard(instruction))
        except (NoAnswer, UsanceError, msgspec.DecodeError):
            return _NO_ANSWER

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail. A bank that knows nothing of it is sent it again."""
        try:
            heard = await self._heard(instruction)
        except (NoAnswer, UsanceError, msgspec.DecodeError):
            return _NO_ANSWER
        if not heard:
            return await self.send(instruction, at)
        return translate.answer_of(instruction, heard)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail. Raises NoAnswer."""
        del instructions  # The bank names them by their UETR.
        after, last = quote(since.isoformat()), quote(until.isoformat())
        heard = await self._fetched(f"/messages?after={after}&until={last}")
        found = []
        for each in heard:
            notice = translate.notice_of(each)
            if notice is None:
                continue
            # A return may be told by two messages: it is one, by one reference.
            of_transfer = await self._fetched(f"/messages?uetr={quote(each.uetr)}")
            reference = translate.reference_once(each, of_transfer)
            found.append(replace(notice, reference=reference))
        return found

    async def recall(self, instruction: Dispatch, reason: str, at: datetime) -> RailAnswer:
        """See payments.ports.Recalls: camt.056 out, camt.029 in."""
        del at
        at_first = instruction.created_at
        recall = translate.recall_of(instruction, reason, at_first, self._scheme)
        try:
            await self._post(writing.camt_056(recall))
            return translate.recall_answer_of(await self._heard(instruction))
        except (NoAnswer, UsanceError, msgspec.DecodeError):
            return _NO_ANSWER

    async def _post(self, message: bytes) -> bool:
        headers = {"content-type": "application/xml"}
        reply = await self._transport.ask("POST", "/messages", body=message, headers=headers)
        return reply.status in _TAKEN

    async def _heard(self, instruction: Dispatch) -> list[Said]:
        return await self._fetched(f"/messages?uetr={instruction.uetr}")

    async def _fetched(self, path: str) -> list[Said]:
        reply = await self._transport.ask("GET", path)
        if reply.status not in _TAKEN:
            raise NoAnswer(f"{path}: HTTP {reply.status}")
        messages = msgspec.json.decode(reply.body, type=list[str])
        return [said for message in messages for said in said_in(message.encode())]
