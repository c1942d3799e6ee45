"""Two people – adopt – a routing configuration, or bring an earlier one back."""

from datetime import datetime

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.payments.errors import (
    ROUTING_DROPS_RAILS,
    ROUTING_FAULTY,
    ROUTING_IN_THE_PAST,
    UNKNOWN_ROUTING,
)
from usance.payments.events import RoutingAdopted
from usance.payments.model import RoutingBegin, RoutingConfig, RoutingTimeline, RoutingVersion
from usance.payments.rules.routing import Dropped, Fault
from usance.payments.service.routing_review import (
    drops_by,
    drops_going_back,
    faults_by,
    in_words,
)
from usance.payments.service.routing_terms import ROUTING, config_of
from usance.payments.tables import ROUTING_TIMELINES, ROUTING_VERSIONS


class AdoptRouting(Record, frozen=True):
    """Adopt a configuration. effective_at: None for at once. reason: why, for the reader.

    drops: the rails that whoever asks for their method gets no more; whoever approves sees them.
    """

    config: RoutingConfig
    reason: str
    effective_at: datetime | None = None
    drops: tuple[str, ...] = ()


class RollBackRouting(Record, frozen=True):
    """Bring a version back at once, as a new version. number: 0 for what a new book has.

    drops: as in AdoptRouting.
    """

    number: int
    reason: str
    drops: tuple[str, ...] = ()


def apply_adopt_routing(draft: Draft, body: AdoptRouting, _facts: object) -> Refusal | None:
    """Refuses: routing_in_the_past, routing_faulty, routing_drops_rails.

    It takes the place of whatever was adopted before it, of what has not begun too once it begins.
    """
    effective_at = body.effective_at or draft.now
    if effective_at.tzinfo is None or effective_at < draft.now:
        return ROUTING_IN_THE_PAST.refuse("effective_at", effective_at.isoformat())
    found = faults_by(draft, body.config)
    if found:
        return ROUTING_FAULTY.refuse(found[0].path, _in_one_line(found))
    silent = _silently(drops_by(draft, body.config, effective_at), body.drops)
    if silent is not None:
        return silent
    _adopt(draft, body.config, effective_at, body.reason, None)
    return None


def apply_roll_back_routing(draft: Draft, body: RollBackRouting, _facts: object) -> Refusal | None:
    """Refuses: unknown_routing, routing_drops_rails.

    Nothing is taken away: the version comes back as a new one.
    """
    config = config_of(draft, body.number)
    if config is None:
        return UNKNOWN_ROUTING.refuse("number", body.number)
    silent = _silently(drops_going_back(draft, body.number), body.drops)
    if silent is not None:
        return silent
    _adopt(draft, config, draft.now, body.reason, body.number)
    return None


def _adopt(
    draft: Draft, config: RoutingConfig, effective_at: datetime, reason: str, restores: int | None
) -> None:
    known = draft.get(ROUTING_TIMELINES, ROUTING)
    begins = () if known is None else known.begins
    number = len(begins) + 1
    version = RoutingVersion(
        number, config, effective_at, draft.now, reason, restores, draft.position
    )
    draft.put(ROUTING_VERSIONS, version)
    begin = RoutingBegin(number, effective_at)
    draft.put(ROUTING_TIMELINES, RoutingTimeline(ROUTING, (*begins, begin)))
    draft.tell(RoutingAdopted(number, effective_at, restores, reason))


def _silently(drops: tuple[Dropped, ...], named: tuple[str, ...]) -> Refusal | None:
    """Return the refusal of turning rails off that nobody has named."""
    silent = [each for each in drops if each.rail not in named]
    return ROUTING_DROPS_RAILS.refuse("drops", in_words(silent)) if silent else None


def _in_one_line(found: list[Fault]) -> str:
    more = len(found) - 1
    return found[0].problem + (f" (and {more} more)" if more else "")
