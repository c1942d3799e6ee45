"""A scheme's bank, reached by HTTP. Every request bears the instruction's id in its address."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
import structlog

from usance.adapters.rails.local_instant import translate
from usance.adapters.rails.local_instant.schemes import Merchant, Scheme
from usance.adapters.rails.local_instant.translate import Reader, Request
from usance.adapters.rails.local_instant.wire import Cob, Page, Pix
from usance.adapters.rails.signatures import verdict
from usance.adapters.rails.transport import NoAnswer, Reply, Transport
from usance.kernel.errors import UsanceError
from usance.payments.model import Decline, Dispatch, Instruction, InstructionKind
from usance.payments.ports import (
    CHARGEBACK,
    PARTIES,
    REFERS,
    AnswerKind,
    HookNews,
    HookVerdict,
    RailAnswer,
    RailNotice,
)

CAPABILITIES: Final = frozenset(
    {"collect", "void", "refund", "payout", CHARGEBACK, PARTIES, REFERS}
)
SIGNATURE: Final = "usance-hook-signature"
# The payer's bank may take money back for so long after it came (MED: 80 days, and some more).
_TAKEN_BACK_WITHIN: Final = timedelta(days=90)
_PAGES_MAX: Final = 1000
_OK: Final = frozenset({200, 201})
_NOT_FOUND: Final = 404
_NO_ANSWER: Final = "no_answer"
_log = structlog.get_logger()


class LocalInstantRail:
    """Implements payments.ports.Rail and HookReader for one scheme."""

    def __init__(self, transport: Transport, scheme: Scheme, merchant: Merchant) -> None:
        self.name = scheme.rail
        self.capabilities = CAPABILITIES
        self.limits = {scheme.currency: scheme.limit}
        self._transport = transport
        self._scheme = scheme
        self._merchant = merchant

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail. A key that the scheme cannot know is refused here."""
        del at
        if instruction.kind is InstructionKind.PAYOUT and not self._scheme.takes(instruction.alias):
            code = Decline.INVALID_ACCOUNT if instruction.alias else Decline.INCOMPLETE_DETAILS
            return RailAnswer(AnswerKind.REFUSED, code, "", "key")
        try:
            return await self._carry_out(instruction)
        except (NoAnswer, msgspec.DecodeError):
            return RailAnswer(AnswerKind.UNKNOWN, _NO_ANSWER, instruction.known_as)

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail. A bank that knows nothing of it is sent it again."""
        if instruction.kind is InstructionKind.VOID:
            return await self.send(instruction, at)
        try:
            money = await self._money_of(instruction)
            reply = await self._asked(translate.question_of(instruction, money))
        except (NoAnswer, msgspec.DecodeError):
            return RailAnswer(AnswerKind.UNKNOWN, _NO_ANSWER, instruction.known_as)
        if reply.status == _NOT_FOUND:
            return await self.send(instruction, at)
        if reply.is_error:
            own = str(reply.status)
            return RailAnswer(AnswerKind.UNKNOWN, _NO_ANSWER, instruction.known_as, own)
        return self._understood(instruction, reply)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail. Raises NoAnswer.

        Money of which nobody can read how much, or when, is logged and waits at our bank.
        """
        del instructions  # The bank names them itself.
        came = await self._pages(since, until)
        gone = await self._pages(since - _TAKEN_BACK_WITHIN, until, devolucaoPresente="true")
        found: list[RailNotice] = []
        for each in came:
            found += self._read(translate.settlements_of, each, since, until)
        for each in gone:
            found += self._read(translate.taken_back_of, each, since, until)
        return found

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, at: datetime
    ) -> HookVerdict:
        """See payments.ports.HookReader.

        The standard has hooks come under the bank's own TLS certificate, and does not sign them:
        whoever ends the TLS before us signs what it let in.
        """
        return verdict(headers.get(SIGNATURE, ""), raw, secret, at)

    def translate(self, raw: bytes) -> HookNews | None:
        """See payments.ports.HookReader."""
        return translate.news_of(self._scheme, raw)

    def _read(
        self, reader: Reader, moved: Pix, since: datetime, until: datetime
    ) -> list[RailNotice]:
        """Return what money that moved tells; what cannot be read keeps no other from being."""
        try:
            return reader(self._scheme, moved, since, until)
        except (UsanceError, TypeError) as faulty:  # No amount, or a time without a zone.
            _log.error("money_unread", rail=self.name, reference=moved.end_to_end, why=str(faulty))
            return []

    async def _carry_out(self, dispatch: Dispatch) -> RailAnswer:
        money = await self._money_of(dispatch)
        if dispatch.kind is InstructionKind.REFUND and not money:
            return RailAnswer(AnswerKind.UNKNOWN, "money_unknown", dispatch.known_as)
        request = translate.request_of(dispatch, self._merchant, money)
        reply = await self._asked(request)
        if reply.status not in _OK:
            # Sent again, a bank may say no because it has it already: what it has, counts.
            known = await self._asked(translate.question_of(dispatch, money))
            reply = known if known.status in _OK else reply
        return self._understood(dispatch, reply)

    async def _money_of(self, dispatch: Dispatch) -> str:
        """Return the scheme's reference of what is sent back, "" where nothing has come."""
        if dispatch.kind is not InstructionKind.REFUND:
            return ""
        reply = await self._asked(Request("GET", f"/v2/cob/{translate.txid_of(dispatch)}"))
        if reply.status not in _OK:
            return ""
        paid = msgspec.json.decode(reply.body, type=Cob).pix
        return paid[0].end_to_end if paid else ""

    def _understood(self, dispatch: Dispatch, reply: Reply) -> RailAnswer:
        return translate.answer_of(self._scheme, self._merchant, dispatch, reply.status, reply.body)

    async def _asked(self, request: Request) -> Reply:
        headers = {"content-type": "application/json"} if request.body else {}
        return await self._transport.ask(
            request.method, request.path, body=request.body.encode(), headers=headers
        )

    async def _pages(self, since: datetime, until: datetime, **more: str) -> list[Pix]:
        found: list[Pix] = []
        for number in range(_PAGES_MAX):
            wanted = {
                "inicio": since.isoformat(),
                "fim": until.isoformat(),
                **more,
                "paginacao.paginaAtual": str(number),
            }
            reply = await self._asked(Request("GET", f"/v2/pix?{urlencode(wanted)}"))
            if reply.status not in _OK:
                raise NoAnswer(f"pix: HTTP {reply.status}")
            page = msgspec.json.decode(reply.body, type=Page)
            found += page.pix
            if number + 1 >= page.parametros.paginacao.quantidadeDePaginas:
                return found
        raise NoAnswer(f"pix: more than {_PAGES_MAX} pages")
