"""A party – names – an address at which it is told what happens, and the house – tells – it.

Asked through the engine, so that an endpoint begins at a position of the facts. The address is
checked again each time something is sent there: what a name leads to may change.
"""

import re
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, WebhookEndpointId
from usance.kernel.records import Record, replace
from usance.parties.errors import (
    ALREADY_EXISTS,
    ENDPOINT_DISABLED,
    MALFORMED_URL,
    NO_EVENT_TYPES,
    TOO_MANY_ENDPOINTS,
    UNKNOWN_ENDPOINT,
    UNKNOWN_PARTY,
)
from usance.parties.events import (
    WebhookEndpointChanged,
    WebhookEndpointCreated,
    WebhookEndpointDeleted,
    WebhookEndpointDisabled,
    WebhookEndpointPinged,
    WebhookSecretRotated,
)
from usance.parties.model import EndpointCount, WebhookEndpoint
from usance.parties.service.register import party_of
from usance.parties.tables import ENDPOINTS_OF, WEBHOOK_ENDPOINTS
from usance.policy.model import PolicyRow
from usance.policy.service import look_up

RULE: Final = "parties.webhooks"
ALL_TYPES: Final = "*"
_URL_MAX: Final = 2000
_TYPES_MAX: Final = 100
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")


class CreateWebhookEndpoint(Record, frozen=True):
    """Tell a party what happens from now on. types: names of events, or `*` alone."""

    id: WebhookEndpointId
    party_id: PartyId
    url: str
    types: tuple[str, ...]
    description: str = ""


class UpdateWebhookEndpoint(Record, frozen=True):
    """Change an endpoint; None leaves a thing as it is. Switched on, it begins at this moment."""

    endpoint_id: WebhookEndpointId
    url: str | None = None
    types: tuple[str, ...] | None = None
    description: str | None = None
    enabled: bool | None = None


class RotateWebhookSecret(Record, frozen=True):
    """Sign with a new secret; the one before is used beside it for a while."""

    endpoint_id: WebhookEndpointId


class PingWebhookEndpoint(Record, frozen=True):
    """Tell an endpoint that it was pinged, whatever types it is told."""

    endpoint_id: WebhookEndpointId


class DisableWebhookEndpoint(Record, frozen=True):
    """Tell an endpoint nothing more. why: `gone` or `kept_failing`."""

    endpoint_id: WebhookEndpointId
    why: str


class DeleteWebhookEndpoint(Record, frozen=True):
    """Forget an endpoint. What was on its way there is not sent any more."""

    endpoint_id: WebhookEndpointId


def url_fault(url: str) -> Refusal | None:
    """Return why nothing can be sent to an address, by its form alone."""
    shown = url[:60]
    refusal = MALFORMED_URL.refuse("url", shown)
    if len(url) > _URL_MAX or not _PLAIN.fullmatch(url):
        return refusal
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return refusal
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return refusal
    if parts.username is not None or parts.password is not None or "#" in url or "\\" in url:
        return MALFORMED_URL.refuse("url", "(not shown)" if "@" in parts.netloc else shown)
    return None


def _types_fault(types: tuple[str, ...]) -> Refusal | None:
    alone = ALL_TYPES not in types or types == (ALL_TYPES,)
    if not 1 <= len(types) <= _TYPES_MAX or not alone or len(set(types)) < len(types):
        return NO_EVENT_TYPES.refuse("types", " ".join(types)[:60])
    return None


def _figures(draft: Draft) -> PolicyRow:
    return look_up(draft, RULE, ALL_TYPES, draft.now.date())


def apply_create_webhook_endpoint(
    draft: Draft, body: CreateWebhookEndpoint, _facts: object
) -> Refusal | None:
    """Refuses: malformed_url, no_event_types, unknown_party, already_exists, too_many_…."""
    fault = url_fault(body.url) or _types_fault(body.types)
    if fault is not None:
        return fault
    if party_of(draft, body.party_id) is None:
        return UNKNOWN_PARTY.refuse("party_id", body.party_id)
    if draft.get(WEBHOOK_ENDPOINTS, body.id) is not None:
        return ALREADY_EXISTS.refuse("id", body.id)
    counted = draft.get(ENDPOINTS_OF, body.party_id)
    count = 0 if counted is None else counted.count
    most = _figures(draft).integer("endpoints_max")
    if count >= most:
        return TOO_MANY_ENDPOINTS.refuse("party_id", most)
    endpoint = WebhookEndpoint(
        id=body.id,
        party_id=body.party_id,
        url=body.url,
        types=tuple(sorted(body.types)),
        description=body.description,
        enabled=True,
        since=draft.position,
        secret_version=1,
        previous_until=None,
        disabled_why="",
        created_at=draft.now,
        deleted_at=None,
    )
    draft.put(WEBHOOK_ENDPOINTS, endpoint)
    _count(draft, body.party_id, 1)
    draft.tell(WebhookEndpointCreated(endpoint.id, endpoint.party_id, endpoint.types))
    return None


