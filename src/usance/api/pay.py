"""The page at which a buyer pays an order: HTML without script, let in by the address alone.

What is shown follows from the book each time; a post makes an attempt, asks the book once and goes
back to the page. See docs/guides/payment-links.md.
"""

import re
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from usance.api.access import is_test_book, reading, session_of
from usance.api.pay_html import CONTENT_POLICY, Html
from usance.api.pay_views import View, plain_page
from usance.api.payments import is_card_number
from usance.api.problems import language_of
from usance.kernel.errors import Language, Refusal, Unavailable
from usance.kernel.ids import derive, milliseconds_of
from usance.kernel.money import CURRENCIES, Currency, Money
from usance.kernel.records import replace
from usance.parties.model import HOUSE
from usance.payments.errors import LINK_ATTEMPTS
from usance.payments.events import PaymentInitiated, PaymentStopped
from usance.payments.model import LinkAttempt, LinkStatus, PaymentLink
from usance.payments.service.link_page import LinkPage, link_page
from usance.payments.service.links import asked_of_book, begin_attempt, end_attempt
from usance.runtime.clock import wall_now
from usance.runtime.commands import Command
from usance.runtime.facts import Outcome

router = APIRouter(prefix="/pay", include_in_schema=False)
Token = Annotated[str, Path(max_length=200)]
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_CARD_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_AMOUNT: Final = re.compile(r"([0-9]{1,18}) ([A-Z]{3})")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")
_FORM_MAX: Final = 4096
_FIELDS_MAX: Final = 10
# What a browser says of a form of ours. One that says nothing is let in: the address is the key.
_OURS: Final = frozenset({"", "same-origin", "none"})


@router.get("/{token}")
async def show_page(token: Token, request: Request) -> Response:
    """Show how a link stands."""
    try:
        shown = await _shown(request, token)
        if shown is None:
            return _answer(request, plain_page(_language(request), "unknown"), 404)
        view = await _view(request, shown, token)
    except (Unavailable, OSError):
        return _answer(request, plain_page(_language(request), "busy"), 503)
    return _answer(request, view.page(), _status_of(shown), shown.link)


@router.post("/{token}")
async def pay(token: Token, request: Request) -> Response:
    """Pay, once for each number of an attempt, and go back to the page."""
    if request.headers.get("sec-fetch-site", "") not in _OURS:
        return _answer(request, plain_page(_language(request), "elsewhere"), 403)
    form = await _form(request)
    try:
        return await _pay(request, token, form)
    except (Unavailable, OSError):
        return _answer(request, plain_page(_language(request, form=form), "busy"), 503)


@router.api_route("/{token}/return", methods=["GET", "POST"])
async def come_back(token: Token) -> Response:
    """Take a buyer who comes from the bank to the page. What the bank says there is not believed.

    How it went is the rail's to tell.
    """
    return RedirectResponse(f"/pay/{token if _TOKEN.fullmatch(token) else '-'}", 303)


async def _pay(request: Request, token: str, form: dict[str, str]) -> Response:
    shown = await _shown(request, token)
    if shown is None:
        return _answer(request, plain_page(_language(request, form=form), "unknown"), 404)
    language = _language(request, shown.link, form)
    here = RedirectResponse(f"/pay/{token}?lang={language}", 303)
    if shown.status is not LinkStatus.OPEN or not shown.methods:
        return here
    view = await _view(request, shown, token, form)
    attempt = _attempt(shown, form)
    if isinstance(attempt, str):
        return _answer(request, view.page(attempt), 422, shown.link, form)
    session = session_of(request)
    async with reading(session) as connection:
        begun = await begin_attempt(connection, attempt, shown.policy, await session.now())
    if isinstance(begun, Refusal):
        if begun.code == LINK_ATTEMPTS.code:
            limited = _answer(request, view.limited(), LINK_ATTEMPTS.status, shown.link, form)
            limited.headers["Retry-After"] = str(int(shown.policy.within.total_seconds()))
            return limited
        return here
    await _ask(request, shown.link, begun)
    return here


async def _ask(request: Request, link: PaymentLink, attempt: LinkAttempt) -> None:
    """Ask the book for a payment, in the name of the house: whoever has the address may pay."""
    session = session_of(request)
    command_id = derive(milliseconds_of(link.id), "payment_link", link.id, attempt.number)
    body = asked_of_book(link, attempt)
    [outcome] = await session.book.submit([Command(command_id, "pay", HOUSE, body)])
    async with reading(session) as connection:
        await end_attempt(connection, _ended(attempt, outcome))


def _ended(attempt: LinkAttempt, outcome: Outcome) -> LinkAttempt:
    if outcome.refusal is not None:
        return replace(attempt, code=outcome.refusal.code)
    assert outcome.fact is not None, "what is not refused is a fact"
    made = outcome.fact.part(PaymentInitiated) or outcome.fact.part(PaymentStopped)
    assert made is not None, list(outcome.fact.parts)
    return replace(attempt, payment_id=made.payment_id)


def _attempt(shown: LinkPage, form: dict[str, str]) -> LinkAttempt | str:
    """Return what a buyer asks for, or the word that says what is wrong with it."""
    number, amount = (
        _NUMBER.fullmatch(form.get("attempt", "")),
        _AMOUNT.fullmatch(form.get("amount", "")),
    )
    if number is None or amount is None or amount[2] not in CURRENCIES:
        return "fault_form"
    agreed = Money(int(amount[1]), Currency(amount[2]))
    if shown.price is None or agreed != shown.price.amount:
        return "fault_price"
    chosen = next((each for each in shown.methods if each.method == form.get("method", "")), None)
    if chosen is None:
        return "fault_method"
    token = ""
    if chosen.needs_token:
        token = form.get("token", "").strip()
        if is_card_number(token):
            return "fault_number"
        if not _CARD_TOKEN.fullmatch(token):
            return "fault_token"
    return LinkAttempt(shown.link.id, int(number[0]), chosen.method, token, agreed, wall_now())


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form that was posted, {} where it is none or too long."""
    body = await request.body()
    try:
        fields = parse_qs(
            body.decode() if len(body) <= _FORM_MAX else "",
            keep_blank_values=True,
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


async def _shown(request: Request, token: str) -> LinkPage | None:
    if not _TOKEN.fullmatch(token):
        return None
    session = session_of(request)
    test_book = await is_test_book(request)
    async with reading(session) as connection:
        return await link_page(connection, token, await session.now(), test_book=test_book)


async def _view(
    request: Request, shown: LinkPage, token: str, form: dict[str, str] | None = None
) -> View:
    language = _language(request, shown.link, form)
    return View(shown, token, language, test_book=await is_test_book(request))


def _language(
    request: Request, link: PaymentLink | None = None, form: dict[str, str] | None = None
) -> Language:
    """Return the language: that of the switch, else the link's, else the browser's."""
    wanted = (form or {}).get("lang", "") or request.query_params.get("lang", "")
    if wanted not in {"en", "zh"}:
        wanted = link.language if link is not None else ""
    if wanted == "zh":
        return "zh"
    return "en" if wanted == "en" else language_of(request)


def _status_of(shown: LinkPage) -> int:
    gone = shown.status in {LinkStatus.CANCELLED, LinkStatus.EXPIRED}
    return 410 if gone else 200


def _answer(
    request: Request,
    page: Html,
    status: int,
    link: PaymentLink | None = None,
    form: dict[str, str] | None = None,
) -> HTMLResponse:
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "Content-Language": _language(request, link, form),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Vary": "Accept-Language",
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(str(page), status, headers)
