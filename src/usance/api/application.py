"""The application: every router under one roof, and the document that describes them."""

import asyncio
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from usance.api import (
    addresses,
    appetites,
    beneficiaries,
    breaks,
    captures,
    clock,
    corridors,
    disputes,
    events,
    evidence,
    facts,
    fees,
    financing,
    fx,
    health,
    hooks,
    invoices,
    keys,
    ledger,
    ledger_past,
    messages,
    named_ledger,
    order_finance,
    orders,
    parties,
    pay,
    payment_links,
    payments,
    payouts,
    policy,
    proposals,
    receiving,
    remittances,
    reports,
    risk,
    routing,
    shipments,
    splits,
    suspense,
    tax_refunds,
    test_helpers,
    transfers,
    warehouse_receipts,
    webhooks,
)
from usance.api.access import Entrance
from usance.api.clock import FOR_TESTS
from usance.api.envelope import Envelope, Receive, Scope, Send
from usance.api.event_objects import show_object
from usance.api.hot import Hot, HotRoutes
from usance.api.problems import MEDIA_TYPE, Problem, answer_with_problems
from usance.api.query import require_known
from usance.api.shapes import MONEY
from usance.worker.loop import Worker
from usance.worker.session import Session

_ROUTERS: Final = (
    parties.router,
    addresses.router,
    keys.router,
    orders.router,
    shipments.router,
    invoices.router,
    warehouse_receipts.router,
    payments.router,
    payment_links.router,
    beneficiaries.router,
    payouts.router,
    splits.router,
    captures.router,
    fx.router,
    fees.router,
    receiving.router,
    suspense.router,
    disputes.router,
    breaks.router,
    messages.router,
    remittances.router,
    corridors.router,
    transfers.router,
    tax_refunds.router,
    financing.router,
    order_finance.router,
    appetites.router,
    risk.router,
    policy.router,
    routing.router,
    proposals.router,
    ledger.router,
    ledger_past.router,
    named_ledger.router,
    facts.router,
    webhooks.router,
    events.router,
    hooks.router,
    evidence.router,
    reports.router,
    clock.router,
    test_helpers.router,
)
_MACHINES: Final = frozenset({"/livez", "/readyz"})
_OPEN: Final = frozenset({"/v1/hooks/{rail}"})
_DESCRIPTION: Final = (
    "Cross-border e-commerce payments and supply-chain finance on one ledger.\n\n"
    "Amounts are decimal strings with their currency. Every POST that makes or moves something"
    " needs an `Idempotency-Key`; repeating it is harmless. Problems are RFC 9457 with a stable"
    " `code`, in English or Chinese by `Accept-Language`. Lists go by `cursor`."
)


# Where money moves by the thousand.
HOT: Final = (
    Hot(payments.create_payment),
    Hot(payments.create_payments),
    Hot(
        named_ledger.create_named_transfers,
        named_ledger.read_quickly,
        named_ledger.carry_out_quickly,
    ),
)


class Application(FastAPI):
    """The framework, with hot routes before all its layers."""

    hot: HotRoutes | None = None
    session: Session | None = None
    settled = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not self.settled and self.session is not None:
            await self._settle(self.session)
        rest = receive
        if self.hot is not None:
            left = await self.hot.serve(self, scope, receive, send)
            if left is None:
                return
            rest = left
        await super().__call__(scope, rest, send)

    async def _settle(self, session: Session) -> None:
        """Take away, in a live book, the routes that are for test books."""
        if not self.settled and not await session.is_test():
            # Nothing was served yet, so nothing holds on to the routes that are left behind.
            self.router = _application(live=True).router
        self.settled = True


def create_app(
    session: Session, worker: Worker | None = None, *, hot: Sequence[Hot] = HOT
) -> FastAPI:
    """Return the application that serves an open book.

    worker: runs the clock of a test book; without one the application makes its own. hot: the
    routes that are served without the framework.
    """
    app = _application()
    app.hot = HotRoutes(hot, _ROUTERS)
    app.state.session = app.session = session
    app.state.test_book = None
    app.state.entrance = Entrance(session)
    app.state.questions = {}
    app.state.worker = worker or session.worker(show=show_object)
    app.state.clock_turn = asyncio.Lock()
    return app


def _application(*, live: bool = False) -> Application:
    """Return all routes; live: but for those that only a test book has."""
    app = Application(
        title="Usance",
        version=version("usance"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    answer_with_problems(app)
    app.add_middleware(Envelope)
    app.include_router(health.router)
    v1 = APIRouter(prefix="/v1")
    for router in _ROUTERS:
        if not (live and router.prefix == FOR_TESTS):
            v1.include_router(router)
    app.include_router(v1)
    app.include_router(pay.router)
    described: list[dict[str, Any]] = []

    @app.get("/openapi.json", include_in_schema=False, dependencies=[Depends(require_known)])
    async def openapi() -> JSONResponse:
        if not described:
            described.append(_described(app))
        return JSONResponse(described[0])

    return app


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of all routes. Needs no book."""
    return _described(_application())


def by_scope() -> dict[str, list[str]]:
    """Return the requests that each scope is needed for, as `GET /v1/facts`."""
    found: dict[str, list[str]] = {}
    for router in _ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), route
            method = ",".join(sorted(route.methods or ()))
            for each in route.dependant.dependencies:
                for scope in getattr(each.call, "scopes", ()):
                    found.setdefault(scope, []).append(f"`{method} /v1{route.path}`")
    return found


def _described(app: FastAPI) -> dict[str, Any]:
    described = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    parts = described["components"]
    schemas = parts["schemas"]
    for leftover in ("HTTPValidationError", "ValidationError"):
        schemas.pop(leftover, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    parts["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "uk_test_… or uk_live_…"},
        "basic": {"type": "http", "scheme": "basic", "description": "The key as user name."},
    }
    parts["schemas"] = _with_money(schemas)
    parts["schemas"]["Money"] = MONEY
    for path, methods in described["paths"].items():
        for operation in methods.values():
            _describe(path, operation)
    return described


def _with_money(value: Any) -> Any:  # noqa: ANN401 - any part of the document
    """Return a part of the document in which amounts refer to the one schema of money."""
    if isinstance(value, dict):
        if value.get("properties") == MONEY["properties"]:
            return {"$ref": "#/components/schemas/Money"}
        return {name: _with_money(item) for name, item in value.items()}
    return [_with_money(item) for item in value] if isinstance(value, list) else value


def _describe(path: str, operation: dict[str, Any]) -> None:
    """Say of an operation what holds for all: who may ask, and how it says no."""
    summary, _, rest = operation.pop("description", "").partition("\n")
    operation["summary"] = summary.strip().rstrip(".")
    if rest.strip():
        operation["description"] = rest.strip()
    own = operation["responses"].pop("422", {})
    if "Problem" in str(own.get("content")):
        own["content"] = {MEDIA_TYPE: own["content"]["application/json"]}
        operation["responses"]["422"] = own
    if path in _MACHINES:
        return
    if path not in _OPEN:
        operation["security"] = [{"bearer": []}, {"basic": []}]
    operation["responses"]["default"] = {
        "description": "The answer is no, and why.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
