"""A seller – hands out – a page at which a buyer pays an order; a buyer – tries – to pay there.

Ordinary transactions: a link moves no money and no verb of the money path reads it. Paying is the
verb `pay`, asked by the house for whoever has the address. Each attempt is written before the book
is asked, and its number makes the id of the command: a second click, a reload or a repeat after a
crash is the same command, and the order itself is paid once, whoever asks.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from usance.kernel.draft import Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import PaymentId, PaymentLinkId
from usance.kernel.records import Record, replace
from usance.payments import store
from usance.payments.errors import (
    LINK_ATTEMPTS,
    LINK_CLOSED,
    LINK_EXPIRY,
    LINK_METHOD,
    LINK_RETURN_URL,
    ORDER_ALREADY_PAID,
)
from usance.payments.model import LinkAttempt, LinkStatus, PaymentLink
from usance.payments.rules.links import is_https, status_of
from usance.payments.service.find_routing import routing_of
from usance.payments.service.pay import Pay
from usance.payments.service.routing_terms import rails_of
from usance.payments.service.standing import standing_of
from usance.payments.tables import OVER
from usance.policy.model import ANY_SCOPE
from usance.policy.service import find_row, look_up
from usance.runtime.database import Connection

METADATA: Final = "payment_link"
ENTROPY_BYTES: Final = 32


class LinkPolicy(Record, frozen=True):
    """How long a link may be open, and how often a buyer may try within a while."""

    usual: timedelta
    longest: timedelta
    attempts_max: int
    within: timedelta


class LinkShown(Record, frozen=True):
    """A link as it stands, with the order's newest payment."""

    link: PaymentLink
    status: LinkStatus
    payment_id: PaymentId | None


def link_policy(book: Standing) -> LinkPolicy:
    """Return what holds for links today."""
    row = look_up(book, "payments.link", ANY_SCOPE, book.now.date())
    return LinkPolicy(
        timedelta(days=row.integer("days_default")),
        timedelta(days=row.integer("days_max")),
        row.integer("attempts_max"),
        timedelta(minutes=row.integer("attempts_minutes")),
    )


def hash_of_token(token: str) -> str:
    """Return what is kept of a token. Unsalted: it is random throughout."""
    return hashlib.sha256(token.encode()).hexdigest()


async def create_link(
    connection: Connection, link: PaymentLink, now: datetime, expires_at: datetime | None
) -> PaymentLink | Refusal:
    """Keep a new link and return it with its end.

    expires_at: None for the usual time. Raises Invalid(link_method_unknown, link_expiry,
    link_return_url). Refuses: order_already_paid.
    """
    book = await standing_of(connection, now)
    policy = link_policy(book)
    ends = expires_at or now + policy.usual
    if not now < ends <= now + policy.longest:
        raise LINK_EXPIRY.invalid(
            "expires_at", f"{now.isoformat()} – {(now + policy.longest).isoformat()}"
        )
    if link.return_url and not is_https(link.return_url):
        raise LINK_RETURN_URL.invalid("return_url", link.return_url[:80])
    config = (await routing_of(connection, now)).in_force.config
    rows = [find_row(book, "payments.rail", rail, now.date()) for rail in rails_of(config)]
    known = {row.text("method") for row in rows if row is not None}
    for index, method in enumerate(link.methods):
        if method not in known:
            raise LINK_METHOD.invalid(f"methods[{index}]", method)
    paid = (await store.newest_payments(connection, [link.order_id])).get(link.order_id)
    if paid is not None and paid.status not in OVER:
        return ORDER_ALREADY_PAID.refuse("order_id", paid.id)
    made = replace(link, created_at=now, expires_at=ends)
    await store.add_link(connection, made)
    return made


async def cancel_link(connection: Connection, link_id: PaymentLinkId, now: datetime) -> None:
    """Let nobody begin to pay at a link any more. What has begun goes on; twice is once."""
    await store.mark_cancelled(connection, link_id, now)


async def links_shown(
    connection: Connection, found: Sequence[PaymentLink], now: datetime
) -> Mapping[PaymentLinkId, LinkShown]:
    """Return how links stand."""
    paid = await store.newest_payments(connection, [link.order_id for link in found])
    shown = {}
    for link in found:
        payment = paid.get(link.order_id)
        status = status_of(link, payment.status if payment else None, now)
        shown[link.id] = LinkShown(link, status, payment.id if payment else None)
    return shown


async def begin_attempt(
    connection: Connection, attempt: LinkAttempt, policy: LinkPolicy, now: datetime
) -> LinkAttempt | Refusal:
    """Keep that a buyer wants to pay, and return what the book is to be asked.

    The same number again returns what was kept first, whatever is asked now. attempted_at is wall
    time, now the book's. Refuses: link_closed (cancelled, expired, or the page was an old one),
    link_attempts.
    """
    async with connection.transaction():
        link = await store.link(connection, attempt.link_id, lock=True)
        assert link is not None, f"{attempt.link_id} was shown"
        made = await store.link_attempts(connection, link.id)
        known = next((each for each in made if each.number == attempt.number), None)
        if known is not None:
            return known
        status = status_of(link, None, now)
        if status is not LinkStatus.OPEN or attempt.number != len(made) + 1:
            return LINK_CLOSED.refuse("payment_link", status)
        since = attempt.attempted_at - policy.within
        lately = sum(each.attempted_at > since for each in made)
        if lately >= policy.attempts_max:
            return LINK_ATTEMPTS.refuse(
                "payment_link", f"{policy.attempts_max} / {policy.within // timedelta(minutes=1)}"
            )
        await store.add_attempt(connection, attempt)
        return attempt


def asked_of_book(link: PaymentLink, attempt: LinkAttempt) -> Pay:
    """Return what the house asks the book for a buyer. Rules may route by the link."""
    return Pay(
        link.order_id,
        attempt.method,
        attempt.card_token,
        metadata={METADATA: str(link.id)},
        agreed=attempt.agreed,
    )


async def end_attempt(connection: Connection, attempt: LinkAttempt) -> None:
    """Keep what became of an attempt: the payment, or the code of a refusal."""
    await store.end_attempt(connection, attempt)
