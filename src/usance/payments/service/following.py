"""The house – follows – its own ledger: each leg on an account at a bank is a movement expected.

A projection: it can be thrown away and made again. What waits for a rail's answer is in flight;
where another rail was asked for it since, the bank may show it by either's name.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from usance.kernel.money import Currency, Money
from usance.payments.model import Movement, MovementState
from usance.payments.rules.matching import expectation_of, names_of_instruction
from usance.payments.rules.matching.names import words_of
from usance.payments.store import reconciliation as store
from usance.runtime.database import Connection
from usance.runtime.facts import Fact
from usance.runtime.reading import facts_at

_AT_ONCE: Final = 20_000


async def prepare_movements(connection: Connection) -> None:
    """Take the legs that the ledger has posted since the last time among what is expected."""
    position = await store.followed(connection)
    while rows := await store.legs_after(connection, position, _AT_ONCE):
        facts = await facts_at(connection, sorted({row["position"] for row in rows}))
        parts = {at: _parts(fact) for at, fact in facts.items()}
        news: dict[UUID, Movement] = {}
        posted, voided = [], []
        for row in rows:
            if row["state"] == "voided":
                voided.append(row["pending_id"])
            elif row["pending_id"] is None:
                news[row["id"]] = _movement(row, parts[row["position"]])
            else:
                _, _, names = expectation_of(row["code"], parts[row["position"]])
                made = (row["pending_id"], row["position"], row["value_date"], names)
                if row["pending_id"] in news:
                    news[row["pending_id"]] = _booked(news[row["pending_id"]], made)
                else:
                    posted.append(made)
        gone = set(voided)
        await store.add_movements(connection, [m for m in news.values() if m.id not in gone])
        await store.resolve_movements(connection, posted, voided)
        position = rows[-1]["position"]
    asked = await store.payouts_asked_again(connection)
    await store.name_movements(
        connection, [(hold, names_of_instruction(each)) for hold, each in asked]
    )


def _booked(held: Movement, made: store.Made) -> Movement:
    """Return a movement in flight as one that was made."""
    _, position, value_date, names = made
    return msgspec.structs.replace(
        held,
        state=MovementState.BOOKED,
        position=position,
        value_date=value_date,
        names=tuple(dict.fromkeys((*held.names, *names))),
    )


def _parts(fact: Fact) -> Mapping[str, Mapping[str, object]]:
    return {name: msgspec.json.decode(raw) for name, raw in fact.parts.items()}


def _movement(row: Any, parts: Mapping[str, Mapping[str, object]]) -> Movement:  # noqa: ANN401
    kind, is_due, names = expectation_of(row["code"], parts)
    state = MovementState.IN_FLIGHT if row["state"] == "held" else MovementState.BOOKED
    return Movement(
        row["id"],
        row["position"],
        row["code"],
        kind,
        Money(row["amount"], Currency(row["currency"])),
        row["is_credit"],
        row["value_date"],
        names,
        words_of(row["party"] or ""),
        state,
        is_due,
    )
