"""Messages of banks and customers: one file is handed over, and what was taken in is shown.

The reader and its report are those of `usance payments import` and `usance reconcile`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, create_model

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.envelope import MESSAGE_MAX
from usance.api.errors import all_codes
from usance.api.faults import Found, shown
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.problems import MEDIA_TYPE, Problem, body_of, language_of
from usance.api.shapes import page_of, shape
from usance.kernel.errors import Language, NotFound
from usance.kernel.ids import MessageId, UserId
from usance.kernel.records import Record
from usance.payments.model import (
    EntryState,
    FileReport,
    FileStatus,
    Message,
    MessageType,
    Remark,
)
from usance.payments.service import find_messages as find
from usance.worker.messages import (
    hand_over_orders,
    messages_in,
    remarks_shown,
    report_shown,
    take_in_message_file,
)

router = APIRouter(tags=["messages"])
Reader = Annotated[Asker, Depends(reads("messages:read"))]
Writer = Annotated[Asker, Depends(reads("messages:write"))]
_TAKEN: Final = frozenset({FileStatus.READ, FileStatus.PARTLY_READ})


class ReasonedRemark(Record, frozen=True):
    """What is wrong, where, and why. path: of an element, or `line 7`; "" is the whole file."""

    path: str
    code: str
    reason: str


def _later(_record: object) -> object:
    raise AssertionError("sentences follow the caller's language; they are given with the rest")


_REMARKS: Final[Mapping[str, tuple[Any, Any]]] = {
    "refused": (list[ReasonedRemark], _later),
    "notes": (list[ReasonedRemark], _later),
}
FILE_REPORT: Final[Any] = shape(
    FileReport,
    "file_report",
    without=("refused", "notes"),
    more={**_REMARKS, "messages": (list[MessageId], _later)},
)
MESSAGE: Final[Any] = shape(
    Message,
    "message",
    without=("remarks", "digest"),
    more={
        **_REMARKS,
        **{state.value: (int, _later) for state in reversed(EntryState)},
    },
)
# The problem of a file of which nothing was taken, with all that is said of it.
FILE_PROBLEM: Final[Any] = create_model(
    "FileProblem",
    __base__=Problem,
    __doc__="Nothing of the file was taken in; `report` says all that is wrong with it.",
    report=(FILE_REPORT | None, Field(None, description="Absent where it was never read.")),
)


@router.post(
    "/messages",
    status_code=201,
    response_model=FILE_REPORT,
    responses={
        200: {"model": FILE_REPORT, "description": "Nothing new: known, or a dry run."},
        422: {"model": FILE_PROBLEM, "description": "Nothing of the file was taken in."},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def create_message(
    request: Request,
    response: Response,
    asker: Writer,
    file: Annotated[shapes.Text, Query(description="What the file is called.")] = "",
    currency: Annotated[
        shapes.CurrencyCode | None, Query(description="Of MT and CSV that name none.")
    ] = None,
    dry_run: Annotated[
        bool, Query(description="Say what would become of it, and keep nothing.")
    ] = False,
) -> BaseModel | JSONResponse:
    """Hand over one file of messages: the body, as it came, plain or gzipped.

    The format is found out from the content. At most 16 MiB, unpacked too; `usance payments
    import` takes longer ones, archives, and CSV with a mapping file. A file is known by its
    content: handed over again it creates nothing, so no Idempotency-Key is needed.
    """
    raw, name, coin = await request.body(), file or "upload", str(currency or "")
    report, messages = await _taken(asker, name, raw, coin, rehearsed=dry_run)
    language = language_of(request)
    told = FILE_REPORT.model_validate(
        {"messages": messages, **report_shown(report, all_codes(), language)}
    )
    if report.status is FileStatus.REFUSED:
        return _refused(request, report, told)
    if dry_run or report.status not in _TAKEN:
        response.status_code = 200
    made: BaseModel = told
    return made


@router.get("/messages", response_model=page_of(MESSAGE))
async def list_messages(
    request: Request,
    asker: Reader,
    type: Annotated[  # noqa: A002
        MessageType | None, Query(description="Messages of this type alone.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List messages that were taken in, the newest first."""
    before = after_id("messages", cursor, MessageId)
    async with asker.reading() as connection:
        rows = await find.messages(connection, before, limit + 1, type_=type)
        states = await find.states_by_message(connection, [row.id for row in rows])
    listed = page("messages", rows, limit, lambda row: row.id)
    language = language_of(request)
    data = [_shown(row, states.get(row.id, {}), language) for row in rows[:limit]]
    return PageOf(data, listed.has_more, listed.next_cursor)


@router.get("/messages/{message_id}", response_model=MESSAGE)
async def get_message(request: Request, message_id: shapes.Message, asker: Reader) -> BaseModel:
    """Show a message that was taken in, and how its entries stand by now."""
    async with asker.reading() as connection:
        found = await find.message(connection, message_id)
        if found is None:
            raise NotFound("message", str(message_id))
        states = await find.states_by_message(connection, [message_id])
    return _shown(found, states.get(message_id, {}), language_of(request))


async def _taken(
    asker: Asker, name: str, raw: bytes, currency: str, *, rehearsed: bool
) -> tuple[FileReport, list[MessageId]]:
    """Take a file in and hand over what it orders; return its report and its messages.

    rehearsed: say what would become of it, and keep nothing.
    """
    session = asker.session
    async with asker.reading() as connection:
        taken = await take_in_message_file(
            connection,
            name,
            raw,
            received_at=await session.now(),
            actor=UserId(asker.caller.user_id),
            currency=currency,
            largest=MESSAGE_MAX,
            rehearsed=rehearsed,
        )
        if rehearsed or taken.report.status is FileStatus.REFUSED:
            return taken.report, []
        await hand_over_orders(connection, session.book, taken.digest)
        return taken.report, await messages_in(connection, taken.digest)


def _shown(message: Message, states: Mapping[EntryState, int], language: Language) -> BaseModel:
    codes = all_codes()

    def said(*, left_out: bool) -> list[dict[str, str]]:
        chosen: list[Remark] = [each for each in message.remarks if each.left_out is left_out]
        return remarks_shown(chosen, codes, language)

    plain = {
        name: getattr(message, name) for name in MESSAGE.model_fields if hasattr(message, name)
    }
    counts = {state.value: states.get(state, 0) for state in EntryState}
    made: BaseModel = MESSAGE.model_validate(
        {**plain, **counts, "refused": said(left_out=True), "notes": said(left_out=False)}
    )
    return made


def _refused(request: Request, report: FileReport, told: BaseModel) -> JSONResponse:
    codes = all_codes()
    faults = [
        Found(codes[each.code], "", each.path, shown("", each.value))
        for each in report.refused or report.notes
    ]
    problem = body_of(request, faults)
    headers = {"Content-Language": language_of(request)}
    body = {**problem.model_dump(), "report": told.model_dump(mode="json")}
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)