def apply_update_webhook_endpoint(
    draft: Draft, body: UpdateWebhookEndpoint, _facts: object
) -> Refusal | None:
    """Refuses: malformed_url, no_event_types, unknown_webhook_endpoint."""
    fault = None if body.url is None else url_fault(body.url)
    if fault is None and body.types is not None:
        fault = _types_fault(body.types)
    if fault is not None:
        return fault
    endpoint = draft.get(WEBHOOK_ENDPOINTS, body.endpoint_id)
    if endpoint is None:
        return UNKNOWN_ENDPOINT.refuse("endpoint_id", body.endpoint_id)
    changed = replace(
        endpoint,
        url=endpoint.url if body.url is None else body.url,
        types=endpoint.types if body.types is None else tuple(sorted(body.types)),
        description=endpoint.description if body.description is None else body.description,
    )
    if body.enabled is not None and body.enabled != endpoint.enabled:
        changed = replace(changed, enabled=body.enabled, disabled_why="")
        if body.enabled:
            changed = replace(changed, since=draft.position)
    draft.put(WEBHOOK_ENDPOINTS, changed)
    draft.tell(
        WebhookEndpointChanged(changed.id, changed.party_id, changed.types, enabled=changed.enabled)
    )
    return None


def apply_rotate_webhook_secret(
    draft: Draft, body: RotateWebhookSecret, _facts: object
) -> Refusal | None:
    """Refuses: unknown_webhook_endpoint."""
    endpoint = draft.get(WEBHOOK_ENDPOINTS, body.endpoint_id)
    if endpoint is None:
        return UNKNOWN_ENDPOINT.refuse("endpoint_id", body.endpoint_id)
    overlap = timedelta(hours=_figures(draft).integer("rotation_hours"))
    rotated = replace(
        endpoint,
        secret_version=endpoint.secret_version + 1,
        previous_until=draft.now + overlap,
    )
    draft.put(WEBHOOK_ENDPOINTS, rotated)
    draft.tell(WebhookSecretRotated(rotated.id, rotated.party_id, rotated.secret_version))
    return None


def apply_ping_webhook_endpoint(
    draft: Draft, body: PingWebhookEndpoint, _facts: object
) -> Refusal | None:
    """Refuses: unknown_webhook_endpoint, webhook_endpoint_disabled."""
    endpoint = draft.get(WEBHOOK_ENDPOINTS, body.endpoint_id)
    if endpoint is None:
        return UNKNOWN_ENDPOINT.refuse("endpoint_id", body.endpoint_id)
    if not endpoint.enabled:
        return ENDPOINT_DISABLED.refuse("endpoint_id", endpoint.id)
    draft.tell(WebhookEndpointPinged(endpoint.id, endpoint.party_id))
    return None


def apply_disable_webhook_endpoint(
    draft: Draft, body: DisableWebhookEndpoint, _facts: object
) -> Refusal | None:
    """Refuses: unknown_webhook_endpoint, webhook_endpoint_disabled where it is so already."""
    endpoint = draft.get(WEBHOOK_ENDPOINTS, body.endpoint_id)
    if endpoint is None:
        return UNKNOWN_ENDPOINT.refuse("endpoint_id", body.endpoint_id)
    if not endpoint.enabled:
        return ENDPOINT_DISABLED.refuse("endpoint_id", endpoint.id)
    draft.put(WEBHOOK_ENDPOINTS, replace(endpoint, enabled=False, disabled_why=body.why))
    draft.tell(WebhookEndpointDisabled(endpoint.id, endpoint.party_id, body.why))
    return None


def apply_delete_webhook_endpoint(
    draft: Draft, body: DeleteWebhookEndpoint, _facts: object
) -> Refusal | None:
    """Refuses: unknown_webhook_endpoint."""
    endpoint = draft.get(WEBHOOK_ENDPOINTS, body.endpoint_id)
    if endpoint is None:
        return UNKNOWN_ENDPOINT.refuse("endpoint_id", body.endpoint_id)
    draft.put(WEBHOOK_ENDPOINTS, replace(endpoint, enabled=False, deleted_at=draft.now))
    _count(draft, endpoint.party_id, -1)
    draft.tell(WebhookEndpointDeleted(endpoint.id, endpoint.party_id))
    return None


def _count(draft: Draft, party_id: PartyId, step: int) -> None:
    counted = draft.get(ENDPOINTS_OF, party_id)
    before = 0 if counted is None else counted.count
    draft.put(ENDPOINTS_OF, EndpointCount(party_id, before + step))
