"""Routing: what chooses the rail of a payment, tried on past traffic and adopted by two people."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, proposes
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, shape
from usance.kernel.errors import NotFound
from usance.kernel.records import Record, convert
from usance.payments import service
from usance.payments.model import Attempt, RoutingConfig
from usance.payments.service import find_payments, find_routing
from usance.payments.service.find_routing import RoutingShown
from usance.payments.service.routing_dry_run import CHOICES_MAX, DryRun, dry_run, reviewed
from usance.payments.service.routing_review import Review

router = APIRouter(tags=["routing"])
_DAYS_MAX: Final = 400


class ConditionAsked(Asked):
    """What one fact of a payment must be."""

    fact: shapes.Word
    is_in: list[shapes.Text] = Field([], max_length=300)
    not_in: list[shapes.Text] = Field([], max_length=300)
    at_least: shapes.Text = ""
    below: shapes.Text = ""


class ShareAsked(Asked):
    """The part of the payments that a rail gets, in whole percent."""

    rail: shapes.Word
    percent: int = Field(ge=1, le=100)


class RouteRuleAsked(Asked):
    """Which rails take the payments that fit: exactly one of `order`, `split`, `by_value`."""

    name: shapes.Word
    when: list[ConditionAsked] = Field([], max_length=50)
    order: list[shapes.Word] = Field([], max_length=100)
    split: list[ShareAsked] = Field([], max_length=100)
    by_value: list[shapes.Word] = Field([], max_length=100)
    attempts: int = Field(1, ge=1, le=100)


class RoutingConfigAsked(Asked):
    """A list of rules; the first that fits a payment decides."""

    rules: list[RouteRuleAsked] = Field(min_length=1, max_length=1000)

    def read(self) -> RoutingConfig:
        """Return the configuration that is meant."""
        return convert(self.model_dump(), RoutingConfig)


class RoutingAsked(Asked):
    """Propose a configuration. effective_at: nothing for as soon as it is approved.

    drops: the rails that whoever asks for their method gets no more, where that is meant.
    """

    config: RoutingConfigAsked
    reason: shapes.Reason
    effective_at: shapes.Moment | None = None
    drops: list[shapes.Word] = Field([], max_length=100)


class RollBackAsked(Asked):
    """Propose to bring a version back; 0 is what a new book has. drops: as for a new one."""

    number: int = Field(ge=0, le=2**31)
    reason: shapes.Reason
    drops: list[shapes.Word] = Field([], max_length=100)


class CheckAsked(Asked):
    """Look at a configuration."""

    config: RoutingConfigAsked


class DryRunAsked(Asked):
    """Try a configuration on the payments of the last days, or of a time."""

    config: RoutingConfigAsked
    days: int = Field(30, ge=1, le=_DAYS_MAX)
    until: shapes.Moment | None = None


ROUTING: Final = shape(RoutingShown, "routing", called_model="Routing")
DRY_RUN: Final = shape(DryRun, "routing_dry_run")
REVIEW: Final = shape(Review, "routing_review")
ATTEMPT: Final = shape(Attempt, "attempt")


class AttemptsShown(BaseModel):
    """The rails that a payment tried, the first first."""

    data: list[ATTEMPT]  # type: ignore[valid-type]


@router.get("/routing", response_model=ROUTING)
async def get_routing(asker: Annotated[Asker, Depends(reads("policy:read"))]) -> Record:
    """Show what routes payments now, how rails stand, and what was adopted."""
    async with asker.reading() as connection:
        return await find_routing.routing_of(connection, await asker.session.now())


@router.post("/routing", status_code=201, response_model=PROPOSAL)
async def propose_routing(
    asked: RoutingAsked, order: Annotated[Order, Depends(proposes("adopt_routing"))]
) -> Record | None:
    """Propose a configuration; another person approves it.

    Versions are kept. A newer version takes the place of an older one from when it begins. One
    that would turn a rail off is refused, `routing_drops_rails`, unless `drops` names the rail.
    """
    body = service.AdoptRouting(
        asked.config.read(), asked.reason, asked.effective_at, tuple(asked.drops)
    )
    return await propose(order, "adopt_routing", body, asked.reason)


@router.post("/routing/rollback", status_code=201, response_model=PROPOSAL)
async def propose_rollback(
    asked: RollBackAsked, order: Annotated[Order, Depends(proposes("roll_back_routing"))]
) -> Record | None:
    """Propose to bring an earlier version back; another person approves it."""
    body = service.RollBackRouting(asked.number, asked.reason, tuple(asked.drops))
    return await propose(order, "roll_back_routing", body, asked.reason)


@router.post("/routing/check", response_model=REVIEW)
async def check_routing(
    asked: CheckAsked, asker: Annotated[Asker, Depends(reads("policy:read"))]
) -> Record:
    """Name every mistake of a configuration with its path, and the rails that it turns off.

    Nothing is written, so no Idempotency-Key is needed.
    """
    async with asker.reading() as connection:
        return await reviewed(connection, asked.config.read(), await asker.session.now())


@router.post("/routing/dry_run", response_model=DRY_RUN)
async def try_routing(
    asked: DryRunAsked, asker: Annotated[Asker, Depends(reads("policy:read"))]
) -> Record:
    """Tell what a configuration would have changed on past traffic, or that nothing can be told.

    Nothing is written, so no Idempotency-Key is needed.
    """
    until: datetime = asked.until or await asker.session.now() + timedelta(seconds=1)
    since = until - timedelta(days=asked.days)
    async with asker.reading() as connection:
        return await dry_run(connection, asked.config.read(), since, until, CHOICES_MAX)


@router.get("/payments/{payment_id}/attempts")
async def list_attempts(
    payment_id: shapes.Payment, asker: Annotated[Asker, Depends(reads("payments:read"))]
) -> AttemptsShown:
    """List the rails that a payment tried, each with its probability, reason and outcome."""
    async with asker.reading() as connection:
        found = await find_payments.payment(connection, payment_id)
        if found is None or not asker.sees(found.seller_id):
            raise NotFound("payment", str(payment_id))
        rows = await find_routing.attempts(connection, payment_id)
    return AttemptsShown(data=[ATTEMPT.model_validate(row) for row in rows])
