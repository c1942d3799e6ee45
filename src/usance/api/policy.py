"""Dated rules: what holds, for whom, from when, said by whom."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, proposes
from usance.api.pages import Cursor, Limit, PageOf, after_text, page
from usance.api.proposals import PROPOSAL, propose
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.records import Record
from usance.policy import service
from usance.policy.model import PolicyRow, Series

router = APIRouter(tags=["policy"])


class PolicyRowAsked(Asked):
    """What a rule is to say for a scope from a day on."""

    rule: shapes.Word
    scope: shapes.Word
    effective_from: shapes.Day
    values: dict[shapes.Word, shapes.Text] = Field(min_length=1, max_length=50)
    source: shapes.Reason
    verified: bool


class PolicyAsked(Asked):
    """Propose rows to be added to what holds."""

    rows: list[PolicyRowAsked] = Field(min_length=1, max_length=100)
    reason: shapes.Reason


SERIES: Final = shape(Series, "policy_series")


@router.get("/policies", response_model=page_of(SERIES))
async def list_policies(
    asker: Annotated[Asker, Depends(reads("policy:read"))],
    rule: Annotated[shapes.Word, Query(description="`payments.fee`; nothing for all.")] = "",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List rules with all their rows, by name and scope."""
    after = after_text("policies", cursor)
    async with asker.reading() as connection:
        rows = await service.all_series(connection, rule, after, limit + 1)
    return page("policies", rows, limit, lambda row: row.id)


@router.post("/policies", status_code=201, response_model=PROPOSAL)
async def propose_policy(
    asked: PolicyAsked, order: Annotated[Order, Depends(proposes("adopt_policy"))]
) -> Record | None:
    """Propose rows; another person approves them.

    A rule is never edited: a later row holds from its day on.
    """
    rows = tuple(
        PolicyRow(
            each.rule, each.scope, each.effective_from, each.values, each.source, each.verified
        )
        for each in asked.rows
    )
    body = service.AdoptPolicy(rows, asked.reason)
    return await propose(order, "adopt_policy", body, asked.reason)
