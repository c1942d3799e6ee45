"""When an event is tried again at an endpoint, and when that is given up. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from usance.kernel.ids import derive
from usance.kernel.records import Record, replace
from usance.parties.model import DeliveryState, WebhookDelivery

GONE: Final = 410
_WHOLE: Final = 10_000


class Attempt(Record, frozen=True):
    """What an endpoint answered. status: 0 where it did not; code: why it counts as a failure."""

    status: int
    code: str

    @property
    def heard(self) -> bool:
        """Whether the endpoint has taken the event."""
        return not self.code and 200 <= self.status < 300


def after(
    delivery: WebhookDelivery,
    attempt: Attempt,
    now: datetime,
    delays: Sequence[int],
    jitter_bps: int,
) -> WebhookDelivery:
    """Return a delivery after an attempt.

    delays: seconds between one attempt and the next; after the last one it is given up.
    """
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        last_at=now,
        last_status=attempt.status,
        last_code=attempt.code,
        leased_until=None,
    )
    if attempt.heard:
        return replace(tried, state=DeliveryState.DELIVERED, due_at=None)
    if attempt.status == GONE or tried.attempts > len(delays):
        return replace(tried, state=DeliveryState.GIVEN_UP, due_at=None)
    wait = delays[tried.attempts - 1] * (_WHOLE + _jitter(tried, jitter_bps)) // _WHOLE
    return replace(tried, state=DeliveryState.FAILED, due_at=now + timedelta(seconds=wait))


def _jitter(delivery: WebhookDelivery, most_bps: int) -> int:
    """Return how much later than planned, in ten-thousandths: the same at every replay.

    Endpoints that failed together do not come back together.
    """
    number = derive(0, "jitter", delivery.endpoint_id, delivery.event_id, delivery.attempts).int
    return number % (most_bps + 1)
