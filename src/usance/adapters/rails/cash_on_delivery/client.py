"""The carrier, reached by HTTP. Each parcel goes under the instruction's id as its key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

import msgspec
import structlog

from usance.adapters.rails.cash_on_delivery import translate
from usance.adapters.rails.cash_on_delivery.translate import Request
from usance.adapters.rails.cash_on_delivery.wire import AdvicePage
from usance.adapters.rails.transport import NoAnswer, Transport
from usance.kernel.errors import Invalid
from usance.payments.model import Dispatch, Instruction
from usance.payments.ports import (
    PARTLY,
    REMITS,
    TAKES_EVERYTHING,
    AnswerKind,
    Limit,
    RailAnswer,
    RailNotice,
)

_log = structlog.get_logger()
NAME: Final = "cash_on_delivery"
CAPABILITIES: Final = frozenset({"collect", "void", PARTLY, REMITS})


class CarrierRail:
    """Implements payments.ports.Rail and AdviceReader."""

    capabilities = CAPABILITIES

    def __init__(
        self,
        transport: Transport,
        name: str = NAME,
        limits: Mapping[str, Limit] = TAKES_EVERYTHING,
    ) -> None:
        self.name = name
        self.limits = limits
        self._transport = transport

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        del at
        return await self._carry_out(instruction, translate.request_of(instruction))

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail. A parcel that the carrier does not know is announced again."""
        question = translate.question_of(instruction)
        try:
            reply = await self._transport.ask(question.method, question.path)
        except NoAnswer:
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        if reply.status == 404:
            return await self.send(instruction, at)
        if reply.is_error:
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer", own_code=str(reply.status))
        return translate.answer_of(instruction, reply.status, reply.body)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail. Raises NoAnswer.

        An advice that contradicts itself is logged and announces nothing; the others are heard.
        Its money is shown by our bank all the same, and waits there for people.
        """
        del instructions  # The carrier names them by our reference.
        after, last = quote(since.isoformat()), quote(until.isoformat())
        reply = await self._transport.ask("GET", f"/v1/remittances?after={after}&until={last}")
        if reply.status != 200:
            raise NoAnswer(f"remittances: HTTP {reply.status}")
        found: list[RailNotice] = []
        for advice in msgspec.json.decode(reply.body, type=AdvicePage).data:
            try:
                found += translate.notices_of(advice)
            except Invalid as faulty:
                _log.error("advice_refused", rail=self.name, advice=advice.id, why=str(faulty))
        return found

    def advice(self, raw: bytes) -> Sequence[RailNotice]:
        """See payments.ports.AdviceReader."""
        found = translate.advices_in(raw)
        return [notice for advice in found for notice in translate.notices_of(advice)]

    async def _carry_out(self, dispatch: Dispatch, request: Request) -> RailAnswer:
        headers = {"idempotency-key": dispatch.id.hex, "content-type": "application/json"}
        try:
            reply = await self._transport.ask(
                request.method, request.path, body=request.body, headers=headers
            )
        except NoAnswer:
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        return translate.answer_of(dispatch, reply.status, reply.body)
