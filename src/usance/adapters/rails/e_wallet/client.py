"""A wallet acquirer, reached by HTTP. Requests are signed, and so are the replies that count."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
import structlog

from usance.adapters.rails.e_wallet import reports, signing, translate
from usance.adapters.rails.e_wallet.signing import Message
from usance.adapters.rails.e_wallet.translate import Request
from usance.adapters.rails.transport import NoAnswer, Transport
from usance.kernel.errors import UsanceError
from usance.kernel.records import Record
from usance.payments.model import Dispatch, Instruction, InstructionKind
from usance.payments.ports import (
    REFERS,
    AnswerKind,
    HookNews,
    HookVerdict,
    Limit,
    RailAnswer,
    RailNotice,
)

_log = structlog.get_logger()
# So long a report is fetched again that could not be read.
_FETCHED_AGAIN_FOR: Final = timedelta(days=2)
NAME: Final = "e_wallet"
CAPABILITIES: Final = frozenset({"collect", "authorise", "capture", "void", "refund", REFERS})
# Those whose minor units the acquirer counts as ISO 4217 does. Of IDR providers differ: not taken.
_CURRENCIES: Final = (
    "AUD", "CAD", "CHF", "CNY", "EUR", "GBP", "HKD", "JPY", "KRW", "MYR", "NZD", "PHP", "SGD",
    "THB", "USD",
)  # fmt: skip
LIMITS: Final[Mapping[str, Limit]] = dict.fromkeys(_CURRENCIES, Limit())
_OK: Final = 200
_REFERRING: Final = frozenset({InstructionKind.CAPTURE, InstructionKind.REFUND})


class Contract(Record, frozen=True):
    """What the acquirer and we have agreed.

    client_id: ours. private_key: ours; public_key: the acquirer's, by which replies are believed.
    return_url: where buyers go after the wallet. hook_path: to which the acquirer posts.
    """

    client_id: str
    private_key: str
    public_key: str
    return_url: str = ""
    hook_path: str = f"/v1/hooks/{NAME}"


class EWalletRail:
    """Implements payments.ports.Rail and HookReader. mailbox: where its reports are put."""

    name = NAME
    capabilities = CAPABILITIES
    limits = LIMITS

    def __init__(
        self, transport: Transport, contract: Contract, mailbox: Transport | None = None
    ) -> None:
        self._transport = transport
        self._contract = contract
        self._mailbox = mailbox
        self._unread_since: datetime | None = None

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        if instruction.kind in _REFERRING and not instruction.original:
            return RailAnswer(AnswerKind.UNKNOWN, "payment_unknown")
        request = translate.request_of(instruction, self._contract.return_url)
        return await self._asked(instruction, request, at)

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail. An acquirer that knows nothing of it is sent it again."""
        question = translate.question_of(instruction)
        if question is None:
            return await self.send(instruction, at)
        answer = await self._asked(instruction, question, at)
        return await self.send(instruction, at) if translate.is_not_known(answer) else answer

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail. Raises NoAnswer.

        A report that cannot be read keeps no other from being heard. It is fetched again for two
        days, since it may not have been all there; then its money waits at our bank for people.
        """
        del instructions  # The acquirer names them itself.
        if self._mailbox is None:
            return []
        since = min(since, self._unread_since or since)
        window = urlencode({"after": since.isoformat(), "until": until.isoformat()})
        reply = await self._mailbox.ask("GET", f"/reports?{window}")
        if reply.status != _OK:
            raise NoAnswer(f"reports: HTTP {reply.status}")
        found: list[RailNotice] = []
        unread = 0
        for text in msgspec.json.decode(reply.body, type=list[str]):
            try:
                found += reports.settlements_in(text)
            except (reports.ReportCutShort, UsanceError) as faulty:
                unread += 1
                _log.error("report_unread", rail=self.name, begins=text[:80], why=str(faulty))
        self._unread_since = since if unread and until - since < _FETCHED_AGAIN_FOR else None
        return found

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, at: datetime
    ) -> HookVerdict:
        """See payments.ports.HookReader. secret: the acquirer's public key."""
        client, time = headers.get("client-id", ""), headers.get("request-time", "")
        message = Message(self._contract.hook_path, client, time, raw)
        return signing.verdict(secret, headers.get("signature", ""), message, at)

    def translate(self, raw: bytes) -> HookNews | None:
        """See payments.ports.HookReader."""
        return translate.news_of(raw)

    async def _asked(self, dispatch: Dispatch, request: Request, at: datetime) -> RailAnswer:
        contract, body = self._contract, request.body.encode()
        time = str(int(at.timestamp() * 1000))
        message = Message(request.path, contract.client_id, time, body)
        headers = {
            "content-type": "application/json; charset=UTF-8",
            "client-id": message.client,
            "request-time": message.time,
            "signature": signing.signature(contract.private_key, message),
        }
        try:
            reply = await self._transport.ask("POST", request.path, body=body, headers=headers)
        except NoAnswer:
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer", dispatch.known_as)
        said = Message(
            request.path, contract.client_id, reply.headers.get("response-time", ""), reply.body
        )
        if not signing.is_signed(contract.public_key, reply.headers.get("signature", ""), said):
            return RailAnswer(AnswerKind.UNKNOWN, "unsigned_reply", "", str(reply.status))
        return translate.answer_of(dispatch, reply.body, asked=translate.is_question(request))
