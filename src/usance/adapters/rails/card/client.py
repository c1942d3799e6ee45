"""The acquirer, reached by HTTP. Every request goes under the instruction's id as its key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from usance.adapters.rails.card import translate
from usance.adapters.rails.card.translate import Request
from usance.adapters.rails.card.wire import DisputePage, TransactionPage
from usance.adapters.rails.transport import NoAnswer, Transport
from usance.payments.model import Dispatch, Instruction
from usance.payments.ports import (
    CHARGEBACK,
    REFERS,
    AnswerKind,
    HookNews,
    HookVerdict,
    Limit,
    RailAnswer,
    RailNotice,
)

T = TypeVar("T")
CAPABILITIES: Final = frozenset(
    {"collect", "authorise", "capture", "void", "refund", CHARGEBACK, REFERS}
)
# Those whose minor units the acquirer counts as ISO 4217 does; in ISK, UGX, MGA and those with
# three decimals it counts otherwise, so they are not taken.
_CURRENCIES: Final = (
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR",
    "ILS", "INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD",
    "THB", "TRY", "TWD", "USD", "ZAR",
)  # fmt: skip
LIMITS: Final[Mapping[str, Limit]] = dict.fromkeys(_CURRENCIES, Limit(maximum=99_999_999))
_PAGES_MAX: Final = 1000
SIGNATURE: Final = "stripe-signature"


class CardRail:
    """Implements payments.ports.Rail and HookReader."""

    name = "card"
    capabilities = CAPABILITIES
    limits = LIMITS

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        del at
        return await self._carry_out(instruction, translate.request_of(instruction))

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        del at
        question = translate.question_of(instruction)
        if question is None:
            return await self._carry_out(instruction, translate.request_of(instruction))
        return await self._carry_out(instruction, question, asks=True)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail. Raises NoAnswer."""
        del instructions  # The acquirer names them itself.
        window = (int(since.timestamp()), int(until.timestamp()))
        moved = await self._pages("balance_transactions", "available_on", window, TransactionPage)
        disputes = await self._pages("disputes", "created", window, DisputePage)
        found = [
            *(translate.settlement_of(each) for each in moved),
            *(translate.chargeback_of(each) for each in disputes),
        ]
        return [notice for notice in found if notice is not None]

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, at: datetime
    ) -> HookVerdict:
        """See payments.ports.HookReader."""
        header = headers.get(SIGNATURE, "")
        return translate.VERDICTS[translate.wrong_signature(raw, header, [secret], at)]

    def translate(self, raw: bytes) -> HookNews | None:
        """See payments.ports.HookReader."""
        return translate.news_of(raw)

    async def _carry_out(
        self, dispatch: Dispatch, request: Request, *, asks: bool = False
    ) -> RailAnswer:
        headers = {
            "idempotency-key": dispatch.id.hex,
            "content-type": "application/x-www-form-urlencoded",
        }
        try:
            reply = await self._transport.ask(
                request.method, request.path, body=request.body.encode(), headers=headers
            )
        except NoAnswer:
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer", dispatch.known_as)
        if asks and reply.is_error:
            own = str(reply.status)
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer", dispatch.known_as, own)
        return translate.answer_of(dispatch, reply.status, reply.body)

    async def _pages(self, noun: str, by: str, window: tuple[int, int], kind: type[T]) -> list[Any]:
        found: list[Any] = []
        after = ""
        for _ in range(_PAGES_MAX):
            path = f"/v1/{noun}?{by}[gt]={window[0]}&{by}[lte]={window[1]}&limit=100{after}"
            reply = await self._transport.ask("GET", path)
            if reply.status != 200:
                raise NoAnswer(f"{noun}: HTTP {reply.status}")
            page: Any = msgspec.json.decode(reply.body, type=kind)
            found += page.data
            if not page.has_more:
                return found
            after = f"&starting_after={page.data[-1].id}"
        raise NoAnswer(f"{noun}: more than {_PAGES_MAX} pages")
